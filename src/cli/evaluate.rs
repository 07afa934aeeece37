//! `jalon evaluate`: predictions, or a model, against a gold set.

use std::io::Write as _;

use super::args::Evaluate;
use super::documents::read_all;
use super::{Outcome, extract, say};
use crate::document::{Document, LabelledDocument};
use crate::evaluate::evaluate;
use crate::pipeline;
use crate::sink::labelled;
use crate::span::Mention;

/// Runs `jalon evaluate`.
pub(super) fn run(args: &Evaluate) -> anyhow::Result<Outcome> {
    let gold = read_all(&args.gold)?;
    let predicted = match &args.predictions {
        Some(path) => read_all(path)?,
        None if args.gold_mentions => linked(args, &gold)?,
        None => predicted(args, &gold)?,
    };
    let report = evaluate(&gold, &predicted)?;
    if !report.documents.missing.is_empty() {
        say(&format!(
            "jalon: no prediction for {} documents, counted as empty: {}",
            report.documents.missing.len(),
            report.documents.missing.join(", ")
        ));
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
        return Ok(Outcome::Done);
    }
    write!(
        out,
        "{}",
        if args.markdown {
            report.markdown()
        } else {
            report.table()
        }
    )?;
    if args.errors > 0 {
        writeln!(out)?;
        for difference in report.errors.iter().take(args.errors) {
            writeln!(out, "{difference}")?;
        }
    }
    Ok(Outcome::Done)
}

/// What a model finds in the gold texts.
fn predicted(args: &Evaluate, gold: &[LabelledDocument]) -> anyhow::Result<Vec<LabelledDocument>> {
    let (model, linker) = (extract::model(&args.model)?, extract::linker(&args.linker)?);
    let documents = gold.iter().map(LabelledDocument::document).collect();
    let extractions = pipeline::extract(&model, &linker, documents, args.model.batch)?;
    Ok(extractions.iter().map(labelled).collect())
}

/// What the linker makes of the gold mentions.
fn linked(args: &Evaluate, gold: &[LabelledDocument]) -> anyhow::Result<Vec<LabelledDocument>> {
    let linker = extract::linker(&args.linker)?;
    let documents: Vec<Document> = gold.iter().map(LabelledDocument::document).collect();
    let mut mentions = gold
        .iter()
        .map(|document| {
            let mut mentions = document.mentions()?;
            mentions.sort_by_key(|m| m.span);
            Ok(mentions)
        })
        .collect::<anyhow::Result<Vec<Vec<Mention>>>>()?;
    if linker.reads_parts() {
        let model = extract::model(&args.model)?;
        pipeline::tell_parts(&model, &documents, &mut mentions, args.model.batch)?;
    }
    Ok(documents
        .into_iter()
        .zip(mentions)
        .map(|(document, mentions)| labelled(&pipeline::assemble(document, mentions, &linker)))
        .collect())
}
