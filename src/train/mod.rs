//! Texts and labels → a model folder: pre-training by masked words, then tagging.

pub mod align;
pub mod augment;
pub mod config;
pub mod corpus;
mod fit;
mod optimizer;
mod parameters;
mod pretrain;
mod roles;
mod run;

pub use config::{PretrainConfig, TrainConfig};
pub use fit::train;
pub use pretrain::pretrain;
pub use roles::{HeldOut, train_linker};
pub use run::{Progress, TrainError};
