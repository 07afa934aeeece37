//! jalon

pub mod document;
pub mod evaluate;
pub mod label;
pub mod link;
pub mod normalise;
pub mod record;
pub mod span;
pub mod text;
pub mod value;
