//! Sentences that say the same of several organisations, the verb once: *A créera 600 emplois à Tétouan et B 400 à Agadir*.

use std::collections::BTreeMap;

use super::scene::{Scene, Segment};
use crate::label::Label;

/// One of the parts of such a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The figure.
    pub(super) anchor: usize,
    organisation: usize,
    place: Option<usize>,
}

impl Part {
    /// The entity of a label in it.
    pub(super) fn entity(&self, label: Label) -> Option<usize> {
        if label == Label::Org {
            Some(self.organisation)
        } else {
            self.place
        }
    }
}

/// For each figure told in parallel, the parts of its sentence.
pub(super) fn find(scene: &Scene<'_>) -> BTreeMap<usize, Vec<Part>> {
    let mut found = BTreeMap::new();
    for segment in &scene.segments {
        let parts = parts(scene, segment);
        found.extend(parts.iter().map(|p| (p.anchor, parts.clone())));
    }
    found
}

/// The parts of a sentence; empty when it is not of that kind.
///
/// Its mentions, dates aside, then repeat one pattern of labels: an organisation and a figure in any order, with one place
/// or none, each organisation another.
fn parts(scene: &Scene<'_>, segment: &Segment) -> Vec<Part> {
    let tokens = &scene.tokens[segment.tokens.clone()];
    let mentions: Vec<usize> = tokens
        .iter()
        .filter_map(|t| t.mention)
        .filter(|&m| scene.mentions[m].label != Label::Date)
        .collect();
    let is_figure = |m: &usize| scene.anchors.binary_search(m).is_ok();
    let n = mentions.iter().copied().filter(|m| is_figure(m)).count();
    if n < 2 || !mentions.len().is_multiple_of(n) {
        return Vec::new();
    }
    let chunks = || mentions.chunks(mentions.len() / n);
    let pattern =
        |chunk: &[usize]| -> Vec<Label> { chunk.iter().map(|&m| scene.mentions[m].label).collect() };
    let first = pattern(&mentions[..mentions.len() / n]);
    let count = |label: Label| first.iter().filter(|&&l| l == label).count();
    if count(Label::Org) != 1 || count(Label::Loc) > 1 || chunks().any(|c| pattern(c) != first) {
        return Vec::new();
    }
    let part = |chunk: &[usize]| {
        let entity = |label: Label| {
            let m = chunk.iter().find(|&&m| scene.mentions[m].label == label)?;
            scene.entity_of[*m]
        };
        Some(Part {
            anchor: *chunk.iter().find(|m| is_figure(m))?,
            organisation: entity(Label::Org)?,
            place: entity(Label::Loc),
        })
    };
    let parts: Vec<Part> = chunks().filter_map(part).collect();
    let mut organisations: Vec<usize> = parts.iter().map(|p| p.organisation).collect();
    organisations.sort_unstable();
    organisations.dedup();
    if organisations.len() == n {
        parts
    } else {
        Vec::new()
    }
}
