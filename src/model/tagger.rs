//! A tagger of any kind, behind what the pipeline asks of it.

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::batch::Batch;
use super::hub;
use super::load::{ModelError, TagModel, read};
use super::roberta::Roberta;
use super::shipped;
use crate::label::Tag;
use crate::segment::{Encoded, Window, windows};

/// What a tagger says of some words, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    /// Logit of each tag, for each word.
    pub tags: Vec<[f32; Tag::COUNT]>,
    /// The encoder's states of each word, side by side; empty when they were not asked for, or there are none.
    pub states: Vec<f32>,
}

/// A tagger of any kind.
pub enum Tagger {
    /// Ours.
    Encoder(Box<TagModel>),
    /// A checkpoint of the `RoBERTa` family.
    Roberta(Box<Roberta>),
}

impl Tagger {
    /// The model that is part of the program, in f32: see [`Tagger::in_int8`].
    ///
    /// # Errors
    /// A [`ModelError`] when the program was built with a broken one.
    pub fn shipped() -> Result<Self, ModelError> {
        Ok(Self::Encoder(Box::new(shipped::load()?)))
    }

    /// Reads a model folder, ours or a checkpoint's, or fetches one from the hub: `hf:OWNER/NAME`,
    /// `hf:OWNER/NAME@REVISION`. In f32: see [`Tagger::in_int8`].
    ///
    /// # Errors
    /// A [`ModelError`] that names the file at fault.
    pub fn load(name: &str) -> Result<Self, ModelError> {
        if name.starts_with(hub::PREFIX) {
            Self::load_folder(&hub::fetch(name)?)
        } else {
            Self::load_folder(Path::new(name))
        }
    }

    fn load_folder(folder: &Path) -> Result<Self, ModelError> {
        let config = read(&folder.join("config.json"))?;
        // What is no JSON at all is reported by our own loader.
        let config: serde_json::Value = serde_json::from_slice(&config).unwrap_or_default();
        Ok(if config.get("model_type").is_some() {
            Self::Roberta(Box::new(Roberta::load(folder)?))
        } else {
            Self::Encoder(Box::new(TagModel::load(folder)?))
        })
    }

    /// The same tagger with the matrices of our encoder in eight bits: faster, not quite the same numbers. A checkpoint of
    /// the hub stays as it is.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn in_int8(self) -> Result<Self, ModelError> {
        Ok(match self {
            Self::Encoder(model) => Self::Encoder(Box::new(model.in_int8()?)),
            Self::Roberta(model) => Self::Roberta(model),
        })
    }

    /// Splits a text into words and sub-words.
    ///
    /// # Errors
    /// [`ModelError::Subwords`].
    pub fn encode(&self, text: &str) -> Result<Encoded, ModelError> {
        match self {
            Self::Encoder(model) => Ok(model.subwords().encode(text)),
            Self::Roberta(model) => model.encode(text),
        }
    }

    /// Cuts a text into the windows that the model reads.
    pub fn windows(&self, encoded: &Encoded) -> Vec<Window> {
        match self {
            Self::Encoder(model) => windows(encoded, model.config().max_tokens, model.config().overlap),
            Self::Roberta(model) => windows(encoded, model.max_tokens(), model.max_tokens() / 4),
        }
    }

    /// Fingerprint of our own encoder's weights; `None` for a checkpoint, whose states nothing reads.
    pub fn fingerprint(&self) -> Option<&str> {
        match self {
            Self::Encoder(model) => model.fingerprint(),
            Self::Roberta(_) => None,
        }
    }

    /// Width of the encoder whose states it gives; 0 when it gives none.
    pub fn states_width(&self) -> usize {
        match self {
            Self::Encoder(model) => model.config().width,
            Self::Roberta(_) => 0,
        }
    }

    /// What it says of each word of some windows, row after row. A window gets the same rows alone or among others.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn answers(
        &self,
        windows: &[(&Encoded, Range<usize>)],
        with_states: bool,
    ) -> Result<Answers, ModelError> {
        match self {
            Self::Encoder(model) => model.answers(&Batch::pack(windows.iter().cloned()), with_states),
            Self::Roberta(model) => {
                let rows = windows
                    .par_iter()
                    .map(|(encoded, words)| model.logits(encoded, words.clone()))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Answers {
                    tags: rows.into_iter().flatten().collect(),
                    states: Vec::new(),
                })
            }
        }
    }
}
