//! The encoder: embeddings, pre-norm transformer layers, heads. One forward pass for inference and training.

use std::sync::Arc;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::batch::Batch;
use super::config::Config;
use super::int8::Int8Matrix;
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

    /// Drops values of `x`; each `site` of a step has a mask of its own.
    pub(crate) fn apply(self, x: &Tensor, site: u64) -> Result<Tensor> {
        ops::dropout(x, self.probability, ops::mix(self.seed ^ (site << 56)))
    }
}

/// A weight matrix `[out, in]`: as it was trained, or in eight bits.
enum Matrix {
    F32(Tensor),
    Int8(Int8Matrix),
}

impl Matrix {
    fn apply(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::F32(w) => ops::linear(x, w),
            Self::Int8(w) => w.apply(x),
        }
    }

    fn apply_squared_relu(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::F32(w) => ops::squared_relu(&ops::linear(x, w)?),
            Self::Int8(w) => w.apply_squared_relu(x),
        }
    }

    fn in_int8(self) -> Result<Self> {
        match self {
            Self::F32(w) => Ok(Self::Int8(Int8Matrix::new(&w)?)),
            Self::Int8(_) => Ok(self),
        }
    }
}

/// A pre-norm transformer layer: attention, then a feed-forward layer.
pub(crate) struct Layer {
    attention_norm: Tensor,
    qkv: Matrix,
    out: Matrix,
    ffn_norm: Tensor,
    up: Matrix,
    down: Matrix,
}

impl Layer {
    /// Name, shape and initial values of the parameters of layer `i` of `n`, `w` wide, its feed-forward layer `f`.
    pub(crate) fn parameters(
        i: usize,
        n: usize,
        w: usize,
        f: usize,
    ) -> impl Iterator<Item = (String, Vec<usize>, Init)> {
        let matrix = Init::Normal(0.02);
        // Matrices that write into the residual stream start smaller, the more there are of them (GPT-2).
        let residual = Init::Normal(0.02 / (2.0 * n as f32).sqrt());
        [
            ("attention.norm", vec![w], Init::Ones),
            ("attention.qkv", vec![3 * w, w], matrix),
            ("attention.out", vec![w, w], residual),
            ("ffn.norm", vec![w], Init::Ones),
            ("ffn.up", vec![f, w], matrix),
            ("ffn.down", vec![w, f], residual),
        ]
        .into_iter()
        .map(move |(name, shape, init)| (format!("layers.{i}.{name}"), shape, init))
    }

    /// Layer `i` from named parameters.
    pub(crate) fn load(vb: &VarBuilder<'_>, i: usize, w: usize, f: usize) -> Result<Self> {
        let (attention, ffn) = (
            vb.pp(format!("layers.{i}.attention")),
            vb.pp(format!("layers.{i}.ffn")),
        );
        Ok(Self {
            attention_norm: attention.get(w, "norm")?,
            qkv: Matrix::F32(attention.get((3 * w, w), "qkv")?),
            out: Matrix::F32(attention.get((w, w), "out")?),
            ffn_norm: ffn.get(w, "norm")?,
            up: Matrix::F32(ffn.get((f, w), "up")?),
            down: Matrix::F32(ffn.get((w, f), "down")?),
        })
    }

    /// The same layer, its matrices in eight bits; without gradients.
    fn in_int8(self) -> Result<Self> {
        Ok(Self {
            qkv: self.qkv.in_int8()?,
            out: self.out.in_int8()?,
            up: self.up.in_int8()?,
            down: self.down.in_int8()?,
            ..self
        })
    }

    /// `x` `[n, width]` → the same shape; rows see those of their own window, as `bounds` says.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        bounds: &Arc<[u32]>,
        n_heads: usize,
        dropout: Dropout,
        site: u64,
    ) -> Result<Tensor> {
        let normed = ops::rms_norm(x, &self.attention_norm)?;
        let qkv = self.qkv.apply(&normed)?;
        let mixed = ops::attention(&qkv, bounds, n_heads)?;
        let x = (x + dropout.apply(&self.out.apply(&mixed)?, site)?)?;
        let normed = ops::rms_norm(&x, &self.ffn_norm)?;
        let hidden = self.up.apply_squared_relu(&normed)?;
        x + dropout.apply(&self.down.apply(&hidden)?, site + 1)?
    }
}

/// Depths of the encoder that [`Encoder::forward_with_states`] returns.
pub const STATES: usize = 3;

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
        let mut all = vec![
            ("embeddings.ids".to_owned(), vec![config.n_ids, w], matrix),
            (
                "embeddings.features".to_owned(),
                vec![config.n_features, w],
                matrix,
            ),
        ];
        for i in 0..config.n_layers {
            all.extend(Layer::parameters(i, config.n_layers, w, f));
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
            .map(|i| Layer::load(vb, i, w, f))
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

    /// The same encoder with the matrices of its layers in eight bits, for inference: faster, without gradients.
    ///
    /// # Errors
    /// When a matrix cannot be read.
    pub fn in_int8(self) -> Result<Self> {
        let layers = self.layers.into_iter().map(Layer::in_int8);
        Ok(Self {
            layers: layers.collect::<Result<_>>()?,
            ..self
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
        self.run(batch, dropout, |_| Ok(()))
    }

    /// [`Encoder::forward`], and the states of each word at three depths: its embedding, the stream half-way up and the
    /// rows returned, side by side: `[n_words, STATES · width]`.
    ///
    /// # Errors
    /// As [`Encoder::forward`].
    pub fn forward_with_states(&self, batch: &Batch) -> Result<(Tensor, Tensor)> {
        let mut seen = Vec::new();
        let encoded = self.run(batch, Dropout::OFF, |x| {
            seen.push(ops::rows(x, &batch.word_rows)?);
            Ok(())
        })?;
        let half = self.layers.len() / 2;
        let last = ops::rows(&encoded, &batch.word_rows)?;
        let states = Tensor::cat(&[&seen[0], &seen[half], &last], 1)?;
        Ok((encoded, states))
    }

    /// The forward pass; `see` gets the embeddings, then the stream after each layer.
    fn run(
        &self,
        batch: &Batch,
        dropout: Dropout,
        mut see: impl FnMut(&Tensor) -> Result<()>,
    ) -> Result<Tensor> {
        let ids = ops::embed_sum(&self.ids, &batch.ids, 1)?;
        let features = ops::embed_sum(&self.features, &batch.features, PER_TOKEN)?;
        let mut x = dropout.apply(&(ids + features)?, 0)?;
        see(&x)?;
        for (i, layer) in self.layers.iter().enumerate() {
            let site = 1 + 2 * i as u64;
            x = layer.forward(&x, &batch.bounds, self.config.n_heads, dropout, site)?;
            see(&x)?;
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
