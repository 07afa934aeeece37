//! The five kinds of mention, and the per-token tags that spell them (IOB2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of mention. The order is part of every model's tag list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// A named organisation.
    Org,
    /// A named place.
    Loc,
    /// An amount with its currency.
    Money,
    /// A count of jobs or workers.
    Jobs,
    /// A calendar expression.
    Date,
}

impl Label {
    /// Every label, in tag order.
    pub const ALL: [Self; 5] = [Self::Org, Self::Loc, Self::Money, Self::Jobs, Self::Date];

    /// The label as it is written in files: `ORG`, `LOC`, `MONEY`, `JOBS`, `DATE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Money => "MONEY",
            Self::Jobs => "JOBS",
            Self::Date => "DATE",
        }
    }

    /// Position in [`Label::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is not one of the five labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of ORG, LOC, MONEY, JOBS, DATE, got `{0}`")]
pub struct UnknownLabel(pub String);

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|l| l.as_str() == s)
            .ok_or_else(|| UnknownLabel(s.to_owned()))
    }
}

/// The IOB2 mark of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Outside of every mention.
    Outside,
    /// First token of a mention.
    Begin(Label),
    /// Any other token of a mention.
    Inside(Label),
}

impl Tag {
    /// Number of tags.
    pub const COUNT: usize = 1 + 2 * Label::ALL.len();

    /// `O` is 0, then `B-ORG` 1, `I-ORG` 2, `B-LOC` 3, …
    pub fn index(self) -> usize {
        match self {
            Self::Outside => 0,
            Self::Begin(l) => 1 + 2 * l.index(),
            Self::Inside(l) => 2 + 2 * l.index(),
        }
    }

    /// Inverse of [`Tag::index`]; `None` when `index >= Tag::COUNT`.
    pub fn from_index(index: usize) -> Option<Self> {
        if index == 0 {
            return Some(Self::Outside);
        }
        let label = *Label::ALL.get((index - 1) / 2)?;
        Some(if index % 2 == 1 {
            Self::Begin(label)
        } else {
            Self::Inside(label)
        })
    }

    /// True when this tag may stand after `previous` (`None` at the start of a sequence).
    pub fn may_follow(self, previous: Option<Self>) -> bool {
        match self {
            Self::Outside | Self::Begin(_) => true,
            Self::Inside(l) => {
                matches!(previous, Some(Self::Begin(p) | Self::Inside(p)) if p == l)
            }
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("O"),
            Self::Begin(l) => write!(f, "B-{l}"),
            Self::Inside(l) => write!(f, "I-{l}"),
        }
    }
}

/// Reads mentions off a valid tag sequence, as half-open ranges of token indices.
///
/// ```
/// use jalon::label::{spans_of, Label, Tag};
/// let tags = [Tag::Begin(Label::Org), Tag::Inside(Label::Org), Tag::Outside, Tag::Begin(Label::Loc)];
/// assert_eq!(spans_of(&tags), [(0..2, Label::Org), (3..4, Label::Loc)]);
/// ```
pub fn spans_of(tags: &[Tag]) -> Vec<(std::ops::Range<usize>, Label)> {
    let mut spans: Vec<(std::ops::Range<usize>, Label)> = Vec::new();
    for (i, tag) in tags.iter().enumerate() {
        match *tag {
            Tag::Outside => {}
            Tag::Begin(label) => spans.push((i..i + 1, label)),
            Tag::Inside(_) => {
                if let Some((range, _)) = spans.last_mut() {
                    range.end = i + 1;
                }
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_index_is_a_bijection() {
        for i in 0..Tag::COUNT {
            assert_eq!(Tag::from_index(i).unwrap().index(), i);
        }
        assert_eq!(Tag::from_index(Tag::COUNT), None);
    }

    #[test]
    fn inside_follows_only_its_own_label() {
        let inside = Tag::Inside(Label::Org);
        assert!(inside.may_follow(Some(Tag::Begin(Label::Org))));
        assert!(!inside.may_follow(Some(Tag::Begin(Label::Loc))));
        assert!(!inside.may_follow(Some(Tag::Outside)));
        assert!(!inside.may_follow(None));
    }

    #[test]
    fn an_unknown_label_names_what_was_expected() {
        let error = "PER".parse::<Label>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected one of ORG, LOC, MONEY, JOBS, DATE, got `PER`"
        );
    }
}
