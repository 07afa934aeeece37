//! Labelled documents off disk, every fault named.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::say;
use crate::document::LabelledDocument;

/// The `.jsonl` files of a path: itself, or those of a folder, sorted.
pub(super) fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = walkdir::WalkDir::new(path).sort_by_file_name();
    let mut files = Vec::new();
    for entry in entries {
        let path = entry
            .context("reading a folder of labelled documents")?
            .into_path();
        if path.extension().is_some_and(|e| e == "jsonl") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!(
            "{}: expected .jsonl files in this folder, got none",
            path.display()
        );
    }
    Ok(files)
}

/// Reads JSON Lines: `parse` each line that is not blank, `take` what it gives with its place (`file:line`). Lines that
/// cannot be read are named on standard error; returns how many.
pub(super) fn each_line<T>(
    input: impl Read,
    path: &Path,
    parse: impl Fn(&str) -> Result<T, String>,
    mut take: impl FnMut(T, String) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let mut n_failures = 0;
    for (i, line) in BufReader::with_capacity(1 << 16, input).split(b'\n').enumerate() {
        let line = line.with_context(|| format!("{}: cannot be read", path.display()))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{}:{}", path.display(), i + 1);
        let text = std::str::from_utf8(&line)
            .map_err(|e| format!("expected UTF-8 text, got an invalid byte at {}", e.valid_up_to()));
        match text.and_then(&parse) {
            Ok(read) => take(read, place)?,
            Err(problem) => {
                n_failures += 1;
                say(&format!("jalon: {place}: {problem}"));
            }
        }
    }
    Ok(n_failures)
}

/// A labelled document and where it was read.
pub(super) struct Located {
    pub(super) document: LabelledDocument,
    pub(super) path: PathBuf,
    pub(super) line: usize,
}

/// Reads labelled documents; lines that cannot be read are returned as messages that name file, line and field.
pub(super) fn read(path: &Path) -> anyhow::Result<(Vec<Located>, Vec<String>)> {
    let (mut documents, mut faults) = (Vec::new(), Vec::new());
    for path in files(path)? {
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            match LabelledDocument::from_json(line) {
                Ok(document) => documents.push(Located {
                    document,
                    path: path.clone(),
                    line: i + 1,
                }),
                Err(e) => faults.push(format!("{}:{}: {e}", path.display(), i + 1)),
            }
        }
    }
    Ok((documents, faults))
}

/// Reads labelled documents that must all be sound JSON.
pub(super) fn read_all(path: &Path) -> anyhow::Result<Vec<LabelledDocument>> {
    let (documents, faults) = read(path)?;
    match faults.first() {
        None => Ok(documents.into_iter().map(|l| l.document).collect()),
        Some(first) => bail!(
            "{first}{}",
            if faults.len() > 1 {
                format!(" (and {} more)", faults.len() - 1)
            } else {
                String::new()
            }
        ),
    }
}
