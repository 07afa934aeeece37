//! How far a figure would move with other documents: percentile bootstrap.

use std::ops::AddAssign;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Serialize, Serializer};

use super::metrics::Counts;

/// Number of resamples.
const N_RESAMPLES: usize = 1000;

/// Any seed will do, as long as it never changes: two runs give the same intervals.
const SEED: u64 = 2024;

/// A figure and its 95 % interval over resamples of the documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figure {
    /// The figure over all documents; `None` when it is undefined.
    #[serde(serialize_with = "rounded")]
    pub value: Option<f64>,
    /// 2.5th percentile; resamples in which the figure is undefined are left out.
    #[serde(serialize_with = "rounded")]
    pub low: Option<f64>,
    /// 97.5th percentile, likewise.
    #[serde(serialize_with = "rounded")]
    pub high: Option<f64>,
}

/// Precision, recall and F1, with the counts they are made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// `TP / (TP + FP)`
    pub precision: Figure,
    /// `TP / (TP + FN)`
    pub recall: Figure,
    /// `2 TP / (2 TP + FP + FN)`
    pub f1: Figure,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Sums over all documents, and over each resample of them.
#[derive(Debug)]
pub(super) struct Sample<T> {
    /// Over all documents.
    pub(super) total: T,
    resamples: Vec<T>,
}

impl<T: Copy + Default + AddAssign> Sample<T> {
    /// Sums what each document adds. As many documents always give the same draws, so that two samples over the same
    /// documents are paired.
    pub(super) fn new(documents: &[T]) -> Self {
        let sum = |mut total: T, &one: &T| {
            total += one;
            total
        };
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        let n = documents.len();
        let mut draw = || {
            (0..n)
                .map(|_| &documents[rng.random_range(0..n)])
                .fold(T::default(), sum)
        };
        Self {
            resamples: (0..N_RESAMPLES).map(|_| draw()).collect(),
            total: documents.iter().fold(T::default(), sum),
        }
    }

    /// A figure with its interval.
    pub(super) fn figure(&self, statistic: impl Fn(&T) -> Option<f64>) -> Figure {
        let resampled = self.resamples.iter().filter_map(&statistic).collect();
        interval(statistic(&self.total), resampled)
    }

    /// Precision, recall and F1 of some counts, with their intervals.
    pub(super) fn score(&self, counts: impl Fn(&T) -> Counts) -> Score {
        Score {
            precision: self.figure(|t| counts(t).precision()),
            recall: self.figure(|t| counts(t).recall()),
            f1: self.figure(|t| counts(t).f1()),
            counts: counts(&self.total),
        }
    }

    /// `other − self` with its interval, and the two-sided `p` of no difference: twice the smaller share of resamples
    /// on one side of 0, `min(1, 2 · (n + 1) / (N + 1))`.
    ///
    /// Both samples are over the same documents, in the same order.
    pub(super) fn difference(
        &self,
        other: &Self,
        statistic: impl Fn(&T) -> Option<f64>,
    ) -> (Figure, Option<f64>) {
        let minus = |a: &T, b: &T| Some(statistic(b)? - statistic(a)?);
        let pairs = self.resamples.iter().zip(&other.resamples);
        let resampled: Vec<f64> = pairs.filter_map(|(a, b)| minus(a, b)).collect();
        let value = minus(&self.total, &other.total);
        let share = |n: usize| 2.0 * (n + 1) as f64 / (resampled.len() + 1) as f64;
        let below = share(resampled.iter().filter(|&&d| d <= 0.0).count());
        let above = share(resampled.iter().filter(|&&d| d >= 0.0).count());
        (
            interval(value, resampled),
            value.map(|_| below.min(above).min(1.0)),
        )
    }
}

/// The central 95 % of the resampled figures around `value`.
fn interval(value: Option<f64>, mut resampled: Vec<f64>) -> Figure {
    resampled.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&resampled, 0.025), percentile(&resampled, 0.975));
    Figure {
        value,
        low: value.and(low),
        high: value.and(high),
    }
}

/// The `q` quantile of sorted figures, interpolated between its two neighbours.
fn percentile(sorted: &[f64], q: f64) -> Option<f64> {
    let position = q * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (
        sorted[position.floor() as usize],
        sorted[position.ceil() as usize],
    );
    Some(low + (high - low) * position.fract())
}

/// Writes four decimals: more would be noise.
#[expect(clippy::ref_option, reason = "the signature serde asks for")]
pub(super) fn rounded<S: Serializer>(figure: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    figure.map(|f| (f * 1e4).round() / 1e4).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(tp: u64, fp: u64, fn_: u64) -> Counts {
        Counts { tp, fp, fn_ }
    }

    #[test]
    fn percentiles_interpolate() {
        let sorted = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(percentile(&sorted, 0.5), Some(2.0));
        assert_eq!(percentile(&sorted, 0.025), Some(0.1));
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[7.0], 0.975), Some(7.0));
    }

    #[test]
    fn equal_documents_leave_no_doubt() {
        let sample = Sample::new(&[counts(3, 1, 1); 5]);
        assert_eq!(sample.total, counts(15, 5, 5));
        let f1 = sample.score(|&c| c).f1;
        assert_eq!((f1.value, f1.low, f1.high), (Some(0.75), Some(0.75), Some(0.75)));
    }

    #[test]
    fn the_interval_of_a_proportion_has_its_binomial_width() {
        // Recall over 100 documents, 80 right: 0.8 ± 1.96 · √(0.8 · 0.2 / 100) = 0.8 ± 0.078.
        let documents: Vec<Counts> = (0..100)
            .map(|i| if i < 80 { counts(1, 0, 0) } else { counts(0, 0, 1) })
            .collect();
        let recall = Sample::new(&documents).score(|&c| c).recall;
        assert_eq!(recall.value, Some(0.8));
        assert!((recall.low.unwrap() - 0.722).abs() < 0.02, "{recall:?}");
        assert!((recall.high.unwrap() - 0.878).abs() < 0.02, "{recall:?}");
        assert_eq!(
            Sample::new(&documents).score(|&c| c).recall,
            recall,
            "the same twice"
        );
    }

    #[test]
    fn resamples_without_the_figure_are_left_out() {
        // Half of the draws of one document in two have no gold mention at all.
        let f1 = Sample::new(&[counts(1, 0, 0), Counts::default()])
            .score(|&c| c)
            .f1;
        assert_eq!((f1.value, f1.low, f1.high), (Some(1.0), Some(1.0), Some(1.0)));
        assert_eq!(Sample::<Counts>::new(&[]).score(|&c| c), Score::default());
    }

    #[test]
    fn differences_are_paired() {
        // b gets every document right that a does, and every second one besides.
        let a: Vec<Counts> = (0..60).map(|_| counts(1, 0, 1)).collect();
        let b: Vec<Counts> = (0..60)
            .map(|i| {
                if i % 2 == 0 {
                    counts(2, 0, 0)
                } else {
                    counts(1, 0, 1)
                }
            })
            .collect();
        let (a, b) = (Sample::new(&a), Sample::new(&b));
        let (difference, p) = a.difference(&b, |c| c.recall());
        assert_eq!(difference.value, Some(0.25));
        assert!(difference.low.unwrap() > 0.15 && difference.high.unwrap() < 0.35);
        // No resample is at or below 0: 2 · (0 + 1) / (1000 + 1).
        assert_eq!(p, Some(2.0 / 1001.0));
        let (none, p) = a.difference(&a, |c| c.recall());
        assert_eq!(
            (none.value, none.low, none.high, p),
            (Some(0.0), Some(0.0), Some(0.0), Some(1.0))
        );
    }
}
