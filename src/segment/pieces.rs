//! Words → the sub-words of somebody else's `tokenizer.json`, which cuts the text where it likes.

use std::path::Path;

use super::subword::{Encoded, SubwordError, load_tokenizer};
use super::word::words;

/// Sub-words kept of one word: more than any word of a language has, fewer than a window holds.
const MAX_PER_WORD: usize = 64;

/// A tokenizer of any kind, and the special tokens it puts around a text.
pub struct Pieces {
    tokenizer: tokenizers::Tokenizer,
    /// Ids that stand before a text.
    pub prefix: Vec<u32>,
    /// Ids that stand after a text.
    pub suffix: Vec<u32>,
}

/// A sub-word and the bytes of the text it was made of.
#[derive(Debug, Clone, Copy)]
struct Piece {
    id: u32,
    start: usize,
    end: usize,
}

impl Pieces {
    /// Reads a `tokenizer.json`. Truncation and padding it asks for are ignored: long texts are read by windows.
    ///
    /// # Errors
    /// [`SubwordError::Load`], [`SubwordError::Encode`].
    pub fn load(path: &Path) -> Result<Self, SubwordError> {
        let mut tokenizer = load_tokenizer(path)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(SubwordError::Encode)?;
        let around = tokenizer.encode("a", true).map_err(SubwordError::Encode)?;
        let (ids, special) = (around.get_ids(), around.get_special_tokens_mask());
        let is_special = |&(_, special): &(&u32, &u32)| *special == 1;
        let id = |(id, _): (&u32, &u32)| *id;
        let prefix = ids.iter().zip(special).take_while(is_special).map(id).collect();
        let mut suffix: Vec<u32> = ids
            .iter()
            .zip(special)
            .rev()
            .take_while(is_special)
            .map(id)
            .collect();
        suffix.reverse();
        Ok(Self {
            tokenizer,
            prefix,
            suffix,
        })
    }

    /// Size of the vocabulary.
    pub fn n_ids(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Splits a text into words and sub-words, at most `max_per_word` of a word; special tokens are left out.
    ///
    /// A sub-word belongs to the last word that does not begin after it. Words that no sub-word was made of (characters
    /// that the tokenizer drops) are left out.
    ///
    /// # Errors
    /// [`SubwordError::Encode`] when the vocabulary lacks a character and has no token that stands for it.
    pub fn encode(&self, text: &str, max_per_word: usize) -> Result<Encoded, SubwordError> {
        let encoding = self.tokenizer.encode(text, false).map_err(SubwordError::Encode)?;
        let pieces: Vec<Piece> = encoding
            .get_ids()
            .iter()
            .zip(encoding.get_offsets())
            .map(|(&id, &(start, end))| {
                // `▁Paris` was made of ` Paris`: it begins where the word does.
                let surface = text.get(start..end).unwrap_or_default();
                let blank = surface.len() - surface.trim_start_matches(is_blank).len();
                Piece {
                    id,
                    start: start + blank,
                    end,
                }
            })
            .collect();
        Ok(align(text, &pieces, max_per_word.min(MAX_PER_WORD)))
    }
}

/// True for the characters that [`words`] skips.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Gives each sub-word to a word.
fn align(text: &str, pieces: &[Piece], max_per_word: usize) -> Encoded {
    let mut encoded = Encoded::default();
    let mut rest = pieces;
    // The end of the text under the sub-words that were given.
    let mut reach = 0;
    let mut give = |encoded: &mut Encoded, n: usize, rest: &mut &[Piece]| {
        let given;
        (given, *rest) = rest.split_at(n);
        let room = encoded
            .first_token
            .last()
            .map_or(0, |&first| max_per_word - (encoded.ids.len() - first as usize));
        encoded.ids.extend(given.iter().take(room).map(|p| p.id));
        reach = given.iter().map(|p| p.end).fold(reach, usize::max);
        reach
    };
    for word in words(text) {
        let (start, end) = (word.span.start as usize, word.span.end as usize);
        let n_before = rest.iter().take_while(|p| p.start < start).count();
        let reach = give(&mut encoded, n_before, &mut rest);
        let mut own = rest.iter().take_while(|p| p.start < end);
        if reach > start || own.any(|p| p.end > p.start) {
            encoded.first_token.push(encoded.ids.len() as u32);
            encoded.words.push(word);
        }
    }
    let n_left = rest.len();
    give(&mut encoded, n_left, &mut rest);
    encoded.first_token.push(encoded.ids.len() as u32);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The words of a text, each with the sub-words that are its own.
    fn aligned(text: &str, pieces: &[(usize, usize)]) -> Vec<(String, Vec<u32>)> {
        let pieces: Vec<Piece> = (0..)
            .zip(pieces)
            .map(|(id, &(start, end))| Piece { id, start, end })
            .collect();
        let encoded = align(text, &pieces, 4);
        let ids =
            |w: usize| &encoded.ids[encoded.first_token[w] as usize..encoded.first_token[w + 1] as usize];
        let surface = |w: usize| encoded.words[w].span.slice(text).unwrap().to_owned();
        (0..encoded.words.len())
            .map(|w| (surface(w), ids(w).to_vec()))
            .collect()
    }

    fn expect(words: &[(&str, &[u32])]) -> Vec<(String, Vec<u32>)> {
        words
            .iter()
            .map(|&(w, ids)| (w.to_owned(), ids.to_vec()))
            .collect()
    }

    #[test]
    fn a_word_has_the_subwords_that_begin_in_it() {
        // `▁l’` `us` `ine`: the apostrophe lies within the first sub-word.
        let found = aligned("l’usine", &[(0, 4), (4, 6), (6, 9)]);
        assert_eq!(found, expect(&[("l", &[0]), ("’", &[]), ("usine", &[1, 2])]));
    }

    #[test]
    fn a_blank_subword_begins_the_word_it_stands_before() {
        let found = aligned("à Aïn", &[(0, 2), (3, 3), (3, 4), (4, 7)]);
        assert_eq!(found, expect(&[("à", &[0]), ("Aïn", &[1, 2, 3])]));
    }

    #[test]
    fn what_the_tokenizer_drops_is_no_word() {
        let text = "Rabat\u{200b} 😀!";
        let found = aligned(text, &[(0, 5), (9, 13), (13, 14)]);
        assert_eq!(found, expect(&[("Rabat", &[0]), ("😀", &[1]), ("!", &[2])]));
        assert_eq!(aligned("\u{200b}", &[]), expect(&[]));
    }

    #[test]
    fn a_word_without_end_keeps_its_first_subwords() {
        let found = aligned(
            "aaaaaa b",
            &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (7, 8)],
        );
        assert_eq!(found, expect(&[("aaaaaa", &[0, 1, 2, 3]), ("b", &[6])]));
    }

    proptest! {
        #[test]
        fn pieces_that_cover_the_text_leave_no_word_out(
            text in "[a-c ’é😀]{1,30}",
            lengths in prop::collection::vec(1usize..4, 30),
        ) {
            let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let (mut pieces, mut at) = (Vec::new(), 0);
            for n in lengths {
                let end = (at + n).min(bounds.len() - 1);
                if at < end {
                    pieces.push((bounds[at], bounds[end]));
                }
                at = end;
            }
            // Covered to the end?
            prop_assume!(at == bounds.len() - 1);
            let found: Vec<String> = aligned(&text, &pieces).into_iter().map(|(w, _)| w).collect();
            let expected: Vec<String> =
                words(&text).iter().map(|w| w.span.slice(&text).unwrap().to_owned()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
