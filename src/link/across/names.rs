//! Which names across documents are of one organisation.

use std::collections::{BTreeMap, BTreeSet};

use crate::normalise::organisation::{acronym_matches, name_key};

/// Names that a user declares to be one organisation's: a line a name, a tab, its canonical name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, String>);

/// A line of the table of aliases is not two cells.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: expected a name, a tab and its canonical name, got `{got}`")]
pub struct BadAlias {
    /// The line, from 1.
    pub line: usize,
    /// What it says.
    pub got: String,
}

impl Aliases {
    /// Reads a table; blank lines and lines that begin with `#` are passed over. Of two lines for a name, the first counts.
    ///
    /// # Errors
    /// [`BadAlias`] for the first line that is not two cells.
    pub fn read(table: &str) -> Result<Self, BadAlias> {
        let mut aliases = BTreeMap::new();
        for (i, line) in table.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [name, canonical] = cells[..] else {
                return Err(BadAlias {
                    line: i + 1,
                    got: line.to_owned(),
                });
            };
            if name_key(name).is_empty() || name_key(canonical).is_empty() {
                return Err(BadAlias {
                    line: i + 1,
                    got: line.to_owned(),
                });
            }
            aliases
                .entry(name_key(name))
                .or_insert_with(|| name_key(canonical));
        }
        Ok(Self(aliases))
    }

    /// The key of a name once its alias is followed.
    fn key(&self, name: &str) -> String {
        let key = name_key(name);
        self.0.get(&key).cloned().unwrap_or(key)
    }

    /// True when a user gave this key as a canonical name.
    fn is_canonical(&self, key: &str) -> bool {
        self.0.values().any(|c| c == key)
    }
}

/// A name as documents use it.
#[derive(Debug, Default)]
struct Use {
    surfaces: BTreeSet<String>,
    count: usize,
    countries: BTreeSet<String>,
}

/// The names of all documents; independent of the order in which they were added.
#[derive(Debug)]
pub(super) struct Names<'a> {
    aliases: &'a Aliases,
    uses: BTreeMap<String, Use>,
    pairs: BTreeSet<(String, String)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(aliases: &'a Aliases) -> Self {
        Self {
            aliases,
            uses: BTreeMap::new(),
            pairs: BTreeSet::new(),
        }
    }

    /// A name that commits, and the country it does so in.
    pub(super) fn add(&mut self, name: &str, country: Option<&str>) {
        let used = self.uses.entry(self.aliases.key(name)).or_default();
        used.surfaces.insert(name.to_owned());
        used.count += 1;
        used.countries.extend(country.map(str::to_owned));
    }

    /// Two names that a document says to be one: `Office chérifien des phosphates (OCP)`.
    pub(super) fn pair(&mut self, a: &str, b: &str) {
        self.pairs.insert((self.aliases.key(a), self.aliases.key(b)));
    }

    /// The canonical key of each key.
    fn canonical(&self) -> BTreeMap<String, String> {
        let keys: Vec<&String> = self.uses.keys().collect();
        let number: BTreeMap<&str, usize> = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        let mut home: Vec<usize> = (0..keys.len()).collect();
        for (i, j) in self.same(&keys, &number) {
            let (a, b) = (find(&home, i), find(&home, j));
            home[a.max(b)] = a.min(b);
        }
        let mut groups: BTreeMap<usize, Vec<&String>> = BTreeMap::new();
        for (i, key) in keys.iter().enumerate() {
            groups.entry(find(&home, i)).or_default().push(key);
        }
        let rank = |key: &&&String| {
            let count = self.uses.get(**key).map_or(0, |u| u.count);
            // The user's choice, else the commonest, else the longest, else the first of the alphabet.
            (
                self.aliases.is_canonical(key),
                count,
                key.len(),
                std::cmp::Reverse((**key).clone()),
            )
        };
        let named = groups.values().flat_map(|group| {
            let best = group.iter().max_by_key(rank);
            let best = best.map(|b| (*b).clone()).unwrap_or_default();
            group.iter().map(move |key| ((*key).clone(), best.clone()))
        });
        named.collect()
    }

    /// Pairs of keys that name one organisation.
    fn same(&self, keys: &[&String], number: &BTreeMap<&str, usize>) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = self.declared(number);
        for (i, a) in keys.iter().enumerate() {
            // Sorted keys: those that share their first letter stand together.
            let first = a.chars().next();
            let alike = keys[i + 1..].iter().take_while(|b| b.chars().next() == first);
            found.extend(
                alike
                    .enumerate()
                    .filter(|(_, b)| is_fuzzy(a, b) && self.may_be_one(a, b))
                    .map(|(k, _)| (i, i + 1 + k)),
            );
            let long: Vec<usize> = (0..keys.len()).filter(|&j| self.is_acronym(a, keys[j])).collect();
            // Of two long names, nobody knows which.
            if let [j] = long[..] {
                found.push((i, j));
            }
        }
        found
    }

    /// Pairs that documents spell out, straight or through a name that commits nowhere.
    fn declared(&self, number: &BTreeMap<&str, usize>) -> Vec<(usize, usize)> {
        self.pairs
            .iter()
            .filter_map(|(a, b)| Some((*number.get(a.as_str())?, *number.get(b.as_str())?)))
            .collect()
    }

    fn is_acronym(&self, short: &str, long: &str) -> bool {
        let letters = short.chars().count();
        let known = |key: &str| self.uses.get(key);
        let written = known(short).is_some_and(|u| {
            u.surfaces
                .iter()
                .any(|s| s.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase))
        });
        letters >= 3
            && written
            && long.contains(' ')
            && self.may_be_one(short, long)
            && known(long).is_some_and(|u| {
                u.surfaces
                    .iter()
                    .any(|s| acronym_matches(&short.to_uppercase(), s))
            })
    }

    /// False when the two are only known in different countries: Sonatel is not Sonatrel.
    fn may_be_one(&self, a: &str, b: &str) -> bool {
        let (Some(x), Some(y)) = (self.uses.get(a), self.uses.get(b)) else {
            return true;
        };
        x.countries.is_empty() || y.countries.is_empty() || !x.countries.is_disjoint(&y.countries)
    }

    /// Answers for names, once all are known.
    pub(super) fn resolve(self) -> Resolved<'a> {
        Resolved {
            canonical: self.canonical(),
            aliases: self.aliases,
        }
    }
}

