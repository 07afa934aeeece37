//! `jalon labels`: check, compile, show, leaks.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::args::Labels;
use super::documents::{read, read_all};
use super::{Outcome, say};
use crate::evaluate::overlap_of_labels;
use crate::labels::{Counts, check, compile, render};

/// Runs `jalon labels`.
pub(super) fn run(args: &Labels) -> anyhow::Result<Outcome> {
    match args {
        Labels::Check { files } => check_files(files),
        Labels::Compile { files } => compile_files(files),
        Labels::Show { files } => show_files(files),
        Labels::Leaks { training, gold } => {
            let overlap = overlap_of_labels(&read_all(training)?, &read_all(gold)?);
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &overlap)?;
            writeln!(out)?;
            Ok(Outcome::Done)
        }
    }
}

fn check_files(files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let mut counts = Counts::default();
    let mut n_problems = 0;
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut texts: HashMap<String, String> = HashMap::new();
    for file in files {
        let (documents, faults) = read(file)?;
        for fault in &faults {
            say(fault);
        }
        n_problems += faults.len();
        for located in documents {
            let place = format!("{}:{}", located.path.display(), located.line);
            let document = located.document;
            let mut problems: Vec<String> = check(&document)
                .into_iter()
                .map(|p| format!("`{}`: {}", p.field, p.message))
                .collect();
            if let Some(first) = seen.insert(document.id.clone(), place.clone()) {
                problems.push(format!("`id`: expected an id of its own, got {first}'s"));
            }
            if let Some(first) = texts.insert(document.text.clone(), place.clone()) {
                problems.push(format!("`text`: expected a text of its own, got {first}'s"));
            }
            for problem in &problems {
                say(&format!("{place}: document `{}`: {problem}", document.id));
            }
            n_problems += problems.len();
            counts.add(&document);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} documents ({} without record), {} words, {n_problems} problems",
        counts.documents, counts.without_record, counts.words
    )?;
    let labels: Vec<String> = counts.labels.iter().map(|(l, n)| format!("{l} {n}")).collect();
    writeln!(out, "{:<8} {}", "label", labels.join(" · "))?;
    for (group, values) in &counts.by {
        let mut values: Vec<(&String, &usize)> = values.iter().collect();
        values.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), name.as_str()));
        let values: Vec<String> = values.iter().map(|(name, n)| format!("{name} {n}")).collect();
        writeln!(out, "{group:<8} {}", values.join(" · "))?;
    }
    Ok(if n_problems == 0 {
        Outcome::Done
    } else {
        Outcome::WithFailures
    })
}

fn compile_files(files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let mut out = std::io::stdout().lock();
    for file in files {
        let markup =
            std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
        let documents = compile(&markup).map_err(|e| anyhow::anyhow!("{}:{e}", file.display()))?;
        for document in documents {
            serde_json::to_writer(&mut out, &document)?;
            writeln!(out)?;
        }
    }
    Ok(Outcome::Done)
}

fn show_files(files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let mut out = std::io::stdout().lock();
    for file in files {
        for document in read_all(file)? {
            let mut mentions = document
                .mentions()
                .with_context(|| format!("{}: document `{}`", file.display(), document.id))?;
            mentions.sort_by_key(|m| m.span);
            if mentions.windows(2).any(|m| m[0].span.overlaps(m[1].span)) {
                bail!(
                    "{}: document `{}`: expected mentions that do not overlap",
                    file.display(),
                    document.id
                );
            }
            write!(out, "{}", render(&document))?;
        }
    }
    Ok(Outcome::Done)
}
