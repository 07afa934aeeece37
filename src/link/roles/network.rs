//! The layers of the role model. One forward pass for inference and training.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::page::{Batch, N_BIASES, N_FEATURES, PER_POSITION};
use super::{Choice, RoleConfig};
use crate::link::anchors::N_CLASSES;
use crate::model::encoder::{Dropout, Init};
use crate::model::{Layer, embed_sum, linear, rms_norm, rows};

/// Transformer layers over positions, and heads for figures and for pairs of figure and mention.
pub(crate) struct Network {
    config: RoleConfig,
    input: Tensor,
    features: Tensor,
    layers: Vec<Layer>,
    final_norm: Tensor,
    class: Tensor,
    total: Tensor,
    query: Tensor,
    key: Tensor,
    none: Tensor,
    bias: Tensor,
}

/// What the network says of a batch.
pub(crate) struct Scores {
    /// Logits of no commitment, pledged, realized, cancelled: `[n_anchors, 4]`.
    pub(crate) classes: Tensor,
    /// Logits of a single commitment and of a total: `[n_anchors, 2]`.
    pub(crate) totals: Tensor,
    /// Score of each candidate of each choice, in the order of the batch: `[n_pairs, 1]`.
    pub(crate) pairs: Tensor,
}

impl Network {
    /// Name, shape and initial values of every parameter, in a fixed order.
    pub(crate) fn parameters(config: &RoleConfig) -> Vec<(String, Vec<usize>, Init)> {
        let (w, f, m) = (config.width, config.ffn_width, config.match_width);
        let n = Choice::ALL.len();
        let matrix = Init::Normal(0.02);
        let mut all = vec![
            ("input".to_owned(), vec![w, config.input_width], matrix),
            ("features".to_owned(), vec![N_FEATURES, w], matrix),
        ];
        for i in 0..config.n_layers {
            all.extend(Layer::parameters(i, config.n_layers, w, f));
        }
        all.extend([
            ("final_norm".to_owned(), vec![w], Init::Ones),
            ("class".to_owned(), vec![N_CLASSES, w], matrix),
            ("total".to_owned(), vec![2, w], matrix),
            ("query".to_owned(), vec![n * m, w], matrix),
            ("key".to_owned(), vec![n * m, w], matrix),
            ("none".to_owned(), vec![n, m], matrix),
            ("bias".to_owned(), vec![N_BIASES, 1], matrix),
        ]);
        all
    }

    /// Builds the network from named parameters.
    ///
    /// # Errors
    /// When a parameter is missing or has another shape; the error names it.
    pub(crate) fn load(vb: &VarBuilder<'_>, config: &RoleConfig) -> Result<Self> {
        let (w, f, m) = (config.width, config.ffn_width, config.match_width);
        let n = Choice::ALL.len();
        Ok(Self {
            input: vb.get((w, config.input_width), "input")?,
            features: vb.get((N_FEATURES, w), "features")?,
            layers: (0..config.n_layers)
                .map(|i| Layer::load(vb, i, w, f))
                .collect::<Result<_>>()?,
            final_norm: vb.get(w, "final_norm")?,
            class: vb.get((N_CLASSES, w), "class")?,
            total: vb.get((2, w), "total")?,
            query: vb.get((n * m, w), "query")?,
            key: vb.get((n * m, w), "key")?,
            none: vb.get((n, m), "none")?,
            bias: vb.get((N_BIASES, 1), "bias")?,
            config: config.clone(),
        })
    }

    /// Sizes of the network.
    pub(crate) fn config(&self) -> &RoleConfig {
        &self.config
    }

    /// Scores of a packed batch.
    ///
    /// # Errors
    /// When the batch is of states of another width.
    pub(crate) fn forward(&self, batch: &Batch, dropout: Dropout) -> Result<Scores> {
        let (n, m) = (Choice::ALL.len(), self.config.match_width);
        let input = dropout.apply(&batch.input, 200)?;
        let features = embed_sum(&self.features, &batch.features, PER_POSITION)?;
        let mut x = dropout.apply(&(linear(&input, &self.input)? + features)?, 0)?;
        for (i, layer) in self.layers.iter().enumerate() {
            let site = 1 + 2 * i as u64;
            x = layer.forward(&x, &batch.bounds, self.config.n_heads, dropout, site)?;
        }
        let x = rms_norm(&x, &self.final_norm)?;
        let anchors = dropout.apply(&rows(&x, &batch.anchor_rows)?, 201)?;
        let candidates = dropout.apply(&rows(&x, &batch.candidate_rows)?, 202)?;
        let queries = linear(&anchors, &self.query)?.reshape((anchors.dim(0)? * n, m))?;
        let keys = linear(&candidates, &self.key)?.reshape((candidates.dim(0)? * n, m))?;
        let keys = Tensor::cat(&[&keys, &self.none], 0)?;
        let matched = (rows(&queries, &batch.queries)? * rows(&keys, &batch.keys)?)?.sum_keepdim(1)?;
        let scale = 1.0 / (m as f64).sqrt();
        Ok(Scores {
            classes: linear(&anchors, &self.class)?,
            totals: linear(&anchors, &self.total)?,
            pairs: ((matched * scale)? + rows(&self.bias, &batch.biases)?)?,
        })
    }
}
