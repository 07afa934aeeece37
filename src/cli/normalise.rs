//! `jalon normalise`: mentions in their texts in, their values out.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::Outcome;
use super::args::Normalise;
use super::documents::each_line;
use super::extract::output;
use crate::document::from_line;
use crate::label::Label;
use crate::normalise::place::Level;
use crate::normalise::{self, Context, Value};
use crate::span::{ByteSpan, CharIndex, Mention};
use crate::value::{JobsKind, When};

/// A mention in its text: one line of the input. Offsets count code points, `end` is exclusive.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a JSON object")]
struct Request {
    text: String,
    start: usize,
    end: usize,
    label: Label,
    #[serde(default)]
    published: Option<When>,
    #[serde(default)]
    country: Option<String>,
}

/// Runs `jalon normalise`.
pub(super) fn run(args: &Normalise) -> anyhow::Result<Outcome> {
    let mut out = output(args.out.as_ref())?;
    let mut n_faults = 0;
    for path in &args.inputs {
        let input: Box<dyn Read> = if path.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            let file =
                std::fs::File::open(path).with_context(|| format!("{}: cannot be read", path.display()))?;
            Box::new(file)
        };
        n_faults += file(input, path, &mut out)?;
    }
    out.flush().context("writing the output")?;
    Ok(if n_faults == 0 {
        Outcome::Done
    } else {
        Outcome::WithFailures
    })
}

/// Writes a value or a refusal for each line, in order; lines that cannot be read are named and counted.
fn file(input: Box<dyn Read>, path: &Path, out: &mut dyn Write) -> anyhow::Result<usize> {
    each_line(input, path, answer, |answer, _| {
        serde_json::to_writer(&mut *out, &answer).context("writing the output")?;
        writeln!(out).context("writing the output")
    })
}

/// The answer to one line; the error names the field, what was expected and what came.
fn answer(line: &str) -> Result<Json, String> {
    let request: Request = from_line(line)?;
    let span = span(&request)?;
    let country = request.country.as_deref();
    if let Some(code) = country.filter(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err(format!(
            "field `country`: expected an ISO 3166 code such as `MA`, got `{code}`"
        ));
    }
    let context = Context {
        text: &request.text,
        published: request.published,
        country,
    };
    let read = normalise::normalise(&Mention::gold(span, request.label), &context);
    let (name, read) = match read {
        Ok(value) => ("value", json_of(&value)),
        Err(refusal) => ("refused", json!(refusal.to_string())),
    };
    let mut answer = json!({"label": request.label, "mention": span.slice(&request.text)});
    answer[name] = read;
    Ok(answer)
}

fn span(request: &Request) -> Result<ByteSpan, String> {
    let (index, start, end) = (CharIndex::new(&request.text), request.start, request.end);
    let n_chars = index.n_chars();
    let byte = |field: &str, n: usize| {
        index
            .byte(n)
            .ok_or_else(|| format!("field `{field}`: expected at most {n_chars} code points, got {n}"))
    };
    ByteSpan::new(byte("start", start)?, byte("end", end)?)
        .ok_or_else(|| format!("field `end`: expected more than `start`, {start}, got {end}"))
}

/// A value as it is written: amounts in units of their currency, jobs a headcount, dates in the forms of [`When`].
fn json_of(value: &Value) -> Json {
    match value {
        Value::Organisation(organisation) => json!({"key": organisation.key}),
        Value::Place(place) => {
            let level = place.level.map(|level| match level {
                Level::Site => "site",
                Level::City => "city",
                Level::Region => "region",
                Level::Country => "country",
                Level::Continent => "continent",
            });
            json!({"key": place.key, "level": level, "country": place.country})
        }
        Value::Money(amount) => {
            let mut json = json!(amount.money);
            json["inferred"] = json!(amount.currency_inferred);
            json
        }
        Value::Jobs(jobs) => {
            let mut json = json!(jobs.count);
            json["kind"] = json!(match jobs.kind {
                JobsKind::Direct => "direct",
                JobsKind::Indirect => "indirect",
            });
            json
        }
        Value::Date(date) => json!({"first": date.first, "last": date.last, "relative": date.relative}),
    }
}
