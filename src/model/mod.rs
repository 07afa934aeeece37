//! Windows → tag logits: a small transformer encoder and its heads, in candle.

pub mod batch;
pub mod config;
pub mod encoder;
pub mod load;
mod ops;
#[cfg(test)]
mod reference;

pub use batch::Batch;
pub use config::{Config, Head};
pub use encoder::Encoder;
pub use load::{ModelError, TagModel};

/// A tagger of any kind.
pub enum Tagger {
    /// Ours.
    Encoder(TagModel),
}

pub(crate) use ops::{Targets, cross_entropy, mix};

impl Tagger {
    /// placeholder until shipped
    pub fn shipped() -> Result<Self, ModelError> {
        Self::load("models/base")
    }
    /// Loads.
    pub fn load(name: &str) -> Result<Self, ModelError> {
        Ok(Self::Encoder(TagModel::load(std::path::Path::new(name))?))
    }
}
