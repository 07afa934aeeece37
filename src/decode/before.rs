//! What the words just before a name say of it: in *la société Koton Wémè* and *le turc Yazar*, the capital opens an
//! organisation, whatever the name.
//!
//! The encoder knows these words too, but trusts what it knows of names more. The lists are those that, in our articles
//! and in real paragraphs, stand before a name of the same label more than nine times in ten.

use crate::label::{Label, Tag};
use crate::segment::Word;
use crate::text::fold;

/// Nouns that stand right before the name of an organisation, or with one word between: *le groupe indien Kalam*.
const DESCRIPTIONS: [&str; 38] = [
    "agence",
    "armateur",
    "assureur",
    "association",
    "banque",
    "brasserie",
    "cabinet",
    "cimentier",
    "compagnie",
    "conserverie",
    "consortium",
    "constructeur",
    "cooperative",
    "developpeur",
    "distributeur",
    "editeur",
    "enseigne",
    "entreprise",
    "equipementier",
    "exploitant",
    "fabricant",
    "federation",
    "filiale",
    "firme",
    "fondation",
    "fonds",
    "groupe",
    "holding",
    "imprimerie",
    "laboratoire",
    "logisticien",
    "multinationale",
    "operateur",
    "prestataire",
    "societe",
    "syndicat",
    "transporteur",
    "usine",
];

/// Stems of nationalities: with an article before, they stand for a company, *le turc*, *l'espagnole*.
const NATIONALITIES: [&str; 38] = [
    "alleman",
    "algerien",
    "americain",
    "anglais",
    "australien",
    "autrichien",
    "belge",
    "bresilien",
    "britannique",
    "camerounais",
    "canadien",
    "chinois",
    "coreen",
    "danois",
    "egyptien",
    "emirati",
    "espagnol",
    "finlandais",
    "francais",
    "hollandais",
    "indien",
    "irlandais",
    "italien",
    "ivoirien",
    "japonais",
    "libanais",
    "luxembourgeois",
    "marocain",
    "mauricien",
    "neerlandais",
    "norvegien",
    "portugais",
    "saoudien",
    "senegalais",
    "singapourien",
    "suedois",
    "suisse",
    "tunisien",
];

/// Nouns before *de* and an organisation, and before *de* and a place.
const OF_ORGANISATION: [&str; 5] = ["aupres", "filiale", "patron", "patronne", "pdg"];
const OF_PLACE: [&str; 12] = [
    "barrage", "commune", "gare", "maire", "mine", "port", "pres", "province", "quartier", "route", "ville",
    "wilaya",
];

const ARTICLES: [&str; 7] = ["le", "la", "l", "du", "au", "un", "une"];

/// Added to the logit of a tag.
const LEAN: f32 = 3.0;

/// Leans the words with a capital after such words towards a label.
pub(super) fn lean(text: &str, words: &[Word], logits: &mut [[f32; Tag::COUNT]]) {
    let surface = |i: usize| &text[words[i].span.range()];
    let capital = |i: usize| surface(i).starts_with(char::is_uppercase);
    for i in 1..words.len() {
        if !capital(i) || capital(i - 1) {
            continue;
        }
        let from = i.saturating_sub(3);
        let same_line =
            |w: usize| !text[words[w].span.end as usize..words[i].span.start as usize].contains('\n');
        // The words before on this line, the nearest first; an apostrophe is none.
        let before: Vec<String> = (from..i)
            .rev()
            .take_while(|&w| same_line(w))
            .map(|w| fold(surface(w)))
            .filter(|w| w != "'")
            .collect();
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let Some(label) = label_after(&before) else {
            continue;
        };
        for (k, j) in (i..words.len()).take_while(|&j| capital(j)).take(4).enumerate() {
            let tag = if k == 0 {
                Tag::Begin(label)
            } else {
                Tag::Inside(label)
            };
            logits[j][tag.index()] += LEAN;
        }
    }
}

/// What a name is after these words, the nearest first.
fn label_after(before: &[&str]) -> Option<Label> {
    let nationality = |w: &str| NATIONALITIES.iter().any(|stem| w.starts_with(stem));
    match *before {
        ["chez", ..] => Some(Label::Org),
        [noun, ..] if DESCRIPTIONS.contains(&noun) => Some(Label::Org),
        ["de" | "d", noun, ..] if OF_ORGANISATION.contains(&noun) => Some(Label::Org),
        ["de" | "d", noun, ..] if OF_PLACE.contains(&noun) => Some(Label::Loc),
        [word, noun, ..] if word.len() > 3 && DESCRIPTIONS.contains(&noun) => Some(Label::Org),
        [word, article, ..] if nationality(word) && ARTICLES.contains(&article) => Some(Label::Org),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;

    #[test]
    fn words_before_a_name_lean_it_towards_a_label() {
        for (text, expected) in [
            (
                "la société Koton Wémè investit",
                vec![("Koton", Label::Org), ("Wémè", Label::Org)],
            ),
            ("le groupe indien Kalam et Koton", vec![("Kalam", Label::Org)]),
            (
                "l'espagnol Grupo recrute chez Axa",
                vec![("Grupo", Label::Org), ("Axa", Label::Org)],
            ),
            (
                "une filiale d'Héliane, près de Fès",
                vec![("Héliane", Label::Org), ("Fès", Label::Loc)],
            ),
            ("le ministre chinois Wang Yi à Rabat", vec![]),
            ("La Société Koton, ou la société\nKoton", vec![]),
        ] {
            let words = words(text);
            let mut logits = vec![[0.0; Tag::COUNT]; words.len()];
            lean(text, &words, &mut logits);
            let mut leant = Vec::new();
            for (word, logits) in words.iter().zip(&logits) {
                let tag = (1..Tag::COUNT)
                    .find(|&t| logits[t] > 0.0)
                    .and_then(Tag::from_index);
                if let Some(Tag::Begin(label) | Tag::Inside(label)) = tag {
                    leant.push((&text[word.span.range()], label));
                }
            }
            assert_eq!(leant, expected, "{text}");
        }
    }
}
