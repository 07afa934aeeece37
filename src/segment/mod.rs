//! Document → words → sub-words with features → overlapping windows.

pub mod features;
pub mod pieces;
pub mod subword;
pub mod window;
pub mod word;

pub use pieces::Pieces;
pub use subword::{Encoded, SubwordError, Subwords};
pub use window::{Window, windows};
pub use word::{Gap, Word, words};
