//! Organisations that sign with those that commit, finance them or host them.

use std::collections::BTreeSet;

use super::{organisation, segments_of, tokens};
use crate::link::assemble::short_name;
use crate::link::scene::{Scene, Token};

/// Beginnings of words of a signature.
const SIGNED: &[&str] = &[
    "sign",
    "paraph",
    "conclu",
    "convention",
    "accord",
    "memorandum",
    "protocole",
    "partenariat",
    "scell",
    "contrat",
];

/// Words before *de*, *par*, *auprès de* that bring an organisation in.
const SUPPORT: &[&str] = &[
    "finance",
    "financee",
    "finances",
    "financees",
    "cofinance",
    "cofinancee",
    "accueilli",
    "accueillie",
    "heberge",
    "hebergee",
    "amenage",
    "amenagee",
    "soutenu",
    "soutenue",
    "accorde",
    "accordee",
];

/// Nouns of help: *avec le soutien de X*, *grâce à un prêt de X*.
const HELP: &[&str] = &[
    "soutien",
    "appui",
    "concours",
    "financement",
    "accompagnement",
    "pret",
    "credit",
    "terrain",
];

/// Names of the counterparties of a commitment, in the order of the text.
pub(super) fn counterparties(
    scene: &Scene<'_>,
    figures: &[usize],
    organisations: &[usize],
    committing: &BTreeSet<usize>,
) -> Vec<String> {
    let mut found: Vec<usize> = Vec::new();
    for segment in around(scene, figures, organisations, committing) {
        let tokens = tokens(scene, segment);
        let signed = tokens
            .iter()
            .any(|t| SIGNED.iter().any(|s| t.word.starts_with(s)));
        for i in 0..tokens.len() {
            let brought = brought_in(scene, tokens, i, signed);
            if signed && tokens[i].word == "entre" && !brought.iter().any(|e| organisations.contains(e)) {
                continue;
            }
            found.extend(brought);
        }
        found.extend(signatories(scene, tokens, organisations));
    }
    let mut seen = BTreeSet::new();
    found.retain(|e| !committing.contains(e) && seen.insert(*e));
    found
        .into_iter()
        .map(|e| short_name(scene, &scene.organisations[e]))
        .collect()
}

/// Sentences of the figures, and those beside them that name no other committing organisation.
fn around(
    scene: &Scene<'_>,
    figures: &[usize],
    organisations: &[usize],
    committing: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    let own = segments_of(scene, figures);
    let free = |s: &usize| {
        !tokens(scene, *s)
            .iter()
            .filter_map(|t| organisation(scene, t))
            .any(|e| committing.contains(&e) && !organisations.contains(&e))
    };
    let beside = own.iter().flat_map(|&s| [s.saturating_sub(1), s + 1]);
    let mut found: BTreeSet<usize> = beside
        .filter(|s| *s < scene.segments.len() && scene.segments[*s].prose)
        .filter(free)
        .collect();
    found.extend(own);
    found
}

/// Organisations that the word at `i` brings in.
fn brought_in(scene: &Scene<'_>, tokens: &[Token], i: usize, signed: bool) -> Vec<usize> {
    let word = |k: usize| tokens.get(k).map_or("", |t| t.word.as_str());
    let here = word(i);
    let starts = match here {
        "avec" | "entre" => signed,
        "par" => i > 0 && SUPPORT.contains(&word(i - 1)),
        "de" | "du" | "d'" | "des" => {
            i > 0 && HELP.contains(&word(i - 1)) && tokens[..i - 1].iter().rev().take(4).any(is_with)
        }
        _ => false,
    };
    if starts {
        list(scene, &tokens[i + 1..])
    } else {
        Vec::new()
    }
}

/// *avec* le soutien, *grâce à* un prêt, *sur* un terrain.
fn is_with(token: &Token) -> bool {
    matches!(token.word.as_str(), "avec" | "grace" | "sur" | "via")
}

/// The organisations of a list: `l'AMDIE, la wilaya et le ministère X`.
fn list(scene: &Scene<'_>, tokens: &[Token]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut words = 0;
    for token in tokens {
        if let Some(e) = organisation(scene, token) {
            found.push(e);
            words = 0;
            continue;
        }
        words += 1;
        let stops = matches!(
            token.word.as_str(),
            "." | ";"
                | ":"
                | "pour"
                | "qui"
                | "dont"
                | "afin"
                | "en"
                | "a"
                | "ont"
                | "est"
                | "sera"
                | "par"
                | "dans"
        );
        if stops || words > 4 || (token.mention.is_some() && token.word != "<LOC>") {
            break;
        }
    }
    found
}

/// `Le ministère X et Ventora ont signé`: who stands with a committing organisation before the verb.
fn signatories(scene: &Scene<'_>, tokens: &[Token], organisations: &[usize]) -> Vec<usize> {
    let verb = tokens.windows(2).position(|pair| {
        let plural = matches!(pair[0].word.as_str(), "ont" | "viennent" | "<ORG>" | ")");
        let signs = [
            "signe",
            "signent",
            "paraphe",
            "paraphent",
            "conclu",
            "concluent",
            "scelle",
            "scellent",
        ];
        plural && signs.contains(&pair[1].word.as_str())
    });
    let subjects: Vec<usize> = tokens[..verb.map_or(0, |v| v + 1)]
        .iter()
        .filter_map(|t| organisation(scene, t))
        .collect();
    if subjects.iter().any(|e| organisations.contains(e)) {
        subjects
    } else {
        Vec::new()
    }
}
