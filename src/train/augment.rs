//! Variation of labelled documents: the same announcement by another newsroom, with other names, seeded.
//!
//! Each variation keeps every span on its words: the text is cut at the spans, the pieces are changed, and the whole
//! is put together again.

use std::collections::HashMap;
use std::path::Path;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::NameLists;
use super::corpus::Labelled;
use super::run::TrainError;
use crate::label::Label;
use crate::span::ByteSpan;
use crate::text::fold;

/// Probability that a distinct organisation, place of a document gets another name.
const RENAME_ORG: f64 = 0.35;
const RENAME_LOC: f64 = 0.25;
/// Probability that one of several names is made up rather than drawn from the lists.
const INVENT: f64 = 0.3;
/// Probabilities of the changes of the whole text.
const UPPER: f64 = 0.03;
const LOWER: f64 = 0.04;
const NO_ACCENTS: f64 = 0.08;
const ONE_LINE: f64 = 0.12;
const APOSTROPHES: f64 = 0.3;
const NUMBERS: f64 = 0.4;
/// Probability that headlines of other documents stand around the text.
const NOISE: f64 = 0.25;

/// A part of a text, with its label if it is a mention.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    label: Option<String>,
}

/// Draws variations of documents.
pub struct Augmenter {
    organisations: Vec<String>,
    places: Vec<String>,
    /// Lines that can stand around an article: titles of other documents, with their spans.
    headlines: Vec<Vec<Piece>>,
}

impl Augmenter {
    /// Gathers names from the lists and from the documents, and headlines from the documents.
    ///
    /// # Errors
    /// [`TrainError::Read`] when a list cannot be read.
    pub fn new(lists: &NameLists, documents: &[Labelled]) -> Result<Self, TrainError> {
        let mut organisations = names(&lists.organisations)?;
        let mut places = names(&lists.places)?;
        for document in documents {
            for (span, label) in &document.spans {
                let surface = span.slice(&document.text).unwrap_or_default();
                // Names written over two lines or in capitals belong to their page.
                if surface.contains('\n') {
                    continue;
                }
                match label.as_str() {
                    "ORG" => organisations.push(surface.to_owned()),
                    "LOC" => places.push(surface.to_owned()),
                    _ => {}
                }
            }
        }
        for list in [&mut organisations, &mut places] {
            list.sort();
            list.dedup();
        }
        let headlines = documents
            .iter()
            .flat_map(|d| lines(&cut(d)))
            .filter(|line| {
                let n: usize = line.iter().map(|p| p.text.split_whitespace().count()).sum();
                let last = line.last().map_or("", |p| p.text.as_str()).trim_end();
                (4..=18).contains(&n) && !last.ends_with('.')
            })
            .collect();
        Ok(Self {
            organisations,
            places,
            headlines,
        })
    }

    /// A variation of a document, a function of the document and the seed alone.
    pub fn vary(&self, document: &Labelled, seed: u64) -> Labelled {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut pieces = cut(document);
        self.rename(&mut pieces, &mut rng);
        if rng.random::<f64>() < NUMBERS {
            renumber(&mut pieces, &mut rng);
        }
        if rng.random::<f64>() < NOISE && !self.headlines.is_empty() {
            self.surround(&mut pieces, &mut rng);
        }
        let mut whole = |probability: f64, change: &dyn Fn(&str) -> String| {
            if rng.random::<f64>() < probability {
                for piece in &mut pieces {
                    piece.text = change(&piece.text);
                }
            }
        };
        whole(ONE_LINE, &|t| t.replace('\n', " "));
        whole(APOSTROPHES, &|t| {
            if t.contains('’') {
                t.replace('’', "'")
            } else {
                t.replace('\'', "’")
            }
        });
        whole(NO_ACCENTS, &without_accents);
        whole(UPPER, &|t| t.to_uppercase());
        whole(LOWER, &|t| t.to_lowercase());
        join(&pieces)
    }

    /// Gives other names to organisations and places, each name the same new one wherever it stands.
    fn rename(&self, pieces: &mut [Piece], rng: &mut ChaCha8Rng) {
        let mut chosen: HashMap<String, Option<String>> = HashMap::new();
        for piece in pieces {
            let (probability, list) = match piece.label.as_deref() {
                Some("ORG") => (RENAME_ORG, &self.organisations),
                Some("LOC") => (RENAME_LOC, &self.places),
                _ => continue,
            };
            let organisation = piece.label.as_deref() == Some(Label::Org.as_str());
            let name = chosen.entry(fold(&piece.text)).or_insert_with(|| {
                if rng.random::<f64>() >= probability {
                    return None;
                }
                if organisation && rng.random::<f64>() < INVENT {
                    Some(invent(rng))
                } else {
                    list.choose(rng).cloned()
                }
            });
            if let Some(name) = name {
                let capitals = piece
                    .text
                    .chars()
                    .filter(|c| c.is_alphabetic())
                    .all(char::is_uppercase);
                piece.text = if capitals && piece.text.chars().count() > 6 {
                    name.to_uppercase()
                } else {
                    name.clone()
                };
            }
        }
    }

