//! Names of organisations: what is compared when two of them are.

use crate::text::fold;

/// Words that say what kind of organisation it is, not which one.
const GENERIC: &[&str] = &[
    "groupe",
    "group",
    "societe",
    "compagnie",
    "company",
    "entreprise",
    "holding",
    "filiale",
    "sa",
    "sas",
    "sarl",
    "spa",
    "ltd",
    "inc",
    "corp",
    "plc",
    "gmbh",
    "ag",
    "nv",
    "bv",
    "srl",
    "ste",
    "cie",
    "et",
    "and",
];

/// Articles and prepositions.
const PARTICLES: &[&str] = &["le", "la", "les", "l", "de", "du", "des", "d", "the", "of"];

/// An organisation's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// What is compared: see [`name_key`].
    pub key: String,
}

/// Reads a name.
pub fn normalise(surface: &str) -> Organisation {
    Organisation {
        key: name_key(surface),
    }
}

/// The part of a name that identifies: no case, accents, punctuation, generic words, articles or legal forms.
/// A name made of nothing else keeps all its words.
///
/// ```
/// use jalon::normalise::organisation::name_key;
/// assert_eq!(name_key("Groupe Bennis S.A."), name_key("bennis"));
/// assert_ne!(name_key("Société Générale"), name_key("Banque Générale"));
/// ```
pub fn name_key(name: &str) -> String {
    // `S.A.` is one word, `Danone.com` is two.
    let folded = fold(name);
    let words: Vec<String> = folded
        .split(|c: char| !(c.is_alphanumeric() || c == '.'))
        .flat_map(|w| {
            let initials = w
                .split('.')
                .filter(|p| !p.is_empty())
                .all(|p| p.chars().count() == 1);
            if initials {
                vec![w.replace('.', "")]
            } else {
                w.split('.').map(str::to_owned).collect()
            }
        })
        .filter(|w| !w.is_empty())
        .collect();
    let keep: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|w| !GENERIC.contains(w) && !PARTICLES.contains(w))
        .collect();
    if keep.is_empty() {
        words.join(" ")
    } else {
        keep.join(" ")
    }
}
