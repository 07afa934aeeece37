//! Small documents and records for the tests of this folder.

use crate::document::{Entity, LabelledDocument};
use crate::label::Label;
use crate::record::{CommitmentRecord, Scope, Status};
use crate::value::Quantity;

/// A document without labels.
pub(super) fn document(id: &str, text: &str) -> LabelledDocument {
    LabelledDocument {
        id: id.to_owned(),
        text: text.to_owned(),
        published: None,
        source: None,
        entities: Vec::new(),
        records: Vec::new(),
    }
}

/// A mention by its offsets in code points.
pub(super) fn entity(id: &str, start: usize, end: usize, label: Label) -> Entity {
    Entity {
        id: id.to_owned(),
        start,
        end,
        label,
        text: None,
        score: None,
    }
}

/// The first occurrence of `surface`.
pub(super) fn find(document: &LabelledDocument, id: &str, surface: &str, label: Label) -> Entity {
    let byte = document.text.find(surface).unwrap();
    let start = document.text[..byte].chars().count();
    Entity {
        text: Some(surface.to_owned()),
        ..entity(id, start, start + surface.chars().count(), label)
    }
}

/// One organisation that pledges jobs.
pub(super) fn pledge(organisation: &str, jobs: Quantity) -> CommitmentRecord {
    let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
    record.organizations = vec![organisation.to_owned()];
    record.jobs = Some(jobs);
    record
}

/// Two documents, one with a record; predictions find one mention of two, and the record.
pub(super) fn example() -> (Vec<LabelledDocument>, Vec<LabelledDocument>) {
    let mut a = document("a", "Orange à Fès : 700 emplois");
    a.source = Some("ma/offshoring/press/clean/story".to_owned());
    a.entities = vec![entity("e1", 0, 6, Label::Org), entity("e2", 9, 12, Label::Loc)];
    a.records = vec![pledge("Orange", Quantity::exactly(700.0))];
    let mut b = document("b", "Rien.");
    b.source = Some("fr/none/press/clean/story".to_owned());
    let mut predicted = a.clone();
    predicted.entities.remove(1);
    (vec![a, b], vec![predicted])
}
