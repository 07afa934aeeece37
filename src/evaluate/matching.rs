//! Which predicted mention stands for which gold mention.

use std::ops::AddAssign;

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use serde::Serialize;

use crate::document::Entity;

/// Pairs of (gold, predicted) indices, one to one, in order of gold, with the largest total weight.
///
/// A pair whose weight is 0 is not made.
pub(super) fn assign(
    n_gold: usize,
    n_predicted: usize,
    weight: impl Fn(usize, usize) -> i64,
) -> Vec<(usize, usize)> {
    if n_gold == 0 || n_predicted == 0 {
        return Vec::new();
    }
    // The solver wants no more rows than columns.
    let mut pairs: Vec<(usize, usize)> = if n_gold <= n_predicted {
        let weights = Matrix::from_fn(n_gold, n_predicted, |(g, p)| weight(g, p));
        kuhn_munkres(&weights).1.into_iter().enumerate().collect()
    } else {
        let weights = Matrix::from_fn(n_predicted, n_gold, |(p, g)| weight(g, p));
        kuhn_munkres(&weights)
            .1
            .into_iter()
            .enumerate()
            .map(|(p, g)| (g, p))
            .collect()
    };
    pairs.retain(|&(g, p)| weight(g, p) > 0);
    pairs.sort_unstable();
    pairs
}

/// Mentions with the same start, end and label, one to one.
pub(super) fn strict(gold: &[&Entity], predicted: &[&Entity]) -> Vec<(usize, usize)> {
    assign_spans(gold, predicted, |g, p| {
        i64::from(same_span(g, p) && g.label == p.label)
    })
}

/// Mentions of the same label that share a character, one to one: as many pairs as can be made.
pub(super) fn overlapping(gold: &[&Entity], predicted: &[&Entity]) -> Vec<(usize, usize)> {
    assign_spans(gold, predicted, |g, p| i64::from(g.label == p.label))
}

/// Mentions that share a character, whatever their labels, one to one: the closest ones when there is a choice.
pub(super) fn nearest(gold: &[&Entity], predicted: &[&Entity]) -> Vec<(usize, usize)> {
    // Two pairs always weigh more than one.
    assign_spans(gold, predicted, |g, p| match Mismatch::of(g, p) {
        None => 7,
        Some(Mismatch::Boundary) => 6,
        Some(Mismatch::Label) => 5,
        Some(Mismatch::Both) => 4,
    })
}

fn same_span(a: &Entity, b: &Entity) -> bool {
    (a.start, a.end) == (b.start, b.end)
}

