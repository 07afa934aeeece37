//! What the role model should say of a page, by the labels.

use super::page::{Group, Page};
use super::{Batch, Choice, Scores};
use crate::label::Label;
use crate::link::gold::{GoldRecord, class_of, record_of};
use crate::link::scene::Scene;
use crate::model::{Choices, Targets, choice_loss, cross_entropy};
use crate::record::{Role, Scope};

/// Right answers for the figures and choices of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageTargets {
    /// Class of each figure.
    classes: Vec<u32>,
    /// Whether each figure is a total; `None` when it is no commitment.
    totals: Vec<Option<bool>>,
    /// For each candidate of each choice, none being the last, which right answer it belongs to; 0 is wrong.
    answers: Vec<u32>,
    /// Whether something is asked of each choice.
    asked: Vec<bool>,
}

/// The right answers for a page.
pub(super) fn targets(scene: &Scene<'_>, page: &Page, records: &[GoldRecord]) -> PageTargets {
    let mut targets = PageTargets::default();
    for &(m, _) in &page.anchors {
        let record = record_of(records, m);
        targets
            .classes
            .push(record.map_or(0, |r| class_of(r.status)) as u32);
        targets.totals.push(record.map(|r| r.scope == Scope::Total));
    }
    for group in &page.groups {
        let record = record_of(records, page.anchors[group.anchor].0);
        targets.asked.push(record.is_some());
        let right = match record {
            Some(record) => right(scene, page, group, record),
            None => vec![0; group.candidates.len()],
        };
        let none = right.iter().all(|&a| a == 0);
        targets.answers.extend(right);
        targets.answers.push(u32::from(none));
    }
    targets
}

/// Which right answer each candidate belongs to.
fn right(scene: &Scene<'_>, page: &Page, group: &Group, record: &GoldRecord) -> Vec<u32> {
    let mentions = group.candidates.iter().map(|&(c, _)| page.candidates[c].0);
    let role = match group.choice {
        Choice::Organization => Role::Organization,
        Choice::Location => Role::Location,
        Choice::Deadline => Role::Deadline,
        Choice::Announced => Role::Announced,
        Choice::Antecedent => return mentions.map(|m| u32::from(record.has_figure(m))).collect(),
    };
    let linked = record.of(role);
    if matches!(role, Role::Deadline | Role::Announced) {
        return mentions.map(|m| u32::from(linked.contains(&m))).collect();
    }
    // Every mention of what is linked is right; each organisation or place is an answer of its own.
    let mut entities: Vec<Option<usize>> = Vec::new();
    let present: Vec<usize> = mentions.clone().collect();
    for &m in linked.iter().filter(|&&m| scene.mentions[m].label != Label::Date) {
        let e = scene.entity_of[m];
        if e.is_some() && !entities.contains(&e) && present.iter().any(|&p| scene.entity_of[p] == e) {
            entities.push(e);
        }
    }
    let answer = |m: usize| entities.iter().position(|&e| e == scene.entity_of[m]);
    mentions.map(|m| answer(m).map_or(0, |i| i as u32 + 1)).collect()
}

/// The loss of a batch: the sum over its figures of that of their classes and choices, times the weights given.
///
/// # Errors
/// When the targets are not the batch's.
pub(crate) fn loss(
    scores: &Scores,
    batch: &Batch,
    targets: &[&PageTargets],
    per_figure: f32,
    per_commitment: f32,
) -> candle_core::Result<candle_core::Tensor> {
    let classes: Vec<u32> = targets.iter().flat_map(|t| t.classes.iter().copied()).collect();
    let totals: Vec<Option<bool>> = targets.iter().flat_map(|t| t.totals.iter().copied()).collect();
    let asked = targets.iter().flat_map(|t| t.asked.iter().copied());
    let weight = |asked: bool| if asked { per_commitment } else { 0.0 };
    let class_loss = cross_entropy(
        &scores.classes,
        Targets {
            weights: vec![per_figure; classes.len()].into(),
            classes: classes.into(),
            smoothing: SMOOTHING,
        },
    )?;
    let total_loss = cross_entropy(
        &scores.totals,
        Targets {
            weights: totals.iter().map(|t| weight(t.is_some())).collect(),
            classes: totals.iter().map(|t| u32::from(*t == Some(true))).collect(),
            smoothing: SMOOTHING,
        },
    )?;
    let choices = Choices {
        bounds: batch.groups.clone(),
        answers: targets.iter().flat_map(|t| t.answers.iter().copied()).collect(),
        weights: asked.map(weight).collect(),
    };
    (class_loss + total_loss)? + choice_loss(&scores.pairs, choices)?
}

/// Label smoothing of the classes.
const SMOOTHING: f32 = 0.02;

impl PageTargets {
    /// For each candidate of each choice, none being the last, which right answer it belongs to; 0 is wrong.
    #[cfg(test)]
    pub(super) fn answers(&self) -> &[u32] {
        &self.answers
    }

    /// Figures, and commitments among them.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (
            self.classes.len(),
            self.classes.iter().filter(|&&c| c > 0).count(),
        )
    }
}
