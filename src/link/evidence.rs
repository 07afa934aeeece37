//! The sentences that state a record's figures.

use std::collections::BTreeSet;

use super::scene::Scene;
use crate::document::Document;
use crate::record::{CommitmentRecord, Role};
use crate::span::{ByteSpan, Mention};

/// Spans of the sentences that hold the figures of a record, in order.
///
/// `mentions` are those the record was linked from: its support `e3` is `mentions[2]`.
pub fn evidence(document: &Document, mentions: &[Mention], record: &CommitmentRecord) -> Vec<ByteSpan> {
    let scene = Scene::new(document, mentions);
    let figures = record
        .mentions
        .iter()
        .filter(|s| matches!(s.role, Role::Jobs | Role::IndirectJobs | Role::Investment));
    let numbers = figures.filter_map(|s| s.entity.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1));
    let placed = numbers.filter(|&m| scene.token_of.get(m).is_some_and(Option::is_some));
    let spans: BTreeSet<ByteSpan> = placed.filter_map(|m| scene.sentence_span(m)).collect();
    spans.into_iter().collect()
}