/// [`assign`] for overlapping mentions only; `weight` is asked about no other pair.
///
/// Solved stretch by stretch of overlapping mentions, so that long documents cost little.
fn assign_spans(
    gold: &[&Entity],
    predicted: &[&Entity],
    weight: impl Fn(&Entity, &Entity) -> i64,
) -> Vec<(usize, usize)> {
    let weight = |g: usize, p: usize| {
        let (g, p) = (gold[g], predicted[p]);
        if g.start < p.end && p.start < g.end {
            weight(g, p)
        } else {
            0
        }
    };
    let mut pairs: Vec<(usize, usize)> = stretches(gold, predicted)
        .iter()
        .flat_map(|(golds, predicteds)| {
            assign(golds.len(), predicteds.len(), |g, p| {
                weight(golds[g], predicteds[p])
            })
            .into_iter()
            .map(|(g, p)| (golds[g], predicteds[p]))
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Indices of gold and of predicted mentions, by stretch of text that mentions cover without a gap.
fn stretches(gold: &[&Entity], predicted: &[&Entity]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let side = |entities: &[&Entity], is_gold: bool| -> Vec<_> {
        entities
            .iter()
            .enumerate()
            .map(|(i, e)| (e.start, e.end, is_gold, i))
            .collect()
    };
    let mut all = side(gold, true);
    all.extend(side(predicted, false));
    all.sort_unstable();

    let mut stretches: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    let mut covered = 0;
    for (start, end, is_gold, i) in all {
        if stretches.is_empty() || start >= covered {
            stretches.push((Vec::new(), Vec::new()));
        }
        covered = covered.max(end);
        if let Some((golds, predicteds)) = stretches.last_mut() {
            if is_gold {
                golds.push(i);
            } else {
                predicteds.push(i);
            }
        }
    }
    stretches
}

/// How two overlapping mentions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// Same label, other boundaries.
    Boundary,
    /// Same boundaries, other label.
    Label,
    /// Other boundaries and other label.
    Both,
}

impl Mismatch {
    /// `None` when they are the same.
    pub(super) fn of(gold: &Entity, predicted: &Entity) -> Option<Self> {
        match (same_span(gold, predicted), gold.label == predicted.label) {
            (true, true) => None,
            (false, true) => Some(Self::Boundary),
            (true, false) => Some(Self::Label),
            (false, false) => Some(Self::Both),
        }
    }
}

/// What became of every mention, after strict matching.
///
/// `right + boundary + label + boundary_and_label + missed` is the number of gold mentions, and with `spurious` in the
/// place of `missed`, of predicted ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Taxonomy {
    /// Same boundaries and label.
    pub right: u64,
    /// Same label, other boundaries.
    pub boundary: u64,
    /// Same boundaries, other label.
    pub label: u64,
    /// They overlap, but boundaries and label differ.
    pub boundary_and_label: u64,
    /// In gold, with nothing predicted there.
    pub missed: u64,
    /// Predicted, with nothing there in gold.
    pub spurious: u64,
}

impl AddAssign for Taxonomy {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.boundary += other.boundary;
        self.label += other.label;
        self.boundary_and_label += other.boundary_and_label;
        self.missed += other.missed;
        self.spurious += other.spurious;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::entity;
    use crate::label::Label::{self, Loc, Org};

    fn entities(all: &[(usize, usize, Label)]) -> Vec<Entity> {
        all.iter()
            .map(|&(start, end, label)| entity("e", start, end, label))
            .collect()
    }

    type Matcher = fn(&[&Entity], &[&Entity]) -> Vec<(usize, usize)>;

    fn run(
        matcher: Matcher,
        gold: &[(usize, usize, Label)],
        predicted: &[(usize, usize, Label)],
    ) -> Vec<(usize, usize)> {
        let (gold, predicted) = (entities(gold), entities(predicted));
        matcher(
            &gold.iter().collect::<Vec<_>>(),
            &predicted.iter().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn assignment_beats_greedy() {
        // Greedy takes 9 and is left with 1; the best total is 8 + 8.
        let weights = [[9, 8], [8, 1]];
        assert_eq!(assign(2, 2, |g, p| weights[g][p]), [(0, 1), (1, 0)]);
    }

    #[test]
    fn assignment_takes_both_shapes_and_leaves_zeros_out() {
        assert_eq!(assign(1, 3, |_, p| [0, 2, 1][p]), [(0, 1)]);
        assert_eq!(assign(3, 1, |g, _| [0, 2, 1][g]), [(1, 0)]);
        assert_eq!(assign(2, 2, |_, _| 0), []);
        assert_eq!(assign(0, 3, |_, _| 1), []);
        assert_eq!(assign(3, 0, |_, _| 1), []);
    }

    #[test]
    fn adjacent_mentions_do_not_overlap() {
        assert_eq!(run(overlapping, &[(0, 5, Org)], &[(5, 9, Org)]), []);
        assert_eq!(
            run(strict, &[(0, 5, Org), (5, 9, Org)], &[(0, 5, Org), (5, 9, Org)]),
            [(0, 0), (1, 1)]
        );
        // One long prediction over two adjacent mentions counts once.
        assert_eq!(
            run(overlapping, &[(0, 5, Org), (5, 9, Org)], &[(0, 9, Org)]).len(),
            1
        );
    }

    #[test]
    fn one_span_with_two_labels_is_two_mentions() {
        let both = [(0, 5, Org), (0, 5, Loc)];
        assert_eq!(run(strict, &both, &both), [(0, 0), (1, 1)]);
        assert_eq!(run(strict, &both, &[(0, 5, Loc)]), [(1, 0)]);
        assert_eq!(run(overlapping, &both, &[(2, 7, Loc), (3, 4, Loc)]).len(), 1);
    }

    #[test]
    fn a_prediction_made_twice_is_right_once() {
        assert_eq!(run(strict, &[(0, 5, Org)], &[(0, 5, Org), (0, 5, Org)]).len(), 1);
    }

    #[test]
    fn overlap_makes_as_many_pairs_as_it_can() {
        // The first prediction touches both gold mentions, the second only the first one.
        let gold = [(0, 4, Org), (5, 9, Org)];
        assert_eq!(
            run(overlapping, &gold, &[(2, 7, Org), (0, 1, Org)]),
            [(0, 1), (1, 0)]
        );
        assert_eq!(run(overlapping, &gold, &[(2, 7, Org)]).len(), 1);
        assert_eq!(run(overlapping, &gold, &[(0, 9, Loc)]), []);
    }

    #[test]
    fn nearest_prefers_the_same_label_and_then_the_same_boundaries() {
        assert_eq!(
            run(nearest, &[(0, 5, Org)], &[(0, 5, Loc), (0, 6, Org)]),
            [(0, 1)]
        );
        assert_eq!(
            run(nearest, &[(0, 5, Org)], &[(0, 6, Loc), (0, 5, Loc)]),
            [(0, 1)]
        );
        // Two pairs of the worst kind rather than one of a better kind.
        let gold = [(0, 4, Org), (5, 9, Org)];
        assert_eq!(run(nearest, &gold, &[(0, 7, Org), (0, 2, Loc)]), [(0, 1), (1, 0)]);
    }
}
