//! Common words that open a sentence or a line: their capital is no sign of a name.
//!
//! The encoder reads words without their case, and takes *Naguère* or *Croisière* in a headline for a name now and then.
//! `common-words.txt` has the words that open French texts (those of `training/README.md`, without the legal codes) hold at
//! least 25 times in lower case, and hardly ever (once in ten) with a capital inside a sentence: *safran* and *orange* are
//! not among them. Words that are a whole name in our own articles were taken out.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::words_of;
use crate::label::Label;
use crate::segment::Word;
use crate::span::Mention;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common-words.txt").lines().collect());

/// A mention of this score is believed all the same.
const SURE: f32 = 0.9;

/// Drops the names that are nothing but a common word at the start of a sentence or a line, unless the word has its capital
/// inside a sentence too.
pub(super) fn drop_common(text: &str, words: &[Word], mut mentions: Vec<Mention>) -> Vec<Mention> {
    let surface = |i: usize| &text[words[i].span.range()];
    let inside: LazyCell<HashSet<&str>, _> = LazyCell::new(|| {
        let inside = (0..words.len()).filter(|&i| !opens(text, words, i));
        inside.map(surface).collect()
    });
    mentions.retain(|m| {
        let may_be_wrong = matches!(m.label, Label::Org | Label::Loc) && m.score < SURE;
        let range = words_of(words, m.span);
        let is_common = || COMMON.contains(surface(range.start).to_lowercase().as_str());
        let only_opens = || !inside.contains(surface(range.start));
        !(may_be_wrong && range.len() == 1 && is_common() && only_opens())
    });
    mentions
}

/// True when a word is the first of its sentence, of its line or of what follows a colon or a bar; quotes and dashes aside.
fn opens(text: &str, words: &[Word], at: usize) -> bool {
    let before = &text[..words[at].span.start as usize];
    let aside = |c: char| {
        c != '\n' && c.is_whitespace()
            || matches!(c, '«' | '"' | '“' | '‘' | '(' | '-' | '–' | '—' | '•' | '*')
    };
    let last = before.trim_end_matches(aside).chars().next_back();
    last.is_none_or(|c| matches!(c, '\n' | '.' | '!' | '?' | '…' | ':' | '|'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;
    use crate::span::ByteSpan;

    fn kept(text: &str, name: &str, label: Label, score: f32) -> bool {
        let start = text.find(name).unwrap();
        let span = ByteSpan::new(start, start + name.len()).unwrap();
        let mention = Mention { span, label, score };
        !drop_common(text, &words(text), vec![mention]).is_empty()
    }

    #[test]
    fn common_words_that_open_a_sentence_are_dropped() {
        assert!(!kept("Il part. Naguère, on restait.", "Naguère", Label::Loc, 0.8));
        assert!(!kept(
            "Accueil\nCroisière : le port attend",
            "Croisière",
            Label::Org,
            0.5
        ));
        assert!(!kept("« Confortable », dit-il.", "Confortable", Label::Org, 0.7));
        assert!(!kept(
            "Menu | Confortable | Radio",
            "Confortable",
            Label::Org,
            0.7
        ));
    }

    #[test]
    fn other_names_are_kept() {
        assert!(kept("Safran recrute.", "Safran", Label::Org, 0.5), "a known name");
        assert!(
            kept("Naguère, on restait.", "Naguère", Label::Loc, 0.95),
            "sure of it"
        );
        assert!(
            kept("Naguère Invest recrute.", "Naguère Invest", Label::Org, 0.5),
            "two words"
        );
        assert!(
            kept("Le groupe Naguère recrute.", "Naguère", Label::Org, 0.5),
            "in a sentence"
        );
        assert!(
            kept(
                "Naguère recrute. Le groupe Naguère investit.",
                "Naguère",
                Label::Org,
                0.5
            ),
            "in a sentence elsewhere"
        );
        assert!(
            kept("L'association « Espoir » recrute.", "Espoir", Label::Org, 0.5),
            "quoted in a sentence"
        );
        assert!(kept("Demain, rien.", "Demain", Label::Date, 0.5), "no name");
    }
}
