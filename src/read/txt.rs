//! A text file: one document.

use std::io::Read;
use std::path::Path;

use super::ReadError;
use crate::document::Document;

/// Reads a whole file as one document, named for the file.
pub(super) fn read(mut input: impl Read, path: &Path) -> Result<Document, ReadError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    let text = String::from_utf8(bytes).map_err(|e| ReadError::Utf8 {
        path: path.to_owned(),
        byte: e.utf8_error().valid_up_to(),
    })?;
    let id = path
        .file_stem()
        .map_or_else(|| "-".to_owned(), |s| s.to_string_lossy().into_owned());
    Ok(Document {
        id,
        text,
        published: None,
        source: None,
    })
}
