//! A model folder: `config.json`, `tokenizer.json`, `model.safetensors`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;

use super::batch::Batch;
use super::config::{Config, Head};
use super::encoder::{Dropout, Encoder};
use super::hub::HubError;
use super::tagger::Answer;
use crate::part::{Part, PartScores};
use crate::segment::{SubwordError, Subwords};

/// What can go wrong with a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of the folder cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `config.json` is not one of ours.
    #[error("{}: {problem}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Field, what was expected, what came.
        problem: String,
    },
    /// The weights are in a format that is not read.
    #[error(
        "{}: expected `model.safetensors` instead: convert it with transformers (`model.save_pretrained(DIR)`)",
        path.display()
    )]
    Pickled {
        /// The file.
        path: PathBuf,
    },
    /// The model cannot be had from the hub.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The tokenizer cannot be used.
    #[error(transparent)]
    Subwords(#[from] SubwordError),
    /// The weights do not fit the configuration.
    #[error("{}: the weights do not fit the configuration", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Which parameter, and how.
        #[source]
        source: candle_core::Error,
    },
    /// A computation failed.
    #[error("the forward pass failed")]
    Forward(#[from] candle_core::Error),
}

/// A tagger: sub-words, encoder and main head.
pub struct TagModel {
    subwords: Arc<Subwords>,
    encoder: Encoder,
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ModelError> {
    std::fs::read(path).map_err(|source| ModelError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Reads and checks `config.json`.
pub(crate) fn load_config(path: &Path) -> Result<Config, ModelError> {
    parse_config(&read(path)?, path)
}

fn parse_config(json: &[u8], path: &Path) -> Result<Config, ModelError> {
    let bad = |problem| ModelError::Config {
        path: path.to_owned(),
        problem,
    };
    let config: Config = serde_json::from_slice(json).map_err(|e| bad(e.to_string()))?;
    match config.problem() {
        Some(problem) => Err(bad(problem)),
        None => Ok(config),
    }
}

impl TagModel {
    /// Reads a model folder.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file at fault; weights of another label list are refused.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let file = |name| read(&folder.join(name));
        let (config, tokenizer) = (file("config.json")?, file("tokenizer.json")?);
        let weights = file("model.safetensors")?;
        let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu);
        Self::from_parts(folder, &config, &tokenizer, weights)
    }

    /// Builds a model from the contents of its files; `folder` is where errors say they are.
    pub(super) fn from_parts(
        folder: &Path,
        config: &[u8],
        tokenizer: &[u8],
        weights: candle_core::Result<VarBuilder<'_>>,
    ) -> Result<Self, ModelError> {
        let config = parse_config(config, &folder.join("config.json"))?;
        let path = folder.join("tokenizer.json");
        let subwords = Subwords::from_bytes(tokenizer, &path)?;
        if subwords.n_ids() != config.n_ids {
            let problem = format!("`n_ids`: expected {}, got {}", config.n_ids, subwords.n_ids());
            return Err(ModelError::Config { path, problem });
        }
        let encoder = weights
            .and_then(|vb| Encoder::load(&vb, &config))
            .map_err(|source| ModelError::Weights {
                path: folder.join("model.safetensors"),
                source,
            })?;
        Ok(Self::new(Arc::new(subwords), encoder))
    }

    /// Joins sub-words and an encoder whose configuration was checked.
    pub(crate) fn new(subwords: Arc<Subwords>, encoder: Encoder) -> Self {
        Self { subwords, encoder }
    }

    /// The sub-word vocabulary.
    pub fn subwords(&self) -> &Subwords {
        &self.subwords
    }

    /// The sizes of the model.
    pub fn config(&self) -> &Config {
        self.encoder.config()
    }

    /// What the model says of each word of a packed batch, row after row.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn answers(&self, batch: &Batch) -> Result<Vec<Answer>, ModelError> {
        let main = self.encoder.head_index(Head::MAIN).unwrap_or(0);
        let encoded = self.encoder.forward(batch, Dropout::OFF)?;
        let rows = |head| -> Result<Vec<f32>, ModelError> {
            let logits = self.encoder.tag(&encoded, batch, head, Dropout::OFF)?;
            Ok(logits.flatten_all()?.to_vec1()?)
        };
        let tags = rows(main)?;
        let answers = tags
            .as_chunks()
            .0
            .iter()
            .map(|&tags| Answer { tags, parts: None });
        let mut answers: Vec<Answer> = answers.collect();
        if let Some(head) = self.encoder.head_index(Head::PARTS) {
            let logits = rows(head)?;
            for (answer, logits) in answers.iter_mut().zip(logits.as_chunks().0) {
                answer.parts = Some(part_scores(logits));
            }
        }
        Ok(answers)
    }
}

/// Softmax over the tags of the parts head, the two tags of a part together.
fn part_scores(logits: &[f32; 1 + 2 * Part::ALL.len()]) -> PartScores {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let odds = logits.map(|l| (l - max).exp());
    let sum: f32 = odds.iter().sum();
    std::array::from_fn(|p| (odds[1 + 2 * p] + odds[2 + 2 * p]) / sum)
}
