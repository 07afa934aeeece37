//! Counts of jobs.

use super::{Context, Refusal};
use crate::span::ByteSpan;
use crate::value::Jobs;

/// Reads a count.
///
/// # Errors
/// [`Refusal::NoNumber`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Jobs, Refusal> {
    Err(Refusal::NoNumber(
        span.slice(context.text).unwrap_or_default().to_owned(),
    ))
}
