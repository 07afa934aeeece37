//! The compact markup in which people label documents, and its two-way road to JSON.
//!
//! ```text
//! @@ id-1
//! published: 2024-04-12
//! source: MA/outsourcing/dispatch/clean/one
//! --
//! Le groupe [Sofrecom](ORG:1) créera plus de [700 emplois](JOBS:1) à [Rabat](LOC:1) d'ici [fin 2026](DATE:1d).
//! ==
//! 1 pledged single | org Sofrecom | jobs >=700 | loc Rabat | deadline 2026 | announced 2024-04-12
//! ```
//!
//! `[surface](LABEL:roles)` is a mention; a role is a record's number, followed by `i` (indirect jobs), `d` (deadline)
//! or `a` (announced) where the label alone does not say it. `\[` and `\]` are brackets of the text.

use std::fmt::Write as _;

use crate::document::{LabelledDocument, entities_of};
use crate::label::Label;
use crate::record::{CommitmentRecord, Role, Scope, Status, Support};
use crate::span::{ByteSpan, Mention};
use crate::value::{Currency, Money, Quantity};

/// What is wrong in a markup file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct MarkupError {
    /// The line, from 1.
    pub line: usize,
    /// What was expected, what came.
    pub problem: String,
}

/// A mention's roles, as written: record number and role.
type Roles = Vec<(usize, Role)>;

/// Compiles a markup file.
///
/// # Errors
/// [`MarkupError`] for the first line that cannot be read.
///
/// ```
/// let markup = "@@ a\npublished: null\nsource: MA\n--\n[OCP](ORG) va bien.\n==\n";
/// let documents = jalon::labels::compile(markup).unwrap();
/// assert_eq!(documents[0].text, "OCP va bien.");
/// assert_eq!(documents[0].entities[0].end, 3);
/// ```
pub fn compile(markup: &str) -> Result<Vec<LabelledDocument>, MarkupError> {
    let lines: Vec<&str> = markup.lines().collect();
    let mut documents = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim().is_empty() {
            at += 1;
            continue;
        }
        let end = (at + 1..lines.len())
            .find(|&i| lines[i].starts_with("@@ "))
            .unwrap_or(lines.len());
        documents.push(document(&lines[at..end], at + 1)?);
        at = end;
    }
    Ok(documents)
}

/// Compiles the lines of one document; `first` is the number of its first line.
fn document(lines: &[&str], first: usize) -> Result<LabelledDocument, MarkupError> {
    let bad = |i: usize, problem: String| MarkupError {
        line: first + i,
        problem,
    };
    let id = lines[0]
        .strip_prefix("@@ ")
        .ok_or_else(|| bad(0, format!("expected `@@ id`, got `{}`", lines[0])))?
        .trim();
    let dashes = lines
        .iter()
        .position(|l| *l == "--")
        .ok_or_else(|| bad(0, "expected a line `--`".into()))?;
    let equals = lines
        .iter()
        .position(|l| *l == "==")
        .ok_or_else(|| bad(0, "expected a line `==`".into()))?;
    let (mut published, mut source) = (None, None);
    for (i, line) in lines[1..dashes].iter().enumerate() {
        match line.split_once(':').map(|(k, v)| (k.trim(), v.trim())) {
            Some(("published", "null")) => {}
            Some(("published", date)) => {
                published = Some(
                    date.parse()
                        .map_err(|e| bad(i + 1, format!("`published`: {e}")))?,
                );
            }
            Some(("source", text)) => source = Some(text.to_owned()),
            _ => {
                return Err(bad(
                    i + 1,
                    format!("expected `published: …` or `source: …`, got `{line}`"),
                ));
            }
        }
    }
    let mut text = String::new();
    let mut mentions: Vec<(Mention, Roles)> = Vec::new();
    let body = lines[dashes + 1..equals].join("\n");
    mark(&body, &mut text, &mut mentions).map_err(|p| bad(dashes + 1 + text.matches('\n').count(), p))?;
    let bare: Vec<Mention> = mentions.iter().map(|(m, _)| m.clone()).collect();
    let mut records = Vec::new();
    for (i, line) in lines
        .iter()
        .enumerate()
        .skip(equals + 1)
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let (number, mut record) = record(line).map_err(|p| bad(i, p))?;
        record.id = Some(format!("r{number}"));
        for (m, (_, roles)) in mentions.iter().enumerate() {
            let roles = roles.iter().filter(|(n, _)| *n == number);
            record.mentions.extend(roles.map(|&(_, role)| Support {
                entity: format!("e{}", m + 1),
                role,
            }));
        }
        records.push(record);
    }
    let known = |n: usize| records.iter().any(|r| r.id.as_deref() == Some(&format!("r{n}")));
    if let Some((n, _)) = mentions
        .iter()
        .flat_map(|(_, roles)| roles)
        .find(|(n, _)| !known(*n))
    {
        return Err(bad(
            0,
            format!("document `{id}`: a mention supports record {n}, which is not there"),
        ));
    }
    let entities = entities_of(&text, &bare, false);
    Ok(LabelledDocument {
        id: id.to_owned(),
        text,
        published,
        source,
        entities,
        records,
    })
}

