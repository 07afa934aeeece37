//! Sizes of a model, as saved in its `config.json`.

use serde::{Deserialize, Serialize};

use crate::label::Tag;
use crate::segment::features;

/// A head that tags words in one label scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name of the head: `main` is ours, others serve open corpora with labels of their own.
    pub name: String,
    /// Labels, in tag order: `O`, then `B-` and `I-` of each.
    pub labels: Vec<String>,
}

impl Head {
    /// Name of the head that speaks the five labels.
    pub const MAIN: &'static str = "main";

    /// Number of tags.
    pub fn n_tags(&self) -> usize {
        1 + 2 * self.labels.len()
    }
}

/// Sizes of the encoder and its heads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Always `jalon-encoder`.
    pub architecture: String,
    /// Sub-words in the vocabulary.
    pub n_ids: usize,
    /// Rows of the feature table.
    pub n_features: usize,
    /// Width of a token's vector.
    pub width: usize,
    /// Width of the feed-forward layer.
    pub ffn_width: usize,
    /// Number of layers.
    pub n_layers: usize,
    /// Attention heads; `width / n_heads` must be even.
    pub n_heads: usize,
    /// Longest window, in tokens.
    pub max_tokens: usize,
    /// Tokens that a window shares with the next.
    pub overlap: usize,
    /// Tagging heads.
    pub heads: Vec<Head>,
}

impl Config {
    /// The name in `architecture`.
    pub const ARCHITECTURE: &'static str = "jalon-encoder";

    /// Says what is wrong with the sizes, if anything: field, expected, got.
    pub fn problem(&self) -> Option<String> {
        let five: Vec<&str> = crate::label::Label::ALL.iter().map(|l| l.as_str()).collect();
        if self.architecture != Self::ARCHITECTURE {
            return Some(format!(
                "`architecture`: expected `{}`, got `{}`",
                Self::ARCHITECTURE,
                self.architecture
            ));
        }
        if self.n_features != features::ROWS {
            return Some(format!(
                "`n_features`: expected {}, got {}",
                features::ROWS,
                self.n_features
            ));
        }
        if self.width == 0 || self.ffn_width == 0 {
            return Some("`width` and `ffn_width`: expected more than 0".to_owned());
        }
        if self.n_heads == 0 || !self.width.is_multiple_of(2 * self.n_heads) {
            return Some(format!(
                "`width`: expected an even multiple of `n_heads` = {}, got {}",
                self.n_heads, self.width
            ));
        }
        if self.overlap >= self.max_tokens {
            return Some(format!(
                "`overlap`: expected less than `max_tokens` = {}, got {}",
                self.max_tokens, self.overlap
            ));
        }
        match self.heads.iter().find(|h| h.name == Head::MAIN) {
            None => Some(format!("`heads`: expected one named `{}`", Head::MAIN)),
            Some(main) if main.labels != five => Some(format!(
                "labels of head `{}`: expected {five:?}, got {:?}",
                Head::MAIN,
                main.labels
            )),
            Some(main) => {
                debug_assert_eq!(main.n_tags(), Tag::COUNT);
                None
            }
        }
    }
}
