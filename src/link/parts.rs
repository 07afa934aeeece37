//! What the encoder says of the parts that mentions play, as features of the linker's choices.
//!
//! A model without such a head says nothing, and the features are not there.

use super::scene::{Entity, Scene};
use crate::label::Label;
use crate::part::Part;

/// Log-odds in steps of one, at most five from even.
fn band(p: f32) -> i32 {
    let p = f64::from(p).clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln().round().clamp(-5.0, 5.0) as i32
}

/// Probability that a mention plays a part; `None` when the model does not say.
pub(super) fn part(scene: &Scene<'_>, mention: usize, part: Part) -> Option<f32> {
    scene.mentions[mention].parts.map(|scores| scores[part.index()])
}

/// The part of those who commit, or of where they do.
pub(super) fn of_label(label: Label) -> Part {
    if label == Label::Org {
        Part::Organization
    } else {
        Part::Location
    }
}

/// Features of an anchor: is it a commitment, of which status.
pub(super) fn anchor_features(scene: &Scene<'_>, mention: usize, f: &mut Vec<String>) {
    let statuses = [Part::Pledged, Part::Realized, Part::Cancelled];
    let told: Option<Vec<f32>> = statuses.iter().map(|&s| part(scene, mention, s)).collect();
    let Some(told) = told else { return };
    f.push(format!("part:{}", band(told.iter().sum())));
    for (status, p) in statuses.iter().zip(told) {
        f.push(format!("part-{}:{}", status.as_str(), band(p)));
    }
}

/// Features of an organisation or a place, `nearest` being its mention nearest to the figures and `segments` away.
pub(super) fn entity_features(
    scene: &Scene<'_>,
    entity: &Entity,
    nearest: Option<(usize, usize)>,
    which: Part,
    f: &mut Vec<String>,
) {
    let Some(own) = entity.part else { return };
    f.push(format!("part:{}", band(own)));
    f.push(format!("part-rank:{}", entity.part_rank.min(3)));
    f.push(format!("part-rank:{}:{}", entity.part_rank.min(3), band(own) / 2));
    let Some((mention, segments)) = nearest else {
        return;
    };
    if let Some(p) = part(scene, mention, which) {
        f.push(format!("part-near:{}", band(p)));
        f.push(format!("part-near:{}:{}", band(p) / 2, segments.min(2)));
    }
}

/// Features of leaving the slot of organisations or places empty.
pub(super) fn no_entity_features(entities: &[Entity], f: &mut Vec<String>) {
    let first = entities.iter().find(|e| e.part_rank == 0);
    if let Some(best) = first.and_then(|e| e.part) {
        f.push(format!("empty:part:{}", band(best)));
    }
}

/// Features of a date, as a deadline and as a day of announcement.
pub(super) fn date_features(scene: &Scene<'_>, date: usize, segments: usize, f: &mut Vec<String>) {
    for which in [Part::Deadline, Part::Announced] {
        if let Some(p) = part(scene, date, which) {
            let name = which.as_str();
            f.push(format!("part-{name}:{}", band(p)));
            f.push(format!("part-{name}:{}:{}", band(p) / 2, segments.min(2)));
        }
    }
}

/// Features of leaving the slot of a date empty: the best that any candidate has.
pub(super) fn no_date_features(scene: &Scene<'_>, dates: &[usize], f: &mut Vec<String>) {
    for which in [Part::Deadline, Part::Announced] {
        let told = dates.iter().filter_map(|&d| part(scene, d, which));
        if let Some(best) = told.reduce(f32::max) {
            f.push(format!("empty:part-{}:{}", which.as_str(), band(best)));
        }
    }
}
