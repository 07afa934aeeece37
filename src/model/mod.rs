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
