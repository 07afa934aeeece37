//! Names of places: what is compared, how precise each is, and in which country it lies.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::fold;

/// How precise a place is; the most specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A city or a town.
    City,
    /// A zone, a park, a port, a district.
    Site,
    /// A region, a province, a state of a federation.
    Region,
    /// A country.
    Country,
    /// A continent, or several countries together.
    Continent,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What is compared: see [`place_key`]; the usual name where a country has several (*Royaume* → `maroc`).
    pub key: String,
    /// How precise it is, when it is known or its first word says so.
    pub level: Option<Level>,
    /// ISO 3166 alpha-2 code of the country it lies in.
    pub country: Option<&'static str>,
}

/// Other names of a country → the usual one, as keys.
const ALIASES: &[(&str, &str)] = &[
    ("royaume", "maroc"),
    ("royaume du maroc", "maroc"),
    ("usa", "etats unis"),
    ("us", "etats unis"),
    ("etats unis d amerique", "etats unis"),
    ("uk", "royaume uni"),
    ("grande bretagne", "royaume uni"),
    ("rdc", "republique democratique du congo"),
    ("rd congo", "republique democratique du congo"),
    ("congo kinshasa", "republique democratique du congo"),
    ("congo brazzaville", "congo"),
    ("republique du congo", "congo"),
    ("rca", "centrafrique"),
    ("republique centrafricaine", "centrafrique"),
    ("burkina", "burkina faso"),
    ("emirats", "emirats arabes unis"),
    ("eau", "emirats arabes unis"),
    ("hollande", "pays bas"),
    ("casa", "casablanca"),
];

/// First words that say what an unlisted place is.
const KINDS: &[(&str, Level)] = &[
    ("ville", Level::City),
    ("commune", Level::City),
    ("municipalite", Level::City),
    ("village", Level::City),
    ("localite", Level::City),
    ("douar", Level::City),
    ("ksar", Level::City),
    ("parc", Level::Site),
    ("park", Level::Site),
    ("zone", Level::Site),
    ("port", Level::Site),
    ("aeroport", Level::Site),
    ("gare", Level::Site),
    ("technopole", Level::Site),
    ("technopark", Level::Site),
    ("agropole", Level::Site),
    ("aeropole", Level::Site),
    ("site", Level::Site),
    ("pole", Level::Site),
    ("plateforme", Level::Site),
    ("plate", Level::Site),
    ("complexe", Level::Site),
    ("campus", Level::Site),
    ("cite", Level::Site),
    ("quartier", Level::Site),
    ("arrondissement", Level::Site),
    ("domaine", Level::Site),
    ("barrage", Level::Site),
    ("mine", Level::Site),
    ("usine", Level::Site),
    ("centrale", Level::Site),
    ("marina", Level::Site),
    ("station", Level::Site),
    ("hub", Level::Site),
    ("boulevard", Level::Site),
    ("avenue", Level::Site),
    ("rue", Level::Site),
    ("place", Level::Site),
    ("hay", Level::Site),
    ("sidi", Level::City),
    ("oulad", Level::City),
    ("ouled", Level::City),
    ("ait", Level::City),
    ("beni", Level::City),
    ("saint", Level::City),
    ("sainte", Level::City),
    ("region", Level::Region),
    ("province", Level::Region),
    ("provinces", Level::Region),
    ("prefecture", Level::Region),
    ("wilaya", Level::Region),
    ("gouvernorat", Level::Region),
    ("departement", Level::Region),
    ("canton", Level::Region),
    ("comte", Level::Region),
    ("district", Level::Region),
    ("etat", Level::Region),
    ("land", Level::Region),
    ("vallee", Level::Region),
    ("bassin", Level::Region),
    ("cercle", Level::Region),
    ("agglomeration", Level::City),
    ("republique", Level::Country),
];

/// Last words that say so.
const ENDINGS: &[(&str, Level)] = &[
    ("park", Level::Site),
    ("parc", Level::Site),
    ("zone", Level::Site),
    ("center", Level::Site),
    ("city", Level::Site),
    ("shore", Level::Site),
    ("mall", Level::Site),
    ("valley", Level::Site),
    ("port", Level::Site),
];

type Entry = (Option<Level>, Option<&'static str>);

/// The gazetteer: key → level and country.
static PLACES: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    let mut places = HashMap::with_capacity(2_500);
    for line in include_str!("places.tsv").lines() {
        let mut columns = line.split('\t');
        let (Some(name), Some(country), Some(level)) = (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let entry = (level_named(level), Some(country).filter(|c| !c.is_empty()));
        places.entry(place_key(name)).or_insert(entry);
    }
    places
});

fn level_named(name: &str) -> Option<Level> {
    match name {
        "city" => Some(Level::City),
        "site" => Some(Level::Site),
        "region" => Some(Level::Region),
        "country" => Some(Level::Country),
        "continent" => Some(Level::Continent),
        _ => None,
    }
}

/// Reads a name.
///
/// ```
/// use jalon::normalise::place::{Level, normalise};
/// let place = normalise("Province de Khouribga");
/// assert_eq!((place.level, place.country), (Some(Level::Region), Some("MA")));
/// ```
pub fn normalise(surface: &str) -> Place {
    let key = place_key(surface);
    let known = PLACES.get(&key).copied();
    let (level, country) = known.unwrap_or_else(|| guess(&key));
    let key = ALIASES
        .iter()
        .find(|(other, _)| *other == key)
        .map_or(key, |(_, usual)| (*usual).to_owned());
    Place { key, level, country }
}

