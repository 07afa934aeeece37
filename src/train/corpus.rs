//! Reads training texts and labelled documents.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::config::{LabelSource, TextSource};
use super::run::TrainError;
use crate::document::{LabelledDocument, json_problem};
use crate::span::{ByteSpan, CharIndex};

/// A text with labelled spans, labels as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// Its spans, in order, not overlapping.
    pub spans: Vec<(ByteSpan, String)>,
}

/// The files of a source: itself, or the `.txt` and `.jsonl` files (also `.zst`) of a folder, sorted.
fn files(path: &Path) -> Result<Vec<PathBuf>, TrainError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| TrainError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .map(|e| e.path())
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            let name = name.trim_end_matches(".zst");
            [".txt", ".jsonl"].iter().any(|end| name.ends_with(end))
        })
        .collect();
    files.sort();
    Ok(files)
}

/// Lines of a file, decompressed when its name ends in `.zst`.
fn lines(path: &Path) -> Result<Vec<String>, TrainError> {
    let read = || -> std::io::Result<Vec<String>> {
        let file = std::fs::File::open(path)?;
        let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "zst") {
            Box::new(zstd::Decoder::new(file)?)
        } else {
            Box::new(file)
        };
        BufReader::new(reader).lines().collect()
    };
    read().map_err(|source| TrainError::Read {
        path: path.to_owned(),
        source,
    })
}

fn is_json(path: &Path) -> bool {
    let name = path.to_string_lossy();
    Path::new(name.trim_end_matches(".zst"))
        .extension()
        .is_some_and(|e| e == "jsonl")
}

#[derive(Deserialize)]
struct TextLine {
    text: String,
}

/// Reads the paragraphs of a raw source.
///
/// # Errors
/// [`TrainError::Read`], [`TrainError::Line`].
pub fn texts(source: &TextSource) -> Result<Vec<String>, TrainError> {
    let mut all = Vec::new();
    for path in files(&source.path)? {
        let json = is_json(&path);
        for (i, line) in lines(&path)?.into_iter().enumerate() {
            if json {
                let parsed: TextLine = serde_json::from_str(&line).map_err(|e| TrainError::Line {
                    path: path.clone(),
                    line: i + 1,
                    problem: json_problem(&e),
                })?;
                all.push(parsed.text);
            } else if !line.trim().is_empty() {
                all.push(line);
            }
        }
    }
    Ok(all)
}

#[derive(Deserialize)]
struct SpanLine {
    text: String,
    spans: Vec<(usize, usize, String)>,
    #[serde(default)]
    doc: Option<String>,
}

enum LabelLine {
    Spans(SpanLine),
    Document(Box<LabelledDocument>),
}

impl LabelLine {
    fn from_json(line: &str) -> Result<Self, String> {
        match serde_json::from_str(line) {
            Ok(spans) => Ok(Self::Spans(spans)),
            Err(e) if line.contains("\"spans\"") => Err(json_problem(&e)),
            Err(_) => LabelledDocument::from_json(line).map(|d| Self::Document(Box::new(d))),
        }
    }
}

/// Reads a labelled source, less what it leaves out.
///
/// # Errors
/// [`TrainError::Read`], [`TrainError::Line`].
pub fn labelled(source: &LabelSource) -> Result<Vec<Labelled>, TrainError> {
    let mut all = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for path in files(&source.path)? {
        for (i, line) in lines(&path)?.into_iter().enumerate() {
            let bad = |problem: String| TrainError::Line {
                path: path.clone(),
                line: i + 1,
                problem,
            };
            if line.trim().is_empty() {
                continue;
            }
            let (id, text, spans) = match LabelLine::from_json(&line).map_err(bad)? {
                LabelLine::Document(d) => {
                    let spans = d
                        .entities
                        .iter()
                        .map(|e| (e.start, e.end, e.label.to_string()))
                        .collect();
                    (d.id, d.text, spans)
                }
                LabelLine::Spans(s) => (
                    s.doc.unwrap_or_else(|| format!("{}:{i}", path.display())),
                    s.text,
                    s.spans,
                ),
            };
            let n_documents = numbers.len();
            let number = *numbers.entry(id).or_insert(n_documents);
            let left_out = source.leave_out_one_in.is_some_and(|n| number % n == n - 1);
            if left_out != source.only_left_out || !in_share(number, source.share) {
                continue;
            }
            let index = CharIndex::new(&text);
            let mut spans: Vec<(ByteSpan, String)> = spans
                .into_iter()
                .map(|(start, end, label): (usize, usize, String)| {
                    index
                        .byte(start)
                        .zip(index.byte(end))
                        .and_then(|(s, e)| ByteSpan::new(s, e))
                        .map(|span| (span, source.rename.get(&label).cloned().unwrap_or(label)))
                        .ok_or_else(|| bad(format!("`spans`: {start}..{end} does not lie in the text")))
                })
                .collect::<Result<_, _>>()?;
            spans.sort_by_key(|(span, _)| *span);
            if let Some(pair) = spans.windows(2).find(|p| p[0].0.overlaps(p[1].0)) {
                return Err(bad(format!(
                    "`spans`: {:?} and {:?} overlap",
                    pair[0].0, pair[1].0
                )));
            }
            all.push(Labelled { text, spans });
        }
    }
    Ok(all)
}

/// Spreads a share evenly over document numbers: 0.25 keeps one in four.
fn in_share(number: usize, share: f64) -> bool {
    ((number + 1) as f64 * share).floor() > (number as f64 * share).floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: PathBuf) -> LabelSource {
        LabelSource {
            path,
            weight: 1.0,
            head: "main".into(),
            augment: false,
            leave_out_one_in: None,
            only_left_out: false,
            rename: std::collections::BTreeMap::new(),
            names_only: false,
            share: 1.0,
        }
    }

    #[test]
    fn both_shapes_are_read_and_one_document_in_n_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        let lines = [
            r#"{"text": "été à Fès", "spans": [[6, 9, "LOC"]], "doc": "a"}"#,
            r#"{"id": "b", "text": "OCP", "entities": [{"id": "e1", "start": 0, "end": 3, "label": "ORG"}], "records": []}"#,
            r#"{"text": "rien", "spans": [], "doc": "a"}"#,
        ];
        std::fs::write(&path, lines.join("\n")).unwrap();
        let all = labelled(&source(path.clone())).unwrap();
        assert_eq!(all.len(), 3);
        let (span, label) = &all[0].spans[0];
        assert_eq!((span.slice(&all[0].text), label.as_str()), (Some("Fès"), "LOC"));
        let mut half = source(path);
        half.leave_out_one_in = Some(2);
        assert_eq!(
            labelled(&half).unwrap().len(),
            2,
            "document `a` has two lines, `b` is left out"
        );
        half.only_left_out = true;
        assert_eq!(labelled(&half).unwrap()[0].text, "OCP");
    }

    #[test]
    fn a_bad_line_names_file_line_and_field() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bad.jsonl");
        std::fs::write(
            &path,
            "{\"text\": \"a\", \"spans\": []}\n{\"text\": \"abc\", \"spans\": [[2, 9, \"LOC\"]]}",
        )
        .unwrap();
        let error = labelled(&source(path)).unwrap_err().to_string();
        assert!(
            error.ends_with("bad.jsonl:2: `spans`: 2..9 does not lie in the text"),
            "{error}"
        );
    }

    #[test]
    fn a_share_is_spread_evenly() {
        assert_eq!((0..8).filter(|&n| in_share(n, 0.25)).count(), 2);
        assert_eq!((0..8).filter(|&n| in_share(n, 1.0)).count(), 8);
    }
}