/// Appends marked-up text to the text and its mentions to the list; on an error, the text ends where it is.
fn mark(body: &str, text: &mut String, mentions: &mut Vec<(Mention, Roles)>) -> Result<(), String> {
    let mut rest = body;
    let mut open: Option<usize> = None;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match (c, open) {
            ('\\', _) if after.starts_with(['[', ']', '\\']) => {
                text.push_str(&after[..1]);
                rest = &after[1..];
                continue;
            }
            ('[', None) => open = Some(text.len()),
            ('[', Some(_)) => return Err("expected `]` before another `[`".to_owned()),
            (']', Some(start)) => {
                let inner = after.strip_prefix('(').and_then(|r| r.split_once(')'));
                let (inner, tail) =
                    inner.ok_or_else(|| format!("expected `(LABEL)` after `{}]`", &text[start..]))?;
                let (label, roles) = inner.split_once(':').unwrap_or((inner, ""));
                let label: Label = label.parse().map_err(|e| format!("{e}"))?;
                let span =
                    ByteSpan::new(start, text.len()).ok_or("expected a surface between `[` and `]`")?;
                let roles = roles.split(',').filter(|r| !r.is_empty()).map(|r| role(r, label));
                mentions.push((Mention::gold(span, label), roles.collect::<Result<_, _>>()?));
                open = None;
                rest = tail;
                continue;
            }
            (']', None) => {
                return Err("expected `[` before `]` (write `\\]` for a bracket of the text)".to_owned());
            }
            (c, _) => text.push(c),
        }
        rest = after;
    }
    if open.is_some() {
        Err("expected `]` before the end of the text".to_owned())
    } else {
        Ok(())
    }
}

/// Reads `3`, `3i`, `3d` or `3a`.
fn role(written: &str, label: Label) -> Result<(usize, Role), String> {
    let digits = written.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number = digits
        .parse()
        .map_err(|_| format!("expected a record's number, got `{written}`"))?;
    let role = match (&written[digits.len()..], label) {
        ("", Label::Org) => Role::Organization,
        ("", Label::Loc) => Role::Location,
        ("", Label::Money) => Role::Investment,
        ("", Label::Jobs) => Role::Jobs,
        ("i", Label::Jobs) => Role::IndirectJobs,
        ("d", Label::Date) => Role::Deadline,
        ("a", Label::Date) => Role::Announced,
        _ => return Err(format!("expected a role that {label} can have, got `{written}`")),
    };
    Ok((number, role))
}

