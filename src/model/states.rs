//! What the encoder made of each word of a text, for those who read on from there.

use half::f16;

use super::encoder::STATES;

/// States of the words of a document at [`STATES`] depths of the encoder, in half precision.
#[derive(Debug, Clone, PartialEq)]
pub struct States {
    width: usize,
    values: Vec<f16>,
}

impl States {
    /// Of `n_words` words that nothing is known of.
    pub(crate) fn unknown(n_words: usize, encoder_width: usize) -> Self {
        let width = STATES * encoder_width;
        Self {
            width,
            values: vec![f16::ZERO; n_words * width],
        }
    }

    /// Number of values of a word: [`STATES`] times the encoder's width.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The states of a word, one depth after the other.
    pub fn of(&self, word: usize) -> &[f16] {
        &self.values[word * self.width..][..self.width]
    }

    /// Puts down the states of the words from `first` on: `values` holds `width` of them a word.
    pub(crate) fn put(&mut self, first: usize, values: &[f32]) {
        let target = &mut self.values[first * self.width..][..values.len()];
        for (t, &v) in target.iter_mut().zip(values) {
            *t = f16::from_f32(v);
        }
    }
}
