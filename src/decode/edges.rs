//! Edges that no name has, nor a count or a date: it does not end at an ampersand or a preposition, nor is it an article alone.

use std::ops::Range;

use super::{span_of, words_of};
use crate::label::Label;
use crate::segment::Word;
use crate::span::{ByteSpan, Mention};
use crate::text::fold;

/// Words that a mention never ends with, but for an amount (*50 M de*).
const NEVER_LAST: [&str; 16] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en", "pour", "'", "-",
];

/// Legal forms, never part of a name that they stand before: *la Sarl Talbert*.
const LEGAL_FORMS: [&str; 10] = [
    "eurl", "sarl", "sas", "sasu", "snc", "spa", "sprl", "srl", "ste", "suarl",
];

/// Nouns in lower case that are no part of the name of a place: *port de Sèmè*, *île de Gorée*.
const GENERIC: [&str; 27] = [
    "aeroport",
    "barrage",
    "bassin",
    "canton",
    "centrale",
    "commune",
    "departement",
    "district",
    "gare",
    "gouvernorat",
    "ile",
    "iles",
    "mine",
    "plaine",
    "port",
    "prefecture",
    "province",
    "provinces",
    "quartier",
    "region",
    "route",
    "site",
    "usine",
    "vallee",
    "village",
    "ville",
    "wilaya",
];

/// Words between such a noun and the name.
const LINKS: [&str; 7] = ["de", "d", "du", "des", "la", "l", "'"];

/// Takes *Talbert &* on to *Talbert & Hune*, cuts *commission d'* back to *commission* and *Sarl Talbert* to *Talbert*, *port
/// de Sèmè* to *Sèmè*, drops *Les*; half of a figure with letters (*3D*) becomes all of it.
pub(super) fn mend(text: &str, words: &[Word], mentions: Vec<Mention>) -> Vec<Mention> {
    let surface = |i: usize| &text[words[i].span.range()];
    let mut mended: Vec<Mention> = Vec::with_capacity(mentions.len());
    let mut mentions = mentions.into_iter().peekable();
    while let Some(mut mention) = mentions.next() {
        let last_end = mended.last().map_or(0, |last| last.span.end);
        let next_start = mentions.peek().map_or(u32::MAX, |next| next.span.start);
        if matches!(mention.label, Label::Money | Label::Jobs) {
            mention.span = whole_figures(text, words, mention.span, last_end..next_start);
        }
        if mention.label == Label::Money {
            mended.push(mention);
            continue;
        }
        let is_name = matches!(mention.label, Label::Org | Label::Loc);
        let Range {
            start: mut first,
            mut end,
        } = words_of(words, mention.span);
        let capital = |i: usize| i < words.len() && surface(i).starts_with(char::is_uppercase);
        let free = |i: usize| i < words.len() && words[i].span.end <= next_start;
        if is_name && surface(end - 1) == "&" && capital(end) && free(end) {
            end += 1;
        } else if mention.label == Label::Org && free(end + 1) && surface(end) == "&" && capital(end + 1) {
            end += 2;
        }
        let alphanumeric = |i: usize| surface(i).chars().all(char::is_alphanumeric);
        // Whether word `i` goes on from the one before it, as in *3D*.
        let glued = |i: usize| {
            is_name && words[i - 1].span.end == words[i].span.start && alphanumeric(i - 1) && alphanumeric(i)
        };
        while free(end) && glued(end) {
            end += 1;
        }
        while first > 0 && words[first - 1].span.start >= last_end && glued(first) {
            first -= 1;
        }
        while end > first
            && (NEVER_LAST.contains(&fold(surface(end - 1)).as_str()) || surface(end - 1) == "&")
            && !(end - 1 > first && glued(end - 1))
        {
            end -= 1;
        }
        if is_name
            && first + 1 < end
            && LEGAL_FORMS.contains(&fold(surface(first)).as_str())
            && capital(first + 1)
        {
            first += 1;
        }
        if mention.label == Label::Loc && GENERIC.contains(&fold(surface(first)).as_str()) && !capital(first)
        {
            let name = (first + 1..end).find(|&i| capital(i) || !LINKS.contains(&fold(surface(i)).as_str()));
            if let Some(name) = name.filter(|&i| capital(i)) {
                first = name;
            }
        }
        if let Some(span) = span_of(words, &(first..end)) {
            mended.push(Mention { span, ..mention });
        }
    }
    mended
}

/// A span with the figures at its ends made whole, as far as `free` goes: *120.* of *120.000* becomes all of it.
fn whole_figures(text: &str, words: &[Word], span: ByteSpan, free: Range<u32>) -> ByteSpan {
    let surface = |i: usize| &text[words[i].span.range()];
    let is_mark = |i: usize| matches!(surface(i), "." | ",");
    let of_figure = |i: usize| is_mark(i) || surface(i).bytes().all(|b| b.is_ascii_digit());
    let joined = |i: usize| words[i - 1].span.end == words[i].span.start && of_figure(i - 1) && of_figure(i);
    let Range { mut start, mut end } = words_of(words, span);
    while end < words.len() && words[end].span.end <= free.end && joined(end) {
        end += 1;
    }
    while start > 0 && words[start - 1].span.start >= free.start && joined(start) {
        start -= 1;
    }
    while start < end && is_mark(end - 1) {
        end -= 1;
    }
    while start < end && is_mark(start) {
        start += 1;
    }
    span_of(words, &(start..end)).unwrap_or(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::words;

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
            (
                "la Spa Talbert recrute",
                "Spa Talbert",
                Label::Org,
                Some("Talbert"),
            ),
            (
                "Talbert Sarl recrute",
                "Talbert Sarl",
                Label::Org,
                Some("Talbert Sarl"),
            ),
            ("Rabat et Salé", "Rabat", Label::Loc, Some("Rabat")),
            ("le port de Sèmè", "port de Sèmè", Label::Loc, Some("Sèmè")),
            (
                "l'île de La Réunion",
                "île de La Réunion",
                Label::Loc,
                Some("La Réunion"),
            ),
            ("les îles Mentawai", "îles Mentawai", Label::Loc, Some("Mentawai")),
            ("l'Île de Gorée", "Île de Gorée", Label::Loc, Some("Île de Gorée")),
            ("la ville haute", "ville haute", Label::Loc, Some("ville haute")),
            ("la société 3D ne dit rien", "3", Label::Org, Some("3D")),
            ("l'usine 3M-Ouest", "M", Label::Org, Some("3M")),
            ("le port d’Alger", "port d’Alger", Label::Loc, Some("Alger")),
            ("de 130 à 90 postes", "130 à", Label::Jobs, Some("130")),
            ("50 M de", "50 M de", Label::Money, Some("50 M de")),
            ("de 120.000 ouvriers", "120.", Label::Jobs, Some("120.000")),
            (
                "de 120.000 ouvriers",
                "000 ouvriers",
                Label::Jobs,
                Some("120.000 ouvriers"),
            ),
            ("soit 1,5 MDH", "5 MDH", Label::Money, Some("1,5 MDH")),
            ("il en reste 120. Puis", "120.", Label::Jobs, Some("120")),
            (
                "en 2024, 500 postes",
                "500 postes",
                Label::Jobs,
                Some("500 postes"),
            ),
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
