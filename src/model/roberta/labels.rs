//! The labels of a checkpoint → our tags.

use crate::label::{Label, Tag};

/// A probability of nought, which has no logarithm.
const NOUGHT: f32 = 1e-9;

/// What each label of a checkpoint is among our tags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LabelMap {
    /// One for each label, in the order of its logits.
    tags: Vec<Tag>,
    /// Labels that have a `B-` of their own, in the order of [`Label::ALL`].
    begins: [bool; Label::ALL.len()],
}

/// Our tag for a label such as `B-LOC`, `I-ORGANISATION` or `GPE`; `Outside` for those we do not look for.
fn tag(label: &str) -> Tag {
    let label = label.to_uppercase();
    let (mark, name) = match label.split_once('-') {
        Some((mark @ ("B" | "I" | "E" | "S" | "L" | "U"), name)) => (mark, name),
        _ => ("I", label.as_str()),
    };
    let label = match name {
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Label::Org,
        "LOC" | "LOCATION" | "GPE" => Label::Loc,
        "MONEY" => Label::Money,
        "JOBS" => Label::Jobs,
        "DATE" => Label::Date,
        _ => return Tag::Outside,
    };
    match mark {
        "B" | "S" | "U" => Tag::Begin(label),
        _ => Tag::Inside(label),
    }
}

impl LabelMap {
    /// Maps labels in the order of their logits; `None` when none of them is one of ours.
    pub(super) fn new(labels: &[String]) -> Option<Self> {
        let tags: Vec<Tag> = labels.iter().map(|l| tag(l)).collect();
        let begins = Label::ALL.map(|l| tags.contains(&Tag::Begin(l)));
        tags.iter()
            .any(|t| *t != Tag::Outside)
            .then_some(Self { tags, begins })
    }

    /// Probability of each of our tags: `logits` has one entry a label of the checkpoint.
    pub(super) fn probabilities(&self, logits: &[f32]) -> [f32; Tag::COUNT] {
        let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|l| (l - max).exp()).sum();
        let mut probabilities = [0.0; Tag::COUNT];
        for (tag, logit) in self.tags.iter().zip(logits) {
            probabilities[tag.index()] += (logit - max).exp() / sum;
        }
        probabilities
    }

    /// Logits, under IOB2, of the words of a window: `(joined, probabilities)`, `joined` when no space stands before.
    ///
    /// Checkpoints mark where a mention begins in many ways, or not at all. Here it goes on while the label stays the
    /// same and begins where it changes. A `B-` inside a mention counts only when the checkpoint has one for the label,
    /// and only after a space: many repeat it on each sub-word of `Saint-Denis`.
    pub(super) fn logits(
        &self,
        words: impl Iterator<Item = (bool, [f32; Tag::COUNT])>,
    ) -> Vec<[f32; Tag::COUNT]> {
        let mut previous = None;
        words
            .map(|(joined, mut row)| {
                let mut best = (None, row[Tag::Outside.index()]);
                for label in Label::ALL {
                    let (begin, inside) = (Tag::Begin(label).index(), Tag::Inside(label).index());
                    let either = row[begin] + row[inside];
                    if either > best.1 {
                        best = (Some(label), either);
                    }
                    if previous != Some(label) {
                        (row[begin], row[inside]) = (either, 0.0);
                    } else if joined || !self.begins[label.index()] {
                        (row[begin], row[inside]) = (0.0, either);
                    }
                }
                previous = best.0;
                row.map(|p| p.max(NOUGHT).ln())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::best_path;
    use crate::label::spans_of;

    #[test]
    fn labels_of_checkpoints_are_read() {
        use Label::{Date, Jobs, Loc, Money, Org};
        use Tag::{Begin, Inside, Outside};
        for (label, expected) in [
            ("O", Outside),
            ("I-PER", Outside),
            ("B-PERSON", Outside),
            ("MISC", Outside),
            ("LABEL_0", Outside),
            ("B-ORG", Begin(Org)),
            ("I-ORGANIZATION", Inside(Org)),
            ("E-ORGANISATION", Inside(Org)),
            ("S-LOC", Begin(Loc)),
            ("U-GPE", Begin(Loc)),
            ("L-LOCATION", Inside(Loc)),
            ("LOC", Inside(Loc)),
            ("b-loc", Begin(Loc)),
            ("B-MONEY", Begin(Money)),
            ("I-JOBS", Inside(Jobs)),
            ("DATE", Inside(Date)),
        ] {
            assert_eq!(tag(label), expected, "{label}");
        }
    }

    #[test]
    fn a_checkpoint_without_our_labels_is_refused() {
        assert_eq!(LabelMap::new(&["O".to_owned(), "I-PER".to_owned()]), None);
        assert_eq!(LabelMap::new(&[]), None);
    }

    /// Decodes words whose labels are certain; `+` marks a word that touches the one before.
    fn spans(labels: &[&str], words: &[&str]) -> Vec<(std::ops::Range<usize>, Label)> {
        let map = LabelMap::new(&labels.iter().map(|&l| l.to_owned()).collect::<Vec<_>>()).unwrap();
        let rows = words.iter().map(|word| {
            let label = word.trim_start_matches('+');
            let logits: Vec<f32> = labels
                .iter()
                .map(|&l| if l == label { 9.0 } else { 0.0 })
                .collect();
            (word.starts_with('+'), map.probabilities(&logits))
        });
        spans_of(&best_path(&map.logits(rows)))
    }

    #[test]
    fn labels_that_never_begin_are_split_where_they_change() {
        let labels = ["O", "I-LOC", "I-PER", "I-MISC", "I-ORG"];
        let words = [
            "I-ORG", "I-ORG", "I-LOC", "O", "I-LOC", "I-PER", "I-LOC", "+I-LOC",
        ];
        let expected = [
            (0..2, Label::Org),
            (2..3, Label::Loc),
            (4..5, Label::Loc),
            (6..8, Label::Loc),
        ];
        assert_eq!(spans(&labels, &words), expected);
    }

    #[test]
    fn a_begin_counts_after_a_space_only() {
        let labels = ["O", "B-LOC", "I-LOC"];
        assert_eq!(
            spans(&labels, &["B-LOC", "I-LOC", "B-LOC", "O", "I-LOC"]),
            [(0..2, Label::Loc), (2..3, Label::Loc), (4..5, Label::Loc)]
        );
        assert_eq!(
            spans(&labels, &["B-LOC", "+B-LOC", "+B-LOC"]),
            [(0..3, Label::Loc)]
        );
    }

    #[test]
    fn probabilities_of_labels_that_say_the_same_add_up() {
        let labels = ["O", "B-PER", "GPE", "LOC"].map(str::to_owned);
        let map = LabelMap::new(&labels).unwrap();
        let row = map.probabilities(&[0.0; 4]);
        assert_eq!((row[0], row[Tag::Inside(Label::Loc).index()]), (0.5, 0.5));
    }
}
