//! From groups of figures to records: slots filled, totals beside parts, repeats merged.

use super::anchors::{is_indirect, quantity};
use super::cues::Zone;
use super::group::{Cluster, Committed, cluster, pair_features, twins};
use super::places::{self, Level};
use super::scene::{Entity, Scene};
use super::slots;
use super::{LinkModel, anchors};
use crate::label::Label;
use crate::normalise::Value;
use crate::normalise::place::place_key;
use crate::record::{CommitmentRecord, Role, Scope, Status, Support};
use crate::value::{Money, Quantity, When};

/// Joint classes of a commitment: status × scope.
const JOINT: [(Status, Scope); 6] = [
    (Status::Pledged, Scope::Single),
    (Status::Realized, Scope::Single),
    (Status::Cancelled, Scope::Single),
    (Status::Pledged, Scope::Total),
    (Status::Realized, Scope::Total),
    (Status::Cancelled, Scope::Total),
];

/// Totals are rare, and their probability too low for it; this many times more suits held-out documents.
const TOTAL_WEIGHT: f64 = 3.3;
/// A commitment whose organisation is less certain than this is not told clearly enough to be recorded.
const MIN_ORGANISATION: f64 = 0.4;
/// A figure that is more likely than this to be no commitment is none. Less than a half: a false record costs the reader
/// more than a missed one, and on held-out documents the F1 is the same.
const MAX_NONE: f64 = 0.4;

/// The line of [`calibrated`].
const SLOPE: f64 = 0.68;
const INTERCEPT: f64 = -0.40;

/// Builds the records of a document.
pub(super) fn assemble(scene: &Scene<'_>, model: &LinkModel) -> Vec<CommitmentRecord> {
    let committed = committed(scene, model);
    let clusters = cluster(scene, &committed, |a, b| {
        model.pair.logit(&pair_features(scene, a, b))
    });
    let mut drafts: Vec<Draft> = clusters.iter().filter_map(|c| draft(scene, model, c)).collect();
    share_with_parts(&mut drafts);
    let mut records: Vec<CommitmentRecord> = drafts.into_iter().map(|d| d.record).collect();
    for (i, record) in records.iter_mut().enumerate() {
        record.id = Some(format!("r{}", i + 1));
    }
    records
}

/// The anchors that are commitments. Anchors with the same figure decide together.
fn committed(scene: &Scene<'_>, model: &LinkModel) -> Vec<Committed> {
    let twins = twins(scene);
    let log = |p: f64| p.max(1e-6).ln();
    let features: Vec<Vec<String>> = scene
        .anchors
        .iter()
        .map(|&m| anchors::features(scene, m, &twins[&m]))
        .collect();
    let first: Vec<Vec<f64>> = features.iter().map(|f| model.anchor.probabilities(f)).collect();
    let second: Vec<Vec<f64>> = scene
        .anchors
        .iter()
        .enumerate()
        .map(|(i, m)| {
            let features = anchors::second_look(scene, i, &first, &twins[m]);
            model.second.probabilities(&features)
        })
        .collect();
    let mut found = Vec::new();
    for (i, &m) in scene.anchors.iter().enumerate() {
        // Figures told in parallel are all commitments or none is: the surest decides.
        let parts = scene.parallel(m).iter();
        let together = parts
            .filter_map(|p| scene.anchors.binary_search(&p.anchor).ok())
            .chain([i]);
        let Some(p) = together.map(|j| &second[j]).min_by(|x, y| x[0].total_cmp(&y[0])) else {
            continue;
        };
        if p[0] > MAX_NONE {
            continue;
        }
        let status = model.status.probabilities(&features[i]);
        // Half from a look at the figure alone, half from the second look, which knows the figures around.
        let some: f64 = p[1..].iter().sum();
        let statuses: Vec<f64> = status
            .iter()
            .zip(&p[1..])
            .map(|(s, q)| log(some * (0.5 * s + 0.5 * q / some)))
            .collect();
        let mut total = model.scope.probabilities(&anchors::scope_features(scene, m));
        total[1] *= TOTAL_WEIGHT;
        let log_p = JOINT
            .iter()
            .enumerate()
            .map(|(k, &(_, scope))| statuses[k % 3] + log(total[usize::from(scope == Scope::Total)]))
            .collect();
        found.push(Committed { mention: m, log_p });
    }
    found
}

