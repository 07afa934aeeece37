//! A model folder: `config.json`, `tokenizer.json`, `model.safetensors`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;

use super::batch::Batch;
use super::config::{Config, Head};
use super::encoder::{Dropout, Encoder};
use super::hub::HubError;
use super::ops::mix;
use super::tagger::Answers;
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
    fingerprint: Option<String>,
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
        Self::from_bytes(folder, &config, &tokenizer, &file("model.safetensors")?)
    }

    /// Builds a model from the contents of its files; `folder` is where errors say they are.
    pub(super) fn from_bytes(
        folder: &Path,
        config: &[u8],
        tokenizer: &[u8],
        weights: &[u8],
    ) -> Result<Self, ModelError> {
        let config = parse_config(config, &folder.join("config.json"))?;
        let path = folder.join("tokenizer.json");
        let subwords = Subwords::from_bytes(tokenizer, &path)?;
        if subwords.n_ids() != config.n_ids {
            let problem = format!("`n_ids`: expected {}, got {}", config.n_ids, subwords.n_ids());
            return Err(ModelError::Config { path, problem });
        }
        let encoder = VarBuilder::from_slice_safetensors(weights, DType::F32, &Device::Cpu)
            .and_then(|vb| Encoder::load(&vb, &config))
            .map_err(|source| ModelError::Weights {
                path: folder.join("model.safetensors"),
                source,
            })?;
        Ok(Self {
            fingerprint: Some(fingerprint(weights)),
            ..Self::new(Arc::new(subwords), encoder)
        })
    }

    /// Joins sub-words and an encoder whose configuration was checked.
    pub(crate) fn new(subwords: Arc<Subwords>, encoder: Encoder) -> Self {
        Self {
            subwords,
            encoder,
            fingerprint: None,
        }
    }

    /// The same model, the matrices of its encoder in eight bits.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn in_int8(self) -> Result<Self, ModelError> {
        Ok(Self {
            encoder: self.encoder.in_int8()?,
            ..self
        })
    }

    /// The sub-word vocabulary.
    pub fn subwords(&self) -> &Subwords {
        &self.subwords
    }

    /// The sizes of the model.
    pub fn config(&self) -> &Config {
        self.encoder.config()
    }

    /// Fingerprint of the weights file it was read from; `None` when it was not read from one.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// What the model says of each word of a packed batch, row after row.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn answers(&self, batch: &Batch, with_states: bool) -> Result<Answers, ModelError> {
        let main = self.encoder.head_index(Head::MAIN).unwrap_or(0);
        let (encoded, states) = if with_states {
            let (encoded, states) = self.encoder.forward_with_states(batch)?;
            (encoded, states.flatten_all()?.to_vec1()?)
        } else {
            (self.encoder.forward(batch, Dropout::OFF)?, Vec::new())
        };
        let logits = self.encoder.tag(&encoded, batch, main, Dropout::OFF)?;
        let logits: Vec<f32> = logits.flatten_all()?.to_vec1()?;
        Ok(Answers {
            tags: logits.as_chunks().0.to_vec(),
            states,
        })
    }
}

/// Hash of the bytes of a weights file, in hexadecimal.
pub(super) fn fingerprint(weights: &[u8]) -> String {
    let (chunks, rest) = weights.as_chunks::<8>();
    let hash = chunks
        .iter()
        .fold(weights.len() as u64, |h, c| mix(h ^ u64::from_le_bytes(*c)));
    format!("{:016x}", rest.iter().fold(hash, |h, &b| mix(h ^ u64::from(b))))
}
