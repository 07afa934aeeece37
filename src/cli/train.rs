//! `jalon train` and `jalon pretrain`.

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Config, TrainLinker};
use super::documents::read_all;
use super::{Outcome, extract, say};
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
pub(super) fn train_linker(args: &TrainLinker, quiet: bool) -> anyhow::Result<Outcome> {
    let labelled = read_all(&args.labels)?;
    let documents = labelled
        .into_iter()
        .map(|d| {
            let mentions = d.mentions();
            let mentions =
                mentions.with_context(|| format!("{}: document `{}`", args.labels.display(), d.id))?;
            Ok((d, mentions))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let tagger = extract::model(&args.model)?;
    let mut display = display(quiet)?;
    let mut named = String::new();
    let held_out = train::train_linker(&tagger, documents, &args.out, |name, p| {
        if named != name {
            name.clone_into(&mut named);
            say(&format!("jalon: role model, {name}"));
        }
        display(p);
    })?;
    let percent = |f1: Option<f64>| f1.map_or_else(|| "–".to_owned(), |f1| format!("{:.1}", 100.0 * f1));
    say(&format!(
        "jalon: linker written to {}; on documents held out in turn, labelled mentions, core F1 of records: {} without \
         role model, {} with",
        args.out.display(),
        percent(held_out.plain),
        percent(held_out.with_roles)
    ));
    Ok(Outcome::Done)
}
