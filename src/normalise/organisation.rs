//! Names of organisations: what is compared when two of them are.

use crate::text::fold;

/// Words that say what kind of organisation it is, not which one; dropped at either end of a name.
const GENERIC: &[&str] = &[
    "groupe",
    "group",
    "societe",
    "ste",
    "compagnie",
    "company",
    "entreprise",
    "firme",
    "firm",
    "holding",
    "filiale",
    "multinationale",
    "geant",
    "startup",
    "enseigne",
    "operateur",
    "constructeur",
    "equipementier",
    "fondation",
    "cabinet",
    "association",
    "cooperative",
    "consortium",
    "cie",
    "et",
    "and",
    "&",
];

/// Legal forms; dropped at the end of a name.
const LEGAL: &[&str] = &[
    "sa",
    "sas",
    "sasu",
    "sarl",
    "suarl",
    "eurl",
    "snc",
    "scs",
    "sca",
    "scop",
    "spa",
    "srl",
    "sl",
    "ltd",
    "limited",
    "llc",
    "llp",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "se",
    "nv",
    "bv",
    "ab",
    "oy",
    "oyj",
    "asa",
    "as",
    "pty",
    "pte",
    "fze",
    "fzco",
    "psc",
    "saoc",
    "epic",
    "au",
    "ltee",
];

/// Articles, prepositions and conjunctions, which identify nothing.
const PARTICLES: &[&str] = &[
    "le", "la", "les", "l", "de", "du", "des", "d", "au", "aux", "a", "en", "et", "pour", "sur", "the", "of",
    "for", "and",
];

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
    let words = words(name);
    let mut keep = words.as_slice();
    while let [first, rest @ ..] = keep
        && (is_in(GENERIC, first) || is_in(PARTICLES, first))
    {
        keep = rest;
    }
    while let [rest @ .., last] = keep
        && (is_in(GENERIC, last) || is_in(LEGAL, last))
    {
        keep = rest;
    }
    let kept: Vec<&str> = keep
        .iter()
        .map(String::as_str)
        .filter(|w| !PARTICLES.contains(w))
        .collect();
    if kept.is_empty() {
        words.join(" ")
    } else {
        kept.join(" ")
    }
}

/// The folded words of a name: `S.A.` is one, `Danone.com` is two.
fn words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let pieces = folded
        .split(|c: char| !(c.is_alphanumeric() || c == '.'))
        .filter(|w| !w.is_empty());
    let mut words: Vec<String> = Vec::new();
    for piece in pieces {
        let parts = piece.split('.').filter(|p| !p.is_empty());
        if piece.contains('.') && parts.clone().all(|p| p.chars().count() == 1) {
            words.push(parts.collect());
        } else {
            words.extend(parts.map(str::to_owned));
        }
    }
    words
}

fn is_in(table: &[&str], word: &str) -> bool {
    table.contains(&word)
}

/// True when `short` is an acronym of `long`: the first letters of its words, articles and prepositions aside.
/// A word may give more than its first letter (ANAPEC), and one may be left out after the first (SNCF).
///
/// ```
/// use jalon::normalise::organisation::acronym_matches;
/// assert!(acronym_matches("ONCF", "Office national des chemins de fer"));
/// assert!(acronym_matches("ANAPEC", "Agence nationale de promotion de l'emploi et des compétences"));
/// assert!(!acronym_matches("OCP", "Office national des chemins de fer"));
/// ```
pub fn acronym_matches(short: &str, long: &str) -> bool {
    let letters = short.chars().filter(|c| c.is_alphanumeric());
    // An acronym is all capitals, or long enough not to be a word by chance (`Anapec`).
    let capitals = letters.clone().all(|c| c.is_uppercase() || c.is_numeric());
    let n = letters.count();
    if !(2..=10).contains(&n) || short.contains(' ') || !(capitals || n >= 4) {
        return false;
    }
    let acronym: String = fold(short).chars().filter(|c| c.is_alphanumeric()).collect();
    let words = words(long);
    let words: Vec<&str> = words
        .iter()
        .map(|w| arabic(w))
        .filter(|w| !PARTICLES.contains(w))
        .collect();
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let skips = usize::from(n >= 3);
    !rest.is_empty() && spells(&acronym, first, rest, skips)
}

