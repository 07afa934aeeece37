//! `jalon link`: the records of many documents, linked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::{Map, Value};

use super::args::{EmitLinked, Link as Args};
use super::documents::{each_line, files};
use super::extract::output;
use super::{Outcome, counted, say};
use crate::document::{LabelledDocument, from_line, json_problem};
use crate::label::Label;
use crate::link::across::{Aliases, Link, Report, link_across};
use crate::normalise::organisation::acronym_matches;
use crate::record::CommitmentRecord;

/// A line as read, and the reports it holds.
struct Line {
    /// `file:line`, once read.
    place: String,
    id: String,
    json: Map<String, Value>,
    reports: Vec<Report>,
    acronyms: Vec<(String, String)>,
}

/// Runs `jalon link`.
pub(super) fn run(args: &Args, quiet: bool) -> anyhow::Result<Outcome> {
    let aliases = match &args.aliases {
        None => Aliases::default(),
        Some(path) => {
            let table = std::fs::read_to_string(path)
                .with_context(|| format!("{}: cannot be read", path.display()))?;
            Aliases::read(&table).map_err(|e| anyhow::anyhow!("{}:{e}", path.display()))?
        }
    };
    let mut lines = Vec::new();
    let mut n_failures = 0;
    for input in &args.across {
        for path in files(input)? {
            n_failures += read(&path, &mut lines)?;
        }
    }
    n_failures += drop_repeats(&mut lines);
    let reports: Vec<Report> = lines.iter().flat_map(|l| l.reports.iter().cloned()).collect();
    let acronyms: Vec<(String, String)> = lines.iter().flat_map(|l| l.acronyms.iter().cloned()).collect();
    let links = link_across(&reports, &acronyms, &aliases);
    let mut out = output(args.out.as_ref())?;
    match args.emit {
        EmitLinked::Records => write_lines(&mut out, lines, &links)?,
        EmitLinked::Commitments => write_commitments(&mut out, &reports, &links)?,
    }
    out.flush().context("writing the output")?;
    if !quiet {
        let n_commitments = links
            .iter()
            .map(|l| &l.commitment_id)
            .collect::<BTreeSet<_>>()
            .len();
        say(&format!(
            "jalon: {}, {}, {}",
            counted(reports.len(), "record"),
            counted(n_commitments, "commitment"),
            counted(n_failures, "failure")
        ));
    }
    Ok(if n_failures == 0 {
        Outcome::Done
    } else {
        Outcome::WithFailures
    })
}

/// Reads a file; returns how many lines could not be read, each named on standard error.
fn read(path: &Path, lines: &mut Vec<Line>) -> anyhow::Result<usize> {
    let file = std::fs::File::open(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    each_line(file, path, parse, |mut line, place| {
        line.place = place;
        lines.push(line);
        Ok(())
    })
}

/// Reads a line: a document, or a record with its `doc_id`.
fn parse(line: &str) -> Result<Line, String> {
    let text = line.trim();
    let json: Value =
        serde_json::from_str(text).map_err(|e| format!("expected a JSON object: {}", json_problem(&e)))?;
    let Value::Object(json) = json else {
        return Err("expected a JSON object, got another value".to_owned());
    };
    if json.contains_key("doc_id") {
        return record_line(text, json);
    }
    let document = LabelledDocument::from_json(text)?;
    if document.id.is_empty() {
        return Err("field `id` should not be empty".to_owned());
    }
    let reports = document.records.iter().enumerate().map(|(i, record)| Report {
        doc_id: document.id.clone(),
        record_id: record.id.clone().unwrap_or_else(|| format!("r{}", i + 1)),
        published: document.published,
        record: record.clone(),
    });
    Ok(Line {
        place: String::new(),
        id: document.id.clone(),
        reports: reports.collect(),
        acronyms: acronyms(&document),
        json,
    })
}

fn record_line(text: &str, json: Map<String, Value>) -> Result<Line, String> {
    let doc_id = json
        .get("doc_id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty());
    let doc_id = doc_id
        .ok_or("field `doc_id` should be a string that is not empty")?
        .to_owned();
    let record: CommitmentRecord = from_line(text)?;
    let record_id = record
        .id
        .clone()
        .ok_or("field `id` should be a string, got nothing")?;
    Ok(Line {
        place: String::new(),
        id: format!("{doc_id}/{record_id}"),
        reports: vec![Report {
            doc_id,
            record_id,
            published: None,
            record,
        }],
        acronyms: Vec::new(),
        json,
    })
}

/// Names that the text spells out as one: `Office chérifien des phosphates (OCP)`.
fn acronyms(document: &LabelledDocument) -> Vec<(String, String)> {
    let text: Vec<char> = document.text.chars().collect();
    let surface = |from: usize, to: usize| text.get(from..to).map(|c| c.iter().collect::<String>());
    let organisations: Vec<_> = document
        .entities
        .iter()
        .filter(|e| e.label == Label::Org)
        .collect();
    let beside = organisations.windows(2).filter_map(|pair| {
        let between = surface(pair[0].end, pair[1].start)?;
        let after = text.get(pair[1].end)?;
        if between.trim() != "(" || *after != ')' {
            return None;
        }
        let (a, b) = (
            surface(pair[0].start, pair[0].end)?,
            surface(pair[1].start, pair[1].end)?,
        );
        (acronym_matches(&b, &a) || acronym_matches(&a, &b)).then_some((a, b))
    });
    beside.collect()
}

/// Puts lines in order of their ids; of several with one id, keeps one and names the others.
fn drop_repeats(lines: &mut Vec<Line>) -> usize {
    // What they say settles the order of those with one id only.
    let json = |l: &Line| serde_json::to_string(&l.json).unwrap_or_default();
    lines.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| json(a).cmp(&json(b))));
    let before = lines.len();
    let mut kept: Option<(String, String)> = None;
    lines.retain(|line| match &kept {
        Some((id, place)) if *id == line.id => {
            say(&format!(
                "jalon: {}: field `id`: expected an id of its own, got {}'s, `{id}`",
                line.place, place
            ));
            false
        }
        _ => {
            kept = Some((line.id.clone(), line.place.clone()));
            true
        }
    });
    before - lines.len()
}