/// A record with what later steps need to know of it.
struct Draft {
    record: CommitmentRecord,
    announced_in_text: bool,
}

fn draft(scene: &Scene<'_>, model: &LinkModel, cluster: &Cluster) -> Option<Draft> {
    let (k, _) = cluster
        .log_p
        .iter()
        .enumerate()
        .max_by(|x, y| x.1.total_cmp(y.1).then(y.0.cmp(&x.0)))?;
    let (status, scope) = JOINT[k];
    let figures = &cluster.anchors;
    let mut record = CommitmentRecord::empty(status, scope);
    fill_quantities(scene, figures, &mut record);
    let mut confidence = (cluster.log_p[k] / figures.len().max(1) as f64).exp();
    let mut organisations = Vec::new();
    if scope == Scope::Single {
        let (p, chosen) = choose(scene, model, figures, Label::Org, scope, &[])?;
        if p < MIN_ORGANISATION {
            return None;
        }
        organisations = chosen;
        organisations.sort_by_key(|&e| scene.organisations[e].mentions.first().copied());
        for &e in &organisations {
            let entity = &scene.organisations[e];
            record.organizations.push(short_name(scene, entity));
            support(scene, entity, Role::Organization, &mut record);
        }
        confidence *= p;
    }
    fill_places(scene, model, figures, &organisations, &mut record);
    let announced_in_text = fill_dates(scene, model, figures, &organisations, &mut record);
    record
        .mentions
        .sort_by_key(|s| (s.entity[1..].parse::<usize>().unwrap_or(0), s.role));
    record.mentions.dedup();
    record.confidence = Some((calibrated(confidence) * 1e4).round() / 1e4);
    Some(Draft {
        record,
        announced_in_text,
    })
}

/// Probability that a record is right, from the product of its choices' probabilities.
///
/// A line through the log-odds, fitted on records of half of the training documents as a linker fitted on the other half
/// assembles them from predicted mentions.
fn calibrated(product: f64) -> f64 {
    let product = product.clamp(1e-6, 1.0 - 1e-6);
    let log_odds = SLOPE * (product / (1.0 - product)).ln() + INTERCEPT;
    1.0 / (1.0 + (-log_odds).exp())
}

/// The likeliest organisation or place with those that share its slot, and its probability; `None` when the slot
/// is better left empty.
fn choose(
    scene: &Scene<'_>,
    model: &LinkModel,
    figures: &[usize],
    label: Label,
    scope: Scope,
    orgs: &[usize],
) -> Option<(f64, Vec<usize>)> {
    let (ranker, companion) = match label {
        Label::Org => (&model.organisation, &model.partner),
        _ => (&model.place, &model.other_place),
    };
    if let Some(e) = slots::aligned(scene, figures, label) {
        return Some((0.9, vec![e]));
    }
    let candidates = slots::candidates(scene, figures, label);
    let mut features: Vec<Vec<String>> = candidates
        .iter()
        .map(|&e| slots::entity_features(scene, figures, e, label, orgs))
        .collect();
    if label == Label::Loc {
        features.push(slots::empty_features(scene, figures, label));
    }
    if scope == Scope::Total {
        features = features.into_iter().map(slots::for_total).collect();
    }
    let (best, p) = top(&ranker.choose(&features))?;
    let &chosen = candidates.get(best)?;
    let joins = |e: &usize| {
        *e != chosen
            && companion.logit(&slots::companion_features(
                scene, figures, chosen, *e, label, orgs,
            )) > 0.0
    };
    let mut all = vec![chosen];
    all.extend(candidates.iter().copied().filter(joins));
    Some((p, all))
}

