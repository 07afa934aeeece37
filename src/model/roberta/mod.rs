//! Token-classification checkpoints of the `RoBERTa` family (`CamemBERT`, XLM-R): the folder, the encoder, its head.

mod labels;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use candle_core::{DType, Device, Module, Result as CandleResult, Tensor};
use candle_nn::{Activation, Linear, VarBuilder};
use candle_transformers::models::xlm_roberta::{Config as EncoderConfig, XLMRobertaModel};
use serde::Deserialize;

use super::load::{ModelError, read};
use crate::label::Tag;
use crate::segment::{Encoded, Gap, Pieces};
use labels::LabelMap;

/// What is read of a `config.json`.
#[derive(Debug, Deserialize)]
struct Sizes {
    model_type: String,
    #[serde(default)]
    id2label: BTreeMap<usize, String>,
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    #[serde(default = "one")]
    type_vocab_size: usize,
    #[serde(default = "one")]
    pad_token_id: u32,
    #[serde(default = "epsilon")]
    layer_norm_eps: f64,
    #[serde(default)]
    hidden_act: Activation,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn one<T: From<u8>>() -> T {
    1.into()
}

fn epsilon() -> f64 {
    1e-5
}

fn absolute() -> String {
    "absolute".to_owned()
}

impl Sizes {
    /// Values of `model_type` whose encoder this is.
    const FAMILY: [&str; 3] = ["camembert", "roberta", "xlm-roberta"];

    /// Says what cannot be run, if anything: field, expected, got.
    fn problem(&self) -> Option<String> {
        if !Self::FAMILY.contains(&self.model_type.as_str()) {
            return Some(format!(
                "`model_type`: expected one of {:?}, got `{}`",
                Self::FAMILY,
                self.model_type
            ));
        }
        if self.position_embedding_type != absolute() {
            let got = &self.position_embedding_type;
            return Some(format!(
                "`position_embedding_type`: expected `absolute`, got `{got}`"
            ));
        }
        if self.num_attention_heads == 0 || !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let (width, n_heads) = (self.hidden_size, self.num_attention_heads);
            return Some(format!(
                "`hidden_size`: expected a multiple of {n_heads} heads, got {width}"
            ));
        }
        None
    }

    fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            hidden_size: self.hidden_size,
            layer_norm_eps: self.layer_norm_eps,
            attention_probs_dropout_prob: 0.0,
            hidden_dropout_prob: 0.0,
            num_attention_heads: self.num_attention_heads,
            position_embedding_type: self.position_embedding_type.clone(),
            intermediate_size: self.intermediate_size,
            hidden_act: self.hidden_act,
            num_hidden_layers: self.num_hidden_layers,
            vocab_size: self.vocab_size,
            max_position_embeddings: self.max_position_embeddings,
            type_vocab_size: self.type_vocab_size,
            pad_token_id: self.pad_token_id,
        }
    }
}

/// The layers over a token's vector that score it against each label.
struct Head {
    dense: Option<Linear>,
    out: Linear,
}

impl Head {
    /// `classifier`, or `classifier.dense` and `classifier.out_proj`.
    fn load(vb: &VarBuilder<'_>, width: usize, n_labels: usize) -> CandleResult<Self> {
        let vb = vb.pp("classifier");
        if vb.contains_tensor("out_proj.weight") {
            let dense = Some(candle_nn::linear(width, width, vb.pp("dense"))?);
            return Ok(Self {
                dense,
                out: candle_nn::linear(width, n_labels, vb.pp("out_proj"))?,
            });
        }
        Ok(Self {
            dense: None,
            out: candle_nn::linear(width, n_labels, vb)?,
        })
    }

    fn forward(&self, hidden: &Tensor) -> CandleResult<Tensor> {
        match &self.dense {
            None => self.out.forward(hidden),
            Some(dense) => self.out.forward(&dense.forward(hidden)?.tanh()?),
        }
    }
}

/// A checkpoint: its own sub-words, encoder and labels, the latter mapped on ours.
pub struct Roberta {
    pieces: Pieces,
    labels: LabelMap,
    encoder: XLMRobertaModel,
    head: Head,
    max_tokens: usize,
}

