//! Word lists that are looked up all day: written in the order that reads best, hashed once.

/// Words, or expressions under one of their words, and what each means.
#[derive(Debug)]
pub(super) struct Lexicon<T: 'static> {
    /// Bucket by bucket; entries of one key keep the order they were given in.
    entries: Vec<(&'static str, T)>,
    /// Where each bucket begins in `entries`, and, last, where they end.
    starts: [u16; N_BUCKETS + 1],
}

/// Enough that most words find an empty bucket, or themselves.
const N_BUCKETS: usize = 256;

/// The bucket of a word, by its first and last letter and its length.
fn bucket(word: &str) -> usize {
    let bytes = word.as_bytes();
    let letter = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    (5 * letter(bytes.first()) + 37 * letter(bytes.last()) + 11 * bytes.len()) % N_BUCKETS
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of words.
    pub(super) fn new(words: &[(&'static str, T)]) -> Self {
        Self::keyed(words.iter().copied())
    }

    /// A lexicon of anything that is found under a key.
    pub(super) fn keyed(entries: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(key, _)| bucket(key));
        let starts = std::array::from_fn(|n| entries.partition_point(|(key, _)| bucket(key) < n) as u16);
        Self { entries, starts }
    }

    /// What `word` means.
    pub(super) fn get(&self, word: &str) -> Option<T> {
        self.under(word).next()
    }

    /// All that is found under `key`.
    pub(super) fn under<'a>(&'a self, key: &'a str) -> impl Iterator<Item = T> + 'a {
        let n = bucket(key);
        let range = usize::from(self.starts[n])..usize::from(self.starts[n + 1]);
        let entries = self.entries[range].iter();
        entries.filter(move |(k, _)| *k == key).map(|&(_, value)| value)
    }
}

#[cfg(test)]
impl<T: Copy> Lexicon<T> {
    /// Every value, for tests over the whole of a lexicon.
    pub(super) fn values(&self) -> impl Iterator<Item = T> + '_ {
        self.entries.iter().map(|&(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_order() {
        let lexicon = Lexicon::new(&[("deux", 2), ("un", 1), ("cinq", 5)]);
        let missing = ["six", "", "u", "une", "anticonstitutionnellement"];
        assert_eq!(
            ["un", "deux", "cinq"].map(|w| lexicon.get(w)),
            [Some(1), Some(2), Some(5)]
        );
        assert_eq!(missing.map(|w| lexicon.get(w)), [None; 5]);
    }

    #[test]
    fn expressions_are_found_under_their_key() {
        let lexicon = Lexicon::keyed([("de", "plus de"), ("a", "jusqu'a"), ("de", "pres de")].into_iter());
        assert_eq!(lexicon.under("de").collect::<Vec<_>>(), ["plus de", "pres de"]);
        assert_eq!(lexicon.under("du").count(), 0);
    }
}
