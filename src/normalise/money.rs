//! Amounts of money.

use super::scan::{Cursor, head, tail};
use super::{Context, Refusal, bounds, currency, number};
use crate::span::ByteSpan;
use crate::text::fold;
use crate::value::Money;

/// An amount, and how its currency is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// The amount in units of its currency.
    pub money: Money,
    /// True when the text leaves the currency open (`dollars`, `dinars`, `francs`) and the document's country settled it.
    pub currency_inferred: bool,
}

/// How far around the mention bounds and units are looked for, in bytes.
const AROUND: usize = 64;

/// Reads an amount.
///
/// # Errors
/// [`Refusal::NoNumber`], [`Refusal::NoCurrency`], [`Refusal::PerUnit`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Amount, Refusal> {
    let surface = span.slice(context.text).ok_or(Refusal::OutOfText)?;
    let range = span.range();
    let folded = fold(surface);
    let right = fold(head(&context.text[range.end..], AROUND));
    let mut left = fold(tail(&context.text[..range.start], AROUND));
    let figure = number::find_counted(&folded, &left).ok_or_else(|| Refusal::NoNumber(surface.to_owned()))?;
    let after = Cursor { text: &folded, pos: figure.end };
    let found = currency::read(after)
        .or_else(|| currency_before(&folded[..figure.start]))
        .or_else(|| currency::read(Cursor::new(&right)))
        .or_else(|| currency_before(&left));
    let found = found.or_else(|| elided(context.text, range.clone()));
    let found = found.ok_or_else(|| Refusal::NoCurrency(surface.to_owned()))?;
    let country = || context.country.or_else(|| currency::country_near(context.text, range.clone()));
    let (code, currency_inferred) =
        found.resolve(country).ok_or_else(|| Refusal::NoCurrency(surface.to_owned()))?;
    let figure = if found.hundredths() { figure.divided_by(100.0) } else { figure };
    left.push_str(&folded[..figure.start]);
    let amount = bounds::quantity(figure, &left, &[&folded[figure.end..], &right]);
    Ok(Amount { money: Money { amount, currency: code }, currency_inferred })
}

/// The currency that ends `text`: `$`, `USD`.
fn currency_before(text: &str) -> Option<currency::Found> {
    let text = text.trim_end();
    (1..=5)
        .filter_map(|n| text.char_indices().nth_back(n - 1))
        .filter_map(|(i, _)| currency::read(Cursor { text, pos: i }).map(|f| (i, f)))
        .filter(|(i, f)| f.end == text.len() && !text[..*i].ends_with(char::is_alphanumeric))
        .last()
        .map(|(_, f)| f)
}

/// The currency of the amount nearest to the mention, when its own is elided.
fn elided(_text: &str, _at: std::ops::Range<usize>) -> Option<currency::Found> {
    None
}
