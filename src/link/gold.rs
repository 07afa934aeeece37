//! What the labels say of a document's records, by mention.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::LabelledDocument;
use crate::record::{Role, Scope, Status};

/// Roles of the figures of a record.
const FIGURES: [Role; 3] = [Role::Jobs, Role::IndirectJobs, Role::Investment];

/// A labelled record, its mentions by role.
#[derive(Debug, Clone)]
pub(super) struct GoldRecord {
    pub(super) status: Status,
    pub(super) scope: Scope,
    /// True when it names a place.
    pub(super) has_place: bool,
    of: BTreeMap<Role, Vec<usize>>,
}

impl GoldRecord {
    /// Its mentions with a role.
    pub(super) fn of(&self, role: Role) -> &[usize] {
        self.of.get(&role).map_or(&[], Vec::as_slice)
    }

    /// True when a mention is one of its counts or amounts.
    pub(super) fn has_figure(&self, mention: usize) -> bool {
        FIGURES.iter().any(|&role| self.of(role).contains(&mention))
    }

    /// Its counts and amounts, in order, each once.
    pub(super) fn figures(&self) -> impl Iterator<Item = usize> {
        let all: BTreeSet<usize> = FIGURES.iter().flat_map(|&role| self.of(role)).copied().collect();
        all.into_iter()
    }

    /// The record among the mentions that were kept: `number` gives each its new position.
    pub(super) fn among(&self, number: &[Option<usize>]) -> Self {
        let kept = |ms: &Vec<usize>| ms.iter().filter_map(|&m| number[m]).collect();
        Self {
            of: self.of.iter().map(|(&role, ms)| (role, kept(ms))).collect(),
            ..self.clone()
        }
    }
}

/// Class of a status, 0 being no commitment.
pub(super) fn class_of(status: Status) -> usize {
    match status {
        Status::Pledged => 1,
        Status::Realized => 2,
        Status::Cancelled => 3,
    }
}

/// The first record that has a figure.
pub(super) fn record_of(records: &[GoldRecord], figure: usize) -> Option<&GoldRecord> {
    records.iter().find(|r| r.has_figure(figure))
}

/// The records of a labelled document; mention `i` is its entity `i`.
pub(super) fn gold_records(labelled: &LabelledDocument) -> Vec<GoldRecord> {
    let number: BTreeMap<&str, usize> = labelled
        .entities
        .iter()
        .enumerate()
        .map(|(i, e)| (e.id.as_str(), i))
        .collect();
    let records = labelled.records.iter().map(|record| {
        let mut of: BTreeMap<Role, Vec<usize>> = BTreeMap::new();
        for support in &record.mentions {
            if let Some(&m) = number.get(support.entity.as_str()) {
                of.entry(support.role).or_default().push(m);
            }
        }
        GoldRecord {
            status: record.status,
            scope: record.scope,
            has_place: !record.locations.is_empty(),
            of,
        }
    });
    records.collect()
}
