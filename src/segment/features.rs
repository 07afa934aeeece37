//! What a word looks like, as ids of one feature table: shape, affixes, hash, place in its line.
//!
//! Sub-words are read without case and accents; the features give them back, and let a name never seen look like
//! the names that were.

use super::word::{Gap, Word};

/// Number of features of a token.
pub const PER_TOKEN: usize = 5;

const SHAPES: u32 = 64;
const AFFIXES: u32 = 2048;
const HASHES: u32 = 8192;
const PLACES: u32 = 16;

/// First row of each feature in the table; row 0 of each means *hidden* (masked words).
const FIRST: [u32; PER_TOKEN] = [
    0,
    SHAPES,
    SHAPES + AFFIXES,
    SHAPES + 2 * AFFIXES,
    SHAPES + 2 * AFFIXES + HASHES,
];

/// Rows of the feature table.
pub const ROWS: usize = (SHAPES + 2 * AFFIXES + HASHES + PLACES) as usize;

/// Case of a line, which tells how much the case of its words is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineCase {
    /// Most letters are capitals.
    Upper,
    /// No capital at all, in more than a few letters.
    Lower,
    /// Ordinary.
    Mixed,
}

/// Reads the case of a line.
pub fn line_case(line: &str) -> LineCase {
    let (mut upper, mut lower) = (0, 0);
    for c in line.chars().filter(|c| c.is_alphabetic()) {
        if c.is_uppercase() { upper += 1 } else { lower += 1 }
    }
    match (upper, lower) {
        (u, l) if u > 7 && u > 2 * l => LineCase::Upper,
        (0, l) if l > 15 => LineCase::Lower,
        _ => LineCase::Mixed,
    }
}

/// Feature ids of a word's first token; `folded` is the word without case and accents.
pub fn of_word(surface: &str, folded: &str, word: &Word, line: LineCase) -> [u32; PER_TOKEN] {
    let gap = match word.gap {
        Gap::None => 0,
        Gap::Space => 1,
        Gap::Line => 2,
    };
    let n = folded.chars().count();
    let prefix = folded.char_indices().nth(3).map_or(folded, |(i, _)| &folded[..i]);
    let suffix = if n <= 3 {
        folded
    } else {
        folded.char_indices().nth(n - 3).map_or("", |(i, _)| &folded[i..])
    };
    [
        FIRST[0] + shape(surface),
        FIRST[1] + bucket(prefix, 1, AFFIXES),
        FIRST[2] + bucket(suffix, 2, AFFIXES),
        FIRST[3] + bucket(folded, 3, HASHES),
        FIRST[4] + 1 + 3 * gap + line as u32,
    ]
}

/// Features of the word's later tokens: the same, at a place that says *continued*.
pub fn continued(first: [u32; PER_TOKEN]) -> [u32; PER_TOKEN] {
    let mut features = first;
    features[4] = FIRST[4] + 10 + (first[4] - FIRST[4] - 1) % 3;
    features
}

/// Features of a masked token: only its place is told.
pub fn hidden(features: [u32; PER_TOKEN]) -> [u32; PER_TOKEN] {
    let mut hidden = FIRST;
    hidden[4] = features[4];
    hidden
}

/// A bucket in `1..n` for a text (FNV-1a).
fn bucket(text: &str, salt: u64, n: u32) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ salt, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    });
    1 + ((hash ^ (hash >> 32)) % u64::from(n - 1)) as u32
}

/// Shape of a word: case pattern and length for letters, length and kind for digits, class for signs. In `1..64`.
fn shape(surface: &str) -> u32 {
    let mut chars = surface.chars();
    let Some(first) = chars.next() else { return 1 };
    if first.is_ascii_digit() {
        let n = surface.len().min(6) as u32;
        let year = surface.len() == 4 && matches!(&surface[..2], "19" | "20");
        let small = n <= 2 && surface.parse::<u32>().is_ok_and(|v| (1..=31).contains(&v));
        return match (year, small) {
            (true, _) => 2,
            (_, true) => 2 + n,
            _ => 4 + n,
        };
    }
    if first.is_alphabetic() {
        let n = surface.chars().count();
        let length = match n {
            1 => 0,
            2 => 1,
            3..=4 => 2,
            5..=8 => 3,
            _ => 4,
        };
        let uppers = surface.chars().filter(|c| c.is_uppercase()).count();
        let case = match (first.is_uppercase(), uppers) {
            (_, 0) => 0,
            (_, u) if u == n => 1,
            (true, 1) => 2,
            (true, _) => 3,
            (false, _) => 4,
        };
        let accented = u32::from(!surface.is_ascii());
        let latin = surface.chars().all(|c| (c as u32) < 0x250);
        return if latin {
            12 + case * 5 + length + 25 * accented
        } else {
            62
        };
    }
    // A sign's own sub-word tells which it is; the shape says whether it cuts a sentence.
    if ".,;:!?".contains(first) { 11 } else { 63 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;

    fn features(text: &str) -> [u32; PER_TOKEN] {
        of_word(text, &crate::text::fold(text), &words(text)[0], LineCase::Mixed)
    }

    #[test]
    fn every_id_lies_in_its_own_rows() {
        for text in [
            "Sofrecom",
            "OCP",
            "2024",
            "31",
            "1500000",
            "é",
            "l",
            "€",
            "شركة",
            "InterAction",
            "e",
        ] {
            let ids = features(text);
            for (i, id) in ids.iter().enumerate() {
                let end = FIRST.get(i + 1).copied().unwrap_or(ROWS as u32);
                assert!((FIRST[i] + 1..end).contains(id), "{text}: feature {i} is {id}");
            }
            assert!((continued(ids)[4] as usize) < ROWS);
        }
    }

    #[test]
    fn case_changes_the_shape_and_nothing_else() {
        let (a, b) = (features("Maroc"), features("MAROC"));
        assert_ne!(a[0], b[0]);
        assert_eq!(a[1..], b[1..]);
    }

    #[test]
    fn line_case_needs_enough_letters() {
        assert_eq!(line_case("LE GROUPE RECRUTE"), LineCase::Upper);
        assert_eq!(line_case("OCP"), LineCase::Mixed);
        assert_eq!(line_case("le groupe recrute a rabat"), LineCase::Lower);
    }
}
