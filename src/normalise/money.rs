//! Amounts of money.

use super::{Context, Refusal};
use crate::span::ByteSpan;
use crate::value::Money;

/// An amount, and how its currency is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// The amount in units of its currency.
    pub money: Money,
    /// True when the text leaves the currency open (`dollars`, `dinars`, `francs`) and the document's country settled it.
    pub currency_inferred: bool,
}

/// Reads an amount.
///
/// # Errors
/// [`Refusal::NoNumber`], [`Refusal::NoCurrency`], [`Refusal::PerUnit`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Amount, Refusal> {
    Err(Refusal::NoNumber(
        span.slice(context.text).unwrap_or_default().to_owned(),
    ))
}
