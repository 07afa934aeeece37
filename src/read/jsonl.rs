//! JSON Lines: a document a line. Other fields (labels, for one) are ignored.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::ReadError;
use crate::document::{Document, json_problem};

/// The documents of a JSON Lines file; blank lines are skipped.
pub(super) struct Lines<R> {
    input: R,
    path: PathBuf,
    line: usize,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R, path: &Path) -> Self {
        Self {
            input,
            path: path.to_owned(),
            line: 0,
            failed: false,
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            let mut bytes = Vec::new();
            self.line += 1;
            match self.input.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => {
                    let error = |problem| ReadError::Line {
                        path: self.path.clone(),
                        line: self.line,
                        problem,
                    };
                    return Some(document(&bytes).map_err(error));
                }
                Err(source) => {
                    self.failed = true;
                    return Some(Err(ReadError::Open {
                        path: self.path.clone(),
                        source,
                    }));
                }
            }
        }
        None
    }
}

/// Reads one line; the error names the field, what was expected and what came.
fn document(bytes: &[u8]) -> Result<Document, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| format!("expected UTF-8 text, got an invalid byte at {}", e.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}').trim_end();
    let json: Json =
        serde_json::from_str(text).map_err(|e| format!("expected a JSON object: {}", json_problem(&e)))?;
    let Json::Object(fields) = json else {
        return Err(format!("expected a JSON object, got {}", kind(&json)));
    };
    let required = |name: &str| match fields.get(name) {
        Some(Json::String(s)) => Ok(s.clone()),
        Some(other) => Err(format!("field `{name}` should be a string, got {}", kind(other))),
        None => Err(format!("field `{name}` should be a string, got nothing")),
    };
    let optional = |name: &str| match fields.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(s)) => Ok(Some(s.clone())),
        Some(other) => Err(format!(
            "field `{name}` should be a string or null, got {}",
            kind(other)
        )),
    };
    let published = match optional("published")? {
        None => None,
        // A time of day may follow, as crawlers write it.
        Some(date) => Some(
            date.split(['T', ' '])
                .next()
                .unwrap_or_default()
                .parse()
                .map_err(|_| {
                    format!("field `published` should be YYYY, YYYY-MM or YYYY-MM-DD, got `{date}`")
                })?,
        ),
    };
    let id = required("id")?;
    if id.is_empty() {
        return Err("field `id` should not be empty".to_owned());
    }
    Ok(Document {
        id,
        text: required("text")?,
        published,
        source: optional("source")?,
    })
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_field_expected_and_got() {
        let cases = [
            ("[1]", "expected a JSON object, got an array"),
            (
                r#"{"id": 3, "text": "a"}"#,
                "field `id` should be a string, got a number",
            ),
            (r#"{"id": "", "text": "a"}"#, "field `id` should not be empty"),
            (r#"{"id": "a"}"#, "field `text` should be a string, got nothing"),
            (
                r#"{"id": "a", "text": "", "published": "hier"}"#,
                "field `published` should be YYYY, YYYY-MM or YYYY-MM-DD, got `hier`",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(document(line.as_bytes()).unwrap_err(), expected);
        }
        assert!(
            document(b"{\"id\": \"\xff\"}")
                .unwrap_err()
                .contains("invalid byte at 8")
        );
    }

    #[test]
    fn a_time_after_the_date_is_dropped() {
        let d = document(br#"{"id": "a", "text": "", "published": "2024-04-12T08:00:00Z"}"#).unwrap();
        assert_eq!(d.published.unwrap().to_string(), "2024-04-12");
    }
}
