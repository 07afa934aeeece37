//! Every setting of a run, as written in its TOML file and saved beside the weights.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::run::TrainError;

/// Settings of the optimiser and of the run, shared by pre-training and training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Folder of the run: checkpoint, log and, at the end, the model.
    pub out: PathBuf,
    /// Seed of everything random.
    pub seed: u64,
    /// Optimiser steps.
    pub steps: usize,
    /// Tokens in a step, about.
    pub batch_tokens: usize,
    /// Peak learning rate; it rises over `warmup` steps, then falls along a line to a twentieth.
    pub learning_rate: f64,
    /// Steps of the rise.
    pub warmup: usize,
    /// `AdamW` weight decay (matrices only).
    pub weight_decay: f64,
    /// Dropout probability.
    pub dropout: f32,
    /// Decay of the running mean of the weights; the mean is what is evaluated and saved. 0 keeps the last weights.
    pub mean_decay: f64,
    /// Seconds between two checkpoints.
    pub checkpoint_seconds: u64,
    /// Batches computed side by side; the result does not depend on how many threads there are.
    pub shards: usize,
}

/// Sizes of the encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderSizes {
    /// Sub-words in the vocabulary.
    pub n_ids: usize,
    /// Width of a token's vector.
    pub width: usize,
    /// Width of the feed-forward layer.
    pub ffn_width: usize,
    /// Number of layers.
    pub n_layers: usize,
    /// Attention heads.
    pub n_heads: usize,
}

/// A raw text file and how often to read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSource {
    /// `.txt` or `.jsonl`, also `.zst`; a line (or the `text` of a JSON line) is a paragraph. Or a folder of those.
    pub path: PathBuf,
    /// Times each line is read in an epoch; 0.3 reads three lines in ten.
    pub weight: f64,
}

/// Settings of `jalon pretrain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PretrainConfig {
    /// The run.
    pub run: RunConfig,
    /// The encoder.
    pub encoder: EncoderSizes,
    /// Share of the words that are masked and guessed.
    pub mask: f64,
    /// Longest training window, in tokens.
    pub window_tokens: usize,
    /// A `tokenizer.json` to use; without it one is learnt from the texts.
    #[serde(default)]
    pub tokenizer: Option<PathBuf>,
    /// The texts.
    pub text: Vec<TextSource>,
}

/// A labelled corpus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSource {
    /// `.jsonl`, also `.zst`: documents of the contract, or lines `{"text", "spans": [[start, end, "LABEL"], …]}`
    /// with offsets in code points. Or a folder of those.
    pub path: PathBuf,
    /// Times each document is read in an epoch.
    pub weight: f64,
    /// Head that learns from it.
    #[serde(default = "main_head")]
    pub head: String,
    /// Whether documents are varied (names, numbers, case, noise) each time they are read.
    #[serde(default)]
    pub augment: bool,
    /// Leaves out one document in this many, for measuring.
    #[serde(default)]
    pub leave_out_one_in: Option<usize>,
    /// Reads only what `leave_out_one_in` leaves out.
    #[serde(default)]
    pub only_left_out: bool,
    /// Other names for its labels: `{ Organization = "ORG" }`; a label that gets no name the head knows is outside.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Whether amounts, counts and dates are left unlabelled in it: nothing is then learnt from untagged words around
    /// digits, nor from words that tell a time.
    #[serde(default)]
    pub names_only: bool,
    /// Share of the documents to read, for learning curves.
    #[serde(default = "whole")]
    pub share: f64,
}

impl LabelSource {
    fn problem(&self) -> Option<String> {
        let n = self.leave_out_one_in?;
        (n == 0).then(|| "`labels.leave_out_one_in`: expected at least 1, got 0".to_owned())
    }
}

fn main_head() -> String {
    crate::model::Head::MAIN.to_owned()
}

fn whole() -> f64 {
    1.0
}

/// A head beside the main one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadConfig {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Vec<String>,
}

/// Lists that augmentation draws names from: tab-separated files, the name in the first column, a header line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameLists {
    /// Organisations.
    #[serde(default)]
    pub organisations: Vec<PathBuf>,
    /// Places.
    #[serde(default)]
    pub places: Vec<PathBuf>,
}

/// Settings of `jalon train`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// The run.
    pub run: RunConfig,
    /// Model folder to start from: its sizes, vocabulary and weights.
    pub init: PathBuf,
    /// Longest window, in tokens.
    pub window_tokens: usize,
    /// Tokens that a window shares with the next.
    pub window_overlap: usize,
    /// Label smoothing.
    #[serde(default)]
    pub smoothing: f32,
    /// Steps between two evaluations on `dev`.
    pub evaluate_every: usize,
    /// Heads beside the main one.
    #[serde(default)]
    pub head: Vec<HeadConfig>,
    /// What to learn from.
    pub labels: Vec<LabelSource>,
    /// What to measure on; the model with the best mean micro-F1 over these is kept.
    #[serde(default)]
    pub dev: Vec<LabelSource>,
    /// Names for augmentation.
    #[serde(default)]
    pub names: NameLists,
}

/// What no run can start with: field, expected, got.
fn too_small(fields: &[(&str, usize)]) -> Option<String> {
    let (field, _) = fields.iter().find(|(_, n)| *n == 0)?;
    Some(format!("`{field}`: expected at least 1, got 0"))
}

impl RunConfig {
    fn problem(&self) -> Option<String> {
        too_small(&[
            ("run.steps", self.steps),
            ("run.batch_tokens", self.batch_tokens),
            ("run.shards", self.shards),
        ])
    }
}

fn parse<T: serde::de::DeserializeOwned>(
    path: &Path,
    problem: impl Fn(&T) -> Option<String>,
) -> Result<T, TrainError> {
    let text = std::fs::read_to_string(path).map_err(|source| TrainError::Read {
        path: path.to_owned(),
        source,
    })?;
    let bad = |problem| TrainError::Config {
        path: path.to_owned(),
        problem,
    };
    let config = toml::from_str(&text).map_err(|e| bad(e.to_string()))?;
    problem(&config).map_or(Ok(config), |p| Err(bad(p)))
}

impl PretrainConfig {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// [`TrainError`] naming file, line and field.
    pub fn load(path: &Path) -> Result<Self, TrainError> {
        parse(path, |c: &Self| {
            c.run
                .problem()
                .or_else(|| too_small(&[("window_tokens", c.window_tokens)]))
        })
    }
}

impl TrainConfig {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// [`TrainError`] naming file, line and field.
    pub fn load(path: &Path) -> Result<Self, TrainError> {
        parse(path, |c: &Self| {
            let heads: Vec<&str> = std::iter::once(crate::model::Head::MAIN)
                .chain(c.head.iter().map(|h| h.name.as_str()))
                .collect();
            let mut sources = c.labels.iter().chain(&c.dev);
            let unknown = sources.find(|s| !heads.contains(&s.head.as_str()));
            let unknown = unknown.map(|s| {
                format!(
                    "`labels.head`: expected one of {}, got `{}`",
                    heads.join(", "),
                    s.head
                )
            });
            c.run
                .problem()
                .or_else(|| {
                    too_small(&[
                        ("window_tokens", c.window_tokens),
                        ("evaluate_every", c.evaluate_every),
                    ])
                })
                .or(unknown)
                .or_else(|| c.labels.iter().chain(&c.dev).find_map(LabelSource::problem))
        })
    }
}