/// What each name is known as.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    canonical: BTreeMap<String, String>,
    aliases: &'a Aliases,
}

impl Resolved<'_> {
    pub(super) fn key(&self, name: &str) -> String {
        let key = self.aliases.key(name);
        self.canonical.get(&key).cloned().unwrap_or(key)
    }
}

fn find(home: &[usize], mut i: usize) -> usize {
    while home[i] != i {
        i = home[i];
    }
    i
}

/// True for keys a slip of the pen apart: one letter in six, two in twelve; never a digit, never the first letter.
fn is_fuzzy(a: &str, b: &str) -> bool {
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    let n = a.chars().count().min(b.chars().count());
    let slips = match n {
        0..=5 => 0,
        6..=11 => 1,
        _ => 2,
    };
    let joined = |s: &str| s.replace(' ', "");
    if digits(a) != digits(b) || a.chars().next() != b.chars().next() {
        return false;
    }
    joined(a) == joined(b)
        || (a.len().abs_diff(b.len()) <= 4
            && slips > 0
            && a.split(' ').count() == b.split(' ').count()
            && strsim::damerau_levenshtein(a, b) <= slips
            // Each word by itself: `alpha nord` is not `alpha sud`.
            && a.split(' ').zip(b.split(' ')).all(|(x, y)| {
                x == y || (x.chars().count() >= 5 && strsim::damerau_levenshtein(x, y) <= 1)
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[(&str, Option<&str>)], aliases: &Aliases) -> Vec<String> {
        let mut all = Names::new(aliases);
        for (name, country) in names {
            all.add(name, *country);
        }
        let resolved = all.resolve();
        names.iter().map(|(n, _)| resolved.key(n)).collect()
    }

    #[test]
    fn one_organisation_under_two_names() {
        for (a, b) in [
            ("Ventora", "Groupe Ventora SA"),
            ("Intelcia", "Intelcai"),
            ("Web Help", "Webhelp"),
            ("ONCF", "Office national des chemins de fer"),
            ("Schneider Electric", "Schneider Eletric"),
        ] {
            let found = keys(&[(a, Some("MA")), (b, Some("MA"))], &Aliases::default());
            assert_eq!(found[0], found[1], "{a} / {b}");
        }
    }

    #[test]
    fn two_organisations() {
        for (a, b) in [
            ("BMCE", "BMCI"),
            ("Tanger Med 1", "Tanger Med 2"),
            ("Orange Maroc", "Orange Mali"),
            ("Alpha Nord", "Alpha Sud"),
            ("Ventora", "Ventora Logistique"),
            ("Ventora", "Mentora"),
            ("OCP", "Office national des chemins de fer"),
        ] {
            let found = keys(&[(a, None), (b, None)], &Aliases::default());
            assert_ne!(found[0], found[1], "{a} / {b}");
        }
        let found = keys(
            &[("Sonatel", Some("SN")), ("Sonatrel", Some("CM"))],
            &Aliases::default(),
        );
        assert_ne!(found[0], found[1]);
    }

    #[test]
    fn an_acronym_of_two_names_is_of_neither() {
        let found = keys(
            &[
                ("BMC", None),
                ("Banque marocaine de crédit", None),
                ("Banque malienne de commerce", None),
            ],
            &Aliases::default(),
        );
        assert_eq!(found[0], "bmc");
    }

    #[test]
    fn aliases_are_followed_and_win() {
        let aliases =
            Aliases::read("# name\tcanonical\nCaisse de dépôt\tCDG Maroc\n\nLa CDG\tCDG Maroc\n").unwrap();
        let found = keys(
            &[("Caisse de Dépôt", None), ("CDG", None), ("CDG", None)],
            &aliases,
        );
        assert_eq!(found, ["cdg maroc", "cdg maroc", "cdg maroc"]);
        let error = Aliases::read("Une seule cellule").unwrap_err();
        assert_eq!(
            error.to_string(),
            "1: expected a name, a tab and its canonical name, got `Une seule cellule`"
        );
    }
}
