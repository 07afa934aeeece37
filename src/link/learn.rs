//! From labelled documents to the weights of the linker.

use std::collections::{BTreeMap, BTreeSet};

use super::linear::{Example, Fit, Linear};
use super::scene::Scene;
use super::{LinkModel, anchors, group, slots};
use crate::document::LabelledDocument;
use crate::label::Label;
use crate::record::{Role, Scope, Status};

/// Examples of each classifier.
#[derive(Default)]
struct Examples {
    anchor: Vec<Example>,
    scope: Vec<Example>,
    pair: Vec<Example>,
    organisation: Vec<Example>,
    place: Vec<Example>,
    date: Vec<Example>,
}

/// Class of a status, 0 being no commitment.
pub(super) fn class_of(status: Status) -> usize {
    match status {
        Status::Pledged => 1,
        Status::Realized => 2,
        Status::Cancelled => 3,
    }
}

/// Fits the linker on labelled documents; documents whose offsets do not fit are left out.
pub(super) fn fit(documents: &[LabelledDocument]) -> LinkModel {
    let mut examples = Examples::default();
    for document in documents {
        add(document, &mut examples);
    }
    let plain = Fit {
        epochs: 30,
        rate: 0.1,
        l2: 2e-3,
        min_count: 2,
    };
    LinkModel {
        anchor: Linear::fit(&examples.anchor, anchors::N_CLASSES, plain),
        scope: Linear::fit(&examples.scope, 2, plain),
        pair: Linear::fit(&examples.pair, 2, plain),
        organisation: Linear::fit(&examples.organisation, 2, plain),
        place: Linear::fit(&examples.place, 2, plain),
        date: Linear::fit(&examples.date, slots::DATE_CLASSES, plain),
    }
}

fn add(labelled: &LabelledDocument, examples: &mut Examples) {
    let Ok(mentions) = labelled.mentions() else { return };
    let document = labelled.document();
    let scene = Scene::new(&document, &mentions);
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
    for &m in &scene.anchors {
        let record = records_of
            .get(&m)
            .and_then(|rs| rs.first())
            .map(|&r| &labelled.records[r]);
        let class = record.map_or(0, |r| class_of(r.status));
        let features = anchors::features(&scene, m, twins.get(&m).map_or(&[], Vec::as_slice));
        examples.anchor.push(Example { features, class });
        if let Some(record) = record {
            let class = usize::from(record.scope == Scope::Total);
            examples.scope.push(Example {
                features: anchors::scope_features(&scene, m),
                class,
            });
        }
    }
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
        let mut figures: Vec<usize> = [Role::Jobs, Role::IndirectJobs, Role::Investment]
            .iter()
            .filter_map(|role| of.get(role))
            .flatten()
            .copied()
            .filter(|m| scene.anchors.binary_search(m).is_ok())
            .collect();
        figures.sort_unstable();
        if figures.is_empty() {
            continue;
        }
        let linked = |role: Role| -> BTreeSet<usize> {
            of.get(&role)
                .into_iter()
                .flatten()
                .filter_map(|&m| scene.entity_of[m])
                .collect()
        };
        let organisations = linked(Role::Organization);
        if record.scope == Scope::Single {
            for e in slots::candidates(&scene, &figures, Label::Org) {
                let features = slots::entity_features(&scene, &figures, e, Label::Org);
                examples.organisation.push(Example {
                    features,
                    class: usize::from(organisations.contains(&e)),
                });
            }
        }
        let places = linked(Role::Location);
        for e in slots::candidates(&scene, &figures, Label::Loc) {
            let features = slots::entity_features(&scene, &figures, e, Label::Loc);
            examples.place.push(Example {
                features,
                class: usize::from(places.contains(&e)),
            });
        }
        let of_record: Vec<usize> = organisations.iter().copied().collect();
        for date in slots::date_candidates(&scene, &figures) {
            let is = |role: Role| of.get(&role).is_some_and(|ms| ms.contains(&date));
            let class = if is(Role::Deadline) {
                slots::DEADLINE
            } else if is(Role::Announced) {
                slots::ANNOUNCED
            } else {
                0
            };
            let features = slots::date_features(&scene, &figures, date, record.status, &of_record);
            examples.date.push(Example { features, class });
        }
    }
}
