//! Calendar expressions, read against the publication date.

use super::{Context, Refusal};
use crate::span::ByteSpan;
use crate::value::When;

/// A point or period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateValue {
    /// Its beginning, as an announcement day (`3 et 4 décembre` → the 3rd).
    pub first: When,
    /// Its end, as a deadline (`2023-2027` → 2027; `d'ici trois ans` → the publication year + 3).
    pub last: When,
    /// True when it was read against the publication date.
    pub relative: bool,
}

/// Reads a date.
///
/// # Errors
/// [`Refusal::NoDate`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<DateValue, Refusal> {
    Err(Refusal::NoDate(
        span.slice(context.text).unwrap_or_default().to_owned(),
    ))
}
