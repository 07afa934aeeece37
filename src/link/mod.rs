//! Mentions + values → commitment records, by the rules of `eval/GUIDELINES.md`.
//!
//! Jobs and amounts are *anchors*. A classifier says of each whether it is a commitment and how far it has come
//! (`anchors`); another one says which of them belong together (`group`); each group becomes a record, whose
//! organisations, places and dates are chosen among those of the document (`slots`, `parallel`, `assemble`). The word lists are in
//! `cues`, the page's layout in `scene`, the network that reads the whole document before them in `roles`, the labels'
//! answers in `gold`, the fit in `learn`. Then `extras` adds what the text says beyond the slots; `byline` finds a
//! publication date printed in the text; `across` joins the records of many documents.

pub mod across;
mod anchors;
mod assemble;
mod byline;
mod cues;
mod evidence;
mod extras;
mod gold;
mod group;
mod learn;
mod linear;
pub(crate) mod linker;
mod parallel;
mod places;
mod roles;
mod scene;
mod slots;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::record::CommitmentRecord;
use crate::span::{ByteSpan, Mention};

pub use byline::byline;
pub(crate) use learn::Lesson;
pub use linear::Linear;
pub use linker::{Linker, LinkerError};
pub(crate) use roles::{Batch, Network, Page, PageTargets, Reading, exercises, loss};
pub use roles::{ReadWords, RoleConfig, RoleModel};

/// What the linker learnt: one linear classifier for each question it asks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkModel {
    /// Is a figure a commitment: no, pledged, realized, cancelled.
    anchor: Linear,
    /// The same, once the other figures have been judged too.
    second: Linear,
    /// How far a commitment has come: pledged, realized, cancelled.
    status: Linear,
    /// Is it a sum over several organisations.
    scope: Linear,
    /// Do two figures speak of one commitment.
    pair: Linear,
    /// Which organisation commits to these figures.
    organisation: Linear,
    /// Which others commit with it.
    partner: Linear,
    /// Which place they go to, if any.
    place: Linear,
    /// Which others they go to too.
    other_place: Linear,
    /// Which date is their deadline, if any.
    deadline: Linear,
    /// Which date is the day of their announcement, if any.
    announced: Linear,
}

impl LinkModel {
    /// Fits the classifiers on labelled documents. The same documents in the same order give the same weights.
    pub(crate) fn fit<'l>(lessons: impl IntoIterator<Item = &'l Lesson>) -> Self {
        learn::fit(lessons)
    }
}

/// Records, and the sentences that hold the figures of each.
type Linked = (Vec<CommitmentRecord>, Vec<Vec<ByteSpan>>);

/// Assembles the records of a document from its mentions (in order of their start).
///
/// A record's `mentions` name entities by position: mention `i` is entity `e{i+1}`. `read` is what the encoder made of the
/// document, for a linker that [reads it](Linker::reads).
///
/// # Errors
/// When the role model cannot read the states given.
pub fn link(
    document: &Document,
    mentions: &[Mention],
    linker: &Linker,
    read: Option<ReadWords<'_>>,
) -> candle_core::Result<Vec<CommitmentRecord>> {
    Ok(link_with_evidence(document, mentions, linker, read)?.0)
}

/// [`link`], and the sentences that hold the figures of each record, in order.
///
/// A document without a publication date is read against its [`byline`], unless the records speak against it.
///
/// # Errors
/// As [`link`].
pub fn link_with_evidence(
    document: &Document,
    mentions: &[Mention],
    linker: &Linker,
    read: Option<ReadWords<'_>>,
) -> candle_core::Result<Linked> {
    let printed = match document.published {
        None => byline(&document.text),
        Some(_) => None,
    };
    if let Some(published) = printed {
        let dated = Document {
            published: Some(published),
            ..document.clone()
        };
        let linked = link_as_dated(&dated, mentions, linker, read)?;
        if !linked.0.iter().any(|r| byline::contradicts(r, published)) {
            return Ok(linked);
        }
    }
    link_as_dated(document, mentions, linker, read)
}

fn link_as_dated(
    document: &Document,
    mentions: &[Mention],
    linker: &Linker,
    read: Option<ReadWords<'_>>,
) -> candle_core::Result<Linked> {
    let mut scene = scene::Scene::new(document, mentions);
    let model = linker.look(&mut scene, read)?;
    let mut records = assemble::assemble(&scene, model);
    extras::fill(&scene, &mut records);
    let evidence = records.iter().map(|r| evidence::evidence(&scene, r)).collect();
    Ok((records, evidence))
}
