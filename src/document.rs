//! A document as read, and a document with its mentions and records: the contract's JSON shape.

use serde::{Deserialize, Serialize};

use crate::label::Label;
use crate::record::CommitmentRecord;
use crate::span::{ByteSpan, CharIndex, Mention};
use crate::value::When;

/// A document: its text exactly as read, and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Id, unique in its dump.
    pub id: String,
    /// The text, never altered.
    pub text: String,
    /// Day, month or year of publication, when known.
    pub published: Option<When>,
    /// Where it came from.
    pub source: Option<String>,
}

/// A mention in a file: offsets count code points, `end` is exclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Id, unique in its document (`e1`, `e2`, …).
    pub id: String,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// What it is.
    pub label: Label,
    /// The surface, equal to `text[start..end]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Probability, for predicted mentions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// A document with mentions and records, annotated or predicted: one line of a JSON Lines file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelledDocument {
    /// Id, unique in its file.
    pub id: String,
    /// The text, exactly as read.
    pub text: String,
    /// Day, month or year of publication, when known.
    #[serde(default)]
    pub published: Option<When>,
    /// Where it came from; in our own labels, the slice: `country/topic/voice/noise/kind`.
    #[serde(default)]
    pub source: Option<String>,
    /// The mentions, in order of their start.
    pub entities: Vec<Entity>,
    /// The records.
    pub records: Vec<CommitmentRecord>,
}

/// An entity's offsets do not fit its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entity `{id}`: expected 0 <= start < end <= {n_chars} code points, got {start}..{end}")]
pub struct BadOffsets {
    /// Id of the entity.
    pub id: String,
    /// First code point, as read.
    pub start: usize,
    /// End, as read.
    pub end: usize,
    /// Length of the text.
    pub n_chars: usize,
}

/// What is wrong in a line of JSON, without the line number that serde counts from that line.
pub(crate) fn json_problem(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

/// Reads one line of JSON; the error names the field, what was expected and what came.
pub(crate) fn from_line<T: serde::de::DeserializeOwned>(line: &str) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(line);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let problem = json_problem(e.inner());
        match e.path().to_string().as_str() {
            path if e.inner().is_data() && path != "." => format!("field `{path}`: {problem}"),
            _ => problem,
        }
    })?;
    json.end().map_err(|e| json_problem(&e))?;
    Ok(value)
}

impl LabelledDocument {
    /// Reads one line of a JSON Lines file.
    ///
    /// # Errors
    /// What is wrong: field, what was expected, what came.
    ///
    /// ```
    /// use jalon::document::LabelledDocument;
    /// let error = LabelledDocument::from_json(r#"{"id": "a", "text": "OCP", "entities": 3}"#).unwrap_err();
    /// assert_eq!(error, "field `entities`: invalid type: integer `3`, expected a sequence at column 40");
    /// ```
    pub fn from_json(line: &str) -> Result<Self, String> {
        from_line(line)
    }

    /// The document without its labels.
    pub fn document(&self) -> Document {
        Document {
            id: self.id.clone(),
            text: self.text.clone(),
            published: self.published,
            source: self.source.clone(),
        }
    }

    /// The entities as mentions with byte offsets, in the order of `entities`.
    ///
    /// # Errors
    /// [`BadOffsets`] for the first entity that lies outside of the text.
    pub fn mentions(&self) -> Result<Vec<Mention>, BadOffsets> {
        let index = CharIndex::new(&self.text);
        self.entities
            .iter()
            .map(|e| {
                let span = index
                    .byte(e.start)
                    .zip(index.byte(e.end))
                    .and_then(|(s, t)| ByteSpan::new(s, t));
                let span = span.ok_or_else(|| BadOffsets {
                    id: e.id.clone(),
                    start: e.start,
                    end: e.end,
                    n_chars: index.n_chars(),
                })?;
                Ok(Mention {
                    span,
                    label: e.label,
                    score: e.score.map_or(1.0, |s| s as f32),
                })
            })
            .collect()
    }
}

/// Mentions as entities `e1`, `e2`, … in the given order, with their surface.
///
/// `with_scores` writes each score, rounded to four decimals: more would be noise of the weights.
pub fn entities_of(text: &str, mentions: &[Mention], with_scores: bool) -> Vec<Entity> {
    let index = CharIndex::new(text);
    mentions
        .iter()
        .enumerate()
        .map(|(i, m)| Entity {
            id: format!("e{}", i + 1),
            start: index.char(m.span.start as usize).unwrap_or(0),
            end: index.char(m.span.end as usize).unwrap_or(0),
            label: m.label,
            text: m.span.slice(text).map(str::to_owned),
            score: with_scores.then(|| (f64::from(m.score) * 1e4).round() / 1e4),
        })
        .collect()
}

/// The country at the head of a source such as `MA/outsourcing/…`.
pub fn country_of_source(source: &str) -> Option<&str> {
    let (head, _) = source.split_once('/')?;
    (head.len() == 2 && head != "XX" && head.bytes().all(|b| b.is_ascii_uppercase())).then_some(head)
}