/// *VI* counts as the 6 of UM6P.
fn arabic(word: &str) -> &str {
    match word {
        "ii" => "2",
        "v" => "5",
        "vi" => "6",
        word => word,
    }
}

/// Whether some beginning of `word`, then beginnings of the words after it, spell `acronym`; `skips` words may give none.
fn spells(acronym: &str, word: &str, rest: &[&str], skips: usize) -> bool {
    let common = acronym
        .chars()
        .zip(word.chars())
        .take_while(|(a, b)| a == b)
        .take(3);
    let mut taken = 0;
    for (letter, _) in common {
        taken += letter.len_utf8();
        let left = &acronym[taken..];
        if left.is_empty() && rest.len() <= skips {
            return true;
        }
        let next = |from: usize, skips: usize| {
            rest.get(from)
                .is_some_and(|word| !left.is_empty() && spells(left, word, &rest[from + 1..], skips))
        };
        if next(0, skips) || (skips > 0 && next(1, skips - 1)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_the_same_key() {
        for (a, b) in [
            ("Groupe OCP", "OCP"),
            ("Intelcia group", "Intelcia"),
            ("la société Phoneo", "PHONEO"),
            ("Bennis S.A.R.L.", "Bennis"),
            ("Schneider Electric SE", "Schneider Electric"),
            ("L’Économiste", "economiste"),
            (
                "ministère de l'Industrie et du Commerce",
                "Ministere Industrie Commerce",
            ),
            ("Nexans Maroc SA", "Nexans Maroc"),
            ("Deutsche Telekom AG", "deutsche telekom"),
            ("T.M.S.A.", "TMSA"),
        ] {
            assert_eq!(name_key(a), name_key(b), "{a} / {b}");
        }
        for (a, b) in [
            ("Société Générale", "Banque Générale"),
            ("Orange Maroc", "Maroc Telecom"),
            ("BMCE", "BMCI"),
        ] {
            assert_ne!(name_key(a), name_key(b), "{a} / {b}");
        }
        assert_eq!(name_key("Groupe"), "groupe");
        assert_eq!(name_key("La Compagnie"), "la compagnie");
        assert_eq!(name_key(""), "");
    }

    #[test]
    fn acronyms_match_their_long_names() {
        for (short, long) in [
            ("ONCF", "Office national des chemins de fer"),
            ("CDG", "Caisse de dépôt et de gestion"),
            (
                "OFPPT",
                "Office de la formation professionnelle et de la promotion du travail",
            ),
            (
                "AMDIE",
                "Agence marocaine de développement des investissements et des exportations",
            ),
            (
                "ANAPEC",
                "Agence nationale de promotion de l'emploi et des compétences",
            ),
            (
                "Anapec",
                "Agence nationale de promotion de l'emploi et des compétences",
            ),
            ("RAM", "Royal Air Maroc"),
            ("HCP", "Haut-Commissariat au Plan"),
            (
                "BERD",
                "Banque européenne pour la reconstruction et le développement",
            ),
            ("CGEM", "Confédération générale des entreprises du Maroc"),
            ("SNCF", "Société nationale des chemins de fer français"),
            ("UM6P", "Université Mohammed VI Polytechnique"),
            ("O.N.E.E.", "Office national de l'électricité et de l'eau potable"),
            ("SG", "Société Générale"),
            ("BM", "Banque mondiale"),
        ] {
            assert!(acronym_matches(short, long), "{short} / {long}");
        }
        for (short, long) in [
            ("OCP", "Office national des chemins de fer"),
            ("BM", "Banque centrale populaire"),
            ("Ram", "Royal Air Maroc"),
            ("RE", "Renault"),
            ("BMCE", "Banque marocaine pour le commerce et l'industrie"),
            ("", "Royal Air Maroc"),
            ("RAM", ""),
        ] {
            assert!(!acronym_matches(short, long), "{short} / {long}");
        }
    }
}