impl Roberta {
    /// Reads `config.json`, `tokenizer.json` and `model.safetensors` of a folder.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file at fault; a checkpoint none of whose labels is one of ours is refused.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("config.json");
        let bad = |problem| ModelError::Config {
            path: path.clone(),
            problem,
        };
        let sizes: Sizes = serde_json::from_slice(&read(&path)?).map_err(|e| bad(e.to_string()))?;
        if let Some(problem) = sizes.problem() {
            return Err(bad(problem));
        }
        let names: Vec<String> = sizes.id2label.values().cloned().collect();
        let labels = LabelMap::new(&names).ok_or_else(|| {
            bad(format!(
                "`id2label`: expected ORG, LOC, MONEY, JOBS or DATE among the labels, got {names:?}"
            ))
        })?;

        let pieces = Pieces::load(&folder.join("tokenizer.json"))?;
        if pieces.n_ids() > sizes.vocab_size {
            let (n_ids, expected) = (pieces.n_ids(), sizes.vocab_size);
            return Err(bad(format!(
                "`vocab_size`: expected the {n_ids} of tokenizer.json, got {expected}"
            )));
        }
        // Positions are counted from the padding's on.
        let taken = sizes.pad_token_id as usize + 1 + pieces.prefix.len() + pieces.suffix.len();
        let max_tokens = sizes.max_position_embeddings.saturating_sub(taken);
        if max_tokens < 4 {
            let got = sizes.max_position_embeddings;
            return Err(bad(format!(
                "`max_position_embeddings`: expected at least {}, got {got}",
                taken + 4
            )));
        }

        let path = folder.join("model.safetensors");
        let pickled = folder.join("pytorch_model.bin");
        if !path.exists() && pickled.exists() {
            return Err(ModelError::Pickled { path: pickled });
        }
        let bytes = read(&path)?;
        let (encoder, head) = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)
            .and_then(|vb| {
                let is_prefix =
                    |p: &&str| vb.contains_tensor(&format!("{p}.embeddings.word_embeddings.weight"));
                let prefix = ["roberta", "camembert"]
                    .into_iter()
                    .find(is_prefix)
                    .unwrap_or("roberta");
                Ok((
                    XLMRobertaModel::new(&sizes.encoder(), vb.pp(prefix))?,
                    Head::load(&vb, sizes.hidden_size, names.len())?,
                ))
            })
            .map_err(|source| ModelError::Weights { path, source })?;
        Ok(Self {
            pieces,
            labels,
            encoder,
            head,
            max_tokens,
        })
    }

    /// Longest window, in tokens, without the special ones around it.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Splits a text into words and sub-words.
    ///
    /// # Errors
    /// [`ModelError::Subwords`].
    pub fn encode(&self, text: &str) -> Result<Encoded, ModelError> {
        Ok(self.pieces.encode(text, self.max_tokens)?)
    }

    /// Tag logits of the words of one window, each read off its first sub-word: `[words.len()][Tag::COUNT]`.
    ///
    /// # Errors
    /// [`ModelError::Forward`].
    pub fn logits(
        &self,
        encoded: &Encoded,
        words: Range<usize>,
    ) -> Result<Vec<[f32; Tag::COUNT]>, ModelError> {
        let first = |word: usize| encoded.first_token[word] as usize;
        let tokens = first(words.start)..first(words.end);
        let ids = [
            &self.pieces.prefix,
            &encoded.ids[tokens.clone()],
            &self.pieces.suffix,
        ]
        .concat();
        let rows = self.forward(&ids)?;
        Ok(self.labels.logits(words.map(|word| {
            // A word without tokens lies within the one before.
            let within = usize::from(first(word) == first(word + 1));
            let token = (first(word) - tokens.start).saturating_sub(within);
            let joined = encoded.words[word].gap == Gap::None;
            (
                joined,
                self.labels.probabilities(&rows[self.pieces.prefix.len() + token]),
            )
        })))
    }

    /// Logits of each token against each label of the checkpoint.
    fn forward(&self, ids: &[u32]) -> CandleResult<Vec<Vec<f32>>> {
        let ids = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let (mask, types) = (ids.ones_like()?, ids.zeros_like()?);
        let hidden = self.encoder.forward(&ids, &mask, &types, None, None, None)?;
        self.head.forward(&hidden.squeeze(0)?)?.to_vec2()
    }
}
