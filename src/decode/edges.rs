//! Edges that no name has: it does not end at an ampersand or a preposition, nor is it an article alone.

use std::ops::Range;

use super::words_of;
use crate::label::Label;
use crate::segment::Word;
use crate::span::Mention;
use crate::text::fold;

/// Words that a name of an organisation or a place never ends with.
const NEVER_LAST: [&str; 16] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en", "pour", "'", "-",
];

/// Takes *Talbert &* on to *Talbert & Hune*, cuts *commission d'* back to *commission*, drops *Les*.
pub(super) fn mend(text: &str, words: &[Word], mentions: Vec<Mention>) -> Vec<Mention> {
    let surface = |i: usize| &text[words[i].span.range()];
    let mut mended: Vec<Mention> = Vec::with_capacity(mentions.len());
    let mut mentions = mentions.into_iter().peekable();
    while let Some(mut mention) = mentions.next() {
        if !matches!(mention.label, Label::Org | Label::Loc) {
            mended.push(mention);
            continue;
        }
        let next_start = mentions.peek().map_or(u32::MAX, |next| next.span.start);
        let Range {
            start: first,
            mut end,
        } = words_of(words, mention.span);
        let capital = |i: usize| i < words.len() && surface(i).starts_with(char::is_uppercase);
        let free = |i: usize| i < words.len() && words[i].span.end <= next_start;
        if surface(end - 1) == "&" && capital(end) && free(end) {
            end += 1;
        } else if mention.label == Label::Org && free(end + 1) && surface(end) == "&" && capital(end + 1) {
            end += 2;
        }
        while end > first
            && (NEVER_LAST.contains(&fold(surface(end - 1)).as_str()) || surface(end - 1) == "&")
        {
            end -= 1;
        }
        if end > first {
            mention.span.end = words[end - 1].span.end;
            mended.push(mention);
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;
    use crate::span::ByteSpan;

    #[test]
    fn edges_are_mended_and_amounts_left_alone() {
        let cases = [
            (
                "Talbert & Hune recrute",
                "Talbert &",
                Label::Org,
                Some("Talbert & Hune"),
            ),
            (
                "Talbert & Hune recrute",
                "Talbert",
                Label::Org,
                Some("Talbert & Hune"),
            ),
            (
                "la commission d'appel",
                "commission d'",
                Label::Org,
                Some("commission"),
            ),
            ("Les autres", "Les", Label::Org, None),
            ("Rabat et Salé", "Rabat", Label::Loc, Some("Rabat")),
            ("50 M de", "50 M de", Label::Money, Some("50 M de")),
        ];
        for (text, tagged, label, expected) in cases {
            let start = text.find(tagged).unwrap();
            let mention = Mention::gold(ByteSpan::new(start, start + tagged.len()).unwrap(), label);
            let mended = mend(text, &words(text), vec![mention]);
            assert_eq!(
                mended.first().and_then(|m| m.span.slice(text)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_name_never_runs_into_the_next_mention() {
        let text = "Talbert & Hune";
        let span = |a, b| Mention::gold(ByteSpan::new(a, b).unwrap(), Label::Org);
        assert_eq!(mend(text, &words(text), vec![span(0, 7), span(10, 14)]).len(), 2);
    }
}
