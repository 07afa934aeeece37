//! JSON Lines: records or whole documents.

use std::io::Write as _;

use serde::Serialize;

use super::{Output, Sink, evidence};
use crate::document::{LabelledDocument, entities_of};
use crate::pipeline::Extraction;
use crate::record::CommitmentRecord;

/// A record a line: the document's id, the slots of the contract, and the sentences that say so.
#[derive(Serialize)]
struct RecordLine<'a> {
    doc_id: &'a str,
    #[serde(flatten)]
    record: &'a CommitmentRecord,
    evidence: Vec<&'a str>,
}

/// Writes one record a line.
pub struct JsonRecords(Output);

/// Writes one document a line, in the shape of the contract.
pub struct JsonDocuments(Output);

impl JsonRecords {
    /// Writes to `output`.
    pub fn new(output: Output) -> Self {
        Self(output)
    }
}

impl JsonDocuments {
    /// Writes to `output`.
    pub fn new(output: Output) -> Self {
        Self(output)
    }
}

fn line(output: &mut Output, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *output, value)?;
    output.write_all(b"\n")
}

impl Sink for JsonRecords {
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        for (i, record) in extraction.records.iter().enumerate() {
            let doc_id = &extraction.document.id;
            line(
                &mut self.0,
                &RecordLine {
                    doc_id,
                    record,
                    evidence: evidence(extraction, i),
                },
            )?;
        }
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Sink for JsonDocuments {
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        line(&mut self.0, &labelled(extraction))
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// An extraction in the shape of the contract.
pub(crate) fn labelled(extraction: &Extraction) -> LabelledDocument {
    let document = &extraction.document;
    LabelledDocument {
        id: document.id.clone(),
        text: document.text.clone(),
        published: document.published,
        source: document.source.clone(),
        entities: entities_of(&document.text, &extraction.mentions, true),
        records: extraction.records.clone(),
    }
}
