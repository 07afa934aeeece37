//! What the role model said of a document, by mention.

use std::collections::BTreeMap;

use candle_core::Result;

use super::{Choice, Page, Scores};
use crate::link::anchors::N_CLASSES;
use crate::model::softmax;

/// Probabilities of one choice of one figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Odds {
    /// Of each mention that may be chosen.
    pub(crate) mentions: Vec<(usize, f32)>,
    /// Of none.
    pub(crate) none: f32,
}

/// Probabilities for the figures of a document. A figure that was not read has none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reading {
    classes: BTreeMap<usize, [f32; N_CLASSES]>,
    totals: BTreeMap<usize, f32>,
    choices: BTreeMap<(usize, Choice), Odds>,
}

impl Reading {
    /// Takes over what was said of a page.
    pub(super) fn add(&mut self, page: &Page, scores: &Scores) -> Result<()> {
        let classes: Vec<Vec<f32>> = scores.classes.to_vec2()?;
        let totals: Vec<Vec<f32>> = scores.totals.to_vec2()?;
        let pairs: Vec<f32> = scores.pairs.flatten_all()?.to_vec1()?;
        for ((&(m, _), mut class), mut total) in page.anchors.iter().zip(classes).zip(totals) {
            softmax(&mut class);
            softmax(&mut total);
            self.classes.insert(m, std::array::from_fn(|c| class[c]));
            self.totals.insert(m, total[1]);
        }
        let mut first = 0;
        for group in &page.groups {
            let n = group.candidates.len();
            let mut p = pairs[first..=first + n].to_vec();
            softmax(&mut p);
            let mentions = group.candidates.iter().map(|&(c, _)| page.candidates[c].0);
            let odds = Odds {
                mentions: mentions.zip(p.iter().copied()).collect(),
                none: p[n],
            };
            self.choices
                .insert((page.anchors[group.anchor].0, group.choice), odds);
            first += n + 1;
        }
        Ok(())
    }

    /// Probability that a figure is no commitment, pledged, realized, cancelled.
    pub(crate) fn class(&self, anchor: usize) -> Option<&[f32; N_CLASSES]> {
        self.classes.get(&anchor)
    }

    /// Probability that a figure is a total.
    pub(crate) fn total(&self, anchor: usize) -> Option<f32> {
        self.totals.get(&anchor).copied()
    }

    /// Probability of each mention, and of none, for some figures of one commitment: the mean over those that were read.
    pub(crate) fn odds(&self, anchors: &[usize], choice: Choice) -> Option<Odds> {
        let told: Vec<&Odds> = anchors
            .iter()
            .filter_map(|&a| self.choices.get(&(a, choice)))
            .collect();
        let n = told.len() as f32;
        let mut mentions: BTreeMap<usize, f32> = BTreeMap::new();
        for &(m, p) in told.iter().flat_map(|o| &o.mentions) {
            *mentions.entry(m).or_default() += p / n;
        }
        (!told.is_empty()).then(|| Odds {
            mentions: mentions.into_iter().collect(),
            none: told.iter().map(|o| o.none).sum::<f32>() / n,
        })
    }
}

impl Odds {
    /// Probability of a set of mentions, in order.
    pub(crate) fn of(&self, mentions: &[usize]) -> f32 {
        let chosen = self
            .mentions
            .iter()
            .filter(|(m, _)| mentions.binary_search(m).is_ok());
        chosen.map(|(_, p)| p).sum()
    }
}
