//! The encoder: embeddings, pre-norm transformer layers, heads. One forward pass for inference and training.

use std::sync::Arc;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::batch::Batch;
use super::config::Config;
use super::ops;
use crate::segment::features::PER_TOKEN;

/// How a parameter starts in training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// Normal, this standard deviation.
    Normal(f32),
    /// All ones.
    Ones,
}

/// Dropout of a training step; [`Dropout::OFF`] in inference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Probability that a value is dropped.
    pub probability: f32,
    /// Seed of this step's masks.
    pub seed: u64,
}

impl Dropout {
    /// Nothing is dropped.
    pub const OFF: Self = Self {
        probability: 0.0,
        seed: 0,
    };

    fn apply(self, x: &Tensor, site: u64) -> Result<Tensor> {
        ops::dropout(x, self.probability, ops::mix(self.seed ^ (site << 56)))
    }
}

struct Layer {
    attention_norm: Tensor,
    qkv: Tensor,
    out: Tensor,
    ffn_norm: Tensor,
    up: Tensor,
    down: Tensor,
}

/// A pre-norm transformer encoder over sub-words and word features, with its heads.
pub struct Encoder {
    config: Config,
    ids: Tensor,
    features: Tensor,
    layers: Vec<Layer>,
    final_norm: Tensor,
    mlm: Tensor,
    mlm_norm: Tensor,
    heads: Vec<Tensor>,
}

impl Encoder {
    /// Name, shape and initial values of every parameter, in a fixed order.
    pub fn parameters(config: &Config) -> Vec<(String, Vec<usize>, Init)> {
        let (w, f) = (config.width, config.ffn_width);
        let matrix = Init::Normal(0.02);
        // Matrices that write into the residual stream start smaller, the more there are of them (GPT-2).
        let residual = Init::Normal(0.02 / (2.0 * config.n_layers as f32).sqrt());
        let mut all = vec![
            ("embeddings.ids".to_owned(), vec![config.n_ids, w], matrix),
            (
                "embeddings.features".to_owned(),
                vec![config.n_features, w],
                matrix,
            ),
        ];
        for i in 0..config.n_layers {
            for (name, shape, init) in [
                ("attention.norm", vec![w], Init::Ones),
                ("attention.qkv", vec![3 * w, w], matrix),
                ("attention.out", vec![w, w], residual),
                ("ffn.norm", vec![w], Init::Ones),
                ("ffn.up", vec![f, w], matrix),
                ("ffn.down", vec![w, f], residual),
            ] {
                all.push((format!("layers.{i}.{name}"), shape, init));
            }
        }
        all.push(("final_norm".to_owned(), vec![w], Init::Ones));
        all.push(("mlm.dense".to_owned(), vec![w, w], matrix));
        all.push(("mlm.norm".to_owned(), vec![w], Init::Ones));
        for head in &config.heads {
            all.push((format!("heads.{}", head.name), vec![head.n_tags(), w], matrix));
        }
        all
    }

    /// Builds the encoder from named parameters.
    ///
    /// # Errors
    /// When a parameter is missing or has another shape; the error names it.
    pub fn load(vb: &VarBuilder<'_>, config: &Config) -> Result<Self> {
        let (w, f) = (config.width, config.ffn_width);
        let layers = (0..config.n_layers)
            .map(|i| {
                let (attention, ffn) = (
                    vb.pp(format!("layers.{i}.attention")),
                    vb.pp(format!("layers.{i}.ffn")),
                );
                Ok(Layer {
                    attention_norm: attention.get(w, "norm")?,
                    qkv: attention.get((3 * w, w), "qkv")?,
                    out: attention.get((w, w), "out")?,
                    ffn_norm: ffn.get(w, "norm")?,
                    up: ffn.get((f, w), "up")?,
                    down: ffn.get((w, f), "down")?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let heads = config
            .heads
            .iter()
            .map(|head| vb.pp("heads").get((head.n_tags(), w), &head.name))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            ids: vb.get((config.n_ids, w), "embeddings.ids")?,
            features: vb.get((config.n_features, w), "embeddings.features")?,
            layers,
            final_norm: vb.get(w, "final_norm")?,
            mlm: vb.get((w, w), "mlm.dense")?,
            mlm_norm: vb.get(w, "mlm.norm")?,
            heads,
            config: config.clone(),
        })
    }

    /// Sizes of the model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Position of a head in the configuration; `None` when there is none of that name.
    pub fn head_index(&self, name: &str) -> Option<usize> {
        self.config.heads.iter().position(|h| h.name == name)
    }

    /// Encodes a packed batch: returns `[n_tokens, width]`.
    ///
    /// A window gets the same rows, bit for bit, alone or in any batch (`tests/batching.rs`).
    ///
    /// # Errors
    /// When an id is outside of the vocabulary.
    pub fn forward(&self, batch: &Batch, dropout: Dropout) -> Result<Tensor> {
        let ids = ops::embed_sum(&self.ids, &batch.ids, 1)?;
        let features = ops::embed_sum(&self.features, &batch.features, PER_TOKEN)?;
        let mut x = dropout.apply(&(ids + features)?, 0)?;
        for (i, layer) in self.layers.iter().enumerate() {
            let site = 1 + 2 * i as u64;
            let normed = ops::rms_norm(&x, &layer.attention_norm)?;
            let qkv = ops::linear(&normed, &layer.qkv)?;
            let mixed = ops::attention(&qkv, &batch.bounds, self.config.n_heads)?;
            x = (x + dropout.apply(&ops::linear(&mixed, &layer.out)?, site)?)?;
            let normed = ops::rms_norm(&x, &layer.ffn_norm)?;
            let hidden = ops::squared_relu(&ops::linear(&normed, &layer.up)?)?;
            x = (x + dropout.apply(&ops::linear(&hidden, &layer.down)?, site + 1)?)?;
        }
        ops::rms_norm(&x, &self.final_norm)
    }

    /// Tag logits of each word of the batch: `encoded` `[n_tokens, width]`, returns `[n_words, n_tags]`.
    ///
    /// # Errors
    /// When `encoded` is not this batch's.
    pub fn tag(&self, encoded: &Tensor, batch: &Batch, head: usize, dropout: Dropout) -> Result<Tensor> {
        let words = dropout.apply(&ops::rows(encoded, &batch.word_rows)?, 255)?;
        ops::linear(&words, &self.heads[head])
    }

    /// Logits over the vocabulary for some rows: `encoded` `[n_tokens, width]`, returns `[rows.len(), n_ids]`.
    ///
    /// # Errors
    /// When a row is outside of `encoded`.
    pub fn guess(&self, encoded: &Tensor, rows: &Arc<[u32]>) -> Result<Tensor> {
        let x = ops::squared_relu(&ops::linear(&ops::rows(encoded, rows)?, &self.mlm)?)?;
        ops::linear(&ops::rms_norm(&x, &self.mlm_norm)?, &self.ids)
    }
}
