//! Words → sub-word ids (BPE over folded words) with their features.

use std::collections::HashMap;
use std::path::Path;

use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::{AddedToken, Model as _, Trainer as _};

use super::features::{self, LineCase, PER_TOKEN};
use super::word::{Gap, Word, words};
use crate::text::fold;

/// Sub-words kept of one word; the rest of a longer one (a URL, a run of OCR noise) is told by its features alone.
const MAX_PER_WORD: usize = 12;

/// What can go wrong with a sub-word vocabulary.
#[derive(Debug, thiserror::Error)]
pub enum SubwordError {
    /// The file is missing or is not a `tokenizer.json` of the kind wanted.
    #[error("{path}: not a tokenizer.json that can be used")]
    Load {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: tokenizers::Error,
    },
    /// A special token is absent from the vocabulary.
    #[error("{path}: expected the token `{token}` in the vocabulary")]
    MissingToken {
        /// The file.
        path: String,
        /// The token.
        token: &'static str,
    },
    /// A text cannot be split.
    #[error("splitting a text into sub-words: {0}")]
    Encode(tokenizers::Error),
    /// Training failed.
    #[error("training the sub-word vocabulary: {0}")]
    Train(tokenizers::Error),
}

/// Reads a `tokenizer.json` of any kind.
pub(super) fn load_tokenizer(path: &Path) -> Result<tokenizers::Tokenizer, SubwordError> {
    tokenizers::Tokenizer::from_file(path).map_err(|source| SubwordError::Load {
        path: path.display().to_string(),
        source,
    })
}

/// A sub-word vocabulary: BPE over words without case and accents.
pub struct Subwords {
    tokenizer: tokenizers::Tokenizer,
    unknown: u32,
    mask: u32,
    n_ids: usize,
}

/// Stands for a character that the vocabulary lacks.
const UNKNOWN: &str = "[UNK]";
/// Stands for a word to be guessed in pre-training.
const MASK: &str = "[MASK]";

/// A text as the model sees it. Token arrays have one entry a sub-word.
///
/// A word has at least one token, but for those of [`Pieces`](super::Pieces): there, a word without tokens lies within
/// the last token of the word before.
#[derive(Debug, Clone, Default)]
pub struct Encoded {
    /// The words, in order.
    pub words: Vec<Word>,
    /// First token of each word, and last the number of tokens: `words.len() + 1` entries.
    pub first_token: Vec<u32>,
    /// Sub-word id of each token.
    pub ids: Vec<u32>,
    /// Feature ids of each token; none for a model that reads sub-words only.
    pub features: Vec<[u32; PER_TOKEN]>,
}

