//! Are labelled documents sound? Spans, overlaps, quantities that disagree with their mentions, records without support.

use std::collections::{BTreeMap, HashMap};

use crate::document::{LabelledDocument, country_of_source};
use crate::label::Label;
use crate::normalise::organisation::name_key;
use crate::normalise::place::place_key;
use crate::normalise::{Context, Value, normalise};
use crate::record::{CommitmentRecord, Role, Scope, Status};
use crate::span::Mention;
use crate::value::Quantity;

/// Something wrong in a labelled document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `entities[3].start`, `records[0].jobs`, …
    pub field: String,
    /// What was expected, what came.
    pub message: String,
}

/// What a set of labelled documents holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Documents without a record.
    pub without_record: usize,
    /// Words (runs of characters that are not white space).
    pub words: usize,
    /// Mentions by label.
    pub labels: BTreeMap<Label, usize>,
    /// Filled slots, records by status and by scope, under `slot`, `status` and `scope`; documents by the parts of
    /// their source, under `country`, `topic`, `voice`, `noise` and `kind`.
    pub by: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

/// Names of the parts of `source` in our own labels.
const SLICES: [&str; 5] = ["country", "topic", "voice", "noise", "kind"];

impl Counts {
    /// Adds a document.
    pub fn add(&mut self, document: &LabelledDocument) {
        self.documents += 1;
        self.without_record += usize::from(document.records.is_empty());
        self.words += document.text.split_whitespace().count();
        for entity in &document.entities {
            *self.labels.entry(entity.label).or_default() += 1;
        }
        let mut count = |group, value: String| {
            *self.by.entry(group).or_default().entry(value).or_default() += 1;
        };
        for record in &document.records {
            count("status", format!("{:?}", record.status).to_lowercase());
            count("scope", format!("{:?}", record.scope).to_lowercase());
            for (slot, filled) in [
                ("organizations", !record.organizations.is_empty()),
                ("jobs", record.jobs.is_some()),
                ("indirect_jobs", record.indirect_jobs.is_some()),
                ("investment", record.investment.is_some()),
                ("locations", !record.locations.is_empty()),
                ("deadline", record.deadline.is_some()),
                ("announced", record.announced.is_some()),
            ] {
                if filled {
                    count("slot", slot.to_owned());
                }
            }
        }
        if let Some(source) = &document.source {
            for (slice, value) in SLICES.into_iter().zip(source.split('/')) {
                count(slice, value.to_owned());
            }
        }
    }
}

/// Everything wrong in a document.
pub fn check(document: &LabelledDocument) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |field: String, message: String| problems.push(Problem { field, message });
    let mentions = match document.mentions() {
        Ok(mentions) => mentions,
        Err(error) => {
            report("entities".to_owned(), error.to_string());
            return problems;
        }
    };
    check_entities(document, &mentions, &mut report);
    for (i, record) in document.records.iter().enumerate() {
        check_record(document, &mentions, record, &mut |field, message| {
            report(format!("records[{i}].{field}"), message);
        });
    }
    problems
}

fn check_entities(
    document: &LabelledDocument,
    mentions: &[Mention],
    report: &mut impl FnMut(String, String),
) {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for (i, (entity, mention)) in document.entities.iter().zip(mentions).enumerate() {
        if let Some(first) = ids.insert(&entity.id, i) {
            report(
                format!("entities[{i}].id"),
                format!(
                    "expected an id of its own, got entities[{first}]'s `{}`",
                    entity.id
                ),
            );
        }
        let surface = mention.span.slice(&document.text).unwrap_or_default();
        if let Some(text) = entity.text.as_deref().filter(|t| *t != surface) {
            report(
                format!("entities[{i}].text"),
                format!("expected `{surface}` (text[start..end]), got `{text}`"),
            );
        }
        if surface.trim() != surface || surface.ends_with([',', ';', ':', '!', '?', '»']) {
            report(
                format!("entities[{i}]"),
                format!("expected a span without spaces or punctuation at its edges, got `{surface}`"),
            );
        }
    }
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    order.sort_by_key(|&i| mentions[i].span);
    for pair in order.windows(2) {
        if mentions[pair[0]].span.overlaps(mentions[pair[1]].span) {
            report(
                format!("entities[{}]", pair[1]),
                format!(
                    "expected spans that do not overlap, got `{}` over `{}`",
                    document.entities[pair[1]].id, document.entities[pair[0]].id
                ),
            );
        }
    }
}

