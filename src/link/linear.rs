//! A linear classifier over named binary features, with its fit. Deterministic, no dependency.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Weights of each feature for each class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Linear {
    /// Feature → one weight per class.
    weights: BTreeMap<String, Vec<f32>>,
    /// Number of classes.
    n_classes: usize,
}

/// One example: the features that hold, and the class.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) features: Vec<String>,
    pub(super) class: usize,
}

/// How a classifier is fitted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) epochs: usize,
    pub(super) rate: f32,
    pub(super) l2: f32,
    /// Features seen in fewer examples are left out.
    pub(super) min_count: usize,
}

impl Linear {
    /// Probability of each class.
    pub(super) fn probabilities(&self, features: &[String]) -> Vec<f64> {
        let mut scores = vec![0.0_f64; self.n_classes.max(1)];
        for f in features {
            if let Some(w) = self.weights.get(f) {
                for (s, &w) in scores.iter_mut().zip(w) {
                    *s += f64::from(w);
                }
            }
        }
        softmax(&mut scores);
        scores
    }

    /// Log-odds of class 1 of two.
    pub(super) fn logit(&self, features: &[String]) -> f64 {
        let p = self.probabilities(features);
        let (no, yes) = (
            p.first().copied().unwrap_or(1.0),
            p.get(1).copied().unwrap_or(0.0),
        );
        (yes.max(1e-9) / no.max(1e-9)).ln()
    }

    /// Probability of each candidate of one choice, for a ranker.
    pub(super) fn choose(&self, candidates: &[Vec<String>]) -> Vec<f64> {
        let score = |f: &String| {
            self.weights
                .get(f)
                .and_then(|w| w.first())
                .map_or(0.0, |&w| f64::from(w))
        };
        let mut scores: Vec<f64> = candidates.iter().map(|c| c.iter().map(score).sum()).collect();
        softmax(&mut scores);
        scores
    }

    /// Multinomial logistic regression.
    pub(super) fn fit(examples: &[Example], n_classes: usize, fit: Fit) -> Self {
        let mut learner = Learner::new(examples.iter().map(|e| &e.features), n_classes, fit);
        let rows: Vec<(Vec<usize>, usize)> = examples
            .iter()
            .map(|e| (learner.row(&e.features), e.class))
            .collect();
        learner.run(rows.len(), |learner, r| {
            let (features, class) = &rows[r];
            let mut p: Vec<f64> = (0..n_classes).map(|c| learner.score(features, c)).collect();
            softmax(&mut p);
            for (c, p) in p.into_iter().enumerate() {
                learner.step(features, c, p - f64::from(u8::from(c == *class)));
            }
        });
        learner.finish()
    }

    /// Conditional logistic regression: in each group, the right candidates against the others.
    pub(super) fn fit_ranking(groups: &[Vec<Example>], fit: Fit) -> Self {
        let mut learner = Learner::new(groups.iter().flatten().map(|e| &e.features), 1, fit);
        let rows: Vec<Vec<(Vec<usize>, bool)>> = groups
            .iter()
            .map(|g| {
                g.iter()
                    .map(|e| (learner.row(&e.features), e.class > 0))
                    .collect()
            })
            .collect();
        learner.run(rows.len(), |learner, r| {
            let mut p: Vec<f64> = rows[r]
                .iter()
                .map(|(features, _)| learner.score(features, 0))
                .collect();
            softmax(&mut p);
            let right: f64 = rows[r]
                .iter()
                .zip(&p)
                .filter(|((_, right), _)| *right)
                .map(|(_, p)| p)
                .sum();
            for ((features, is_right), &p) in rows[r].iter().zip(&p) {
                let target = if *is_right && right > 0.0 { p / right } else { 0.0 };
                learner.step(features, 0, p - target);
            }
        });
        learner.finish()
    }
}

/// Adaptive gradient steps over indexed features, in an order fixed by a small generator.
struct Learner {
    fit: Fit,
    n_classes: usize,
    index: BTreeMap<String, usize>,
    w: Vec<f32>,
    g2: Vec<f32>,
    sum: Vec<f64>,
    n_sums: f64,
}

impl Learner {
    fn new<'f>(features: impl Iterator<Item = &'f Vec<String>>, n_classes: usize, fit: Fit) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for f in features.flatten() {
            *counts.entry(f).or_default() += 1;
        }
        let kept = counts.into_iter().filter(|&(_, n)| n >= fit.min_count);
        let index: BTreeMap<String, usize> = kept.enumerate().map(|(i, (f, _))| (f.to_owned(), i)).collect();
        let n = index.len() * n_classes;
        Self {
            fit,
            n_classes,
            index,
            w: vec![0.0; n],
            g2: vec![1e-6; n],
            sum: vec![0.0; n],
            n_sums: 0.0,
        }
    }

    fn row(&self, features: &[String]) -> Vec<usize> {
        features
            .iter()
            .filter_map(|f| self.index.get(f).copied())
            .collect()
    }

    fn score(&self, row: &[usize], class: usize) -> f64 {
        row.iter()
            .map(|&f| f64::from(self.w[f * self.n_classes + class]))
            .sum()
    }

    fn step(&mut self, row: &[usize], class: usize, gradient: f64) {
        for &f in row {
            let k = f * self.n_classes + class;
            let g = gradient as f32 + self.fit.l2 * self.w[k];
            self.g2[k] += g * g;
            self.w[k] -= self.fit.rate * g / self.g2[k].sqrt();
        }
    }

    fn run(&mut self, n_rows: usize, mut visit: impl FnMut(&mut Self, usize)) {
        let mut order: Vec<usize> = (0..n_rows).collect();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for epoch in 0..self.fit.epochs {
            for i in (1..order.len()).rev() {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                order.swap(i, (state >> 33) as usize % (i + 1));
            }
            for &r in &order {
                visit(self, r);
            }
            // The mean over the second half of the epochs moves less than the last step.
            if epoch * 2 >= self.fit.epochs {
                self.n_sums += 1.0;
                for (s, &w) in self.sum.iter_mut().zip(&self.w) {
                    *s += f64::from(w);
                }
            }
        }
    }

    fn finish(self) -> Linear {
        let n = self.n_classes;
        let mut weights = BTreeMap::new();
        for (name, i) in self.index {
            let mean = |s: &f64| ((s / self.n_sums.max(1.0) * 100.0).round() / 100.0) as f32;
            let row: Vec<f32> = self.sum[i * n..(i + 1) * n].iter().map(mean).collect();
            if row.iter().any(|w| w.abs() >= 0.02) {
                weights.insert(name, row);
            }
        }
        Linear {
            weights,
            n_classes: n,
        }
    }
}

/// Turns scores into probabilities, in place.
fn softmax(scores: &mut [f64]) {
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = (*s - top).exp();
        sum += *s;
    }
    for s in scores.iter_mut() {
        *s /= sum;
    }
}
