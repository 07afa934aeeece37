//! Counts of jobs.

use super::scan::{Cursor, Kind, head, tail};
use super::{Context, Refusal, bounds, number};
use crate::span::ByteSpan;
use crate::text::fold;
use crate::value::{Jobs, JobsKind};

/// How far around the mention bounds and adjectives are looked for, in bytes.
const AROUND: usize = 64;

/// Reads a count.
///
/// # Errors
/// [`Refusal::NoNumber`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Jobs, Refusal> {
    let surface = span.slice(context.text).ok_or(Refusal::OutOfText)?;
    let range = span.range();
    let folded = fold(surface);
    let mut left = fold(tail(&context.text[..range.start], AROUND));
    let right = fold(head(&context.text[range.end..], AROUND));
    let figure = number::find_counted(&folded, &left).ok_or_else(|| Refusal::NoNumber(surface.to_owned()))?;
    left.push_str(&folded[..figure.start]);
    let kind = kind(&left, &folded[figure.end..], &right);
    let count = bounds::quantity(figure, &left, &[&folded[figure.end..], &right]);
    Ok(Jobs { count, kind })
}

fn is_indirect(word: &str) -> bool {
    word.starts_with("indirect") || matches!(word, "induits" | "induites" | "induit" | "induite")
}

fn is_direct(word: &str) -> bool {
    matches!(word, "direct" | "directs" | "directe" | "directes" | "directement")
}

/// Direct unless the figure is called *indirects* or *induits*, and not *directs* in the same breath.
fn kind(left: &str, inside: &str, right: &str) -> JobsKind {
    if let Some(kind) = first_kind(inside, 12) {
        return kind;
    }
    if let Some(kind) = first_kind(right, 3) {
        return kind;
    }
    let before = left.trim_end();
    let indirectly = before.ends_with("indirectement") && !before.contains("directement et");
    if indirectly { JobsKind::Indirect } else { JobsKind::Direct }
}

/// The kind that the first `n_words` words of `text` name, the clause not left.
fn first_kind(text: &str, n_words: usize) -> Option<JobsKind> {
    let mut cursor = Cursor::new(text);
    let mut kind = None;
    let mut n = 0;
    while let Some(piece) = cursor.advance().filter(|_| n < n_words) {
        n += 1;
        match piece.kind {
            Kind::Digits => break,
            Kind::Mark if matches!(piece.text, "." | ";" | ":" | ")") => break,
            Kind::Mark => {}
            Kind::Word if is_direct(piece.text) => return Some(JobsKind::Direct),
            Kind::Word if is_indirect(piece.text) => kind = Some(JobsKind::Indirect),
            Kind::Word if matches!(piece.text, "dont" | "plus" | "ainsi" | "contre" | "pour") => break,
            Kind::Word => {}
        }
    }
    kind
}
