//! One answer for a name in the whole document: what is plain in one sentence settles it in another.

use std::collections::HashMap;

use super::{span_of, words_of};
use crate::label::Label;
use crate::segment::Word;
use crate::span::Mention;
use crate::text::fold;

/// Letters that a name needs to be looked for elsewhere.
const MIN_LETTERS: usize = 4;
/// Share of a name's occurrences, weighted by score, that must be tagged before the others are too.
const MIN_SHARE: f32 = 0.5;
/// The same for a name of several words with capitals, which hardly ever means something else.
const MIN_SHARE_LONG: f32 = 0.2;
/// How many times the score of the other label the winning one must have, where a name carries both.
const MIN_LEAD: f32 = 1.3;
/// Words that a name may have to be looked for.
const MAX_WORDS: usize = 8;

/// What was found of a name.
#[derive(Default)]
struct Name {
    /// Sum of the scores of its mentions, as an organisation and as a place.
    scores: [f32; 2],
    /// Places where it stands in the text, as word ranges.
    occurrences: Vec<std::ops::Range<usize>>,
}

/// Gives the occurrences of a name that was tagged in the document the label that it mostly has there.
///
/// A name is looked for as the same words, a capital first. Where another mention lies, it must lie wholly inside the
/// name (*Mayo* of *Mayo Cuirs*).
pub(super) fn complete(text: &str, words: &[Word], mentions: Vec<Mention>) -> Vec<Mention> {
    let surface = |w: &Word| &text[w.span.range()];
    let mut names: HashMap<Vec<String>, Name> = HashMap::new();
    let mut longest = 0;
    for mention in &mentions {
        let Some(kind) = kind(mention.label) else { continue };
        let range = words_of(words, mention.span);
        let key: Vec<String> = words[range].iter().map(|w| fold(surface(w))).collect();
        let letters: usize = key
            .iter()
            .map(|w| w.chars().filter(|c| c.is_alphabetic()).count())
            .sum();
        if letters >= MIN_LETTERS && key.len() <= MAX_WORDS {
            longest = longest.max(key.len());
            names.entry(key).or_default().scores[kind] += mention.score;
        }
    }
    if names.is_empty() {
        return mentions;
    }
    let folded: Vec<String> = words.iter().map(|w| fold(surface(w))).collect();
    let capital = |w: &Word| surface(w).starts_with(char::is_uppercase);
    for start in (0..words.len()).filter(|&i| capital(&words[i])) {
        for end in start + 1..=(start + longest).min(words.len()) {
            if let Some(name) = names.get_mut(&folded[start..end]) {
                name.occurrences.push(start..end);
            }
        }
    }
    let mut found: Vec<Mention> = Vec::new();
    for (_, name) in sorted(names) {
        let kind = usize::from(name.scores[1] > name.scores[0]);
        let share = (name.scores[0] + name.scores[1]) / name.occurrences.len().max(1) as f32;
        let long = name.occurrences.first().is_some_and(|range| {
            let capitals = words[range.clone()].iter().filter(|w| capital(w));
            capitals.filter(|w| w.span.n_bytes() > 2).count() > 1
        });
        let least = if long { MIN_SHARE_LONG } else { MIN_SHARE };
        if share < least || name.scores[kind] < MIN_LEAD * name.scores[1 - kind] {
            continue;
        }
        let label = [Label::Org, Label::Loc][kind];
        found.extend(name.occurrences.iter().filter_map(|range| {
            Some(Mention {
                span: span_of(words, range)?,
                label,
                score: share.min(1.0),
            })
        }));
    }
    join(mentions, found)
}

/// Index of a label among those that name things.
fn kind(label: Label) -> Option<usize> {
    match label {
        Label::Org => Some(0),
        Label::Loc => Some(1),
        _ => None,
    }
}

/// Longest names first, then in the order of the alphabet: the same whatever the order of the map.
fn sorted(names: HashMap<Vec<String>, Name>) -> Vec<(Vec<String>, Name)> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    names
}

/// Adds the found mentions that touch nothing, and lets one replace those that lie inside it.
fn join(mentions: Vec<Mention>, found: Vec<Mention>) -> Vec<Mention> {
    let mut all = mentions;
    for new in found {
        let from = all.partition_point(|m| m.span.end <= new.span.start);
        let to = all.partition_point(|m| m.span.start < new.span.end);
        let inside = all[from..to].iter().all(|m| {
            let within = m.span.start >= new.span.start && m.span.end <= new.span.end;
            within && kind(m.label).is_some()
        });
        let known = all[from..to]
            .iter()
            .any(|m| m.span == new.span && m.label == new.label);
        if inside && !known {
            all.splice(from..to, [new]);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;
    use crate::span::ByteSpan;

    fn complete_with(text: &str, tagged: &[(&str, usize, Label, f32)]) -> Vec<(String, Label)> {
        let mut mentions: Vec<Mention> = tagged
            .iter()
            .map(|&(name, nth, label, score)| {
                let start = text.match_indices(name).nth(nth).unwrap().0;
                Mention {
                    span: ByteSpan::new(start, start + name.len()).unwrap(),
                    label,
                    score,
                }
            })
            .collect();
        mentions.sort_by_key(|m| m.span);
        let all = complete(text, &words(text), mentions);
        all.iter()
            .map(|m| (m.span.slice(text).unwrap().to_owned(), m.label))
            .collect()
    }

    #[test]
    fn a_name_missed_in_one_place_is_tagged_there_too() {
        let text = "Norvia recrute. La ville attend. Norvia confirme.";
        let found = complete_with(text, &[("Norvia", 0, Label::Org, 0.99)]);
        assert_eq!(found.len(), 1, "under half of the occurrences, weighted, say so");
        let text = "Norvia Desk recrute. La ville attend. Norvia Desk confirme.";
        let found = complete_with(text, &[("Norvia Desk", 0, Label::Org, 0.99)]);
        assert_eq!(found.len(), 2, "a fifth is enough for a name of several capitals");
        let text = "Norvia Desk recrute, Norvia Desk signe, NORVIA DESK confirme, norvia desk non.";
        let tagged = [
            ("Norvia Desk", 0, Label::Org, 0.9),
            ("Norvia Desk", 1, Label::Loc, 0.6),
        ];
        let found = complete_with(text, &tagged);
        assert_eq!(found.len(), 3, "capitals are found, lower case is not");
        assert!(found.iter().all(|(_, label)| *label == Label::Org), "{found:?}");
    }

    #[test]
    fn a_longer_name_takes_the_place_of_its_part() {
        let text = "Mayo Cuirs ouvre. Mayo Cuirs embauche. Mayo Cuirs investit.";
        let tagged = [
            ("Mayo Cuirs", 0, Label::Org, 1.0),
            ("Mayo Cuirs", 1, Label::Org, 1.0),
            ("Mayo", 2, Label::Loc, 0.6),
        ];
        let found = complete_with(text, &tagged);
        assert_eq!(found, vec![("Mayo Cuirs".to_owned(), Label::Org); 3]);
    }

    #[test]
    fn an_amount_is_never_replaced_and_short_names_are_left() {
        let text = "OCP et OCP. Cap 50 dirhams.";
        assert_eq!(complete_with(text, &[("OCP", 0, Label::Org, 1.0)]).len(), 1);
    }
}