/// What supports a record: a role and the mention that has it.
type Supports<'a> = Vec<(Role, &'a Mention)>;

fn check_record(
    document: &LabelledDocument,
    mentions: &[Mention],
    record: &CommitmentRecord,
    report: &mut impl FnMut(&str, String),
) {
    let supports = check_supports(document, mentions, record, report);
    check_shape(record, report);
    check_names(document, record, &supports, report);
    check_figures(document, record, &supports, report);
    let said = |role: Role| supports.iter().any(|(r, _)| *r == role);
    if record.deadline.is_some() && !said(Role::Deadline) {
        report("deadline", "expected a linked mention that says so".to_owned());
    }
    if record.announced.is_some() && record.announced != document.published && !said(Role::Announced) {
        let message = "expected the publication date or a linked mention that says another";
        report("announced", message.to_owned());
    }
}

/// The mentions that support a record, each with a role that its label can have.
fn check_supports<'a>(
    document: &LabelledDocument,
    mentions: &'a [Mention],
    record: &CommitmentRecord,
    report: &mut impl FnMut(&str, String),
) -> Supports<'a> {
    let mut supports = Vec::new();
    for (i, support) in record.mentions.iter().enumerate() {
        let Some(at) = document.entities.iter().position(|e| e.id == support.entity) else {
            let message = format!("expected the id of an entity, got `{}`", support.entity);
            report(&format!("mentions[{i}].entity"), message);
            continue;
        };
        let expected = match support.role {
            Role::Organization => Label::Org,
            Role::Jobs | Role::IndirectJobs => Label::Jobs,
            Role::Investment => Label::Money,
            Role::Location => Label::Loc,
            Role::Deadline | Role::Announced => Label::Date,
        };
        if mentions[at].label != expected {
            let message = format!(
                "expected a role of {}, got {:?}",
                mentions[at].label, support.role
            );
            report(&format!("mentions[{i}].role"), message);
        }
        supports.push((support.role, &mentions[at]));
    }
    supports
}

/// Slots that exclude or require each other.
fn check_shape(record: &CommitmentRecord, report: &mut impl FnMut(&str, String)) {
    match record.scope {
        Scope::Total if !record.organizations.is_empty() => {
            report(
                "organizations",
                format!("expected [] in a total, got {:?}", record.organizations),
            );
        }
        Scope::Single if record.organizations.is_empty() => {
            report("organizations", "expected who commits, got []".to_owned());
        }
        _ => {}
    }
    if record.status == Status::Realized && record.deadline.is_some() {
        report("deadline", "expected null in a realized record".to_owned());
    }
    if record.jobs.is_none() && record.indirect_jobs.is_none() && record.investment.is_none() {
        report(
            "jobs",
            "expected a number of jobs or an amount, got neither".to_owned(),
        );
    }
}

/// Each name is the surface of a linked mention.
fn check_names(
    document: &LabelledDocument,
    record: &CommitmentRecord,
    supports: &Supports<'_>,
    report: &mut impl FnMut(&str, String),
) {
    for (field, names, role, key) in [
        (
            "organizations",
            &record.organizations,
            Role::Organization,
            name_key as fn(&str) -> String,
        ),
        ("locations", &record.locations, Role::Location, place_key),
    ] {
        for name in names {
            let linked = supports.iter().filter(|(r, _)| *r == role);
            let mut surfaces = linked.filter_map(|(_, m)| m.span.slice(&document.text));
            if !surfaces.any(|s| key(s) == key(name)) {
                report(
                    field,
                    format!("expected the surface of a linked mention, got `{name}`"),
                );
            }
        }
    }
}

