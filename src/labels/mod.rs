//! Labelled documents: written by hand in a compact markup, compiled, checked, counted.

pub mod check;
pub mod markup;

pub use check::{Counts, Problem, check};
pub use markup::{MarkupError, compile, render};
