//! Word lists that are looked up all day: written in the order that reads best, sorted once.

/// Words, or expressions under one of their words, and what each means.
#[derive(Debug)]
pub(super) struct Lexicon<T: 'static> {
    /// Sorted by packed key; entries of one key keep the order they were given in.
    entries: Vec<(Packed, T)>,
}

/// A word as two numbers, so that a look-up compares integers.
type Packed = (u128, u64);

/// The longest word that is packed, in bytes; *approximativement* has 17.
const LONGEST: usize = 24;

/// `None` for a word that is longer.
fn pack(word: &str) -> Option<Packed> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    let (head, tail) = bytes.split_first_chunk()?;
    Some((
        u128::from_be_bytes(*head),
        u64::from_be_bytes(tail.try_into().ok()?),
    ))
}

impl<T: Copy> Lexicon<T> {
    /// A lexicon of words.
    pub(super) fn new(words: &[(&'static str, T)]) -> Self {
        Self::keyed(words.iter().copied())
    }

    /// A lexicon of anything that is found under a key of at most [`LONGEST`] bytes.
    pub(super) fn keyed(entries: impl Iterator<Item = (&'static str, T)>) -> Self {
        let packed = entries.map(|(key, value)| (pack(key), value));
        let mut entries: Vec<(Packed, T)> = packed
            .filter_map(|(key, value)| {
                debug_assert!(key.is_some(), "a key of a lexicon has at most {LONGEST} bytes");
                Some((key?, value))
            })
            .collect();
        entries.sort_by_key(|(key, _)| *key);
        Self { entries }
    }

    /// What `word` means.
    pub(super) fn get(&self, word: &str) -> Option<T> {
        self.under(word).next()
    }

    /// All that is found under `key`.
    pub(super) fn under(&self, key: &str) -> impl Iterator<Item = T> + '_ {
        let key = pack(key);
        let from = key.map_or(self.entries.len(), |key| {
            self.entries.partition_point(|(k, _)| *k < key)
        });
        self.entries[from..]
            .iter()
            .take_while(move |(k, _)| Some(*k) == key)
            .map(|&(_, value)| value)
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
