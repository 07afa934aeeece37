//! Words: the units that carry tags. Every mention begins and ends at a word boundary.

use unicode_normalization::char::is_combining_mark;

use crate::span::ByteSpan;

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: it touches the word before.
    None,
    /// White space.
    Space,
    /// A line break, or the start of the document.
    Line,
}

/// A run of letters, a run of digits, or one other character that is not white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text.
    pub span: ByteSpan,
    /// What stands before it.
    pub gap: Gap,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Letter,
    Digit,
    Other,
}

fn kind(c: char) -> Kind {
    if c.is_ascii_digit() {
        Kind::Digit
    } else if c.is_alphabetic() || is_combining_mark(c) {
        Kind::Letter
    } else {
        Kind::Other
    }
}

/// Splits a text into words.
///
/// ```
/// use jalon::segment::words;
/// let text = "l’usine de 1.500 m²";
/// let surfaces: Vec<&str> = words(text).iter().map(|w| w.span.slice(text).unwrap()).collect();
/// assert_eq!(surfaces, ["l", "’", "usine", "de", "1", ".", "500", "m", "²"]);
/// ```
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 5);
    let mut gap = Gap::Line;
    let mut last = Kind::Other;
    for (start, c) in text.char_indices() {
        if c.is_whitespace() || c.is_control() {
            gap = match (c, gap) {
                ('\n' | '\r', _) | (_, Gap::Line) => Gap::Line,
                _ => Gap::Space,
            };
            continue;
        }
        let end = start + c.len_utf8();
        let kind = kind(c);
        match words.last_mut() {
            Some(word) if gap == Gap::None && kind == last && kind != Kind::Other => {
                word.span.end = end as u32;
            }
            _ => words.extend(ByteSpan::new(start, end).map(|span| Word { span, gap })),
        }
        gap = Gap::None;
        last = kind;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn surfaces(text: &str) -> Vec<&str> {
        words(text).iter().map(|w| w.span.slice(text).unwrap()).collect()
    }

    #[test]
    fn words_split_letters_digits_and_the_rest() {
        assert_eq!(
            surfaces("50MDH, 2,5 M€"),
            ["50", "MDH", ",", "2", ",", "5", "M", "€"]
        );
        assert_eq!(
            surfaces("e\u{301}te\u{301} 😀!"),
            ["e\u{301}te\u{301}", "😀", "!"]
        );
    }

    #[test]
    fn gaps_tell_lines_from_spaces() {
        let gaps: Vec<Gap> = words("a b\n c.").iter().map(|w| w.gap).collect();
        assert_eq!(gaps, [Gap::Line, Gap::Space, Gap::Line, Gap::None]);
    }

    proptest! {
        #[test]
        fn words_cover_everything_but_white_space(text in "\\PC{0,60}|[ \\n a-z0-9é’.]{0,40}") {
            let joined: String = surfaces(&text).concat();
            let expected: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            prop_assert_eq!(joined, expected);
        }
    }
}
