//! Slots of a record: when two of them agree, and what they count for.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::metrics::Counts;
use crate::document::LabelledDocument;
use crate::normalise::organisation::name_key;
use crate::normalise::place::place_key;
use crate::record::{CommitmentRecord, Role};
use crate::value::{Money, Quantity};

/// A named place in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Who commits: equal as sets of names; case, accents and generic words aside. A record of one organisation
    /// accepts every surface that gold links to it.
    Organizations,
    /// Jobs: equal when `min` and `max` are.
    Jobs,
    /// Indirect jobs: equal when `min` and `max` are.
    IndirectJobs,
    /// The amount: equal when `min`, `max` and the currency are.
    Investment,
    /// Where: each place counts; agree as sets, case, accents and hyphens aside.
    Locations,
    /// By when: equal at the same precision.
    Deadline,
    /// The day of the announcement: equal at the same precision.
    Announced,
    /// Pledged, realized or cancelled. Never empty.
    Status,
    /// Single or total. Never empty.
    Scope,
}

impl Slot {
    /// Every slot, in the order of the record's fields.
    pub const ALL: [Self; 9] = [
        Self::Organizations,
        Self::Jobs,
        Self::IndirectJobs,
        Self::Investment,
        Self::Locations,
        Self::Deadline,
        Self::Announced,
        Self::Status,
        Self::Scope,
    ];

    /// The slots that make the core of a record.
    pub const CORE: [Self; 6] = [
        Self::Organizations,
        Self::Jobs,
        Self::Investment,
        Self::Deadline,
        Self::Status,
        Self::Scope,
    ];

    /// The name of the record's field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Jobs => "jobs",
            Self::IndirectJobs => "indirect_jobs",
            Self::Investment => "investment",
            Self::Locations => "locations",
            Self::Deadline => "deadline",
            Self::Announced => "announced",
            Self::Status => "status",
            Self::Scope => "scope",
        }
    }

    /// Position in [`Slot::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A record with its names ready to be compared.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) record: &'a CommitmentRecord,
    /// Keys of `organizations`.
    names: BTreeSet<String>,
    /// Keys of `organizations` and of the mentions linked as organisation.
    surfaces: BTreeSet<String>,
    /// Keys of `locations`.
    places: BTreeSet<String>,
}

impl<'a> Sheet<'a> {
    /// The record of `document`, gold or predicted.
    pub(super) fn new(document: &LabelledDocument, record: &'a CommitmentRecord) -> Self {
        let names = keys(record.organizations.iter().map(|n| name_key(n)));
        let linked = record.mentions.iter().filter(|m| m.role == Role::Organization);
        let linked = linked.filter_map(|m| document.entities.iter().find(|e| e.id == m.entity));
        let linked = linked.map(|e| {
            name_key(
                &document
                    .text
                    .chars()
                    .skip(e.start)
                    .take(e.end - e.start)
                    .collect::<String>(),
            )
        });
        Self {
            record,
            surfaces: names.iter().cloned().chain(keys(linked)).collect(),
            names,
            places: keys(record.locations.iter().map(|p| place_key(p))),
        }
    }

    /// Number of values in the slot.
    fn n_values(&self, slot: Slot) -> usize {
        match slot {
            Slot::Organizations => usize::from(!self.names.is_empty()),
            Slot::Jobs => usize::from(self.record.jobs.is_some()),
            Slot::IndirectJobs => usize::from(self.record.indirect_jobs.is_some()),
            Slot::Investment => usize::from(self.record.investment.is_some()),
            Slot::Locations => self.places.len(),
            Slot::Deadline => usize::from(self.record.deadline.is_some()),
            Slot::Announced => usize::from(self.record.announced.is_some()),
            Slot::Status | Slot::Scope => 1,
        }
    }

