//! `jalon train` and `jalon pretrain`.

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Config, TrainLinker};
use super::documents::read_all;
use super::{Outcome, say};
use crate::document::{Document, LabelledDocument};
use crate::link::LinkModel;
use crate::model::Tagger;
use crate::pipeline;
use crate::span::Mention;
use crate::train::{self, PretrainConfig, Progress, TrainConfig};

/// Shows progress: a bar on a terminal, and a line for each measure.
fn display(quiet: bool) -> anyhow::Result<impl FnMut(&Progress)> {
    let bar = if quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} {msg} eta {eta}",
    )?);
    Ok(move |p: &Progress| {
        bar.set_length(p.steps as u64);
        bar.set_position(p.step as u64);
        bar.set_message(format!("loss {:.3} {:.0} tokens/s", p.loss, p.tokens_per_second));
        if !quiet && (bar.is_hidden() || !p.dev.is_empty()) {
            let scores: Vec<String> = p
                .dev
                .iter()
                .map(|(name, f)| format!("{name} F1 {:.2}", 100.0 * f))
                .collect();
            let scores = scores.join(", ");
            bar.suspend(|| {
                say(&format!(
                    "step {}/{} loss {:.3} rate {:.1e} {:.0} tokens/s {scores}",
                    p.step, p.steps, p.loss, p.rate, p.tokens_per_second
                ));
            });
        }
    })
}

/// Runs `jalon pretrain`.
pub(super) fn pretrain(args: &Config, quiet: bool) -> anyhow::Result<Outcome> {
    let config = PretrainConfig::load(&args.config)?;
    train::pretrain(&config, display(quiet)?)?;
    say(&format!("jalon: model written to {}", config.run.out.display()));
    Ok(Outcome::Done)
}

/// Runs `jalon train`.
pub(super) fn train(args: &Config, quiet: bool) -> anyhow::Result<Outcome> {
    let config = TrainConfig::load(&args.config)?;
    train::train(&config, display(quiet)?)?;
    say(&format!("jalon: model written to {}", config.run.out.display()));
    Ok(Outcome::Done)
}

/// Runs `jalon train-linker`.
pub(super) fn train_linker(args: &TrainLinker) -> anyhow::Result<Outcome> {
    let labelled = read_all(&args.labels)?;
    let documents: Vec<Document> = labelled.iter().map(LabelledDocument::document).collect();
    let mut mentions = labelled
        .iter()
        .map(|d| {
            d.mentions()
                .with_context(|| format!("{}: document `{}`", args.labels.display(), d.id))
        })
        .collect::<anyhow::Result<Vec<Vec<Mention>>>>()?;
    for (i, name) in args.folds.iter().enumerate() {
        let tagger = Tagger::load(name).with_context(|| format!("loading {name}"))?;
        let told = |all: usize| (i..all).step_by(args.folds.len());
        let own: Vec<Document> = told(documents.len()).map(|n| documents[n].clone()).collect();
        let mut parts: Vec<Vec<Mention>> = told(documents.len()).map(|n| mentions[n].clone()).collect();
        pipeline::tell_parts(&tagger, &own, &mut parts, pipeline::DEFAULT_BATCH)?;
        for (n, parts) in told(documents.len()).zip(parts) {
            mentions[n] = parts;
        }
    }
    let documents: Vec<(LabelledDocument, Vec<Mention>)> = labelled.into_iter().zip(mentions).collect();
    let model = LinkModel::fit(&documents);
    let json = serde_json::to_string(&model)?;
    std::fs::write(&args.out, json + "\n")
        .with_context(|| format!("{}: cannot be written", args.out.display()))?;
    say(&format!(
        "jalon: {} weights from {} documents in {}",
        model.n_features(),
        documents.len(),
        args.out.display()
    ));
    Ok(Outcome::Done)
}
