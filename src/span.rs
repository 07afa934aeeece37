//! Where a mention lies in the text: byte ranges and scored mentions.

use crate::label::Label;

/// Half-open range of UTF-8 bytes into the original text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// First byte of the span.
    pub start: u32,
    /// One past the last byte of the span.
    pub end: u32,
}

impl ByteSpan {
    /// Builds a non-empty span; `None` when `start >= end`.
    pub fn new(start: usize, end: usize) -> Option<Self> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        (start < end).then_some(Self { start, end })
    }

    /// The text under the span; `None` when it is out of bounds or cuts a character.
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.range())
    }

    /// The span as a range of `usize`, for indexing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes, never 0.
    pub fn n_bytes(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True when both spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A labelled span of a document, annotated or predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Where it stands.
    pub span: ByteSpan,
    /// What it is.
    pub label: Label,
    /// Probability that the whole mention is right, in `[0, 1]`; 1 for annotated mentions.
    pub score: f32,
}

impl Mention {
    /// An annotated mention, with score 1.
    pub fn gold(span: ByteSpan, label: Label) -> Self {
        Self {
            span,
            label,
            score: 1.0,
        }
    }
}

/// Turns offsets in code points into byte offsets and back, for one text.
///
/// ```
/// use jalon::span::CharIndex;
/// let index = CharIndex::new("été 2024");
/// assert_eq!(index.byte(4), Some(6));
/// assert_eq!(index.char(6), Some(4));
/// assert_eq!(index.byte(99), None);
/// ```
#[derive(Debug, Clone)]
pub struct CharIndex {
    /// Byte offset of each character, and of the end of the text.
    bytes: Vec<u32>,
}

impl CharIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let mut bytes: Vec<u32> = text.char_indices().map(|(i, _)| i as u32).collect();
        bytes.push(text.len() as u32);
        Self { bytes }
    }

    /// Byte offset of the `n`-th character (or of the end of the text); `None` past the end.
    pub fn byte(&self, n_chars: usize) -> Option<usize> {
        self.bytes.get(n_chars).map(|&b| b as usize)
    }

    /// Number of characters before byte offset `byte`; `None` when it cuts a character or is out of bounds.
    pub fn char(&self, byte: usize) -> Option<usize> {
        self.bytes.binary_search(&u32::try_from(byte).ok()?).ok()
    }

    /// Number of characters of the text.
    pub fn n_chars(&self) -> usize {
        self.bytes.len() - 1
    }
}