    /// The figures of a slot with figures, and their `approx`.
    pub(super) fn quantity(&self, slot: Slot) -> Option<Quantity> {
        match slot {
            Slot::Jobs => self.record.jobs,
            Slot::IndirectJobs => self.record.indirect_jobs,
            Slot::Investment => self.record.investment.map(|m| m.amount),
            _ => None,
        }
    }
}

fn keys(names: impl Iterator<Item = String>) -> BTreeSet<String> {
    names.filter(|k| !k.is_empty()).collect()
}

/// True when the slot says the same on both sides, or is empty on both.
pub(super) fn agrees(slot: Slot, gold: &Sheet, predicted: &Sheet) -> bool {
    let (g, p) = (gold.record, predicted.record);
    match slot {
        Slot::Organizations => {
            let one = gold.names.len() == 1 && predicted.names.len() == 1;
            gold.names == predicted.names || (one && predicted.names.is_subset(&gold.surfaces))
        }
        Slot::Jobs => both(g.jobs, p.jobs, Quantity::same_bounds),
        Slot::IndirectJobs => both(g.indirect_jobs, p.indirect_jobs, Quantity::same_bounds),
        Slot::Investment => both(g.investment, p.investment, |g: Money, p| {
            g.currency == p.currency && g.amount.same_bounds(p.amount)
        }),
        Slot::Locations => gold.places == predicted.places,
        Slot::Deadline => g.deadline == p.deadline,
        Slot::Announced => g.announced == p.announced,
        Slot::Status => g.status == p.status,
        Slot::Scope => g.scope == p.scope,
    }
}

fn both<T>(gold: Option<T>, predicted: Option<T>, same: impl Fn(T, T) -> bool) -> bool {
    match (gold, predicted) {
        (None, None) => true,
        (Some(g), Some(p)) => same(g, p),
        _ => false,
    }
}

/// What a slot counts for, in two aligned records or in a record left alone.
pub(super) fn counts(slot: Slot, gold: Option<&Sheet>, predicted: Option<&Sheet>) -> Counts {
    let n_gold = gold.map_or(0, |g| g.n_values(slot));
    let n_predicted = predicted.map_or(0, |p| p.n_values(slot));
    let n_both = gold.zip(predicted).map_or(0, |(g, p)| match slot {
        Slot::Locations => g.places.intersection(&p.places).count(),
        _ => usize::from(n_gold > 0 && n_predicted > 0 && agrees(slot, g, p)),
    });
    Counts::of(n_gold, n_predicted, n_both)
}

