//! Word lists that are looked up all day: written in the order that reads best, sorted once.

/// Words, or expressions under one of their words, and what each means.
#[derive(Debug)]
pub(super) struct Lexicon<T: 'static> {
    /// Sorted by key; entries of one key keep the order they were given in.
    entries: Vec<(&'static str, T)>,
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of words.
    pub(super) fn new(words: &[(&'static str, T)]) -> Self {
        Self::keyed(words.iter().copied())
    }

    /// A lexicon of anything that is found under a key.
    pub(super) fn keyed(entries: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(key, _)| *key);
        Self { entries }
    }

    /// What `word` means.
    pub(super) fn get(&self, word: &str) -> Option<T> {
        let at = self.entries.binary_search_by(|(key, _)| (*key).cmp(word)).ok()?;
        Some(self.entries[at].1)
    }

    /// All that is found under `key`.
    pub(super) fn under(&self, key: &str) -> impl Iterator<Item = T> + '_ {
        let from = self.entries.partition_point(|(k, _)| *k < key);
        let n = self.entries[from..].partition_point(|(k, _)| *k <= key);
        self.entries[from..from + n].iter().map(|&(_, value)| value)
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
        assert_eq!(
            ["un", "deux", "cinq", "six", ""].map(|w| lexicon.get(w)),
            [Some(1), Some(2), Some(5), None, None]
        );
    }

    #[test]
    fn expressions_are_found_under_their_key() {
        let lexicon = Lexicon::keyed([("de", "plus de"), ("a", "jusqu'a"), ("de", "pres de")].into_iter());
        assert_eq!(lexicon.under("de").collect::<Vec<_>>(), ["plus de", "pres de"]);
        assert_eq!(lexicon.under("du").count(), 0);
    }
}
