//! Typed values of mentions: quantities, amounts, job counts and calendar points.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number with what the sentence said of it: bounds and approximation.
///
/// `min == max` is one figure; `max: null` is *at least*, `min: null` is *at most*.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Smallest value; `None` when only an upper bound is stated.
    #[serde(serialize_with = "as_number")]
    pub min: Option<f64>,
    /// Largest value; `None` when only a lower bound is stated.
    #[serde(serialize_with = "as_number")]
    pub max: Option<f64>,
    /// True for *environ*, *près de*, *une centaine*.
    pub approx: bool,
}

impl Quantity {
    /// Exactly `n`.
    pub fn exactly(n: f64) -> Self {
        Self {
            min: Some(n),
            max: Some(n),
            approx: false,
        }
    }

    /// About `n`.
    pub fn about(n: f64) -> Self {
        Self {
            approx: true,
            ..Self::exactly(n)
        }
    }

    /// `n` or more.
    pub fn at_least(n: f64) -> Self {
        Self {
            min: Some(n),
            max: None,
            approx: false,
        }
    }

    /// `n` or less.
    pub fn at_most(n: f64) -> Self {
        Self {
            min: None,
            max: Some(n),
            approx: false,
        }
    }

    /// Between `low` and `high`, both included.
    pub fn between(low: f64, high: f64) -> Self {
        Self {
            min: Some(low),
            max: Some(high),
            approx: false,
        }
    }

    /// The figure as printed: the lower bound, or the upper one when it stands alone.
    pub fn figure(self) -> Option<f64> {
        self.min.or(self.max)
    }

    /// True when both say the same bounds; `approx` is not compared.
    pub fn same_bounds(self, other: Self) -> bool {
        same_number(self.min, other.min) && same_number(self.max, other.max)
    }
}

/// Equality of optional figures, to a billionth of their size (`1.1e9` against `1100000000`).
fn same_number(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => false,
    }
}

/// Writes whole numbers without a fraction (`700`, not `700.0`).
#[expect(clippy::ref_option, reason = "the signature serde asks for")]
fn as_number<S: Serializer>(n: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match *n {
        None => serializer.serialize_none(),
        Some(n) if n.fract() == 0.0 && n.abs() < 9e15 => serializer.serialize_i64(n as i64),
        Some(n) => serializer.serialize_f64(n),
    }
}

/// An ISO 4217 code, such as `MAD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Builds a code from three capital ASCII letters; `None` otherwise.
    pub const fn new(code: &str) -> Option<Self> {
        let b = code.as_bytes();
        if b.len() == 3 && b[0].is_ascii_uppercase() && b[1].is_ascii_uppercase() && b[2].is_ascii_uppercase()
        {
            Some(Self([b[0], b[1], b[2]]))
        } else {
            None
        }
    }

    /// The code, three capital letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::new(&code).ok_or_else(|| {
            serde::de::Error::custom(format!("expected an ISO 4217 code such as `MAD`, got `{code}`"))
        })
    }
}

/// An amount, in units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// The figure, in whole units (`350e6`, not 350 millions).
    #[serde(flatten)]
    pub amount: Quantity,
    /// Which currency.
    pub currency: Currency,
}

/// What a count of jobs counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobsKind {
    /// Jobs called direct, or with no further word.
    Direct,
    /// Jobs called *indirects* or *induits*.
    Indirect,
}

/// A headcount of jobs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jobs {
    /// How many.
    pub count: Quantity,
    /// Direct or indirect.
    pub kind: JobsKind,
}

/// A point or period of the calendar, as precise as the text makes it.
///
/// ```
/// use jalon::value::When;
/// let when: When = "2025-Q3".parse().unwrap();
/// assert_eq!(when, When::Quarter(2025, 3));
/// assert_eq!(When::MonthDay(12, 22).to_string(), "--12-22");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// `2025`
    Year(i16),
    /// `2025-S2`: year, half (1 or 2)
    Half(i16, u8),
    /// `2025-Q3`: year, quarter (1 to 4)
    Quarter(i16, u8),
    /// `2025-03`: year, month
    Month(i16, u8),
    /// `2025-03-08`: year, month, day
    Day(i16, u8, u8),
    /// `--12-22`: month and day of a year that cannot be known
    MonthDay(u8, u8),
}

impl When {
    /// The year; `None` for [`When::MonthDay`].
    pub fn year(self) -> Option<i16> {
        match self {
            Self::Year(y)
            | Self::Half(y, _)
            | Self::Quarter(y, _)
            | Self::Month(y, _)
            | Self::Day(y, _, _) => Some(y),
            Self::MonthDay(..) => None,
        }
    }

