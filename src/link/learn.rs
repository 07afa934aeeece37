//! From labelled documents to the weights of the linker.

use std::collections::BTreeSet;

use super::assemble::assemble;
use super::gold::{GoldRecord, class_of, gold_records, record_of};
use super::linear::{Example, Fit, Linear};
use super::roles::Reading;
use super::scene::Scene;
use super::{LinkModel, anchors, group, slots};
use crate::document::{Document, LabelledDocument};
use crate::label::Label;
use crate::record::{Role, Scope};
use crate::span::Mention;

/// A document to learn from.
pub(crate) struct Lesson {
    pub(crate) document: LabelledDocument,
    /// Its mentions, in the order of its entities.
    pub(crate) mentions: Vec<Mention>,
    /// What a role model that never saw the document says of it.
    pub(crate) reading: Option<Reading>,
}

/// Examples of each classifier.
#[derive(Default)]
struct Examples {
    /// By document, so that the second look learns from first looks of other documents.
    anchor: Vec<Vec<Example>>,
    second: Vec<Second>,
    scope: Vec<Example>,
    pair: Vec<Example>,
    organisation: Vec<Vec<Example>>,
    partner: Vec<Example>,
    place: Vec<Vec<Example>>,
    other_place: Vec<Example>,
    deadline: Vec<Vec<Example>>,
    announced: Vec<Vec<Example>>,
}

/// What the second look at a document needs, once the first one is fitted.
struct Second {
    document: Document,
    mentions: Vec<Mention>,
}

/// Fits the second look: the first one is fitted on the other documents, as it will be when it meets new ones.
fn fit_second(examples: &Examples, fit: Fit) -> Linear {
    const FOLDS: usize = 5;
    let mut rows = Vec::new();
    for fold in 0..FOLDS {
        let others = examples
            .anchor
            .iter()
            .enumerate()
            .filter(|(i, _)| i % FOLDS != fold);
        let others: Vec<Example> = others.flat_map(|(_, e)| e.iter().cloned()).collect();
        let first_look = Linear::fit(&others, anchors::N_CLASSES, fit);
        for (own, second) in examples
            .anchor
            .iter()
            .zip(&examples.second)
            .skip(fold)
            .step_by(FOLDS)
        {
            let scene = Scene::new(&second.document, &second.mentions);
            let twins = group::twins(&scene);
            let first: Vec<Vec<f64>> = own
                .iter()
                .map(|e| first_look.probabilities(&e.features))
                .collect();
            for (i, e) in own.iter().enumerate() {
                let features = anchors::second_look(&scene, i, &first, &twins[&scene.anchors[i]]);
                rows.push(Example {
                    features,
                    class: e.class,
                });
            }
        }
    }
    Linear::fit(&rows, anchors::N_CLASSES, fit)
}

/// Fits the status on commitments alone; the rare ones count twice, else everything is pledged.
fn fit_status(anchors: &[Vec<Example>], fit: Fit) -> Linear {
    let committed = anchors.iter().flatten().filter(|e| e.class > 0);
    let rows: Vec<Example> = committed
        .flat_map(|e| {
            let row = Example {
                features: e.features.clone(),
                class: e.class - 1,
            };
            std::iter::repeat_n(row, if e.class > 1 { 2 } else { 1 })
        })
        .collect();
    Linear::fit(&rows, anchors::N_CLASSES - 1, fit)
}

impl Lesson {
    /// The document with the records that `model` makes of its mentions.
    pub(crate) fn linked(&self, model: &LinkModel) -> LabelledDocument {
        let document = self.document.document();
        let mut scene = Scene::new(&document, &self.mentions);
        scene.reading.clone_from(&self.reading);
        let mut linked = self.document.clone();
        linked.records = assemble(&scene, model);
        for (i, entity) in linked.entities.iter_mut().enumerate() {
            entity.id = format!("e{}", i + 1);
        }
        linked
    }
}

/// Fits the linker on labelled documents.
pub(super) fn fit<'l>(lessons: impl IntoIterator<Item = &'l Lesson>) -> LinkModel {
    let mut examples = Examples::default();
    for lesson in lessons {
        add(lesson, &mut examples);
    }
    // Few examples of a choice, many of a figure: the former need longer steps in as many epochs.
    let plain = Fit {
        epochs: 30,
        rate: 0.015,
        l2: 5e-3,
        min_count: 3,
    };
    let rank = Fit { rate: 0.04, ..plain };
    let small = Fit { rate: 0.03, ..plain };
    LinkModel {
        anchor: Linear::fit(&examples.anchor.concat(), anchors::N_CLASSES, plain),
        second: fit_second(&examples, plain),
        status: fit_status(&examples.anchor, rank),
        scope: Linear::fit(&examples.scope, 2, small),
        pair: Linear::fit(&examples.pair, 2, small),
        organisation: Linear::fit_ranking(&examples.organisation, rank),
        partner: Linear::fit(&examples.partner, 2, small),
        place: Linear::fit_ranking(&examples.place, rank),
        other_place: Linear::fit(&examples.other_place, 2, small),
        deadline: Linear::fit_ranking(&examples.deadline, rank),
        announced: Linear::fit_ranking(&examples.announced, rank),
    }
}

