//! How precise a place is, and which city holds it: a small table of the places French-speaking newsrooms name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::normalise::place::place_key;

/// How precise a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// A country, a continent.
    Country,
    /// A region, a province, a department.
    Region,
    /// A park, a zone, a port, a district of a city.
    Site,
    /// A town: also what the table does not know.
    City,
}

/// What the table says of a place.
#[derive(Debug, Clone, Copy)]
struct Row {
    level: Level,
    country: &'static str,
    within: &'static str,
}

static TABLE: LazyLock<BTreeMap<&'static str, Row>> = LazyLock::new(|| {
    let rows = include_str!("places.tsv").lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|line| {
        let mut cells = line.split('\t');
        let (key, level, country) = (cells.next()?, cells.next()?, cells.next()?);
        let level = match level {
            "country" => Level::Country,
            "region" => Level::Region,
            "site" => Level::Site,
            _ => Level::City,
        };
        Some((
            key,
            Row {
                level,
                country,
                within: cells.next().unwrap_or_default(),
            },
        ))
    })
    .collect()
});

/// First words of the name of a site.
const SITES: &[&str] = &[
    "parc",
    "zone",
    "port",
    "technopole",
    "aeroport",
    "quartier",
    "agropole",
    "plateforme",
    "technopark",
    "cite",
    "barrage",
    "lac",
    "mine",
];
/// Any word of the name of a site.
const SITE_WORDS: &[&str] = &[
    "park",
    "parc",
    "shore",
    "nearshore",
    "offshore",
    "zone",
    "free",
    "city",
    "technopolis",
    "zi",
    "zac",
    "industrielle",
    "campus",
    "valley",
];
/// First words of the name of a region.
const REGIONS: &[&str] = &[
    "region",
    "province",
    "departement",
    "prefecture",
    "gouvernorat",
    "wilaya",
    "canton",
    "comte",
    "etat",
    "district",
];

/// How precise a place is.
pub(super) fn level(name: &str) -> Level {
    let key = place_key(name);
    if let Some(row) = TABLE.get(key.as_str()) {
        return row.level;
    }
    let mut words = key.split(' ');
    let first = words.next().unwrap_or_default();
    if REGIONS.contains(&first) {
        Level::Region
    } else if SITES.contains(&first) || words.any(|w| SITE_WORDS.contains(&w)) {
        Level::Site
    } else {
        Level::City
    }
}

/// Key of the city that a site or a district lies in, when the table knows it.
pub(super) fn city_of(name: &str) -> Option<&'static str> {
    TABLE
        .get(place_key(name).as_str())
        .map(|row| row.within)
        .filter(|w| !w.is_empty())
}

/// ISO 3166 code of the country a place lies in, when the table knows it.
pub(super) fn country_of(name: &str) -> Option<&'static str> {
    TABLE
        .get(place_key(name).as_str())
        .map(|row| row.country)
        .filter(|c| !c.is_empty())
}
