//! Records, documents and mentions → files. A sink formats; it neither filters nor recomputes.

mod csv;
mod jsonl;
mod table;
mod tags;

pub(crate) use jsonl::labelled;

use std::io::Write;

pub use self::csv::CsvRecords;
pub use jsonl::{JsonDocuments, JsonRecords};
pub use table::TableRecords;
pub use tags::{ConllTags, TextTags};

use crate::pipeline::Extraction;

/// Takes extractions, in the order of the input.
pub trait Sink {
    /// Writes what stands before the first document.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn begin(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    /// Writes one document's extraction.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()>;

    /// Writes what stands after the last document, and flushes.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finish(&mut self) -> std::io::Result<()>;
}

/// Where bytes go.
pub type Output = Box<dyn Write>;

/// Evidence of a record: the sentences that hold its figures, in the order of the text.
fn evidence(extraction: &Extraction, record: usize) -> Vec<&str> {
    let spans = extraction
        .evidence
        .get(record)
        .map(Vec::as_slice)
        .unwrap_or_default();
    spans
        .iter()
        .filter_map(|s| s.slice(&extraction.document.text))
        .collect()
}
