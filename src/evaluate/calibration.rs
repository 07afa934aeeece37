//! Do scores mean what they say? Expected calibration error over ten bins.

use std::ops::AddAssign;

use serde::Serialize;

use super::bootstrap::Figure;
use super::metrics::Ratio;

/// Number of bins, of equal width, over `[0, 1]`.
const N_BINS: usize = 10;

/// Calibration of a set of scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error: `Σ n_b / n · |share right in b − mean score in b|` over the bins `b`.
    pub ece: Figure,
    /// How many have a score, and how many of these are right.
    pub scored: Ratio,
    /// The bins that are not empty.
    pub bins: Vec<Bin>,
}

/// The scores in one tenth of `[0, 1]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Lowest score of the bin.
    pub from: f64,
    /// Highest score of the bin, excluded but for 1.
    pub to: f64,
    /// How many.
    pub n: u64,
    /// Mean of the scores.
    pub mean_score: f64,
    /// Share of them that is right.
    pub share_right: f64,
}

/// Sums of a set of scores, bin by bin; they add up over documents.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bins([(Ratio, f64); N_BINS]);

impl Bins {
    /// Adds one score; one that is no number in `[0, 1]` is brought to the nearest end.
    pub(super) fn push(&mut self, score: f64, right: bool) {
        let score = if score.is_nan() {
            0.0
        } else {
            score.clamp(0.0, 1.0)
        };
        let (ratio, sum) = &mut self.0[((score * N_BINS as f64) as usize).min(N_BINS - 1)];
        ratio.push(right);
        *sum += score;
    }

    /// All bins together.
    pub(super) fn scored(&self) -> Ratio {
        let mut all = Ratio::default();
        self.0.iter().for_each(|&(ratio, _)| all += ratio);
        all
    }

    /// The expected calibration error; `None` without scores.
    pub(super) fn ece(&self) -> Option<f64> {
        let n = self.scored().total;
        // n_b · |right_b / n_b − sum_b / n_b| = |right_b − sum_b|.
        let gaps: f64 = self
            .0
            .iter()
            .map(|&(ratio, sum)| (ratio.right as f64 - sum).abs())
            .sum();
        (n > 0).then(|| gaps / n as f64)
    }

    /// The bins that are not empty.
    pub(super) fn filled(&self) -> Vec<Bin> {
        let width = 1.0 / N_BINS as f64;
        let bins = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, (ratio, _))| ratio.total > 0);
        bins.map(|(i, &(ratio, sum))| Bin {
            from: i as f64 * width,
            to: (i + 1) as f64 * width,
            n: ratio.total,
            mean_score: sum / ratio.total as f64,
            share_right: ratio.right as f64 / ratio.total as f64,
        })
        .collect()
    }
}

impl AddAssign for Bins {
    fn add_assign(&mut self, other: Self) {
        for ((ratio, sum), (r, s)) in self.0.iter_mut().zip(other.0) {
            *ratio += r;
            *sum += s;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ece_weighs_the_gap_of_each_bin() {
        let mut bins = Bins::default();
        // Bin 9: mean 0.95, half right, gap 0.45. Bin 2: mean 0.25, none right, gap 0.25.
        for (score, right) in [(0.92, true), (0.98, false), (0.2, false), (0.3 - 1e-9, false)] {
            bins.push(score, right);
        }
        assert!((bins.ece().unwrap() - (2.0 * 0.45 + 2.0 * 0.25) / 4.0).abs() < 1e-6);
        assert_eq!(bins.scored(), Ratio { right: 1, total: 4 });
        let filled = bins.filled();
        assert_eq!(filled.iter().map(|b| b.n).collect::<Vec<_>>(), [2, 2]);
        assert!((filled[1].share_right - 0.5).abs() < 1e-12);
        assert!((filled[1].mean_score - 0.95).abs() < 1e-12);
    }

    #[test]
    fn the_ends_belong_to_the_outer_bins() {
        let mut bins = Bins::default();
        for score in [1.0, 0.0, 1.5, f64::NAN] {
            bins.push(score, score >= 1.0);
        }
        assert_eq!(bins.filled().len(), 2);
        assert_eq!(bins.ece(), Some(0.0));
        assert_eq!(Bins::default().ece(), None);
    }
}
