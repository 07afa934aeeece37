//! Packed batches: the tokens of several windows one after the other, without padding.

use std::sync::Arc;

use crate::segment::Encoded;
use crate::segment::features::PER_TOKEN;

/// Several windows, ready for the encoder.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Sub-word id of each token: `[n_tokens]`.
    pub ids: Arc<[u32]>,
    /// Feature ids of each token: `[n_tokens · PER_TOKEN]`.
    pub features: Arc<[u32]>,
    /// First token of each window, and last `n_tokens`: `[n_windows + 1]`.
    pub bounds: Arc<[u32]>,
    /// Row of the first token of each word, window after window: `[n_words]`.
    pub word_rows: Arc<[u32]>,
}

impl Batch {
    /// Packs ranges of words of encoded documents, in the given order.
    pub fn pack<'a>(parts: impl IntoIterator<Item = (&'a Encoded, std::ops::Range<usize>)>) -> Self {
        let (mut ids, mut features, mut bounds, mut word_rows) =
            (Vec::new(), Vec::new(), vec![0], Vec::new());
        for (encoded, words) in parts {
            let tokens = encoded.first_token[words.start] as usize..encoded.first_token[words.end] as usize;
            let shift = ids.len() as u32;
            word_rows.extend(words.map(|w| encoded.first_token[w] - tokens.start as u32 + shift));
            ids.extend_from_slice(&encoded.ids[tokens.clone()]);
            features.extend(encoded.features[tokens].iter().flatten());
            bounds.push(ids.len() as u32);
        }
        debug_assert_eq!(features.len(), ids.len() * PER_TOKEN);
        Self {
            ids: ids.into(),
            features: features.into(),
            bounds: bounds.into(),
            word_rows: word_rows.into(),
        }
    }

    /// Tokens in the batch.
    pub fn n_tokens(&self) -> usize {
        self.ids.len()
    }
}