    /// First and last day covered; `None` for [`When::MonthDay`] or a day outside the calendar.
    pub fn days(self) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
        let months = |y: i16, first: u8, last: u8| {
            let start = jiff::civil::Date::new(y, first as i8, 1).ok()?;
            let end = jiff::civil::Date::new(y, last as i8, 1).ok()?.last_of_month();
            Some((start, end))
        };
        match self {
            Self::Year(y) => months(y, 1, 12),
            Self::Half(y, h) => months(y, 6 * h - 5, 6 * h),
            Self::Quarter(y, q) => months(y, 3 * q - 2, 3 * q),
            Self::Month(y, m) => months(y, m, m),
            Self::Day(y, m, d) => {
                let day = jiff::civil::Date::new(y, m as i8, d as i8).ok()?;
                Some((day, day))
            }
            Self::MonthDay(..) => None,
        }
    }
}

impl From<jiff::civil::Date> for When {
    fn from(date: jiff::civil::Date) -> Self {
        Self::Day(date.year(), date.month() as u8, date.day() as u8)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Half(y, h) => write!(f, "{y:04}-S{h}"),
            Self::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Day(y, m, d) => write!(f, "{y:04}-{m:02}-{d:02}"),
            Self::MonthDay(m, d) => write!(f, "--{m:02}-{d:02}"),
        }
    }
}

/// The text is none of the forms of [`When`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, YYYY-Sn or --MM-DD, got `{0}`")]
pub struct BadWhen(pub String);

impl FromStr for When {
    type Err = BadWhen;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || BadWhen(s.to_owned());
        let digits = |t: &str, n: usize| {
            (t.len() == n && t.bytes().all(|b| b.is_ascii_digit()))
                .then(|| t.parse::<u16>().ok())
                .flatten()
        };
        let month = |t: &str| digits(t, 2).filter(|m| (1..=12).contains(m)).map(|m| m as u8);
        let when = if let Some(rest) = s.strip_prefix("--") {
            rest.split_once('-')
                .and_then(|(m, d)| Some(Self::MonthDay(month(m)?, digits(d, 2)? as u8)))
        } else {
            let parts: Vec<&str> = s.split('-').collect();
            let year = parts.first().and_then(|y| digits(y, 4)).map(|y| y as i16);
            match (year, parts.as_slice()) {
                (Some(y), [_]) => Some(Self::Year(y)),
                (Some(y), [_, "S1"]) => Some(Self::Half(y, 1)),
                (Some(y), [_, "S2"]) => Some(Self::Half(y, 2)),
                (Some(y), [_, q]) if q.starts_with('Q') => digits(&q[1..], 1)
                    .filter(|q| (1..=4).contains(q))
                    .map(|q| Self::Quarter(y, q as u8)),
                (Some(y), [_, m]) => month(m).map(|m| Self::Month(y, m)),
                (Some(y), [_, m, d]) => month(m).and_then(|m| digits(d, 2).map(|d| Self::Day(y, m, d as u8))),
                _ => None,
            }
        };
        let real = |w: &Self| match *w {
            // 2024 is a leap year: --02-29 stays possible.
            Self::MonthDay(m, d) => Self::Day(2024, m, d).days().is_some(),
            other => other.days().is_some(),
        };
        when.filter(real).ok_or_else(bad)
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_reads_and_writes_every_form() {
        for form in [
            "2025",
            "2025-S2",
            "2025-Q4",
            "2025-03",
            "2025-03-08",
            "--12-22",
            "--02-29",
        ] {
            assert_eq!(form.parse::<When>().unwrap().to_string(), form);
        }
        for bad in [
            "",
            "25",
            "2025-13",
            "2025-Q5",
            "2025-S3",
            "2025-02-30",
            "--13-01",
            "2025-1",
            "bientôt",
        ] {
            assert!(bad.parse::<When>().is_err(), "{bad} should be refused");
        }
    }

    #[test]
    fn whole_figures_are_written_without_a_fraction() {
        let money = Money {
            amount: Quantity::at_least(1.1e9),
            currency: Currency::new("MAD").unwrap(),
        };
        let json = serde_json::to_string(&money).unwrap();
        assert_eq!(
            json,
            r#"{"min":1100000000,"max":null,"approx":false,"currency":"MAD"}"#
        );
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn bounds_compare_by_value() {
        assert!(Quantity::exactly(1.1e9).same_bounds(Quantity::about(1_100_000_000.0)));
        assert!(!Quantity::exactly(700.0).same_bounds(Quantity::at_least(700.0)));
    }
}
