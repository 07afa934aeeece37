//! Mention → typed value. Pure: no clock, no network; what it cannot read it refuses, saying why.

mod bounds;
mod currency;
pub mod date;
pub mod jobs;
mod lexicon;
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
    use proptest::prelude::*;

    use super::*;
    use crate::span::ByteSpan;

    /// The text without its brackets, and the span between them (all of it when there are none).
    pub(super) fn marked(text: &str) -> (String, ByteSpan) {
        let start = text.find('[').unwrap_or(0);
        let end = text.find(']').map_or(text.len(), |end| end - 1);
        (text.replace(['[', ']'], ""), ByteSpan::new(start, end).unwrap())
    }

    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];

    /// Any text, and texts made of what the normalisers look for.
    fn texts() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &[
            "1",
            "12",
            "1.500",
            "12,5",
            "2024",
            "99999999999999999999",
            "-",
            "/",
            ".",
            "'",
            "’",
            "%",
            "+",
            "(",
            " ",
            "  ",
            "\u{a0}",
            "\n",
            "un",
            "une",
            "deux",
            "quatre-vingt",
            "vingt",
            "cent",
            "mille",
            "million",
            "milliards",
            "M",
            "MM",
            "demi",
            "et",
            "à",
            "de",
            "d'",
            "virgule",
            "centaine",
            "entre",
            "plus de",
            "environ",
            "jusqu'à",
            "MDH",
            "€",
            "$",
            "F",
            "CFA",
            "francs",
            "dinars",
            "centimes",
            "par mois",
            "emplois",
            "indirects",
            "lundi",
            "mars",
            "31",
            "février",
            "dernier",
            "prochaines",
            "années",
            "ans",
            "mois",
            "il y a",
            "dans",
            "d'ici",
            "semestre",
            "T4",
            "fin",
            "hier",
            "é",
            "œ",
            "ﷺ",
            "İ",
            "１",
            "²",
            "e\u{301}",
        ];
        let parts =
            prop::collection::vec(prop::sample::select(PARTS), 0..16).prop_map(|parts| parts.join(" "));
        let fused =
            prop::collection::vec(prop::sample::select(PARTS), 0..10).prop_map(|parts| parts.concat());
        prop_oneof![any::<String>(), "\\PC{0,40}", parts, fused]
    }

    fn published() -> impl Strategy<Value = Option<When>> {
        let forms = [
            "0001-01-01",
            "2024-02-29",
            "9999-12-31",
            "2024-04",
            "0000",
            "9999",
            "2024-Q4",
            "2024-S1",
            "--12-22",
        ];
        prop::option::of(prop::sample::select(
            forms.map(|f| f.parse::<When>().unwrap()).to_vec(),
        ))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn normalise_never_panics(
            text in texts(),
            cut in any::<[prop::sample::Index; 2]>(),
            published in published(),
            country in prop::option::of(prop::sample::select(vec!["MA", "TN", "CM", "FR", "??"])),
        ) {
            let context = Context { text: &text, published, country };
            let [a, b] = cut.map(|i| i.index(text.len() + 1));
            for (start, end) in [(0, text.len()), (a.min(b), a.max(b))] {
                let Some(span) = ByteSpan::new(start, end) else { continue };
                for label in Label::ALL {
                    let value = normalise(&Mention::gold(span, label), &context);
                    if let Ok(Value::Date(date)) = value {
                        prop_assert_eq!(date.first.to_string().parse(), Ok(date.first));
                        prop_assert_eq!(date.last.to_string().parse(), Ok(date.last));
                    }
                }
            }
        }

        #[test]
        fn a_rendered_number_reads_as_itself(n in 0_u32..2_000_000_000, separator in prop::sample::select(vec![" ", ".", "\u{a0}", "\u{202f}", "'", ""])) {
            let digits = n.to_string();
            let groups: Vec<String> = digits.as_bytes().rchunks(3).rev().map(|g| String::from_utf8_lossy(g).into()).collect();
            let text = format!("{} emplois", groups.join(separator));
            let context = Context { text: &text, published: None, country: None };
            let span = ByteSpan::new(0, text.len()).unwrap();
            let jobs = jobs::normalise(span, &context).unwrap();
            prop_assert_eq!(jobs.count, crate::value::Quantity::exactly(f64::from(n)), "{}", text);
        }

        #[test]
        fn a_number_in_words_reads_as_itself(n in 2_u32..1_000_000) {
            let text = format!("{} emplois", spelled(n));
            let context = Context { text: &text, published: None, country: None };
            let span = ByteSpan::new(0, text.len()).unwrap();
            let jobs = jobs::normalise(span, &context).unwrap();
            prop_assert_eq!(jobs.count, crate::value::Quantity::exactly(f64::from(n)), "{}", text);
        }

        #[test]
        fn a_larger_number_has_a_larger_value(
            [a, b] in any::<[u32; 2]>().prop_map(|n| n.map(|n| n % 1_000_000)),
            scale in prop::sample::select(vec!["", "mille", "millions", "milliards", "M", "Mds"]),
            in_words in any::<bool>(),
        ) {
            let value = |n: u32| {
                let figure = if in_words { spelled(n) } else { n.to_string() };
                number::find(&crate::text::fold(&format!("{figure} {scale} postes"))).map(|f| f.low)
            };
            let (low, high) = (a.clamp(2, 999_998).min(b), a.clamp(2, 999_998).max(b).max(3));
            // Beyond 999 a figure in words has a scale of its own.
            let (low, high) = if in_words && !scale.is_empty() { (low % 400 + 2, high % 400 + 500) } else { (low.max(2), high) };
            if low < high {
                prop_assert!(value(low) < value(high), "{low} {high} {scale}: {:?} {:?}", value(low), value(high));
            }
        }

        #[test]
        fn a_rendered_amount_reads_as_itself(
            hundredths in 1_u32..100_000,
            (scale, factor) in prop::sample::select(vec![
                ("", 1.0), ("millions ", 1e6), ("milliards ", 1e9), ("M", 1e6), ("Mds ", 1e9), ("k", 1e3),
            ]),
            (unit, code) in prop::sample::select(vec![("DH", "MAD"), ("€", "EUR"), ("USD", "USD"), ("DT", "TND"), ("CHF", "CHF")]),
        ) {
            let text = format!("{},{:02} {scale}{unit}", hundredths / 100, hundredths % 100);
            let context = Context { text: &text, published: None, country: None };
            let read = money::normalise(ByteSpan::new(0, text.len()).unwrap(), &context).unwrap();
            let expected = crate::value::Quantity::exactly(f64::from(hundredths) * factor / 100.0);
            prop_assert!(read.money.amount.same_bounds(expected), "{}: {:?}", text, read);
            prop_assert_eq!(read.money.currency.as_str(), code, "{}", text);
        }

        #[test]
        fn a_rendered_range_reads_as_itself(
            low in 1_u32..999,
            more in 1_u32..999,
            joiner in prop::sample::select(vec!["entre # et ", "de # à ", "#-", "# ou "]),
        ) {
            let text = format!("{}{} emplois", joiner.replace('#', &low.to_string()), low + more);
            // *10 à 12.000 emplois*, *10 à 1000*: the thousands are shared.
            prop_assume!((low + more) % 1000 != 0);
            let context = Context { text: &text, published: None, country: None };
            let read = jobs::normalise(ByteSpan::new(0, text.len()).unwrap(), &context).unwrap();
            let expected = crate::value::Quantity::between(f64::from(low), f64::from(low + more));
            prop_assert_eq!(read.count, expected, "{}", text);
        }

        #[test]
        fn a_written_date_reads_as_itself(days in 0_i64..60_000, form in 0..5, published in published()) {
            let date = jiff::civil::date(1940, 1, 1).checked_add(jiff::ToSpan::days(days)).unwrap();
            let (y, m, d) = (date.year(), date.month() as u8, date.day() as u8);
            let (text, expected) = match form {
                0 => (format!("{d:02}/{m:02}/{y}"), When::from(date)),
                1 => (date.to_string(), When::from(date)),
                2 => (format!("{} {y}", MONTHS[m as usize - 1]), When::Month(y, m)),
                3 => (format!("T{} {y}", (m - 1) / 3 + 1), When::Quarter(y, (m - 1) / 3 + 1)),
                _ => (format!("fin {y}"), When::Year(y)),
            };
            let context = Context { text: &text, published, country: None };
            let read = date::normalise(ByteSpan::new(0, text.len()).unwrap(), &context).unwrap();
            prop_assert_eq!((read.first, read.last), (expected, expected), "{}", text);
        }

        #[test]
        fn a_day_in_words_reads_as_itself(days in 0_i64..60_000) {
            let date = jiff::civil::date(1940, 1, 1).checked_add(jiff::ToSpan::days(days)).unwrap();
            let text = format!("{} {} {}", date.day(), MONTHS[date.month() as usize - 1], date.year());
            let context = Context { text: &text, published: None, country: None };
            let read = date::normalise(ByteSpan::new(0, text.len()).unwrap(), &context).unwrap();
            prop_assert_eq!((read.first, read.last, read.relative), (date.into(), date.into(), false));
        }
    }

    /// `n` below a million in French words.
    fn spelled(n: u32) -> String {
        const UNITS: [&str; 20] = [
            "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
            "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
        ];
        const TENS: [&str; 9] = [
            "",
            "",
            "vingt",
            "trente",
            "quarante",
            "cinquante",
            "soixante",
            "soixante",
            "quatre-vingt",
        ];
        let several = |n: u32| {
            if n == 1 {
                String::new()
            } else {
                format!("{} ", spelled(n))
            }
        };
        let then = |rest: u32| {
            if rest == 0 {
                String::new()
            } else {
                format!(" {}", spelled(rest))
            }
        };
        match n {
            0..20 => UNITS[n as usize].to_owned(),
            80 => "quatre-vingts".to_owned(),
            20..100 => {
                let ten = if n >= 80 {
                    8
                } else if n >= 60 {
                    6
                } else {
                    n / 10
                };
                let rest = n - 10 * ten;
                match rest {
                    0 => TENS[ten as usize].to_owned(),
                    1 | 11 if ten < 8 => format!("{} et {}", TENS[ten as usize], spelled(rest)),
                    _ => format!("{}-{}", TENS[ten as usize], spelled(rest)),
                }
            }
            100..1000 => format!(
                "{}cent{}{}",
                several(n / 100),
                if n.is_multiple_of(100) && n > 100 { "s" } else { "" },
                then(n % 100)
            ),
            _ => format!("{}mille{}", several(n / 1000), then(n % 1000)),
        }
    }
}
