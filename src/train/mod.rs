//! Texts and labels → a model folder: pre-training by masked words, then tagging.

pub mod align;
pub mod augment;
pub mod config;
pub mod corpus;
mod fit;
mod optimizer;
mod parameters;
mod pretrain;
mod run;

pub use config::{PretrainConfig, TrainConfig};
pub use fit::train;
pub use pretrain::pretrain;
pub use run::{Progress, TrainError};
