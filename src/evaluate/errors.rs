//! Differences between gold and predicted, one by one, for people to read.

use std::fmt;

use serde::Serialize;

use super::slots::Slot;
use crate::document::Entity;
use crate::record::CommitmentRecord;
use crate::value::{Quantity, When};

/// What kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A gold record that no predicted record stands for.
    RecordMissed,
    /// A predicted record that stands for no gold record.
    RecordSpurious,
    /// Aligned records, with some slots wrong.
    RecordDiffers,
    /// A mention with the right label and the wrong boundaries.
    Boundary,
    /// A mention with the right boundaries and the wrong label.
    Label,
    /// A mention with the wrong boundaries and the wrong label.
    BoundaryAndLabel,
    /// A gold mention with nothing predicted there.
    Missed,
    /// A predicted mention with nothing there in gold.
    Spurious,
}

impl Kind {
    /// The kind in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecordMissed => "record missed",
            Self::RecordSpurious => "record spurious",
            Self::RecordDiffers => "record differs",
            Self::Boundary => "boundary",
            Self::Label => "label",
            Self::BoundaryAndLabel => "boundary and label",
            Self::Missed => "missed",
            Self::Spurious => "spurious",
        }
    }

    /// True for differences of records.
    pub fn is_record(self) -> bool {
        matches!(
            self,
            Self::RecordMissed | Self::RecordSpurious | Self::RecordDiffers
        )
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Id of the document.
    pub document: String,
    /// What kind.
    pub kind: Kind,
    /// What gold says, if anything: a mention, a record, or the slots of it that are wrong.
    pub gold: Option<String>,
    /// What was predicted, if anything, likewise.
    pub predicted: Option<String>,
    /// Number of values that are wrong: 1 for a mention.
    pub n_wrong: usize,
}

/// One line: `d12: boundary: gold ORG 0..5 "Inetu", predicted ORG 0..6 "Inetum"`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        let (gold, predicted) = (side(&self.gold), side(&self.predicted));
        write!(
            f,
            "{}: {}: gold {gold}, predicted {predicted}",
            self.document,
            self.kind.as_str()
        )
    }
}

/// The worst differences: up to `most` of records and up to `most` of mentions, those with most wrong values first,
/// then in the order of the documents.
pub(super) fn worst(differences: Vec<Difference>, most: usize) -> Vec<Difference> {
    let (mut records, mut mentions): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|d| d.kind.is_record());
    for part in [&mut records, &mut mentions] {
        part.sort_by_key(|d| std::cmp::Reverse(d.n_wrong));
        part.truncate(most);
    }
    records.append(&mut mentions);
    records
}

/// `ORG 0..5 "Orange"`, with offsets in code points.
pub(super) fn describe_mention(text: &str, mention: &Entity) -> String {
    let surface: String = text
        .chars()
        .skip(mention.start)
        .take(mention.end - mention.start)
        .collect();
    format!("{} {}..{} {surface:?}", mention.label, mention.start, mention.end)
}

/// `organizations=Orange; jobs=700`, for the given slots; an empty slot is `-`.
pub(super) fn describe_record(record: &CommitmentRecord, slots: &[Slot]) -> String {
    let parts: Vec<String> = slots
        .iter()
        .map(|&slot| format!("{slot}={}", describe_slot(record, slot)))
        .collect();
    parts.join("; ")
}

fn describe_slot(record: &CommitmentRecord, slot: Slot) -> String {
    let names = |names: &[String]| (!names.is_empty()).then(|| names.join(" + "));
    let value = match slot {
        Slot::Organizations => names(&record.organizations),
        Slot::Jobs => record.jobs.map(describe_quantity),
        Slot::IndirectJobs => record.indirect_jobs.map(describe_quantity),
        Slot::Investment => record
            .investment
            .map(|m| format!("{} {}", describe_quantity(m.amount), m.currency)),
        Slot::Locations => names(&record.locations),
        Slot::Deadline => record.deadline.as_ref().map(When::to_string),
        Slot::Announced => record.announced.as_ref().map(When::to_string),
        Slot::Status => Some(format!("{:?}", record.status).to_lowercase()),
        Slot::Scope => Some(format!("{:?}", record.scope).to_lowercase()),
    };
    value.unwrap_or_else(|| "-".to_owned())
}

/// `700`, `>=700`, `<=700`, `500..700`, with `~` when approximate.
fn describe_quantity(quantity: Quantity) -> String {
    let figures = match (quantity.min, quantity.max) {
        (Some(low), Some(_)) if quantity.same_bounds(Quantity::exactly(low)) => low.to_string(),
        (Some(low), Some(high)) => format!("{low}..{high}"),
        (Some(low), None) => format!(">={low}"),
        (None, Some(high)) => format!("<={high}"),
        (None, None) => "?".to_owned(),
    };
    format!("{}{figures}", if quantity.approx { "~" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, find, pledge};
    use crate::value::{Currency, Money};

    #[test]
    fn mentions_and_records_read_well() {
        let doc = document("d", "𝄞 Orange");
        let mention = find(&doc, "e1", "Orange", crate::label::Label::Org);
        assert_eq!(describe_mention(&doc.text, &mention), r#"ORG 2..8 "Orange""#);

        let mut record = pledge("Orange", Quantity::at_least(700.0));
        record.organizations.push("Inetum".to_owned());
        record.investment = Some(Money {
            amount: Quantity::between(1e6, 2e6),
            currency: Currency::new("MAD").unwrap(),
        });
        assert_eq!(
            describe_record(&record, &Slot::ALL),
            "organizations=Orange + Inetum; jobs=>=700; indirect_jobs=-; investment=1000000..2000000 MAD; \
             locations=-; deadline=-; announced=-; status=pledged; scope=single"
        );
        assert_eq!(describe_quantity(Quantity::about(100.0)), "~100");
        assert_eq!(describe_quantity(Quantity::at_most(100.0)), "<=100");
    }

    #[test]
    fn the_worst_come_first_and_mentions_keep_their_share() {
        let difference = |document: &str, kind, n_wrong| Difference {
            document: document.to_owned(),
            kind,
            gold: None,
            predicted: None,
            n_wrong,
        };
        let all = vec![
            difference("a", Kind::Missed, 1),
            difference("b", Kind::RecordDiffers, 1),
            difference("c", Kind::RecordMissed, 5),
            difference("d", Kind::RecordSpurious, 5),
            difference("e", Kind::Spurious, 1),
        ];
        let ids: Vec<String> = worst(all, 2).into_iter().map(|d| d.document).collect();
        assert_eq!(ids, ["c", "d", "a", "e"]);
        let line = Difference {
            gold: Some("jobs=7".to_owned()),
            ..difference("d1", Kind::RecordMissed, 1)
        };
        assert_eq!(
            line.to_string(),
            "d1: record missed: gold jobs=7, predicted nothing"
        );
    }
}
