//! The tagging loop.

use super::config::TrainConfig;
use super::run::{Progress, TrainError};

/// Runs (or resumes) a training and writes the model folder.
///
/// # Errors
/// A [`TrainError`] that names the file at fault.
pub fn train(_config: &TrainConfig, _progress: impl FnMut(&Progress)) -> Result<(), TrainError> {
    Ok(())
}
