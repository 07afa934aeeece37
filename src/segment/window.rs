//! Overlapping windows over the words of a document: nothing is cut off, however long it is.

use super::subword::Encoded;

/// What the model sees at once: a range of words, and those whose answer it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Words the model reads.
    pub words: std::ops::Range<usize>,
    /// Words whose tags are taken from this window: they cover the document once.
    pub answers: std::ops::Range<usize>,
}

/// Cuts a document into windows of at most `max_tokens` tokens, each sharing about `overlap` tokens with the next.
///
/// Where two windows meet, each answers for the half of the shared words that lies nearer to its middle. A window begins
/// at a word that has tokens of its own, so that the tokens of all its words lie within it.
pub fn windows(encoded: &Encoded, max_tokens: usize, overlap: usize) -> Vec<Window> {
    let n_words = encoded.words.len();
    let token = |word: usize| encoded.first_token[word] as usize;
    let mut windows: Vec<Window> = Vec::new();
    let mut start = 0;
    while start < n_words {
        // The last word that ends within the window; one word always fits.
        let end = (start + 1..=n_words)
            .take_while(|&w| token(w) - token(start) <= max_tokens)
            .last();
        let end = end.unwrap_or(start + 1);
        let answers_from = windows
            .last()
            .map_or(0, |previous: &Window| start.midpoint(previous.words.end));
        if let Some(previous) = windows.last_mut() {
            previous.answers.end = answers_from;
        }
        windows.push(Window {
            words: start..end,
            answers: answers_from..end,
        });
        if end == n_words {
            break;
        }
        let next = (start + 1..end).find(|&w| token(end) - token(w) <= overlap && token(w) < token(w + 1));
        start = next.unwrap_or(end);
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;
    use proptest::prelude::*;

    fn encoded(tokens_per_word: &[u32]) -> Encoded {
        let text = "a ".repeat(tokens_per_word.len());
        let mut first_token = vec![0];
        for n in tokens_per_word {
            first_token.push(first_token[first_token.len() - 1] + n);
        }
        Encoded {
            words: words(&text),
            first_token,
            ids: Vec::new(),
            features: Vec::new(),
        }
    }

    #[test]
    fn a_short_document_is_one_window() {
        let windows = windows(&encoded(&[1, 2, 1]), 8, 2);
        assert_eq!(
            windows,
            [Window {
                words: 0..3,
                answers: 0..3
            }]
        );
    }

    #[test]
    fn windows_share_words_and_split_the_answers() {
        let windows = windows(&encoded(&[1; 10]), 6, 2);
        assert_eq!(
            windows,
            [
                Window {
                    words: 0..6,
                    answers: 0..5
                },
                Window {
                    words: 4..10,
                    answers: 5..10
                }
            ]
        );
    }

    #[test]
    fn a_window_begins_where_a_token_does() {
        // The third and the sixth word lie within the token of the word before.
        let windows = windows(&encoded(&[1, 1, 0, 1, 1, 0, 1]), 3, 1);
        let words: Vec<_> = windows.iter().map(|w| w.words.clone()).collect();
        assert_eq!(words, [0..4, 3..7]);
    }

    proptest! {
        #[test]
        fn answers_cover_the_document_once(
            lengths in prop::collection::vec(1u32..12, 0..120),
            max_tokens in 12usize..40,
            overlap in 0usize..11,
        ) {
            let encoded = encoded(&lengths);
            let mut next = 0;
            for window in windows(&encoded, max_tokens, overlap) {
                prop_assert_eq!(window.answers.start, next);
                prop_assert!(window.words.start <= window.answers.start && window.answers.end <= window.words.end);
                let tokens = encoded.first_token[window.words.end] - encoded.first_token[window.words.start];
                prop_assert!(tokens as usize <= max_tokens);
                next = window.answers.end;
            }
            prop_assert_eq!(next, lengths.len());
        }
    }
}
