//! Mentions + values → commitment records, by the rules of `eval/GUIDELINES.md`.
//!
//! Jobs and amounts are *anchors*. A classifier says of each whether it is a commitment and how far it has come
//! (`anchors`); another one says which of them belong together (`group`); each group becomes a record, whose
//! organisations, places and dates are chosen among those of the document (`slots`, `assemble`). The word lists are in
//! `cues`, the page's layout in `scene`, what the encoder says of mentions in `parts`, the fit in `learn`. Then `extras`
//! adds what the text says beyond the slots; `byline` finds a publication date printed in the text; `across` joins the
//! records of many documents.

pub mod across;
mod anchors;
mod assemble;
mod byline;
mod cues;
mod evidence;
mod extras;
mod group;
mod learn;
mod linear;
mod parts;
mod places;
mod scene;
mod slots;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::document::{Document, LabelledDocument};
use crate::record::CommitmentRecord;
use crate::span::{ByteSpan, Mention};

pub use byline::byline;
pub use linear::Linear;

/// What the linker learnt: one linear classifier for each question it asks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkModel {
    /// Whether it was fitted on mentions that say their parts.
    #[serde(default)]
    parts: bool,
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

/// What can go wrong with the weights of a linker.
#[derive(Debug, thiserror::Error)]
pub enum LinkerError {
    /// The file cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It does not hold the weights of this version's linker.
    #[error("{}: expected weights written by `jalon train-linker`", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Which field, what was expected, what came.
        #[source]
        source: serde_json::Error,
    },
}

/// The weights committed beside this code, read once.
#[expect(
    clippy::expect_used,
    reason = "the file is part of the program; a test reads it"
)]
static SHIPPED: LazyLock<LinkModel> = LazyLock::new(|| {
    serde_json::from_str(include_str!("weights.json"))
        .expect("weights.json is written by `jalon train-linker`")
});

impl LinkModel {
    /// The weights that ship with the library.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads weights that `jalon train-linker` wrote.
    ///
    /// # Errors
    /// [`LinkerError`], naming the file.
    pub fn load(path: &Path) -> Result<Self, LinkerError> {
        let bytes = std::fs::read(path).map_err(|source| LinkerError::Read {
            path: path.to_owned(),
            source,
        })?;
        serde_json::from_slice(&bytes).map_err(|source| LinkerError::Weights {
            path: path.to_owned(),
            source,
        })
    }

    /// Fits the linker on labelled documents, each with its mentions in the order of its entities. The same documents in
    /// the same order give the same weights.
    ///
    /// Mentions that say their parts must have them from a model that never saw the document: the linker would trust
    /// what was learnt by heart.
    pub fn fit(documents: &[(LabelledDocument, Vec<Mention>)]) -> Self {
        learn::fit(documents)
    }

    /// True when what a model says of the mentions' parts changes its answers.
    pub fn reads_parts(&self) -> bool {
        self.parts
    }

    /// Number of features with a weight, over all classifiers.
    pub fn n_features(&self) -> usize {
        let parts = [
            &self.anchor,
            &self.second,
            &self.status,
            &self.scope,
            &self.pair,
            &self.organisation,
            &self.partner,
            &self.place,
            &self.other_place,
            &self.deadline,
            &self.announced,
        ];
        parts.iter().map(|l| l.n_features()).sum()
    }
}

/// Records, and the sentences that hold the figures of each.
type Linked = (Vec<CommitmentRecord>, Vec<Vec<ByteSpan>>);

/// Assembles the records of a document from its mentions (in order of their start).
///
/// A record's `mentions` name entities by position: mention `i` is entity `e{i+1}`.
pub fn link(document: &Document, mentions: &[Mention], model: &LinkModel) -> Vec<CommitmentRecord> {
    link_with_evidence(document, mentions, model).0
}

/// [`link`], and the sentences that hold the figures of each record, in order.
///
/// A document without a publication date is read against its [`byline`], unless the records speak against it.
pub fn link_with_evidence(document: &Document, mentions: &[Mention], model: &LinkModel) -> Linked {
    let printed = match document.published {
        None => byline(&document.text),
        Some(_) => None,
    };
    if let Some(published) = printed {
        let dated = Document {
            published: Some(published),
            ..document.clone()
        };
        let linked = link_as_dated(&dated, mentions, model);
        if !linked.0.iter().any(|r| byline::contradicts(r, published)) {
            return linked;
        }
    }
    link_as_dated(document, mentions, model)
}

fn link_as_dated(document: &Document, mentions: &[Mention], model: &LinkModel) -> Linked {
    let scene = scene::Scene::new(document, mentions);
    let mut records = assemble::assemble(&scene, model);
    extras::fill(&scene, &mut records);
    let evidence = records.iter().map(|r| evidence::evidence(&scene, r)).collect();
    (records, evidence)
}
