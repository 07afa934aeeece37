//! What the role model says, as features of the linker's choices. Without a role model they are not there.

use super::Choice;
use super::reading::{Odds, Reading};
use crate::label::Label;
use crate::link::scene::{Entity, Scene};

/// Log-odds in steps of one, at most six from even.
fn band(p: f32) -> i32 {
    let p = f64::from(p).clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln().round().clamp(-6.0, 6.0) as i32
}

/// Features of an anchor: is it a commitment, of which status.
pub(in crate::link) fn anchor_features(reading: Option<&Reading>, anchor: usize, f: &mut Vec<String>) {
    let Some(p) = reading.and_then(|r| r.class(anchor)) else {
        return;
    };
    f.push(format!("role:{}", band(1.0 - p[0])));
    // Steps that add up, so that the sure weigh more than the likely.
    for step in -5..=5 {
        if band(1.0 - p[0]) >= step {
            f.push(format!("role>={step}"));
        }
    }
    let some = (1.0 - p[0]).max(1e-4);
    for (c, &p) in p.iter().enumerate().skip(1) {
        f.push(format!("role{c}:{}", band(p / some)));
    }
}

/// Features of a commitment's scope.
pub(in crate::link) fn total_features(reading: Option<&Reading>, anchor: usize, f: &mut Vec<String>) {
    if let Some(p) = reading.and_then(|r| r.total(anchor)) {
        f.push(format!("role-total:{}", band(p)));
    }
}

/// Features of two figures, `a` before `b`.
pub(in crate::link) fn pair_features(scene: &Scene<'_>, a: usize, b: usize, f: &mut Vec<String>) {
    let odds = scene
        .reading
        .as_ref()
        .and_then(|r| r.odds(&[b], Choice::Antecedent));
    if let Some(odds) = odds {
        f.push(format!("role:{}", band(odds.of(&[a]))));
        f.push(format!("role-none:{}", band(odds.none)));
        f.push(format!(
            "role:{}:{}",
            band(odds.of(&[a])) / 2,
            band(odds.none) / 2
        ));
    }
}

fn odds_of(scene: &Scene<'_>, anchors: &[usize], choice: Choice) -> Option<Odds> {
    scene.reading.as_ref()?.odds(anchors, choice)
}

fn choice_of(label: Label) -> Choice {
    if label == Label::Org {
        Choice::Organization
    } else {
        Choice::Location
    }
}

/// Features of an organisation or a place, among all `entities` of its label.
pub(in crate::link) fn entity_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    entities: &[Entity],
    e: usize,
    label: Label,
    f: &mut Vec<String>,
) {
    let Some(odds) = odds_of(scene, anchors, choice_of(label)) else {
        return;
    };
    let own = odds.of(&entities[e].mentions);
    let mut by_entity = vec![0.0_f32; entities.len()];
    for &(m, p) in &odds.mentions {
        if let Some(o) = scene.entity_of[m] {
            by_entity[o] += p;
        }
    }
    let better = by_entity.iter().filter(|&&p| p > own).count();
    push_odds("role", own, better, f);
    f.push(format!("role-none:{}:{}", band(own) / 2, band(odds.none) / 2));
}

/// Band, steps and rank of a probability.
fn push_odds(name: &str, own: f32, better: usize, f: &mut Vec<String>) {
    f.push(format!("{name}:{}", band(own)));
    for step in -5..=5 {
        if band(own) >= step {
            f.push(format!("{name}>={step}"));
        }
    }
    f.push(format!("{name}-rank:{}", better.min(3)));
    f.push(format!("{name}-rank:{}:{}", better.min(2), band(own) / 2));
}

/// Features of a date, as a deadline and as a day of announcement.
pub(in crate::link) fn date_features(scene: &Scene<'_>, anchors: &[usize], date: usize, f: &mut Vec<String>) {
    for (name, choice) in [
        ("role-deadline", Choice::Deadline),
        ("role-announced", Choice::Announced),
    ] {
        let Some(odds) = odds_of(scene, anchors, choice) else {
            continue;
        };
        let own = odds.of(&[date]);
        let better = odds.mentions.iter().filter(|&&(_, p)| p > own).count();
        push_odds(name, own, better, f);
    }
}

/// Features of leaving a slot empty.
pub(in crate::link) fn empty_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    label: Label,
    f: &mut Vec<String>,
) {
    let choices = match label {
        Label::Date => vec![Choice::Deadline, Choice::Announced],
        label => vec![choice_of(label)],
    };
    for choice in choices {
        if let Some(odds) = odds_of(scene, anchors, choice) {
            push_odds(&format!("empty:role-{choice:?}"), odds.none, 0, f);
        }
    }
}
