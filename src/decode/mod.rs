//! Tag logits → mentions.

mod consistency;
mod edges;
mod viterbi;

pub use viterbi::best_path;

use std::ops::Range;

use crate::label::{Tag, spans_of};
use crate::segment::Word;
use crate::span::{ByteSpan, Mention};

/// Reads the mentions of a document off what a model says of its words.
///
/// A mention's score is the mean, over its words, of the probability of the tag it got. Names tagged in one place are
/// found in the others too.
pub fn decode(text: &str, words: &[Word], logits: &[[f32; Tag::COUNT]]) -> Vec<Mention> {
    let tags = best_path(logits);
    let mentions = spans_of(&tags)
        .into_iter()
        .filter_map(|(range, label)| {
            let score: f32 = range.clone().map(|i| probability(&logits[i], tags[i])).sum();
            Some(Mention {
                span: span_of(words, &range)?,
                label,
                score: score / range.len() as f32,
            })
        })
        .collect();
    consistency::complete(text, words, edges::mend(text, words, mentions))
}

/// The span of a range of words; `None` for an empty one.
fn span_of(words: &[Word], range: &Range<usize>) -> Option<ByteSpan> {
    let words = words.get(range.clone())?;
    ByteSpan::new(
        words.first()?.span.start as usize,
        words.last()?.span.end as usize,
    )
}

/// The words of a span.
fn words_of(words: &[Word], span: ByteSpan) -> Range<usize> {
    words.partition_point(|w| w.span.end <= span.start)..words.partition_point(|w| w.span.start < span.end)
}

/// Softmax probability of one tag.
fn probability(logits: &[f32; Tag::COUNT], tag: Tag) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|l| (l - max).exp()).sum();
    (logits[tag.index()] - max).exp() / sum
}