/// Reads `1 pledged single | org A ; B | jobs >=700 | …`.
fn record(line: &str) -> Result<(usize, CommitmentRecord), String> {
    let mut parts = line.split('|').map(str::trim);
    let head: Vec<&str> = parts.next().unwrap_or_default().split_whitespace().collect();
    let [number, status, scope] = head[..] else {
        return Err(format!(
            "expected `number status scope`, got `{}`",
            head.join(" ")
        ));
    };
    let number = number
        .parse()
        .map_err(|_| format!("expected a record's number, got `{number}`"))?;
    let status = match status {
        "pledged" => Status::Pledged,
        "realized" => Status::Realized,
        "cancelled" => Status::Cancelled,
        other => {
            return Err(format!(
                "`status`: expected pledged, realized or cancelled, got `{other}`"
            ));
        }
    };
    let scope = match scope {
        "single" => Scope::Single,
        "total" => Scope::Total,
        other => return Err(format!("`scope`: expected single or total, got `{other}`")),
    };
    let mut record = CommitmentRecord::empty(status, scope);
    let list = |v: &str| {
        v.split(';')
            .map(|s| s.trim().to_owned())
            .filter(|s| !s.is_empty())
            .collect()
    };
    for part in parts {
        let (slot, value) = part.split_once(' ').unwrap_or((part, ""));
        let value = value.trim();
        match slot {
            "org" => record.organizations = list(value),
            "loc" => record.locations = list(value),
            "jobs" => record.jobs = Some(quantity(value)?),
            "indirect" => record.indirect_jobs = Some(quantity(value)?),
            "invest" => {
                let (amount, code) = value
                    .rsplit_once(' ')
                    .ok_or_else(|| format!("`invest`: expected an amount and a currency, got `{value}`"))?;
                let currency = Currency::new(code)
                    .ok_or_else(|| format!("`invest`: expected an ISO 4217 code, got `{code}`"))?;
                record.investment = Some(Money {
                    amount: quantity(amount)?,
                    currency,
                });
            }
            "deadline" => record.deadline = Some(value.parse().map_err(|e| format!("`deadline`: {e}"))?),
            "announced" => record.announced = Some(value.parse().map_err(|e| format!("`announced`: {e}"))?),
            other => {
                return Err(format!(
                    "expected one of org, jobs, indirect, invest, loc, deadline, announced, got `{other}`"
                ));
            }
        }
    }
    Ok((number, record))
}

/// Reads `700`, `>=700`, `<=500`, `~1000` or `500..700`.
fn quantity(written: &str) -> Result<Quantity, String> {
    let number = |s: &str| {
        s.trim()
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .ok_or_else(|| {
                format!("expected a quantity such as 700, >=700, <=500, ~1000 or 500..700, got `{written}`")
            })
    };
    if let Some(n) = written.strip_prefix(">=") {
        Ok(Quantity::at_least(number(n)?))
    } else if let Some(n) = written.strip_prefix("<=") {
        Ok(Quantity::at_most(number(n)?))
    } else if let Some(n) = written.strip_prefix('~') {
        Ok(Quantity::about(number(n)?))
    } else if let Some((low, high)) = written.split_once("..") {
        Ok(Quantity::between(number(low)?, number(high)?))
    } else {
        Ok(Quantity::exactly(number(written)?))
    }
}

fn show_quantity(q: Quantity) -> String {
    match (q.min, q.max) {
        (Some(n), None) => format!(">={n}"),
        (None, Some(n)) => format!("<={n}"),
        (Some(a), Some(b)) if a < b => format!("{a}..{b}"),
        (Some(n), Some(_)) => format!("{}{n}", if q.approx { "~" } else { "" }),
        (None, None) => "?".to_owned(),
    }
}

