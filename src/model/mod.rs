//! Windows → tag logits: a small transformer encoder and its heads, or a checkpoint of the hub, in candle.

pub mod batch;
pub mod config;
pub mod encoder;
pub mod hub;
mod int8;
pub mod load;
mod ops;
#[cfg(test)]
mod reference;
pub mod roberta;
mod shipped;
mod states;
pub mod tagger;
pub mod tiny;

pub use batch::Batch;
pub use config::{Config, Head};
pub use encoder::Encoder;
pub use hub::HubError;
pub use int8::int8_is_fast;
pub use load::{ModelError, TagModel};
pub use roberta::Roberta;
pub use states::States;
pub use tagger::{Answers, Tagger};

pub(crate) use encoder::Layer;
pub(crate) use ops::{
    Choices, Targets, choice_loss, cross_entropy, embed_sum, linear, mix, rms_norm, rows, softmax,
};
