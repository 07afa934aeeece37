//! Mentions + values → commitment records, by the rules of `eval/GUIDELINES.md`.

use crate::document::Document;
use crate::record::CommitmentRecord;
use crate::span::Mention;

/// Assembles the records of a document from its mentions (in order of their start).
///
/// A record's `mentions` name entities by position: mention `i` is entity `e{i+1}`.
pub fn link(_document: &Document, _mentions: &[Mention]) -> Vec<CommitmentRecord> {
    Vec::new()
}

/// The sentences that hold a record's figures.
pub fn evidence(
    _document: &Document,
    _mentions: &[Mention],
    _record: &CommitmentRecord,
) -> Vec<crate::span::ByteSpan> {
    Vec::new()
}
