//! From labelled documents to the weights of the linker.

use std::collections::{BTreeMap, BTreeSet};

use super::linear::{Example, Fit, Linear};
use super::scene::Scene;
use super::{LinkModel, anchors, group, slots};
use crate::document::{Document, LabelledDocument};
use crate::label::Label;
use crate::record::{CommitmentRecord, Role, Scope, Status};
use crate::span::Mention;

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

/// Class of a status, 0 being no commitment.
pub(super) fn class_of(status: Status) -> usize {
    match status {
        Status::Pledged => 1,
        Status::Realized => 2,
        Status::Cancelled => 3,
    }
}

/// Fits the linker on labelled documents, each with its mentions in the order of its entities.
pub(super) fn fit(documents: &[(LabelledDocument, Vec<Mention>)]) -> LinkModel {
    let mut examples = Examples::default();
    for (document, mentions) in documents {
        add(document, mentions, &mut examples);
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
        parts: documents.iter().flat_map(|(_, m)| m).any(|m| m.parts.is_some()),
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

fn add(labelled: &LabelledDocument, mentions: &[Mention], examples: &mut Examples) {
    let document = labelled.document();
    let scene = Scene::new(&document, mentions);
    let number: BTreeMap<&str, usize> = labelled
        .entities
        .iter()
        .enumerate()
        .map(|(i, e)| (e.id.as_str(), i))
        .collect();
    // For each record, its mentions by role; for each anchor, its records.
    let mut records_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut roles: Vec<BTreeMap<Role, Vec<usize>>> = Vec::new();
    for (r, record) in labelled.records.iter().enumerate() {
        let mut of: BTreeMap<Role, Vec<usize>> = BTreeMap::new();
        for support in &record.mentions {
            let Some(&m) = number.get(support.entity.as_str()) else {
                continue;
            };
            of.entry(support.role).or_default().push(m);
            if matches!(support.role, Role::Jobs | Role::IndirectJobs | Role::Investment) {
                records_of.entry(m).or_default().insert(r);
            }
        }
        roles.push(of);
    }
    let twins = group::twins(&scene);
    let mut anchors_of = Vec::new();
    for &m in &scene.anchors {
        let record = records_of
            .get(&m)
            .and_then(|rs| rs.first())
            .map(|&r| &labelled.records[r]);
        let class = record.map_or(0, |r| class_of(r.status));
        let features = anchors::features(&scene, m, twins.get(&m).map_or(&[], Vec::as_slice));
        anchors_of.push(Example { features, class });
        if let Some(record) = record {
            let class = usize::from(record.scope == Scope::Total);
            examples.scope.push(Example {
                features: anchors::scope_features(&scene, m),
                class,
            });
        }
    }
    examples.anchor.push(anchors_of);
    examples.second.push(Second {
        document: document.clone(),
        mentions: mentions.to_vec(),
    });
    let committed: Vec<usize> = scene
        .anchors
        .iter()
        .copied()
        .filter(|m| records_of.contains_key(m))
        .collect();
    for (i, &a) in committed.iter().enumerate() {
        let far = committed
            .iter()
            .skip(i + 1 + group::WINDOW)
            .filter(|&&b| anchors::same_figure(&scene, a, b));
        for &b in committed[i + 1..].iter().take(group::WINDOW).chain(far) {
            let class = usize::from(!records_of[&a].is_disjoint(&records_of[&b]));
            examples.pair.push(Example {
                features: group::pair_features(&scene, a, b),
                class,
            });
        }
    }
    for (record, of) in labelled.records.iter().zip(&roles) {
        add_slots(&scene, record, of, examples);
    }
}

/// The choices of one record: its organisations, places and dates among those of the document.
fn add_slots(
    scene: &Scene<'_>,
    record: &CommitmentRecord,
    of: &BTreeMap<Role, Vec<usize>>,
    examples: &mut Examples,
) {
    let mut figures: Vec<usize> = [Role::Jobs, Role::IndirectJobs, Role::Investment]
        .iter()
        .filter_map(|role| of.get(role))
        .flatten()
        .copied()
        .filter(|m| scene.anchors.binary_search(m).is_ok())
        .collect();
    figures.sort_unstable();
    if figures.is_empty() {
        return;
    }
    let linked = |role: Role| -> BTreeSet<usize> {
        of.get(&role)
            .into_iter()
            .flatten()
            .filter_map(|&m| scene.entity_of[m])
            .collect()
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
        class: usize::from(record.locations.is_empty()),
    });
    examples.place.push(group);
    examples.other_place.extend(others);
    for (role, groups) in [
        (Role::Deadline, &mut examples.deadline),
        (Role::Announced, &mut examples.announced),
    ] {
        let right = of.get(&role).map_or(&[][..], Vec::as_slice);
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
