//! The model that is part of the program.

use std::path::Path;

use super::load::{ModelError, TagModel};

const CONFIG: &[u8] = include_bytes!("../../models/base/config.json");
const TOKENIZER: &[u8] = include_bytes!("../../models/base/tokenizer.json");
const WEIGHTS: &[u8] = include_bytes!("../../models/base/model.safetensors");

/// Builds the shipped model.
///
/// # Errors
/// As [`TagModel::load`].
pub(super) fn load() -> Result<TagModel, ModelError> {
    TagModel::from_bytes(Path::new("models/base"), CONFIG, TOKENIZER, WEIGHTS)
}