    /// Puts a few headlines of other documents before and after.
    fn surround(&self, pieces: &mut Vec<Piece>, rng: &mut ChaCha8Rng) {
        let mut block = |n: usize| -> Vec<Piece> {
            let mut block = Vec::new();
            for _ in 0..n {
                block.extend(self.headlines.choose(rng).into_iter().flatten().cloned());
                block.push(Piece {
                    text: "\n".to_owned(),
                    label: None,
                });
            }
            block
        };
        let (before, after) = (block(4), block(4));
        let mut all = before;
        all.append(pieces);
        all.push(Piece {
            text: "\n".to_owned(),
            label: None,
        });
        all.extend(after);
        *pieces = all;
    }
}

/// First column of tab-separated lists with a header line.
fn names(paths: &[std::path::PathBuf]) -> Result<Vec<String>, TrainError> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|source| TrainError::Read {
            path: path.to_owned(),
            source,
        })
    };
    let mut all = Vec::new();
    for path in paths {
        let text = read(path)?;
        let column = text
            .lines()
            .skip(1)
            .filter_map(|l| l.split('\t').next())
            .map(str::trim);
        all.extend(column.filter(|n| n.chars().count() > 1).map(str::to_owned));
    }
    Ok(all)
}

/// Cuts a document at its spans.
fn cut(document: &Labelled) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let text = &document.text;
    for (span, label) in &document.spans {
        let range = span.range();
        if at < range.start {
            pieces.push(Piece {
                text: text[at..range.start].to_owned(),
                label: None,
            });
        }
        at = range.end;
        pieces.push(Piece {
            text: text[range].to_owned(),
            label: Some(label.clone()),
        });
    }
    pieces.push(Piece {
        text: text[at..].to_owned(),
        label: None,
    });
    pieces
}

/// Puts pieces together again.
fn join(pieces: &[Piece]) -> Labelled {
    let mut document = Labelled {
        text: String::new(),
        spans: Vec::new(),
    };
    for piece in pieces {
        let start = document.text.len();
        document.text.push_str(&piece.text);
        if let (Some(label), Some(span)) = (&piece.label, ByteSpan::new(start, document.text.len())) {
            document.spans.push((span, label.clone()));
        }
    }
    document
}

/// Splits pieces at line breaks.
fn lines(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut lines = vec![Vec::new()];
    for piece in pieces {
        for (i, part) in piece.text.split('\n').enumerate() {
            if i > 0 {
                lines.push(Vec::new());
            }
            if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
                line.push(Piece {
                    text: part.to_owned(),
                    label: piece.label.clone(),
                });
            }
        }
    }
    lines
}

/// Removes accents, keeping the case.
fn without_accents(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .collect()
}

/// Writes the thousands of amounts and counts another way, and sometimes other digits.
fn renumber(pieces: &mut [Piece], rng: &mut ChaCha8Rng) {
    let separator = *[".", " ", "\u{a0}", "\u{202f}", ""].choose(rng).unwrap_or(&" ");
    let other_digits = rng.random::<bool>();
    for piece in pieces
        .iter_mut()
        .filter(|p| matches!(p.label.as_deref(), Some("JOBS" | "MONEY")))
    {
        let chars: Vec<char> = piece.text.chars().collect();
        let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
        let mut text = String::with_capacity(piece.text.len());
        for (i, &c) in chars.iter().enumerate() {
            let before = (0..i).rev().take_while(|&j| digit(j)).count();
            let after = (i + 1..chars.len()).take_while(|&j| digit(j)).count();
            let groups = before > 0 && before <= 3 && after == 3;
            if matches!(c, '.' | ' ' | '\u{a0}' | '\u{202f}') && groups {
                text.push_str(separator);
            } else if c.is_ascii_digit() && other_digits && c != '0' {
                text.push(char::from(b'1' + rng.random_range(0..9u8)));
            } else {
                text.push(c);
            }
        }
        piece.text = text;
    }
}