/// Writes a document back as markup; [`compile`] of it gives the same document, ids aside.
pub fn render(document: &LabelledDocument) -> String {
    let published = document.published.map_or("null".to_owned(), |p| p.to_string());
    let source = document.source.as_deref().unwrap_or("XX");
    let mut out = format!(
        "@@ {}\npublished: {published}\nsource: {source}\n--\n",
        document.id
    );
    let escape = |text: &str| text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let mut at = 0;
    if let Ok(mentions) = document.mentions() {
        let mut order: Vec<usize> = (0..mentions.len()).collect();
        order.sort_by_key(|&i| mentions[i].span);
        for i in order {
            let range = mentions[i].span.range();
            out.push_str(&escape(&document.text[at..range.start]));
            let roles = roles(document, &document.entities[i].id);
            let roles = if roles.is_empty() {
                String::new()
            } else {
                format!(":{}", roles.join(","))
            };
            let _ = write!(
                out,
                "[{}]({}{roles})",
                escape(&document.text[range.clone()]),
                mentions[i].label
            );
            at = range.end;
        }
    }
    out.push_str(&escape(&document.text[at..]));
    out.push_str("\n==\n");
    for (i, record) in document.records.iter().enumerate() {
        let status = format!("{:?} {:?}", record.status, record.scope).to_lowercase();
        let _ = write!(out, "{} {status}", i + 1);
        let mut slot = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(out, " | {name} {value}");
            }
        };
        let list = |names: &[String]| (!names.is_empty()).then(|| names.join(" ; "));
        slot("org", list(&record.organizations));
        slot("jobs", record.jobs.map(show_quantity));
        slot("indirect", record.indirect_jobs.map(show_quantity));
        slot(
            "invest",
            record
                .investment
                .map(|m| format!("{} {}", show_quantity(m.amount), m.currency)),
        );
        slot("loc", list(&record.locations));
        slot("deadline", record.deadline.map(|d| d.to_string()));
        slot("announced", record.announced.map(|d| d.to_string()));
        out.push('\n');
    }
    out
}

/// The roles of an entity, as written in markup.
fn roles(document: &LabelledDocument, entity: &str) -> Vec<String> {
    let mut roles = Vec::new();
    for (i, record) in document.records.iter().enumerate() {
        for support in record.mentions.iter().filter(|s| s.entity == entity) {
            let letter = match support.role {
                Role::IndirectJobs => "i",
                Role::Deadline => "d",
                Role::Announced => "a",
                _ => "",
            };
            roles.push(format!("{}{letter}", i + 1));
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKUP: &str = "@@ a-1\npublished: 2024-04-12\nsource: MA/outsourcing/dispatch/clean/one\n--\n\
        Été \\[photo\\] : [Sofrecom](ORG:1) créera plus de [700 emplois](JOBS:1)\n\
        et [2.000 indirects](JOBS:1i) à [Rabat](LOC:1) d'ici [fin 2026](DATE:1d).\n==\n\
        1 pledged single | org Sofrecom | jobs >=700 | indirect 2000 | loc Rabat | deadline 2026 | announced 2024-04-12\n";

    #[test]
    fn markup_compiles_to_code_points_and_roles() {
        let documents = compile(MARKUP).unwrap();
        let d = &documents[0];
        assert!(d.text.starts_with("Été [photo] : Sofrecom créera"));
        assert_eq!((d.entities[0].start, d.entities[0].end), (14, 22));
        assert_eq!(d.entities[2].text.as_deref(), Some("2.000 indirects"));
        let r = &d.records[0];
        assert_eq!(r.jobs, Some(Quantity::at_least(700.0)));
        assert_eq!(
            r.mentions[2],
            Support {
                entity: "e3".into(),
                role: Role::IndirectJobs
            }
        );
    }

    #[test]
    fn rendering_gives_the_markup_back() {
        let documents = compile(MARKUP).unwrap();
        assert_eq!(render(&documents[0]), MARKUP);
    }

    #[test]
    fn errors_name_line_expected_and_got() {
        let cases = [
            ("a", "1: expected `@@ id`, got `a`"),
            (
                "@@ a\n--\n[OCP](PER)\n==",
                "3: expected one of ORG, LOC, MONEY, JOBS, DATE, got `PER`",
            ),
            ("@@ a\n--\n[OCP\n==", "3: expected `]` before the end of the text"),
            (
                "@@ a\n--\n[OCP](ORG:1d)\n==",
                "3: expected a role that ORG can have, got `1d`",
            ),
            (
                "@@ a\npublished: hier\n--\n==",
                "2: `published`: expected YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, YYYY-Sn or --MM-DD, got `hier`",
            ),
            (
                "@@ a\n--\n[OCP](ORG:1)\n==",
                "1: document `a`: a mention supports record 1, which is not there",
            ),
            (
                "@@ a\n--\n==\n1 done single",
                "4: `status`: expected pledged, realized or cancelled, got `done`",
            ),
        ];
        for (markup, expected) in cases {
            assert_eq!(compile(markup).unwrap_err().to_string(), expected);
        }
    }
}
