//! What the encoder says of the mentions' parts, weighed against what the linker learnt: a product of experts.

use super::scene::{Entity, Scene};
use crate::part::Part;

/// Weight of the encoder's word beside the linker's, for each question; fitted on held-out documents.
const ANCHOR: f64 = 0.5;
const ORGANISATION: f64 = 0.5;
const LOCATION: f64 = 0.5;
const COMPANION: f64 = 0.5;
const DATE: f64 = 0.5;

/// Probabilities nearer to 0 and 1 than this are not believed.
const FLOOR: f64 = 0.01;

/// Probability that a mention plays a part; `None` when the model does not say.
fn part(scene: &Scene<'_>, mention: usize, part: Part) -> Option<f64> {
    let scores = scene.mentions[mention].parts?;
    Some(f64::from(scores[part.index()]).clamp(FLOOR, 1.0 - FLOOR))
}

/// Weighs the probabilities of an anchor (no commitment, pledged, realized, cancelled).
pub(super) fn weigh_anchor(scene: &Scene<'_>, mention: usize, p: &mut [f64]) {
    let told: Option<Vec<f64>> = [Part::Pledged, Part::Realized, Part::Cancelled]
        .into_iter()
        .map(|status| part(scene, mention, status))
        .collect();
    let Some(told) = told else { return };
    let none = (1.0 - told.iter().sum::<f64>()).max(FLOOR);
    weigh(p, std::iter::once(none).chain(told), ANCHOR);
}

/// Weighs the probabilities of the candidates of an organisation's or a place's slot; a last one stands for none.
pub(super) fn weigh_entities(scene: &Scene<'_>, entities: &[&Entity], which: Part, p: &mut [f64]) {
    let weight = if which == Part::Organization {
        ORGANISATION
    } else {
        LOCATION
    };
    let Some(told) = entities
        .iter()
        .map(|e| entity(scene, e, which))
        .collect::<Option<Vec<f64>>>()
    else {
        return;
    };
    weigh_choice(told, weight, p);
}

/// Weighs the probabilities of the dates of a slot; a last one stands for none.
pub(super) fn weigh_dates(scene: &Scene<'_>, dates: &[usize], which: Part, p: &mut [f64]) {
    let told = dates.iter().map(|&d| part(scene, d, which));
    if let Some(told) = told.collect::<Option<Vec<f64>>>() {
        weigh_choice(told, DATE, p);
    }
}

/// Log-odds to add to those of an entity that shares the slot of another.
pub(super) fn companion(scene: &Scene<'_>, e: &Entity, which: Part) -> f64 {
    entity(scene, e, which).map_or(0.0, |p| COMPANION * (p / (1.0 - p)).ln())
}

/// Probability that an organisation or a place plays a part, by the mention that says it loudest.
fn entity(scene: &Scene<'_>, entity: &Entity, which: Part) -> Option<f64> {
    let told = entity.mentions.iter().map(|&m| part(scene, m, which));
    told.reduce(|x, y| Some(x?.max(y?))).flatten()
}

fn weigh_choice(told: Vec<f64>, weight: f64, p: &mut [f64]) {
    let none = 1.0 - told.iter().copied().fold(FLOOR, f64::max);
    weigh(p, told.into_iter().chain([none]), weight);
}

/// Multiplies probabilities by others to a power, and lets them sum to 1 again.
fn weigh(p: &mut [f64], told: impl Iterator<Item = f64>, weight: f64) {
    for (p, told) in p.iter_mut().zip(told) {
        *p *= told.powf(weight);
    }
    let sum: f64 = p.iter().sum();
    if sum > 0.0 {
        p.iter_mut().for_each(|p| *p /= sum);
    }
}