/// The greatest probability and where it stands; the first of equals.
fn top(p: &[f64]) -> Option<(usize, f64)> {
    let first = |x: &(usize, f64), y: &(usize, f64)| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0));
    p.iter().copied().enumerate().max_by(first)
}

fn id_of(mention: usize) -> String {
    format!("e{}", mention + 1)
}

fn fill_quantities(scene: &Scene<'_>, figures: &[usize], record: &mut CommitmentRecord) {
    for &m in figures {
        let role = match scene.mentions[m].label {
            Label::Money => Role::Investment,
            _ if is_indirect(scene, m) => Role::IndirectJobs,
            _ => Role::Jobs,
        };
        record.mentions.push(Support {
            entity: id_of(m),
            role,
        });
    }
    let told = |indirect: bool| {
        let list = figures
            .iter()
            .copied()
            .filter(|&m| scene.mentions[m].label == Label::Jobs && is_indirect(scene, m) == indirect);
        commonest(list.filter_map(|m| Some((quantity(scene, m)?, scene.segment(m).prose))))
    };
    record.jobs = told(false);
    record.indirect_jobs = told(true);
    let amounts = figures.iter().filter_map(|&m| match &scene.values[m] {
        Some(Value::Money(amount)) => Some((amount.money, scene.segment(m).prose)),
        _ => None,
    });
    let amounts: Vec<(Money, bool)> = amounts.collect();
    if let Some(&(first, _)) = amounts.iter().find(|a| a.1).or_else(|| amounts.first()) {
        let same = amounts.iter().filter(|a| a.0.currency == first.currency);
        record.investment = commonest(same.map(|a| (a.0.amount, a.1))).map(|amount| Money {
            amount,
            currency: first.currency,
        });
    }
}

/// The bounds told most often; the first of them in prose when several are.
fn commonest(told: impl Iterator<Item = (Quantity, bool)>) -> Option<Quantity> {
    let told: Vec<(Quantity, bool)> = told.collect();
    let mut best: Option<(usize, bool, Quantity)> = None;
    for &(q, prose) in &told {
        let n = told.iter().filter(|t| t.0.same_bounds(q)).count();
        if best.is_none_or(|(m, p, _)| (n, prose) > (m, p)) {
            best = Some((n, prose, q));
        }
    }
    best.map(|b| b.2)
}

/// Score from which a mention's edges are believed.
const SURE: f32 = 0.6;

/// Shortest name used for an organisation; acronyms given after the full name, and what may be a piece of a name, only
/// when there is nothing else.
pub(super) fn short_name(scene: &Scene<'_>, entity: &Entity) -> String {
    let in_parentheses = |m: usize| scene.word(scene.at(m), -1) == "(" && scene.word(scene.at(m), 1) == ")";
    let rank = |&m: &usize| {
        let length = scene.surface(m).chars().count();
        (in_parentheses(m), scene.mentions[m].score < SURE, length)
    };
    let shortest = entity.mentions.iter().copied().min_by_key(rank);
    shortest.map_or_else(String::new, |m| scene.surface(m).to_owned())
}

/// Adds the mentions of an organisation or a place that stand in the article.
fn support(scene: &Scene<'_>, entity: &Entity, role: Role, record: &mut CommitmentRecord) {
    let article = |m: &&usize| matches!(scene.segment(**m).zone, Zone::Top | Zone::Body);
    let mut any = false;
    for &m in entity.mentions.iter().filter(article) {
        record.mentions.push(Support {
            entity: id_of(m),
            role,
        });
        any = true;
    }
    if let (false, Some(&m)) = (any, entity.mentions.first()) {
        record.mentions.push(Support {
            entity: id_of(m),
            role,
        });
    }
}

