//! A cursor over folded text, in pieces: words, digits, marks.

use std::ops::Range;

use crate::text::fold_into;

/// What a piece is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A run of letters.
    Word,
    /// A run of ASCII digits.
    Digits,
    /// One character that is neither, nor a space.
    Mark,
}

/// A word, a run of digits or a mark of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Piece<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Where reading stands in a folded text; cheap to copy, so that a reader can look ahead and come back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, pos: 0 }
    }

    /// The cursor moved to `pos`, a character boundary.
    pub(super) fn at(self, pos: usize) -> Self {
        Self { pos, ..self }
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// What is left to read, spaces skipped.
    fn ahead(&self) -> &'a str {
        let rest = self.rest();
        let n_spaces = rest.bytes().take_while(|b| *b == b' ').count();
        &rest[n_spaces..]
    }

    /// Where the next piece starts, or the text ends.
    pub(super) fn start(&self) -> usize {
        self.text.len() - self.ahead().len()
    }

    /// The next piece, spaces skipped; the cursor stays.
    #[inline]
    pub(super) fn peek(&self) -> Option<Piece<'a>> {
        let rest = self.ahead();
        let (kind, len) = match *rest.as_bytes().first()? {
            b'0'..=b'9' => (Kind::Digits, rest.bytes().take_while(u8::is_ascii_digit).count()),
            first if first.is_ascii_alphabetic() => (Kind::Word, letters(rest)),
            first if first.is_ascii() => (Kind::Mark, 1),
            _ if rest.starts_with(char::is_alphabetic) => (Kind::Word, letters(rest)),
            _ => (Kind::Mark, rest.chars().next()?.len_utf8()),
        };
        Some(Piece {
            kind,
            text: &rest[..len],
            start: self.text.len() - rest.len(),
        })
    }

    /// The next word; `None` when the next piece is none.
    pub(super) fn word(&self) -> Option<&'a str> {
        self.peek().filter(|p| p.kind == Kind::Word).map(|p| p.text)
    }

    /// Moves past the next piece and gives it.
    pub(super) fn advance(&mut self) -> Option<Piece<'a>> {
        let piece = self.peek()?;
        self.pos = piece.end();
        Some(piece)
    }

    /// Moves past the next piece when it reads `expected`.
    #[inline]
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let may_be = self.ahead().bytes().next() == expected.bytes().next();
        let found = if may_be { self.peek() } else { None };
        let found = found.filter(|p| p.text == expected);
        if let Some(piece) = found {
            self.pos = piece.end();
        }
        found.is_some()
    }

    /// Moves past `de`, `d'`, `des`, `du`.
    pub(super) fn eat_of(&mut self) {
        if let Some("de" | "des" | "du" | "d") = self.word() {
            self.advance();
            self.eat("'");
        }
    }
}

/// Length of the letters that open `text`.
#[inline]
fn letters(text: &str) -> usize {
    // Folded text is ASCII but for other alphabets: whole runs of it at a time.
    let n = text
        .bytes()
        .position(|b| !b.is_ascii_alphabetic())
        .unwrap_or(text.len());
    match text[n..].chars().next() {
        Some(c) if !c.is_ascii() => text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len()),
        _ => n,
    }
}

/// Letters, folded, that look like 0 and 1.
const LIKE_DIGITS: [char; 3] = ['o', 'l', 'i'];

/// A mention and what stands around it, folded.
#[derive(Debug)]
pub(super) struct Folded {
    text: String,
    mention: Range<usize>,
}

impl Folded {
    /// The mention at `range` of `text`, with `n` bytes on either side.
    pub(super) fn new(text: &str, range: Range<usize>, n: usize) -> Self {
        let mut folded = String::with_capacity(range.len() + 2 * n + 16);
        fold_into(&mut folded, tail(&text[..range.start], n));
        let start = folded.len();
        fold_into(&mut folded, &text[range.clone()]);
        let end = folded.len();
        fold_into(&mut folded, head(&text[range.end..], n));
        Self {
            text: folded,
            mention: start..end,
        }
    }

    /// The same, the digits of the mention given back that character recognition took for letters: *6O M€*, *l.200 emplois*.
    pub(super) fn with_digits(mut self) -> Self {
        let of_figure = |c: char| c.is_ascii_digit() || LIKE_DIGITS.contains(&c) || matches!(c, '.' | ',');
        let mention = self.mention().to_owned();
        let mut rest = mention.as_str();
        while let Some(from) = rest.find(of_figure) {
            let at = self.mention.start + mention.len() - rest.len() + from;
            let run = &rest[from..];
            let run = &run[..run.find(|c| !of_figure(c)).unwrap_or(run.len())];
            rest = &rest[from + run.len()..];
            let alone =
                !self.text[..at].ends_with(char::is_alphanumeric) && !rest.starts_with(char::is_alphanumeric);
            if alone && run.contains(|c: char| c.is_ascii_digit()) && run.contains(LIKE_DIGITS) {
                let digits = run.replace('o', "0").replace(['l', 'i'], "1");
                self.text.replace_range(at..at + run.len(), &digits);
            }
        }
        self
    }

    pub(super) fn mention(&self) -> &str {
        &self.text[self.mention.clone()]
    }

    /// The mention and what follows it, as one.
    pub(super) fn onward(&self) -> &str {
        &self.text[self.mention.start..]
    }

    /// All that stands before byte `at` of the mention.
    pub(super) fn before(&self, at: usize) -> &str {
        &self.text[..self.mention.start + at]
    }

    pub(super) fn after(&self) -> &str {
        &self.text[self.mention.end..]
    }
}

/// Whether `text` ends with `words`, and they open a word.
pub(super) fn ends_with_words(text: &str, words: &str) -> bool {
    let from = text.len().checked_sub(words.len());
    // Most words differ by their first letter already.
    let may_be = from.is_some_and(|from| text.as_bytes().get(from) == words.as_bytes().first());
    let rest = if may_be { text.strip_suffix(words) } else { None };
    rest.is_some_and(|rest| {
        !(words.starts_with(char::is_alphanumeric) && rest.ends_with(char::is_alphanumeric))
    })
}

/// The last word of `text`, its final apostrophe or full stop aside; empty when the text ends with a sign.
pub(super) fn last_word(text: &str) -> &str {
    let word = text.strip_suffix(['\'', '.']).unwrap_or(text);
    let n = word.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    &word[word.len() - n..]
}

/// The last `n` bytes of `text`, or a little less where that would cut a character.
pub(super) fn tail(text: &str, n: usize) -> &str {
    let mut from = text.len().saturating_sub(n);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// The first `n` bytes of `text`, or a little less where that would cut a character.
pub(super) fn head(text: &str, n: usize) -> &str {
    let mut to = n.min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[..to]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_split_where_letters_digits_and_marks_meet() {
        let mut cursor = Cursor::new("50mdh, l'an  2025");
        let pieces: Vec<&str> = std::iter::from_fn(|| cursor.advance()).map(|p| p.text).collect();
        assert_eq!(pieces, ["50", "mdh", ",", "l", "'", "an", "2025"]);
    }

    #[test]
    fn heads_and_tails_do_not_cut_characters() {
        assert_eq!(tail("été", 1), "");
        assert_eq!(tail("été", 2), "é");
        assert_eq!(head("été", 1), "");
        assert_eq!(head("été", 99), "été");
    }
}