/// Each figure is what a linked mention says, and no mention of a figure is without its slot.
fn check_figures(
    document: &LabelledDocument,
    record: &CommitmentRecord,
    supports: &Supports<'_>,
    report: &mut impl FnMut(&str, String),
) {
    let context = Context {
        text: &document.text,
        published: document.published,
        country: document.source.as_deref().and_then(country_of_source),
    };
    for (field, slot, role) in [
        ("jobs", record.jobs, Role::Jobs),
        ("indirect_jobs", record.indirect_jobs, Role::IndirectJobs),
        (
            "investment",
            record.investment.map(|m| m.amount),
            Role::Investment,
        ),
    ] {
        let linked: Vec<&Mention> = supports
            .iter()
            .filter(|(r, _)| *r == role)
            .map(|(_, m)| *m)
            .collect();
        let read = linked.iter().filter_map(|m| match normalise(m, &context) {
            Ok(Value::Jobs(jobs)) => Some(jobs.count),
            Ok(Value::Money(amount)) => Some(amount.money.amount),
            _ => None,
        });
        let said: Vec<Quantity> = read.collect();
        match slot {
            Some(_) if linked.is_empty() => {
                report(field, "expected a linked mention that says so".to_owned());
            }
            Some(slot) if !said.is_empty() && !said.iter().any(|q| agrees(slot, *q)) => {
                let said: Vec<String> = said.iter().copied().map(bounds).collect();
                let message = format!(
                    "expected what its mentions say, {}, got {}",
                    said.join(" or "),
                    bounds(slot)
                );
                report(field, message);
            }
            None if !linked.is_empty() => {
                report(field, "expected a value: a mention has this role".to_owned());
            }
            _ => {}
        }
    }
}

/// `700..700`, `700..` or `..500`.
fn bounds(quantity: Quantity) -> String {
    let side = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    format!("{}..{}", side(quantity.min), side(quantity.max))
}

/// True when a slot's bounds hold a figure that a mention gives: the sentence around may set another bound.
fn agrees(slot: Quantity, said: Quantity) -> bool {
    let figures = [said.min, said.max];
    let close = |a: f64| {
        figures
            .into_iter()
            .flatten()
            .any(|b| (a - b).abs() <= 1e-6 * a.abs())
    };
    slot.min.is_none_or(close) && slot.max.is_none_or(close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::compile;

    fn sound() -> LabelledDocument {
        compile(
            "@@ a\npublished: 2024-04-12\nsource: MA/it/brief/clean/one\n--\n[Sofrecom](ORG:1) à [Rabat](LOC:1) : \
             [700 emplois](JOBS:1).\n==\n1 pledged single | org Sofrecom | jobs 700 | loc Rabat | announced 2024-04-12",
        )
        .unwrap()
        .remove(0)
    }

    fn fields(document: &LabelledDocument) -> Vec<String> {
        check(document).into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn a_sound_document_has_no_problem() {
        assert_eq!(check(&sound()), []);
    }

    #[test]
    fn each_fault_names_its_field() {
        type Fault = fn(&mut LabelledDocument);
        let faults: [(Fault, &str); 9] = [
            (|d| d.entities[0].end = 900, "entities"),
            (|d| d.entities[0].text = Some("Sofrec".into()), "entities[0].text"),
            (|d| d.entities[1].id = "e1".into(), "entities[1].id"),
            (
                |d| d.records[0].mentions[0].entity = "e9".into(),
                "records[0].mentions[0].entity",
            ),
            (
                |d| d.records[0].mentions[0].role = Role::Location,
                "records[0].mentions[0].role",
            ),
            (|d| d.records[0].organizations.clear(), "records[0].organizations"),
            (
                |d| d.records[0].jobs = Some(Quantity::exactly(70.0)),
                "records[0].jobs",
            ),
            (
                |d| d.records[0].deadline = Some(crate::value::When::Year(2026)),
                "records[0].deadline",
            ),
            (
                |d| d.records[0].announced = Some(crate::value::When::Year(2020)),
                "records[0].announced",
            ),
        ];
        for (fault, field) in faults {
            let mut document = sound();
            fault(&mut document);
            assert!(
                fields(&document).contains(&field.to_owned()),
                "{field}: {:?}",
                fields(&document)
            );
        }
    }

    #[test]
    fn counts_add_up_by_slice() {
        let mut counts = Counts::default();
        counts.add(&sound());
        assert_eq!((counts.documents, counts.without_record), (1, 0));
        assert_eq!(counts.by["country"]["MA"], 1);
        assert_eq!(counts.by["slot"]["jobs"], 1);
        assert_eq!(counts.labels[&Label::Jobs], 1);
    }
}
