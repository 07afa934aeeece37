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
        features
            .iter()
            .filter_map(|f| self.weights.get(f))
            .map(|w| {
                f64::from(w.get(1).copied().unwrap_or(0.0)) - f64::from(w.first().copied().unwrap_or(0.0))
            })
            .sum()
    }

    /// Multinomial logistic regression by adaptive gradient steps, in an order fixed by a small generator.
    pub(super) fn fit(examples: &[Example], n_classes: usize, fit: Fit) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for f in examples.iter().flat_map(|e| &e.features) {
            *counts.entry(f).or_default() += 1;
        }
        let names: Vec<&str> = counts
            .iter()
            .filter(|&(_, &n)| n >= fit.min_count)
            .map(|(&f, _)| f)
            .collect();
        let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, &f)| (f, i)).collect();
        let rows: Vec<(Vec<usize>, usize)> = examples
            .iter()
            .map(|e| {
                (
                    e.features
                        .iter()
                        .filter_map(|f| index.get(f.as_str()).copied())
                        .collect(),
                    e.class,
                )
            })
            .collect();
        let mut w = vec![0.0_f32; names.len() * n_classes];
        let mut g2 = vec![1e-6_f32; w.len()];
        let mut sum = vec![0.0_f64; w.len()];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut n_sums = 0.0;
        for epoch in 0..fit.epochs {
            for i in (1..order.len()).rev() {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                order.swap(i, (state >> 33) as usize % (i + 1));
            }
            for &r in &order {
                let (features, class) = &rows[r];
                let mut p = vec![0.0_f64; n_classes];
                for &f in features {
                    for (c, p) in p.iter_mut().enumerate() {
                        *p += f64::from(w[f * n_classes + c]);
                    }
                }
                softmax(&mut p);
                for &f in features {
                    for (c, &p) in p.iter().enumerate() {
                        let k = f * n_classes + c;
                        let g = p as f32 - f32::from(u8::from(c == *class)) + fit.l2 * w[k];
                        g2[k] += g * g;
                        w[k] -= fit.rate * g / g2[k].sqrt();
                    }
                }
            }
            // The mean over the second half of the epochs moves less than the last step.
            if epoch * 2 >= fit.epochs {
                n_sums += 1.0;
                for (s, &w) in sum.iter_mut().zip(&w) {
                    *s += f64::from(w);
                }
            }
        }
        let mut weights = BTreeMap::new();
        for (i, &name) in names.iter().enumerate() {
            let row: Vec<f32> = sum[i * n_classes..(i + 1) * n_classes]
                .iter()
                .map(|s| ((s / f64::max(n_sums, 1.0) * 1000.0).round() / 1000.0) as f32)
                .collect();
            if row.iter().any(|w| w.abs() >= 0.01) {
                weights.insert(name.to_owned(), row);
            }
        }
        Self { weights, n_classes }
    }

    /// Number of features with a weight.
    pub(super) fn n_features(&self) -> usize {
        self.weights.len()
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
