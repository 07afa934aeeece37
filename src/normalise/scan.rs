//! A cursor over folded text, in pieces: words, digits, marks.

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

    /// The next piece, spaces skipped; the cursor stays.
    pub(super) fn peek(&self) -> Option<Piece<'a>> {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches(' ');
        let start = self.pos + rest.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        let (kind, len) = if first.is_ascii_digit() {
            (Kind::Digits, run(trimmed, |c| c.is_ascii_digit()))
        } else if first.is_alphabetic() {
            (Kind::Word, run(trimmed, char::is_alphabetic))
        } else {
            (Kind::Mark, first.len_utf8())
        };
        Some(Piece {
            kind,
            text: &trimmed[..len],
            start,
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
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let found = self.peek().filter(|p| p.text == expected);
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

/// Length of the run of `inside` characters that opens `text`.
fn run(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
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
