//! The model that is part of the program.

use std::path::Path;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;

use super::load::{ModelError, TagModel};

const CONFIG: &[u8] = include_bytes!("../../models/base/config.json");
const TOKENIZER: &[u8] = include_bytes!("../../models/base/tokenizer.json");
const WEIGHTS: &[u8] = include_bytes!("../../models/base/model.safetensors");

/// Builds the shipped model.
///
/// # Errors
/// As [`TagModel::load`].
pub(super) fn load() -> Result<TagModel, ModelError> {
    let weights = VarBuilder::from_slice_safetensors(WEIGHTS, DType::F32, &Device::Cpu);
    TagModel::from_parts(Path::new("models/base"), CONFIG, TOKENIZER, weights)
}
