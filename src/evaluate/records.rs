//! Which predicted record stands for which gold record, and what is right about it.

use super::matching::assign;
use super::slots::{Sheet, Slot, agrees, comparable};

/// Aligned pairs of (gold, predicted) indices, one to one, in order of gold.
///
/// The number of agreeing slots over all pairs is the largest possible; a slot empty on both sides agrees.
/// Records that share no organisation, job figure or amount are never paired.
pub(super) fn align(gold: &[Sheet], predicted: &[Sheet]) -> Vec<(usize, usize)> {
    assign(gold.len(), predicted.len(), |g, p| {
        let (g, p) = (&gold[g], &predicted[p]);
        if comparable(g, p) {
            Slot::ALL.into_iter().filter(|&s| agrees(s, g, p)).count() as i64
        } else {
            0
        }
    })
}

/// The slots that do not agree, in the order of the record's fields.
pub(super) fn wrong_slots(gold: &Sheet, predicted: &Sheet) -> Vec<Slot> {
    Slot::ALL
        .into_iter()
        .filter(|&s| !agrees(s, gold, predicted))
        .collect()
}

/// True when no wrong slot belongs to the core.
pub(super) fn core_is_right(wrong: &[Slot]) -> bool {
    !wrong.iter().any(|s| Slot::CORE.contains(s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, pledge};
    use crate::record::{CommitmentRecord, Status};
    use crate::value::{Quantity, When};

    fn aligned(gold: &[CommitmentRecord], predicted: &[CommitmentRecord]) -> Vec<(usize, usize)> {
        let doc = document("d", "");
        let sheets = [gold, predicted].map(|r| r.iter().map(|r| Sheet::new(&doc, r)).collect::<Vec<_>>());
        align(&sheets[0], &sheets[1])
    }

    #[test]
    fn alignment_is_optimal_where_greedy_is_not() {
        let g1 = pledge("Inetum", Quantity::exactly(700.0));
        let mut g2 = g1.clone();
        g2.deadline = Some(When::Year(2025));
        g2.indirect_jobs = Some(Quantity::exactly(50.0));
        let p1 = CommitmentRecord {
            deadline: Some(When::Year(2025)),
            ..g1.clone()
        };
        let p2 = CommitmentRecord {
            status: Status::Realized,
            ..g1.clone()
        };
        // Agreeing slots: g1-p1 8 and g1-p2 8, g2-p1 8 and g2-p2 6. Taking the first 8 first leaves 6.
        assert_eq!(
            aligned(&[g1.clone(), g2.clone()], &[p1.clone(), p2.clone()]),
            [(0, 1), (1, 0)]
        );
        assert_eq!(aligned(&[g2, g1], &[p2, p1]), [(0, 1), (1, 0)], "in any order");
    }

    #[test]
    fn records_with_nothing_in_common_stay_alone() {
        let gold = [pledge("Inetum", Quantity::exactly(700.0))];
        assert_eq!(aligned(&gold, &[pledge("Orange", Quantity::exactly(500.0))]), []);
        assert_eq!(
            aligned(&gold, &[pledge("Orange", Quantity::exactly(700.0))]),
            [(0, 0)]
        );
        assert_eq!(aligned(&gold, &[]), []);
        assert_eq!(aligned(&[], &gold), []);
    }

    #[test]
    fn the_core_leaves_out_places_announcement_and_indirect_jobs() {
        let gold = pledge("Inetum", Quantity::exactly(700.0));
        let mut predicted = gold.clone();
        predicted.locations = vec!["Fès".to_owned()];
        predicted.announced = Some(When::Year(2024));
        predicted.indirect_jobs = Some(Quantity::exactly(5.0));
        let doc = document("d", "");
        let wrong = wrong_slots(&Sheet::new(&doc, &gold), &Sheet::new(&doc, &predicted));
        assert_eq!(wrong, [Slot::IndirectJobs, Slot::Locations, Slot::Announced]);
        assert!(core_is_right(&wrong));
        for slot in Slot::CORE {
            assert!(!core_is_right(&[slot]));
        }
    }
}
