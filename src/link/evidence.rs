//! The sentences that state a record's figures.

use std::collections::BTreeSet;

use super::scene::Scene;
use crate::document::Document;
use crate::record::{CommitmentRecord, Role};
use crate::span::{ByteSpan, Mention};

/// Spans of the sentences that hold the figures of each record, in order.
///
/// `mentions` are those the records were linked from: support `e3` is `mentions[2]`. The document is laid out once,
/// however many records it has.
pub fn evidence(
    document: &Document,
    mentions: &[Mention],
    records: &[CommitmentRecord],
) -> Vec<Vec<ByteSpan>> {
    if records.is_empty() {
        return Vec::new();
    }
    let scene = Scene::new(document, mentions);
    records.iter().map(|record| of_record(&scene, record)).collect()
}

fn of_record(scene: &Scene<'_>, record: &CommitmentRecord) -> Vec<ByteSpan> {
    let figures = record
        .mentions
        .iter()
        .filter(|s| matches!(s.role, Role::Jobs | Role::IndirectJobs | Role::Investment));
    let numbers = figures.filter_map(|s| s.entity.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1));
    let placed = numbers.filter(|&m| scene.token_of.get(m).is_some_and(Option::is_some));
    let spans: BTreeSet<ByteSpan> = placed.filter_map(|m| scene.sentence_span(m)).collect();
    spans.into_iter().collect()
}
