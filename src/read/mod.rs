//! Files → documents, one at a time; what cannot be read is an error of its own, and the rest goes on.

mod jsonl;
mod txt;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::document::Document;

/// What can go wrong with an input.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file or folder cannot be read.
    #[error("{}: cannot be read", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line of a JSON Lines file is not a document.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Field, what was expected, what came.
        problem: String,
    },
    /// A text file is not UTF-8.
    #[error("{}: expected UTF-8 text, got an invalid byte at {byte}", path.display())]
    Utf8 {
        /// The file.
        path: PathBuf,
        /// Offset of the first invalid byte.
        byte: usize,
    },
    /// A folder holds nothing to read.
    #[error("{}: expected .txt or .jsonl files in this folder, got none", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
}

/// A source of documents: constant memory, one bad document does not end it.
pub trait DocumentReader: Iterator<Item = Result<Document, ReadError>> {}

impl<T: Iterator<Item = Result<Document, ReadError>>> DocumentReader for T {}

/// Shape of an input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A file is a document; its id is the file's name without ending.
    Txt,
    /// A line is a document: `id`, `text`, optional `published` and `source`.
    Jsonl,
}

impl Format {
    /// Tells the format by the ending of a name; `None` for an ending that says nothing.
    pub fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" | "md" => Some(Self::Txt),
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            _ => None,
        }
    }

    /// Tells the format by the first bytes: an object makes it JSON Lines.
    fn of_content(head: &[u8]) -> Self {
        let first = head.iter().find(|b| !b.is_ascii_whitespace());
        if first == Some(&b'{') {
            Self::Jsonl
        } else {
            Self::Txt
        }
    }
}

/// Opens inputs one after the other: files, folders (their files in the order of their paths), `-` for standard input.
pub fn read(inputs: &[PathBuf]) -> impl DocumentReader + use<> {
    let inputs = inputs.to_vec();
    inputs.into_iter().flat_map(|input| -> Box<dyn DocumentReader> {
        if input.as_os_str() == "-" {
            open(Box::new(std::io::stdin()), Path::new("-"), None)
        } else if input.is_dir() {
            folder(&input)
        } else {
            file(&input, Format::of_name(&input))
        }
    })
}

fn file(path: &Path, format: Option<Format>) -> Box<dyn DocumentReader> {
    match std::fs::File::open(path) {
        Ok(file) => open(Box::new(file), path, format),
        Err(source) => Box::new(std::iter::once(Err(ReadError::Open {
            path: path.to_owned(),
            source,
        }))),
    }
}

fn open(input: Box<dyn Read>, path: &Path, format: Option<Format>) -> Box<dyn DocumentReader> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let format = match format {
        Some(format) => format,
        None => match input.fill_buf() {
            Ok(head) => Format::of_content(head),
            Err(source) => {
                return Box::new(std::iter::once(Err(ReadError::Open {
                    path: path.to_owned(),
                    source,
                })));
            }
        },
    };
    match format {
        Format::Txt => Box::new(std::iter::once(txt::read(input, path))),
        Format::Jsonl => Box::new(jsonl::Lines::new(input, path)),
    }
}

/// The documents of a folder, all levels, links followed; files of other endings are passed over.
fn folder(path: &Path) -> Box<dyn DocumentReader> {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for entry in walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                files.extend(Format::of_name(entry.path()).map(|format| (entry.into_path(), format)));
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(path).to_owned();
                errors.push(Err(ReadError::Open {
                    path,
                    source: error.into(),
                }));
            }
        }
    }
    if files.is_empty() && errors.is_empty() {
        errors.push(Err(ReadError::EmptyFolder {
            path: path.to_owned(),
        }));
    }
    Box::new(
        errors.into_iter().chain(
            files
                .into_iter()
                .flat_map(|(path, format)| file(&path, Some(format))),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &Path) -> Vec<Result<Document, String>> {
        read(&[path.to_owned()])
            .map(|r| r.map_err(|e| e.to_string()))
            .collect()
    }

    #[test]
    fn a_folder_gives_its_files_in_order_and_goes_on_after_a_bad_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.txt"), "Un.").unwrap();
        std::fs::write(dir.path().join("b.txt"), b"caf\xe9").unwrap();
        std::fs::write(
            dir.path().join("c.jsonl"),
            "{\"id\":\"x\",\"text\":\"Deux\"}\nnot json\n\n{\"id\":\"y\",\"text\":\"\"}",
        )
        .unwrap();
        std::fs::write(dir.path().join("d.bin"), "rien").unwrap();
        let all = all(dir.path());
        let ids: Vec<&str> = all.iter().flatten().map(|d| d.id.as_str()).collect();
        assert_eq!(ids, ["a", "x", "y"]);
        let errors: Vec<&String> = all.iter().filter_map(|r| r.as_ref().err()).collect();
        assert!(
            errors[0].ends_with("b.txt: expected UTF-8 text, got an invalid byte at 3"),
            "{errors:?}"
        );
        assert!(
            errors[1].contains("c.jsonl:2: expected a JSON object"),
            "{errors:?}"
        );
    }

    #[test]
    fn missing_files_and_empty_folders_are_errors() {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            all(dir.path())[0]
                .as_ref()
                .unwrap_err()
                .contains("expected .txt or .jsonl files")
        );
        assert!(
            all(&dir.path().join("none.txt"))[0]
                .as_ref()
                .unwrap_err()
                .ends_with("cannot be read")
        );
    }

    #[test]
    fn an_unknown_ending_is_told_by_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dump");
        std::fs::write(
            &path,
            " {\"id\":\"x\",\"text\":\"Deux\",\"published\":\"2024-04\"}",
        )
        .unwrap();
        let all = all(&path);
        assert_eq!(
            all[0].as_ref().unwrap().published,
            Some(crate::value::When::Month(2024, 4))
        );
    }
}
