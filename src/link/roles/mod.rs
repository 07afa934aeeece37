//! The role model: a small transformer that reads a whole document, its mentions collapsed to one position each, from the
//! encoder's states. It says of each figure whether it is a commitment and how far it has come, and of each other mention
//! how likely it is that figure's organisation, place, deadline or day of announcement.
//!
//! What it says enters the linear classifiers as features (`features`); the rules of `assemble` stay constraints.

mod features;
mod network;
mod page;
mod reading;
mod targets;
#[cfg(test)]
mod tests;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};

use super::gold::gold_records;
use super::scene::Scene;
use crate::document::LabelledDocument;
use crate::model::States;
use crate::model::encoder::Dropout;
use crate::segment::Word;
use crate::span::Mention;

pub(super) use features::{
    anchor_features, date_features, empty_features, entity_features, pair_features, total_features,
};
pub(crate) use network::{Network, Scores};
pub(crate) use page::{Batch, Page};
pub(crate) use reading::Reading;
pub(crate) use targets::{PageTargets, loss};

/// What a mention may be to a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Choice {
    /// The organisation that commits.
    Organization,
    /// Where the jobs or the money go.
    Location,
    /// By when.
    Deadline,
    /// The day of announcement.
    Announced,
    /// Another figure of the same commitment, before it in the text.
    Antecedent,
}

impl Choice {
    /// Every choice.
    pub(crate) const ALL: [Self; 5] = [
        Self::Organization,
        Self::Location,
        Self::Deadline,
        Self::Announced,
        Self::Antecedent,
    ];

    /// Position in [`Choice::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// Sizes of a role model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleConfig {
    /// Fingerprint of the encoder whose states it reads.
    pub encoder: String,
    /// Width of those states.
    pub input_width: usize,
    /// Width of a position's vector.
    pub width: usize,
    /// Width of the feed-forward layer.
    pub ffn_width: usize,
    /// Number of layers.
    pub n_layers: usize,
    /// Attention heads.
    pub n_heads: usize,
    /// Width of the vectors by which figures and mentions are matched.
    pub match_width: usize,
}

impl RoleConfig {
    /// The sizes that are trained.
    pub(crate) fn new(encoder: String, input_width: usize) -> Self {
        Self {
            encoder,
            input_width,
            width: 128,
            ffn_width: 256,
            n_layers: 3,
            n_heads: 2,
            match_width: 32,
        }
    }
}

/// The words of a document and what the encoder made of them.
#[derive(Debug, Clone, Copy)]
pub struct ReadWords<'a> {
    /// The words.
    pub words: &'a [Word],
    /// A state for each.
    pub states: &'a States,
}

/// A trained role model.
pub struct RoleModel {
    network: Network,
}

impl RoleModel {
    /// Joins a network whose configuration was checked.
    pub(crate) fn new(network: Network) -> Self {
        Self { network }
    }

    /// Builds it from the bytes of its weights.
    pub(super) fn from_bytes(config: &RoleConfig, weights: &[u8]) -> candle_core::Result<Self> {
        let vb = VarBuilder::from_slice_safetensors(weights, DType::F32, &Device::Cpu)?;
        Ok(Self::new(Network::load(&vb, config)?))
    }

    /// Fingerprint of the encoder whose states it reads.
    pub fn encoder(&self) -> &str {
        &self.network.config().encoder
    }

    /// Reads a labelled document, its mentions in order.
    ///
    /// # Errors
    /// As in linking.
    pub(crate) fn read_labelled(
        &self,
        document: &LabelledDocument,
        mentions: &[Mention],
        read: ReadWords<'_>,
    ) -> candle_core::Result<Reading> {
        let document = document.document();
        self.read(&Scene::new(&document, mentions), read)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When the states are not of the encoder it was trained on.
    pub(super) fn read(&self, scene: &Scene<'_>, read: ReadWords<'_>) -> candle_core::Result<Reading> {
        let mut reading = Reading::default();
        for page in page::pages(scene, read) {
            let batch = Batch::pack(&[&page])?;
            let scores = self.network.forward(&batch, Dropout::OFF)?;
            reading.add(&page, &scores)?;
        }
        Ok(reading)
    }
}

/// The pages of a labelled document with the right answers, as if only some of its mentions had been found.
pub(crate) fn exercises(
    document: &LabelledDocument,
    mentions: &[Mention],
    read: ReadWords<'_>,
    mut is_found: impl FnMut(&Mention) -> bool,
) -> Vec<(Page, PageTargets)> {
    let mut found = Vec::new();
    let mut number = Vec::new();
    for mention in mentions {
        let kept = is_found(mention);
        number.push(kept.then_some(found.len()));
        found.extend(kept.then(|| mention.clone()));
    }
    let records: Vec<_> = gold_records(document).iter().map(|r| r.among(&number)).collect();
    let document = document.document();
    let scene = Scene::new(&document, &found);
    let pages = page::pages(&scene, read).into_iter();
    pages
        .map(|page| {
            let targets = targets::targets(&scene, &page, &records);
            (page, targets)
        })
        .collect()
}