/// The places of a commitment, the most specific level only (cities, else sites, else regions, else countries).
fn fill_places(
    scene: &Scene<'_>,
    model: &LinkModel,
    figures: &[usize],
    orgs: &[usize],
    record: &mut CommitmentRecord,
) {
    let Some((_, mut chosen)) = choose(scene, model, figures, Label::Loc, record.scope, orgs) else {
        return;
    };
    let name = |e: usize| scene.surface(scene.places[e].mentions[0]);
    let Some(finest) = chosen.iter().map(|&e| places::level(name(e))).max() else {
        return;
    };
    chosen.retain(|&e| places::level(name(e)) == finest);
    if finest == Level::Site {
        for e in &mut chosen {
            *e = city_around(scene, *e).unwrap_or(*e);
        }
    }
    chosen.sort_by_key(|&e| scene.places[e].mentions.first().copied());
    chosen.dedup();
    for e in chosen {
        record.locations.push(name(e).to_owned());
        support(scene, &scene.places[e], Role::Location, record);
    }
}

/// The city that holds a site, when a sentence states both, or when the site bears its name and the article names it.
fn city_around(scene: &Scene<'_>, site: usize) -> Option<usize> {
    let key = |p: usize| place_key(scene.surface(scene.places[p].mentions[0]));
    let segments = |p: usize| scene.places[p].mentions.iter().map(|&m| scene.segment_of(m));
    let site_key = key(site);
    let holds = places::city_of(&site_key);
    (0..scene.places.len()).filter(|&p| p != site).find(|&p| {
        let city = key(p);
        let together = segments(p).any(|s| segments(site).any(|t| s == t));
        let told = scene.places[p].in_body > 0 || scene.places[p].in_title;
        let bears = site_key.split(' ').any(|w| w == city) && places::level(&city) == Level::City;
        (together && holds == Some(city.as_str())) || (told && bears)
    })
}

/// Fills deadline and day of announcement; true when the text states the latter.
fn fill_dates(
    scene: &Scene<'_>,
    model: &LinkModel,
    figures: &[usize],
    organisations: &[usize],
    record: &mut CommitmentRecord,
) -> bool {
    let dates = slots::date_candidates(scene, figures);
    let mut features: Vec<Vec<String>> = dates
        .iter()
        .map(|&d| slots::date_features(scene, figures, d, record.status, organisations))
        .collect();
    features.push(slots::empty_features(scene, figures, Label::Date));
    let mut chosen = [None, None];
    for (slot, ranker, role) in [
        (0, &model.deadline, Role::Deadline),
        (1, &model.announced, Role::Announced),
    ] {
        let value = |d: usize| match &scene.values[d] {
            Some(Value::Date(value)) if slot == 0 => Some(value.last),
            Some(Value::Date(value)) => Some(value.first),
            _ => None,
        };
        let p = ranker.choose(&features);
        let Some(when) = top(&p).and_then(|(i, _)| dates.get(i)).and_then(|&d| value(d)) else {
            continue;
        };
        if role == Role::Deadline && (record.status == Status::Realized || when.year().is_none()) {
            continue;
        }
        chosen[slot] = Some(when);
        let linked = dates
            .iter()
            .zip(&p)
            .filter(|&(&d, &p)| p > 0.05 && value(d) == Some(when));
        record.mentions.extend(linked.map(|(&d, _)| Support {
            entity: id_of(d),
            role,
        }));
    }
    record.deadline = chosen[0];
    record.announced = chosen[1].or(scene.document.published);
    chosen[1].is_some()
}

/// Gives the parts of a total its deadline and day, where they have none of their own.
fn share_with_parts(drafts: &mut [Draft]) {
    let totals: Vec<(Status, Option<When>, Option<When>)> = drafts
        .iter()
        .filter(|d| d.record.scope == Scope::Total)
        .map(|d| {
            (
                d.record.status,
                d.record.deadline,
                d.record.announced.filter(|_| d.announced_in_text),
            )
        })
        .collect();
    let [(status, deadline, announced)] = totals[..] else {
        return;
    };
    for draft in drafts
        .iter_mut()
        .filter(|d| d.record.scope == Scope::Single && d.record.status == status)
    {
        draft.record.deadline = draft.record.deadline.or(deadline);
        if !draft.announced_in_text {
            draft.record.announced = announced.or(draft.record.announced);
        }
    }
}
