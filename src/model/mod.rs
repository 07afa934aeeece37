//! Windows → tag logits: a small transformer encoder and its heads, or a checkpoint of the hub, in candle.

pub mod batch;
pub mod config;
pub mod encoder;
pub mod hub;
pub mod load;
mod ops;
#[cfg(test)]
mod reference;
pub mod roberta;
mod shipped;
pub mod tagger;
pub mod tiny;

pub use batch::Batch;
pub use config::{Config, Head};
pub use encoder::Encoder;
pub use hub::HubError;
pub use load::{ModelError, TagModel};
pub use roberta::Roberta;
pub use tagger::{Answer, Tagger};

pub(crate) use ops::{Targets, cross_entropy, mix};