/// Sets what was found in a record, as read otherwise.
fn annotate(record: &mut Map<String, Value>, link: &Link) {
    let some = |v: &Option<String>| v.clone().map_or(Value::Null, Value::from);
    record.insert("organization_id".to_owned(), some(&link.organization_id));
    record.insert("commitment_id".to_owned(), link.commitment_id.clone().into());
    record.insert("reports".to_owned(), link.reports.clone().into());
    record.insert("update_of".to_owned(), some(&link.update_of));
    record.insert("changes".to_owned(), link.changes.clone().into());
    record.insert("updates".to_owned(), link.updates.clone().into());
}

fn write_lines(out: &mut impl std::io::Write, lines: Vec<Line>, links: &[Link]) -> anyhow::Result<()> {
    let mut links = links.iter();
    for mut line in lines {
        if line.json.contains_key("doc_id") {
            if let Some(link) = links.next() {
                annotate(&mut line.json, link);
            }
        } else if let Some(Value::Array(records)) = line.json.get_mut("records") {
            for (record, link) in records.iter_mut().zip(links.by_ref().take(line.reports.len())) {
                if let Value::Object(record) = record {
                    annotate(record, link);
                }
            }
        }
        serde_json::to_writer(&mut *out, &line.json).context("writing the output")?;
        out.write_all(b"\n").context("writing the output")?;
    }
    Ok(())
}

/// A commitment with all that was reported of it.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the JSON")]
struct Commitment<'a> {
    commitment_id: &'a str,
    organization_id: Option<&'a str>,
    reports: Vec<Told<'a>>,
}

/// A report of it.
#[derive(Serialize)]
struct Told<'a> {
    report: String,
    published: Option<crate::value::When>,
    #[serde(flatten)]
    record: CommitmentRecord,
    update_of: Option<&'a str>,
    changes: &'a [&'static str],
    updates: &'a [String],
}

/// A record with the keys that linking gave it.
fn keyed(report: &Report, link: &Link) -> CommitmentRecord {
    let mut record = report.record.clone();
    record.extras.organization_id.clone_from(&link.organization_id);
    record.extras.commitment_id = Some(link.commitment_id.clone());
    record
}

fn write_commitments(
    out: &mut impl std::io::Write,
    reports: &[Report],
    links: &[Link],
) -> anyhow::Result<()> {
    let mut commitments: BTreeMap<&str, Vec<(&Report, &Link)>> = BTreeMap::new();
    for (report, link) in reports.iter().zip(links) {
        commitments
            .entry(&link.commitment_id)
            .or_default()
            .push((report, link));
    }
    for (commitment_id, mut told) in commitments {
        told.sort_by_cached_key(|(r, l)| l.reports.iter().position(|name| *name == r.reference()));
        let commitment = Commitment {
            commitment_id,
            organization_id: told.first().and_then(|(_, l)| l.organization_id.as_deref()),
            reports: told
                .iter()
                .map(|(r, l)| Told {
                    report: r.reference(),
                    published: r.published,
                    record: keyed(r, l),
                    update_of: l.update_of.as_deref(),
                    changes: &l.changes,
                    updates: &l.updates,
                })
                .collect(),
        };
        serde_json::to_writer(&mut *out, &commitment).context("writing the output")?;
        out.write_all(b"\n").context("writing the output")?;
    }
    Ok(())
}
