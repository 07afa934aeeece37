//! Tag logits → mentions.

mod before;
mod consistency;
mod edges;
mod initial;
mod viterbi;

pub use viterbi::best_path;

use std::ops::Range;

use crate::label::{Label, Tag, spans_of};
use crate::normalise::{Context, Refusal, normalise};
use crate::segment::Word;
use crate::span::{ByteSpan, Mention};

/// Reads the mentions of a document off what a model says of its words.
///
/// A mention's score is the mean, over its words, of the probability of the tag it got. Names tagged in one place are
/// found in the others too; a common word that only opens a sentence is no name, and a figure without any currency is dropped.
pub fn decode(text: &str, words: &[Word], logits: &[[f32; Tag::COUNT]]) -> Vec<Mention> {
    let mut logits = logits.to_vec();
    before::lean(text, words, &mut logits);
    let tags = best_path(&logits);
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
    let mentions = initial::drop_common(text, words, edges::mend(text, words, mentions));
    let mut mentions = consistency::complete(text, words, mentions);
    mentions.retain(|m| m.label != Label::Money || has_currency(text, m));
    mentions
}

/// False for a figure with no currency in it nor near it, which is no amount of money.
fn has_currency(text: &str, mention: &Mention) -> bool {
    let context = Context {
        text,
        published: None,
        country: None,
    };
    !matches!(normalise(mention, &context), Err(Refusal::NoCurrency(_)))
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
