//! Labelled spans → a tag for each word.

use crate::segment::Word;
use crate::span::ByteSpan;

/// What a word should be tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The tag of this index: 0 is `O`, `1 + 2l` begins label `l`, `2 + 2l` goes on with it.
    Tag(u32),
    /// Nothing can be said: a span begins or ends inside this word.
    Unknown,
}

/// Tags of words under a label list; spans (in order) of other labels are `O`.
///
/// Words that a span cuts are [`Target::Unknown`] rather than wrongly `O`; the second value counts such spans.
pub fn align(spans: &[(ByteSpan, String)], words: &[Word], labels: &[String]) -> (Vec<Target>, usize) {
    let mut targets = vec![Target::Tag(0); words.len()];
    let mut n_cut = 0;
    for (span, label) in spans {
        let Some(label) = labels.iter().position(|l| l == label) else {
            continue;
        };
        let first = words.partition_point(|w| w.span.end <= span.start);
        let end = words.partition_point(|w| w.span.start < span.end);
        let whole =
            first < end && words[first].span.start >= span.start && words[end - 1].span.end <= span.end;
        if whole {
            targets[first..end].fill(Target::Tag(2 + 2 * label as u32));
            targets[first] = Target::Tag(1 + 2 * label as u32);
        } else {
            targets[first..end].fill(Target::Unknown);
            n_cut += 1;
        }
    }
    (targets, n_cut)
}

#[cfg(test)]
mod tests {
    use super::Target::{Tag, Unknown};
    use super::*;
    use crate::segment::words;

    #[test]
    fn spans_become_tags_and_cut_words_are_unknown() {
        let text = "OCP Group emploie 50MDH";
        let span = |s, e, l: &str| (ByteSpan::new(s, e).unwrap(), l.to_owned());
        let spans = [span(0, 9, "ORG"), span(10, 14, "LOC"), span(18, 23, "PER")];
        let labels = ["ORG".to_owned(), "LOC".to_owned()];
        let (targets, n_cut) = align(&spans, &words(text), &labels);
        assert_eq!(targets, [Tag(1), Tag(2), Unknown, Tag(0), Tag(0)]);
        assert_eq!(n_cut, 1);
    }
}