impl Subwords {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`SubwordError::Load`], [`SubwordError::MissingToken`].
    pub fn load(path: &Path) -> Result<Self, SubwordError> {
        Self::new(load_tokenizer(path)?, &path.display().to_string())
    }

    /// Reads the bytes of a `tokenizer.json`; `path` is what errors call it.
    ///
    /// # Errors
    /// [`SubwordError::Load`], [`SubwordError::MissingToken`].
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, SubwordError> {
        let path = path.display().to_string();
        let tokenizer = tokenizers::Tokenizer::from_bytes(bytes).map_err(|source| SubwordError::Load {
            path: path.clone(),
            source,
        })?;
        Self::new(tokenizer, &path)
    }

    fn new(tokenizer: tokenizers::Tokenizer, path: &str) -> Result<Self, SubwordError> {
        let id = |token| {
            tokenizer
                .token_to_id(token)
                .ok_or_else(|| SubwordError::MissingToken {
                    path: path.to_owned(),
                    token,
                })
        };
        let (unknown, mask) = (id(UNKNOWN)?, id(MASK)?);
        let n_ids = tokenizer.get_vocab_size(true);
        Ok(Self {
            tokenizer,
            unknown,
            mask,
            n_ids,
        })
    }

    /// Learns `n_ids` sub-words from texts, each word counted as often as it occurs times its text's weight.
    ///
    /// # Errors
    /// [`SubwordError::Train`].
    pub fn train<'a>(
        texts: impl Iterator<Item = (&'a str, f64)>,
        n_ids: usize,
    ) -> Result<Self, SubwordError> {
        let mut counts: HashMap<String, f64> = HashMap::new();
        for (text, weight) in texts {
            for word in words(text) {
                let folded = fold(&text[word.span.range()]);
                *counts.entry(folded).or_default() += weight;
            }
        }
        // The trainer breaks ties by the order of its input: sort it.
        let mut counts: Vec<(String, f64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| a.0.cmp(&b.0));
        let special = [UNKNOWN, MASK].map(|t| AddedToken::from(t, true));
        let mut trainer = BpeTrainer::builder()
            .vocab_size(n_ids)
            .min_frequency(3)
            .limit_alphabet(160)
            .special_tokens(special.to_vec())
            .show_progress(false)
            .build();
        trainer
            .feed(
                counts
                    .iter()
                    .flat_map(|(w, n)| std::iter::repeat_n(w.as_str(), n.ceil() as usize)),
                |word| Ok(vec![word.to_owned()]),
            )
            .map_err(SubwordError::Train)?;
        let mut model = BPE::builder()
            .unk_token(UNKNOWN.into())
            .build()
            .map_err(SubwordError::Train)?;
        let special = trainer.train(&mut model).map_err(SubwordError::Train)?;
        let mut tokenizer = tokenizers::Tokenizer::new(model);
        tokenizer
            .add_special_tokens(special)
            .map_err(SubwordError::Train)?;
        Self::new(tokenizer, "the trained vocabulary")
    }

    /// Writes a `tokenizer.json`.
    ///
    /// # Errors
    /// [`SubwordError::Load`] when the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), SubwordError> {
        self.tokenizer
            .save(path, false)
            .map_err(|source| SubwordError::Load {
                path: path.display().to_string(),
                source,
            })
    }

    /// Size of the vocabulary.
    pub fn n_ids(&self) -> usize {
        self.n_ids
    }

    /// Id that stands for a masked token.
    pub fn mask_id(&self) -> u32 {
        self.mask
    }

    /// Splits a text into words, sub-words and features.
    pub fn encode(&self, text: &str) -> Encoded {
        let words = words(text);
        let mut encoded = Encoded {
            first_token: Vec::with_capacity(words.len() + 1),
            ..Encoded::default()
        };
        // Articles repeat their words: each distinct surface is folded and split once a document.
        let mut seen: HashMap<&str, (String, Vec<u32>)> = HashMap::new();
        let mut line = LineCase::Mixed;
        for word in &words {
            let start = word.span.start as usize;
            if word.gap == Gap::Line {
                let rest = &text[start..];
                line = features::line_case(&rest[..rest.find('\n').unwrap_or(rest.len())]);
            }
            let surface = &text[word.span.range()];
            let (folded, ids) = seen.entry(surface).or_insert_with(|| {
                let folded = fold(surface);
                let ids = self.split(&folded);
                (folded, ids)
            });
            encoded.first_token.push(encoded.ids.len() as u32);
            let first = features::of_word(surface, folded, word, line);
            let continued = features::continued(first);
            encoded.ids.extend_from_slice(ids);
            encoded.features.push(first);
            encoded
                .features
                .extend(std::iter::repeat_n(continued, ids.len() - 1));
        }
        encoded.first_token.push(encoded.ids.len() as u32);
        encoded.words = words;
        encoded
    }

    /// Ids of a folded word: at least one, at most [`MAX_PER_WORD`].
    fn split(&self, folded: &str) -> Vec<u32> {
        let head: String = folded.chars().take(4 * MAX_PER_WORD).collect();
        let tokens = self.tokenizer.get_model().tokenize(&head).unwrap_or_default();
        let mut ids: Vec<u32> = tokens.iter().map(|t| t.id).take(MAX_PER_WORD).collect();
        if ids.is_empty() {
            ids.push(self.unknown);
        }
        ids
    }
}
