//! The best valid tag path.

use crate::label::Tag;

/// The valid tag sequence (IOB2) with the highest sum of logits, one tag a word.
///
/// Ties go to the tag of lower index, so the answer does not depend on anything but the logits.
pub fn best_path(logits: &[[f32; Tag::COUNT]]) -> Vec<Tag> {
    let tags: Vec<Tag> = (0..Tag::COUNT).filter_map(Tag::from_index).collect();
    let mut score = [f32::NEG_INFINITY; Tag::COUNT];
    let mut from: Vec<[u8; Tag::COUNT]> = Vec::with_capacity(logits.len());
    for (i, row) in logits.iter().enumerate() {
        let mut next = [f32::NEG_INFINITY; Tag::COUNT];
        let mut back = [0u8; Tag::COUNT];
        for (t, &tag) in tags.iter().enumerate() {
            if i == 0 {
                if tag.may_follow(None) {
                    next[t] = row[t];
                }
                continue;
            }
            for (p, &previous) in tags.iter().enumerate() {
                if tag.may_follow(Some(previous)) && score[p] + row[t] > next[t] {
                    next[t] = score[p] + row[t];
                    back[t] = p as u8;
                }
            }
        }
        score = next;
        from.push(back);
    }
    let mut best = (0..Tag::COUNT)
        .rev()
        .max_by(|&a, &b| score[a].total_cmp(&score[b]))
        .unwrap_or(0);
    let mut path = vec![Tag::Outside; logits.len()];
    for i in (0..logits.len()).rev() {
        path[i] = tags[best];
        best = from[i][best] as usize;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::{Label, spans_of};
    use proptest::prelude::*;

    fn row(favoured: &[(Tag, f32)]) -> [f32; Tag::COUNT] {
        let mut row = [0.0; Tag::COUNT];
        for &(tag, logit) in favoured {
            row[tag.index()] = logit;
        }
        row
    }

    #[test]
    fn an_inside_without_its_begin_is_never_chosen() {
        let logits = [
            row(&[(Tag::Inside(Label::Org), 5.0), (Tag::Begin(Label::Org), 4.0)]),
            row(&[(Tag::Inside(Label::Org), 5.0)]),
        ];
        assert_eq!(
            best_path(&logits),
            [Tag::Begin(Label::Org), Tag::Inside(Label::Org)]
        );
    }

    #[test]
    fn the_whole_path_counts_not_each_word() {
        // Alone, the first word would be O; the second pays for a mention of two words.
        let logits = [
            row(&[(Tag::Outside, 1.0), (Tag::Begin(Label::Date), 0.9)]),
            row(&[(Tag::Inside(Label::Date), 3.0)]),
        ];
        assert_eq!(
            best_path(&logits),
            [Tag::Begin(Label::Date), Tag::Inside(Label::Date)]
        );
    }

    proptest! {
        #[test]
        fn every_path_is_valid_and_survives_the_round_trip(
            logits in prop::collection::vec(prop::array::uniform11(-5f32..5.0), 0..20)
        ) {
            let path = best_path(&logits);
            let mut previous = None;
            for &tag in &path {
                prop_assert!(tag.may_follow(previous));
                previous = Some(tag);
            }
            let mut again = vec![Tag::Outside; path.len()];
            for (range, label) in spans_of(&path) {
                for (k, i) in range.enumerate() {
                    again[i] = if k == 0 { Tag::Begin(label) } else { Tag::Inside(label) };
                }
            }
            prop_assert_eq!(path, again);
        }
    }
}