/// True when the records may speak of one commitment: an organisation, a job figure or an amount in common.
///
/// Figures are compared as printed, whatever the bounds: *700* and *plus de 700* are in common.
pub(super) fn comparable(gold: &Sheet, predicted: &Sheet) -> bool {
    let same = |slot| match (gold.quantity(slot), predicted.quantity(slot)) {
        (Some(g), Some(p)) => match (g.figure(), p.figure()) {
            (Some(g), Some(p)) => Quantity::exactly(g).same_bounds(Quantity::exactly(p)),
            _ => false,
        },
        _ => false,
    };
    !gold.surfaces.is_disjoint(&predicted.names)
        || same(Slot::Jobs)
        || same(Slot::IndirectJobs)
        || (same(Slot::Investment)
            && gold.record.investment.map(|m| m.currency) == predicted.record.investment.map(|m| m.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, pledge};
    use crate::record::{Scope, Status, Support};
    use crate::value::{Currency, When};

    fn sheet(record: &CommitmentRecord) -> Sheet<'_> {
        Sheet::new(&document("d", ""), record)
    }

    fn agree(slot: Slot, gold: &CommitmentRecord, predicted: &CommitmentRecord) -> bool {
        agrees(slot, &sheet(gold), &sheet(predicted))
    }

    fn count(slot: Slot, gold: &CommitmentRecord, predicted: &CommitmentRecord) -> (u64, u64, u64) {
        let c = counts(slot, Some(&sheet(gold)), Some(&sheet(predicted)));
        (c.tp, c.fp, c.fn_)
    }

    fn names(names: &[&str]) -> CommitmentRecord {
        let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
        record.organizations = names.iter().map(|&n| n.to_owned()).collect();
        record
    }

    fn places(places: &[&str]) -> CommitmentRecord {
        let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
        record.locations = places.iter().map(|&n| n.to_owned()).collect();
        record
    }

    fn invests(amount: Quantity, currency: &str) -> CommitmentRecord {
        let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
        record.investment = Some(Money {
            amount,
            currency: Currency::new(currency).unwrap(),
        });
        record
    }

    #[test]
    fn names_ignore_case_accents_and_generic_words() {
        assert!(agree(
            Slot::Organizations,
            &names(&["Intelcia"]),
            &names(&["INTELCIA Group"])
        ));
        assert!(agree(
            Slot::Organizations,
            &names(&["Énergie SA"]),
            &names(&["energie"])
        ));
        assert!(!agree(
            Slot::Organizations,
            &names(&["Intelcia"]),
            &names(&["Inetum"])
        ));
    }

    #[test]
    fn several_organisations_are_one_set() {
        let gold = names(&["Orange", "Inetum"]);
        assert_eq!(
            count(Slot::Organizations, &gold, &names(&["Inetum", "Orange"])),
            (1, 0, 0)
        );
        assert_eq!(count(Slot::Organizations, &gold, &names(&["Orange"])), (0, 1, 1));
        assert_eq!(count(Slot::Organizations, &gold, &names(&[])), (0, 0, 1));
        assert_eq!(count(Slot::Organizations, &names(&[]), &gold), (0, 1, 0));
    }

    #[test]
    fn one_organisation_accepts_the_surfaces_gold_links_to_it() {
        // A character outside of the BMP before the names: offsets count code points.
        let mut doc = document("d", "𝄞 OCP, ou Office chérifien des phosphates, et Orange");
        for (name, id) in [
            ("OCP", "e1"),
            ("Office chérifien des phosphates", "e2"),
            ("Orange", "e3"),
        ] {
            doc.entities.push(crate::evaluate::samples::find(
                &doc,
                id,
                name,
                crate::label::Label::Org,
            ));
        }
        let link = |id: &str, role| Support {
            entity: id.to_owned(),
            role,
        };
        let mut gold = names(&["OCP"]);
        gold.mentions = vec![
            link("e1", Role::Organization),
            link("e2", Role::Organization),
            link("e3", Role::Location),
        ];
        let accepts = |gold: &CommitmentRecord, predicted: &[&str]| {
            agrees(
                Slot::Organizations,
                &Sheet::new(&doc, gold),
                &sheet(&names(predicted)),
            )
        };
        assert!(accepts(&gold, &["Office Chérifien des Phosphates"]));
        assert!(!accepts(&gold, &["Orange"]), "another role is no name");
        assert!(
            !accepts(&gold, &["OCP", "Office chérifien des phosphates"]),
            "two were predicted"
        );
        gold.organizations.push("Orange".to_owned());
        assert!(
            !accepts(&gold, &["Office chérifien des phosphates", "Orange"]),
            "two commit: sets of names"
        );
    }

    #[test]
    fn quantities_compare_bounds_and_not_approx() {
        let jobs = |q| pledge("Inetum", q);
        let gold = jobs(Quantity::exactly(700.0));
        assert_eq!(count(Slot::Jobs, &gold, &jobs(Quantity::about(700.0))), (1, 0, 0));
        assert_eq!(
            count(Slot::Jobs, &gold, &jobs(Quantity::at_least(700.0))),
            (0, 1, 1)
        );
        assert_eq!(count(Slot::Jobs, &gold, &names(&["Inetum"])), (0, 0, 1));
        let mut indirect = names(&["Inetum"]);
        indirect.indirect_jobs = Some(Quantity::exactly(700.0));
        assert_eq!(count(Slot::Jobs, &gold, &indirect), (0, 0, 1));
        assert_eq!(count(Slot::IndirectJobs, &gold, &indirect), (0, 1, 0));
    }

    #[test]
    fn amounts_compare_the_currency_too() {
        let gold = invests(Quantity::exactly(1.1e9), "MAD");
        assert_eq!(
            count(
                Slot::Investment,
                &gold,
                &invests(Quantity::exactly(1_100_000_000.0), "MAD")
            ),
            (1, 0, 0)
        );
        assert_eq!(
            count(Slot::Investment, &gold, &invests(Quantity::exactly(1.1e9), "EUR")),
            (0, 1, 1)
        );
        assert_eq!(
            count(Slot::Investment, &gold, &invests(Quantity::exactly(1.1e6), "MAD")),
            (0, 1, 1)
        );
    }

    #[test]
    fn places_earn_partial_credit_but_agree_only_as_sets() {
        let gold = places(&["Casablanca", "Fès", "Rabat"]);
        let predicted = places(&["fes", "Rabat", "Oujda"]);
        assert_eq!(count(Slot::Locations, &gold, &predicted), (2, 1, 1));
        assert!(!agree(Slot::Locations, &gold, &predicted));
        assert!(agree(
            Slot::Locations,
            &gold,
            &places(&["Rabat", "Fès", "CASABLANCA", "Fes"])
        ));
        assert_eq!(
            count(
                Slot::Locations,
                &places(&["Saint-Denis"]),
                &places(&["Saint Denis"])
            ),
            (1, 0, 0)
        );
    }

    #[test]
    fn empty_on_both_sides_agrees_and_counts_for_nothing() {
        for slot in Slot::ALL {
            let empty = names(&[]);
            assert!(agree(slot, &empty, &empty));
            let expected = u64::from(matches!(slot, Slot::Status | Slot::Scope));
            assert_eq!(count(slot, &empty, &empty), (expected, 0, 0), "{slot}");
        }
    }

    #[test]
    fn dates_compare_at_their_precision() {
        let due = |when: When| {
            let mut record = names(&[]);
            record.deadline = Some(when);
            record.announced = Some(when);
            record
        };
        for slot in [Slot::Deadline, Slot::Announced] {
            assert_eq!(
                count(slot, &due(When::Year(2025)), &due(When::Year(2025))),
                (1, 0, 0)
            );
            assert_eq!(
                count(slot, &due(When::Year(2025)), &due(When::Month(2025, 12))),
                (0, 1, 1)
            );
        }
    }

    #[test]
    fn a_record_left_alone_counts_its_values() {
        let record = places(&["Fès", "Rabat"]);
        let sheet = sheet(&record);
        assert_eq!(
            counts(Slot::Locations, Some(&sheet), None),
            Counts { tp: 0, fp: 0, fn_: 2 }
        );
        assert_eq!(
            counts(Slot::Status, None, Some(&sheet)),
            Counts { tp: 0, fp: 1, fn_: 0 }
        );
        assert_eq!(counts(Slot::Jobs, None, Some(&sheet)), Counts::default());
    }

    #[test]
    fn comparable_records_share_a_name_or_a_figure() {
        let shares = |g: &CommitmentRecord, p: &CommitmentRecord| comparable(&sheet(g), &sheet(p));
        let gold = pledge("Inetum", Quantity::exactly(700.0));
        assert!(shares(&gold, &names(&["Groupe Inetum", "Orange"])));
        assert!(shares(&gold, &pledge("Orange", Quantity::at_least(700.0))));
        assert!(!shares(&gold, &pledge("Orange", Quantity::exactly(701.0))));
        assert!(
            !shares(&names(&[]), &names(&[])),
            "nothing in common but emptiness"
        );
        let amount = Quantity::exactly(5e6);
        assert!(shares(&invests(amount, "MAD"), &invests(amount, "MAD")));
        assert!(!shares(&invests(amount, "MAD"), &invests(amount, "EUR")));
    }
}