/// What the words of an unlisted name say: its level by the first or the last, its country by the place it ends with.
fn guess(key: &str) -> Entry {
    let (first, last) = (
        key.split(' ').next().unwrap_or_default(),
        key.rsplit(' ').next().unwrap_or_default(),
    );
    let of =
        |table: &[(&str, Level)], word: &str| table.iter().find(|(w, _)| *w == word).map(|&(_, level)| level);
    let level = of(KINDS, first).or_else(|| of(ENDINGS, last).filter(|_| first != last));
    // The longest ending that is a place: `zone industrielle de` **ait melloul**.
    let endings = key.match_indices(' ').map(|(i, _)| &key[i + 1..]);
    let beginnings = key.rmatch_indices(' ').map(|(i, _)| &key[..i]);
    let country = endings
        .chain(beginnings)
        .find_map(|part| PLACES.get(part))
        .and_then(|(_, country)| *country);
    (level, country)
}

/// The name without case, accents, hyphens and a leading article.
///
/// ```
/// use jalon::normalise::place::place_key;
/// assert_eq!(place_key("l’Oriental"), place_key("Oriental"));
/// assert_eq!(place_key("Béni-Mellal"), "beni mellal");
/// ```
pub fn place_key(name: &str) -> String {
    let folded = fold(name);
    let mut key = String::with_capacity(folded.len());
    for word in folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        if matches!(key.as_str(), "le" | "la" | "les" | "l") {
            key.clear();
        }
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// The country where most of the places lie; of two as frequent, the one named first. `None` when no place tells.
pub fn document_country<'a>(places: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for country in places.filter_map(|surface| normalise(surface).country) {
        match counts.iter_mut().find(|(c, _)| *c == country) {
            Some((_, n)) => *n += 1,
            None => counts.push((country, 1)),
        }
    }
    // `max_by_key` keeps the last of equals.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map(|(country, _)| *country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Level::{City, Continent, Country, Region, Site};

    const READS: &[(&str, Option<Level>, Option<&str>)] = &[
        ("Maroc", Some(Country), Some("MA")),
        ("Royaume", Some(Country), Some("MA")),
        ("Royaume du Maroc", Some(Country), Some("MA")),
        ("CASABLANCA", Some(City), Some("MA")),
        ("Fes", Some(City), Some("MA")),
        ("Béni-Mellal", Some(City), Some("MA")),
        ("Oriental", Some(Region), Some("MA")),
        ("l'Oriental", Some(Region), Some("MA")),
        ("région de l'Oriental", Some(Region), Some("MA")),
        ("Casanearshore Park", Some(Site), Some("MA")),
        ("Zone industrielle de Kénitra", Some(Site), Some("MA")),
        ("Zone industrielle Aït Melloul", Some(Site), Some("MA")),
        ("Tanger Med", Some(Site), Some("MA")),
        ("province de Khouribga", Some(Region), Some("MA")),
        ("wilaya de Sétif", Some(Region), Some("DZ")),
        ("gouvernorat de Kasserine", Some(Region), Some("TN")),
        ("Cotonou", Some(City), Some("BJ")),
        ("Côte d’Ivoire", Some(Country), Some("CI")),
        ("Port-Gentil", Some(City), Some("GA")),
        ("Île-de-France", Some(Region), Some("FR")),
        ("Le Havre", Some(City), Some("FR")),
        ("Haut-Katanga", Some(Region), Some("CD")),
        ("Afrique de l'Ouest", Some(Continent), None),
        ("Bidule Park", Some(Site), None),
        ("Sidi Machin", Some(City), None),
        ("Trucville", None, None),
        ("", None, None),
    ];

    #[test]
    fn places_read() {
        for &(surface, level, country) in READS {
            let place = normalise(surface);
            assert_eq!((place.level, place.country), (level, country), "{surface}");
        }
    }

    #[test]
    fn one_country_has_one_key() {
        assert_eq!(normalise("Royaume").key, normalise("Maroc").key);
        assert_eq!(
            normalise("RDC").key,
            normalise("République démocratique du Congo").key
        );
        for (_, usual) in ALIASES {
            assert!(PLACES.contains_key(*usual), "{usual} is not in the gazetteer");
        }
    }

    #[test]
    fn every_line_of_the_gazetteer_is_read() {
        for line in include_str!("places.tsv").lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, country, level] = columns[..] else {
                panic!("{line}: expected three columns")
            };
            assert!(!place_key(name).is_empty(), "{line}");
            assert!(level_named(level).is_some(), "{line}");
            let code = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
            assert_eq!(code, level != "continent", "{line}");
        }
    }

    #[test]
    fn the_document_lies_where_most_of_its_places_do() {
        assert_eq!(
            document_country(["Paris", "Rabat", "Fès", "Afrique"].into_iter()),
            Some("MA")
        );
        assert_eq!(document_country(["Paris", "Rabat"].into_iter()), Some("FR"));
        assert_eq!(document_country(["Afrique", "Trucville"].into_iter()), None);
    }
}
