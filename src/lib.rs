//! jalon

pub mod cli;
pub mod decode;
pub mod document;
pub mod evaluate;
pub mod label;
pub mod labels;
pub mod link;
pub mod model;
pub mod normalise;
pub mod pipeline;
pub mod read;
pub mod record;
pub mod segment;
pub mod sink;
pub mod span;
pub mod text;
pub mod train;
pub mod value;