fn add(lesson: &Lesson, examples: &mut Examples) {
    let document = lesson.document.document();
    let mut scene = Scene::new(&document, &lesson.mentions);
    scene.reading.clone_from(&lesson.reading);
    let scene = &scene;
    let records = gold_records(&lesson.document);
    let twins = group::twins(scene);
    let mut anchors_of = Vec::new();
    for &m in &scene.anchors {
        let record = record_of(&records, m);
        let class = record.map_or(0, |r| class_of(r.status));
        let features = anchors::features(scene, m, twins.get(&m).map_or(&[], Vec::as_slice));
        anchors_of.push(Example { features, class });
        if let Some(record) = record {
            examples.scope.push(Example {
                features: anchors::scope_features(scene, m),
                class: usize::from(record.scope == Scope::Total),
            });
        }
    }
    examples.anchor.push(anchors_of);
    examples.second.push(Second {
        document: document.clone(),
        mentions: lesson.mentions.clone(),
    });
    let committed: Vec<usize> = scene
        .anchors
        .iter()
        .copied()
        .filter(|&m| record_of(&records, m).is_some())
        .collect();
    for (i, &a) in committed.iter().enumerate() {
        let far = committed
            .iter()
            .skip(i + 1 + group::WINDOW)
            .filter(|&&b| anchors::same_figure(scene, a, b));
        for &b in committed[i + 1..].iter().take(group::WINDOW).chain(far) {
            let together = records.iter().any(|r| r.has_figure(a) && r.has_figure(b));
            examples.pair.push(Example {
                features: group::pair_features(scene, a, b),
                class: usize::from(together),
            });
        }
    }
    for record in &records {
        add_slots(scene, record, examples);
    }
}

/// The choices of one record: its organisations, places and dates among those of the document.
fn add_slots(scene: &Scene<'_>, record: &GoldRecord, examples: &mut Examples) {
    let placed = record
        .figures()
        .filter(|m| scene.anchors.binary_search(m).is_ok());
    let figures: Vec<usize> = placed.collect();
    if figures.is_empty() {
        return;
    }
    let linked = |role: Role| -> BTreeSet<usize> {
        let mentions = record.of(role).iter();
        mentions.filter_map(|&m| scene.entity_of[m]).collect()
    };
    let organisations = linked(Role::Organization);
    let of_record: Vec<usize> = organisations.iter().copied().collect();
    if record.scope == Scope::Single {
        let (group, partners) = choice(scene, &figures, &organisations, Label::Org, &[]);
        examples.organisation.push(group);
        examples.partner.extend(partners);
    }
    let (mut group, others) = choice(scene, &figures, &linked(Role::Location), Label::Loc, &of_record);
    let features = slots::empty_features(scene, &figures, Label::Loc);
    group.push(Example {
        features,
        class: usize::from(!record.has_place),
    });
    if record.scope == Scope::Total {
        for example in &mut group {
            example.features = slots::for_total(std::mem::take(&mut example.features));
        }
    }
    examples.place.push(group);
    examples.other_place.extend(others);
    for (role, groups) in [
        (Role::Deadline, &mut examples.deadline),
        (Role::Announced, &mut examples.announced),
    ] {
        let right = record.of(role);
        let mut group: Vec<Example> = slots::date_candidates(scene, &figures)
            .into_iter()
            .map(|date| Example {
                features: slots::date_features(scene, &figures, date, record.status, &of_record),
                class: usize::from(right.contains(&date)),
            })
            .collect();
        let features = slots::empty_features(scene, &figures, Label::Date);
        group.push(Example {
            features,
            class: usize::from(right.is_empty()),
        });
        groups.push(group);
    }
}

/// The choice of an organisation or a place among the candidates, and that of its companions.
fn choice(
    scene: &Scene<'_>,
    figures: &[usize],
    right: &BTreeSet<usize>,
    label: Label,
    orgs: &[usize],
) -> (Vec<Example>, Vec<Example>) {
    let candidates = slots::candidates(scene, figures, label);
    let class = |e: &usize| usize::from(right.contains(e));
    let group = candidates
        .iter()
        .map(|e| Example {
            features: slots::entity_features(scene, figures, *e, label, orgs),
            class: class(e),
        })
        .collect();
    let mut companions = Vec::new();
    for &chosen in right.iter().take(3) {
        for e in candidates.iter().filter(|&&e| e != chosen) {
            let features = slots::companion_features(scene, figures, chosen, *e, label, orgs);
            companions.push(Example {
                features,
                class: class(e),
            });
        }
    }
    (group, companions)
}
