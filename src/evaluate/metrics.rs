//! Counts and the figures made of them.

use std::ops::AddAssign;

use serde::Serialize;

/// True positives, false positives and false negatives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Predicted and in gold.
    pub tp: u64,
    /// Predicted, not in gold.
    pub fp: u64,
    /// In gold, not predicted.
    #[serde(rename = "fn")]
    pub fn_: u64,
}

impl Counts {
    /// Counts of `n_gold` and `n_predicted` things, of which `n_both` were matched.
    pub(super) fn of(n_gold: usize, n_predicted: usize, n_both: usize) -> Self {
        let less = |n: usize| n.saturating_sub(n_both) as u64;
        Self {
            tp: n_both as u64,
            fp: less(n_predicted),
            fn_: less(n_gold),
        }
    }

    /// `TP / (TP + FP)`; `None` when nothing was predicted.
    pub fn precision(self) -> Option<f64> {
        ratio(self.tp, self.tp + self.fp)
    }

    /// `TP / (TP + FN)`; `None` when gold has nothing.
    pub fn recall(self) -> Option<f64> {
        ratio(self.tp, self.tp + self.fn_)
    }

    /// `2 TP / (2 TP + FP + FN)`, the harmonic mean of precision and recall; `None` when both sides have nothing.
    pub fn f1(self) -> Option<f64> {
        ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn_)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.tp += other.tp;
        self.fp += other.fp;
        self.fn_ += other.fn_;
    }
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// Those that are right.
    pub right: u64,
    /// All that were looked at.
    pub total: u64,
}

impl Ratio {
    /// `right / total`; `None` when there was nothing to look at.
    pub fn value(self) -> Option<f64> {
        ratio(self.right, self.total)
    }

    /// Counts one more.
    pub(super) fn push(&mut self, right: bool) {
        self.right += u64::from(right);
        self.total += 1;
    }
}

impl AddAssign for Ratio {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.total += other.total;
    }
}

/// The pooled counts.
pub(super) fn pooled(counts: &[Counts]) -> Counts {
    let mut sum = Counts::default();
    for &c in counts {
        sum += c;
    }
    sum
}

/// Mean of the F1 that are defined; `None` when none is.
pub(super) fn macro_f1(counts: &[Counts]) -> Option<f64> {
    let defined: Vec<f64> = counts.iter().filter_map(|c| c.f1()).collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

/// `part / whole`; `None` when `whole` is 0.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_their_formulas() {
        let c = Counts { tp: 3, fp: 1, fn_: 2 };
        assert_eq!(c.precision(), Some(0.75));
        assert_eq!(c.recall(), Some(0.6));
        assert_eq!(c.f1(), Some(6.0 / 9.0));
    }

    #[test]
    fn nothing_to_count_is_undefined() {
        assert_eq!(Counts::default().f1(), None);
        let only_gold = Counts {
            fn_: 2,
            ..Counts::default()
        };
        assert_eq!(
            (only_gold.precision(), only_gold.recall(), only_gold.f1()),
            (None, Some(0.0), Some(0.0))
        );
        let only_predicted = Counts {
            fp: 2,
            ..Counts::default()
        };
        assert_eq!(
            (
                only_predicted.precision(),
                only_predicted.recall(),
                only_predicted.f1()
            ),
            (Some(0.0), None, Some(0.0))
        );
        assert_eq!(Ratio::default().value(), None);
    }

    #[test]
    fn micro_pools_and_macro_leaves_out_absent_labels() {
        // F1: 1, 0.5 and undefined.
        let counts = [
            Counts { tp: 4, fp: 0, fn_: 0 },
            Counts { tp: 1, fp: 1, fn_: 1 },
            Counts::default(),
        ];
        assert_eq!(macro_f1(&counts), Some(0.75));
        assert_eq!(pooled(&counts), Counts { tp: 5, fp: 1, fn_: 1 });
        assert_eq!(macro_f1(&[Counts::default()]), None);
    }
}
