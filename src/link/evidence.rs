//! The sentences that state a record's figures.

use std::collections::BTreeSet;

use super::scene::Scene;
use crate::record::{CommitmentRecord, Role};
use crate::span::ByteSpan;

/// Spans of the sentences that hold the figures of a record linked in this scene: support `e3` is mention 2.
pub(super) fn evidence(scene: &Scene<'_>, record: &CommitmentRecord) -> Vec<ByteSpan> {
    let figures = record
        .mentions
        .iter()
        .filter(|s| matches!(s.role, Role::Jobs | Role::IndirectJobs | Role::Investment));
    let numbers = figures.filter_map(|s| s.entity.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1));
    let placed = numbers.filter(|&m| scene.token_of.get(m).is_some_and(Option::is_some));
    let spans: BTreeSet<ByteSpan> = placed.filter_map(|m| scene.sentence_span(m)).collect();
    spans.into_iter().collect()
}
