//! Which group an organisation belongs to, when the text says so.

use std::collections::BTreeMap;

use super::{organisation, tokens};
use crate::link::assemble::short_name;
use crate::link::scene::{Scene, Token};

/// Words between an organisation and its parent at most.
const REACH: usize = 9;

/// Parents by organisation, as names of the document.
pub(super) fn parents(scene: &Scene<'_>) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for segment in 0..scene.segments.len() {
        let tokens = tokens(scene, segment);
        for (i, token) in tokens.iter().enumerate() {
            for (child, parent) in said_at(scene, tokens, i, token) {
                if child != parent {
                    found
                        .entry(child)
                        .or_insert_with(|| short_name(scene, &scene.organisations[parent]));
                }
            }
        }
    }
    found
}

/// Pairs of child and parent that a word states.
fn said_at(scene: &Scene<'_>, tokens: &[Token], i: usize, token: &Token) -> Vec<(usize, usize)> {
    match token.word.as_str() {
        "filiale" | "filiales" if !is_former(tokens, i) => {
            if i > 0 && tokens[i - 1].word == "sa" {
                return of_possessor(scene, tokens, i).into_iter().collect();
            }
            let Some((parent, end)) = named_after(scene, tokens, i) else {
                return Vec::new();
            };
            let mut children = before(scene, tokens, i, token.word == "filiales");
            if children.is_empty() {
                children.extend(apposed(scene, tokens, end));
            }
            children.into_iter().map(|child| (child, parent)).collect()
        }
        // `Ventora (groupe Serval)`, `Ventora, du groupe Serval`, `Ventora, qui appartient au groupe Serval`.
        "groupe" if opens_group(tokens, i) => {
            let parent = tokens.get(i + 1).and_then(|t| organisation(scene, t));
            let child = before(scene, tokens, i, false).first().copied();
            child.zip(parent).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// True for *ancienne filiale*, *ex-filiale*.
fn is_former(tokens: &[Token], i: usize) -> bool {
    let former = |t: &Token| matches!(t.word.as_str(), "ex" | "ancienne" | "anciennes" | "ancien");
    tokens[i.saturating_sub(2)..i].iter().any(former) || tokens.get(i + 1).is_some_and(former)
}

/// The parent named after *filiale*: `filiale marocaine du groupe X`, `filiale à 100 % de X`.
fn named_after(scene: &Scene<'_>, tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    let mut of = false;
    for (k, token) in tokens.iter().enumerate().skip(i + 1).take(REACH) {
        if let Some(parent) = organisation(scene, token) {
            return of.then_some((parent, k));
        }
        match token.word.as_str() {
            "de" | "du" | "des" | "d'" => of = true,
            // `filiale d'un fournisseur de Renault` names no parent.
            "un" | "une" | "," | ";" | ":" | "." | "qui" | "est" | "a" if of => return None,
            "qui" | "est" | ";" | ":" | "." => return None,
            _ => {}
        }
    }
    None
}

/// The organisations in apposition before a word: `X, filiale`, `X (filiale`, `X et Y, filiales`.
fn before(scene: &Scene<'_>, tokens: &[Token], i: usize, several: bool) -> Vec<usize> {
    let mut found = Vec::new();
    for token in tokens[i.saturating_sub(REACH)..i].iter().rev() {
        if let Some(child) = organisation(scene, token) {
            found.push(child);
            if !several {
                break;
            }
            continue;
        }
        let joins = matches!(
            token.word.as_str(),
            "," | "("
                | ")"
                | "-"
                | "la"
                | "une"
                | "et"
                | "est"
                | "qui"
                | "appartient"
                | "appartenant"
                | "au"
                | "du"
        ) || token.mention.is_some();
        // A company's ending may stand after its name, and a number of its staff.
        if !joins && !matches!(token.word.as_str(), "inc" | "sa" | "sarl" | "spa" | "#") {
            break;
        }
    }
    found
}

/// The organisation named after its description: `filiale du groupe X, Ventora va`, `la filiale de X, Ventora,`.
fn apposed(scene: &Scene<'_>, tokens: &[Token], parent: usize) -> Option<usize> {
    let comma = tokens.get(parent + 1).filter(|t| t.word == ",")?;
    let next = tokens.get(parent + 2).filter(|_| comma.mention.is_none())?;
    let article = matches!(next.word.as_str(), "la" | "le" | "l'");
    organisation(scene, if article { tokens.get(parent + 3)? } else { next })
}

/// `le groupe X, via sa filiale marocaine Y`: the nearest organisation before is the parent.
fn of_possessor(scene: &Scene<'_>, tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    let child = tokens[i + 1..]
        .iter()
        .take(4)
        .find_map(|t| organisation(scene, t))?;
    let parent = tokens[..i]
        .iter()
        .rev()
        .take(14)
        .find_map(|t| organisation(scene, t))?;
    Some((child, parent))
}

/// True when *groupe* opens the name of a parent.
fn opens_group(tokens: &[Token], i: usize) -> bool {
    let word = |k: usize| i.checked_sub(k).map_or("", |j| tokens[j].word.as_str());
    word(1) == "("
        || (word(1) == "du" && word(2) == ",")
        || (word(1) == "au" && matches!(word(2), "appartient" | "appartenant"))
}
