//! Mention → typed value. Pure: no clock, no network; what it cannot read it refuses, saying why.

mod bounds;
mod currency;
pub mod date;
pub mod jobs;
pub mod money;
pub mod number;
pub mod organisation;
pub mod place;
mod scan;

use crate::label::Label;
use crate::span::Mention;
use crate::value::{Jobs, When};

/// What surrounds the mention.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The whole text of the document; the mention's span points into it.
    pub text: &'a str,
    /// Publication date of the document, against which relative dates are read.
    pub published: Option<When>,
    /// ISO 3166 alpha-2 code of the document's main country, which settles `dollars`, `dinars`, `francs`, `CFA`.
    pub country: Option<&'a str>,
}

/// A mention, understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A named organisation.
    Organisation(organisation::Organisation),
    /// A named place.
    Place(place::Place),
    /// An amount.
    Money(money::Amount),
    /// A headcount of jobs.
    Jobs(Jobs),
    /// A point or period of the calendar.
    Date(date::DateValue),
}

/// Why a mention has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No number could be read.
    #[error("no number in `{0}`")]
    NoNumber(String),
    /// No currency in the mention nor near it.
    #[error("no currency in or near `{0}`")]
    NoCurrency(String),
    /// An amount per hour, month, tonne, share, …: not a sum.
    #[error("`{0}` is an amount per unit")]
    PerUnit(String),
    /// A date that cannot be placed: vague, or relative with no publication date.
    #[error("`{0}` cannot be placed on the calendar")]
    NoDate(String),
    /// The span does not lie in the text.
    #[error("the span does not lie in the text")]
    OutOfText,
}

/// Reads the value of a mention in its context.
///
/// # Errors
/// A [`Refusal`] that says why there is none.
pub fn normalise(mention: &Mention, context: &Context<'_>) -> Result<Value, Refusal> {
    let surface = mention.span.slice(context.text).ok_or(Refusal::OutOfText)?;
    match mention.label {
        Label::Org => Ok(Value::Organisation(organisation::normalise(surface))),
        Label::Loc => Ok(Value::Place(place::normalise(surface))),
        Label::Money => money::normalise(mention.span, context).map(Value::Money),
        Label::Jobs => jobs::normalise(mention.span, context).map(Value::Jobs),
        Label::Date => date::normalise(mention.span, context).map(Value::Date),
    }
}

#[cfg(test)]
mod tests {
    use crate::span::ByteSpan;

    /// The text without its brackets, and the span between them (all of it when there are none).
    pub(super) fn marked(text: &str) -> (String, ByteSpan) {
        let start = text.find('[').unwrap_or(0);
        let end = text.find(']').map_or(text.len(), |end| end - 1);
        (text.replace(['[', ']'], ""), ByteSpan::new(start, end).unwrap())
    }
}
