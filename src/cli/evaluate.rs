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

/// What a model finds in the gold texts, or what the linker makes of the gold mentions.
fn predicted(args: &Evaluate, gold: &[LabelledDocument]) -> anyhow::Result<Vec<LabelledDocument>> {
    let model = extract::model(&args.model.choice)?;
    let linker = extract::linker(&args.linker, &model)?;
    let documents: Vec<Document> = gold.iter().map(LabelledDocument::document).collect();
    let batch = args.model.batch;
    let extractions = if args.gold_mentions {
        let mentions = gold
            .iter()
            .map(|document| {
                let mut mentions = document.mentions()?;
                mentions.sort_by_key(|m| m.span);
                Ok(mentions)
            })
            .collect::<anyhow::Result<Vec<Vec<Mention>>>>()?;
        let read = if linker.reads(&model) {
            pipeline::read(&model, &documents, batch, true)?
        } else {
            Vec::new()
        };
        pipeline::assemble(&linker, documents, mentions, &read)?
    } else {
        pipeline::extract(&model, &linker, documents, batch)?
    };
    Ok(extractions.iter().map(labelled).collect())
}