/// What made-up names are built from.
const ONSETS: [&str; 30] = [
    "b", "br", "c", "cl", "d", "f", "fr", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr", "r", "s", "st",
    "t", "tr", "v", "z", "ch", "x", "w", "th", "", "y",
];
const RHYMES: [&str; 24] = [
    "a", "e", "i", "o", "u", "an", "en", "in", "on", "al", "el", "il", "or", "ar", "er", "as", "is", "os",
    "ex", "ia", "eo", "ou", "ane", "ium",
];
const WORDS: [&str; 40] = [
    "Atlas",
    "Horizon",
    "Delta",
    "Nova",
    "Sahara",
    "Océan",
    "Lumière",
    "Étoile",
    "Racines",
    "Palmier",
    "Cèdre",
    "Riviera",
    "Alliance",
    "Avenir",
    "Citadelle",
    "Émeraude",
    "Boréal",
    "Zénith",
    "Azur",
    "Argan",
    "Safran",
    "Oasis",
    "Méridien",
    "Cap",
    "Terra",
    "Sigma",
    "Orion",
    "Vega",
    "Titan",
    "Phénix",
    "Ébène",
    "Baobab",
    "Lagune",
    "Savane",
    "Équateur",
    "Mistral",
    "Alizé",
    "Aurore",
    "Prisme",
    "Boussole",
];
const TRADES: [&str; 32] = [
    "Industries",
    "Énergie",
    "Logistique",
    "Textile",
    "Agro",
    "Pharma",
    "Télécom",
    "Technologies",
    "Services",
    "Conseil",
    "Solutions",
    "Motors",
    "Aéro",
    "Câblage",
    "Ciments",
    "Mines",
    "Immobilier",
    "Assurances",
    "Banque",
    "Capital",
    "Distribution",
    "Foods",
    "Systems",
    "Digital",
    "Médical",
    "Maritime",
    "Bois",
    "Hôtels",
    "Transport",
    "Consulting",
    "Batteries",
    "Plasturgie",
];
const TAILS: [&str; 12] = [
    "SA",
    "SARL",
    "& Fils",
    "Maroc",
    "Afrique",
    "International",
    "Holding",
    "France",
    "GmbH",
    "Inc",
    "SPA",
    "AG",
];

/// A made-up organisation: syllables, initials or words, with the additions that real names have.
fn invent(rng: &mut ChaCha8Rng) -> String {
    let pick = |list: &[&str], rng: &mut ChaCha8Rng| (*list.choose(rng).unwrap_or(&"")).to_owned();
    let coined = |rng: &mut ChaCha8Rng| {
        let n = rng.random_range(2..=3);
        let word: String = (0..n).map(|_| pick(&ONSETS, rng) + &pick(&RHYMES, rng)).collect();
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |c| {
            c.to_uppercase().collect::<String>() + chars.as_str()
        })
    };
    let mut name = match rng.random_range(0..6) {
        0 => (0..rng.random_range(3..=5))
            .map(|_| char::from(b'A' + rng.random_range(0..26u8)))
            .collect(),
        1 | 2 => coined(rng),
        3 => coined(rng) + " " + &pick(&TRADES, rng),
        4 => pick(&WORDS, rng) + " " + &pick(&TRADES, rng),
        _ => pick(&TRADES, rng) + " " + &pick(&WORDS, rng),
    };
    if rng.random::<f64>() < 0.2 {
        name = name + " " + &pick(&TAILS, rng);
    }
    if rng.random::<f64>() < 0.08 {
        name.to_uppercase()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Labelled {
        let text = "Menu du jour sans article\nLe groupe Sofrecom créera 1.500 emplois à Fès pour 2,5 millions d'euros.";
        let span = |needle: &str, label: &str| {
            let start = text.find(needle).unwrap();
            (
                ByteSpan::new(start, start + needle.len()).unwrap(),
                label.to_owned(),
            )
        };
        let spans = vec![
            span("Sofrecom", "ORG"),
            span("1.500 emplois", "JOBS"),
            span("Fès", "LOC"),
            span("2,5 millions d'euros", "MONEY"),
        ];
        Labelled {
            text: text.to_owned(),
            spans,
        }
    }

    #[test]
    fn every_variation_keeps_its_spans_on_words() {
        let augmenter = Augmenter::new(&NameLists::default(), &[document()]).unwrap();
        let mut texts = std::collections::BTreeSet::new();
        for seed in 0..300 {
            let varied = augmenter.vary(&document(), seed);
            let labels: Vec<&str> = varied.spans.iter().map(|(_, l)| l.as_str()).collect();
            assert_eq!(
                labels.iter().filter(|&&l| l == "MONEY").count(),
                1,
                "seed {seed}: {labels:?}"
            );
            for (span, label) in &varied.spans {
                let surface = span.slice(&varied.text).expect("a span lies in its text");
                assert_eq!(surface, surface.trim(), "seed {seed}");
                if label == "JOBS" {
                    assert!(fold(surface).ends_with(" emplois"), "seed {seed}: {surface}");
                }
            }
            texts.insert(varied.text);
        }
        assert!(texts.len() > 100, "only {} different texts", texts.len());
    }

    #[test]
    fn the_same_seed_gives_the_same_variation() {
        let augmenter = Augmenter::new(&NameLists::default(), &[document()]).unwrap();
        assert_eq!(augmenter.vary(&document(), 7), augmenter.vary(&document(), 7));
    }

    #[test]
    fn decimals_are_never_taken_for_thousands() {
        let mut pieces = cut(&document());
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        renumber(&mut pieces, &mut rng);
        assert!(pieces.iter().any(|p| p.text.contains(',')), "2,5 keeps its comma");
    }
}
