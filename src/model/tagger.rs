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
use crate::part::PartScores;
use crate::segment::{Encoded, Window, windows};

/// What a tagger says of one word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Logit of each tag.
    pub tags: [f32; Tag::COUNT],
    /// Parts that a mention with this word plays, when the tagger has a head for them.
    pub parts: Option<PartScores>,
}

impl Answer {
    /// Nothing is known of the word.
    pub const NONE: Self = Self {
        tags: [0.0; Tag::COUNT],
        parts: None,
    };
}

/// A tagger of any kind.
pub enum Tagger {
    /// Ours.
    Encoder(Box<TagModel>),
    /// A checkpoint of the `RoBERTa` family.
    Roberta(Box<Roberta>),
}

impl Tagger {
    /// The model that is part of the program.
    ///
    /// # Errors
    /// A [`ModelError`] when the program was built with a broken one.
    pub fn shipped() -> Result<Self, ModelError> {
        Ok(Self::Encoder(Box::new(shipped::load()?)))
    }

    /// Reads a model folder, ours or a checkpoint's, or fetches one from the hub: `hf:OWNER/NAME`,
    /// `hf:OWNER/NAME@REVISION`.
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

    /// What it says of each word of some windows, row after row. A window gets the same rows alone or among others.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn answers(&self, windows: &[(&Encoded, Range<usize>)]) -> Result<Vec<Answer>, ModelError> {
        match self {
            Self::Encoder(model) => model.answers(&Batch::pack(windows.iter().cloned())),
            Self::Roberta(model) => {
                let rows = windows
                    .par_iter()
                    .map(|(encoded, words)| model.logits(encoded, words.clone()))
                    .collect::<Result<Vec<_>, _>>()?;
                let answer = |tags| Answer { tags, parts: None };
                Ok(rows.into_iter().flatten().map(answer).collect())
            }
        }
    }
}
