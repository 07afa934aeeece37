//! The economic sector, in the text's words.

use super::{segments_of, tokens};
use crate::link::scene::{Scene, Token};

/// Words that open the name of a sector.
const HEADS: &[&str] = &["secteur", "industrie", "filiere", "branche"];

/// What a sector is called: after *dans*, *spécialisé dans*, or as an adjective of a company. Beginnings of words.
const SECTORS: &[&str] = &[
    "offshoring",
    "nearshoring",
    "outsourcing",
    "externalisation",
    "automobile",
    "aeronautique",
    "aerospatial",
    "textile",
    "habillement",
    "agroalimentaire",
    "agro-industri",
    "agro",
    "tourisme",
    "touristique",
    "hotellerie",
    "hotelier",
    "numerique",
    "pharmaceutique",
    "pharmacie",
    "logistique",
    "minier",
    "miniere",
    "cimentier",
    "ciment",
    "electronique",
    "energie",
    "energetique",
    "eolien",
    "solaire",
    "petrolier",
    "gazier",
    "telecom",
    "telecommunication",
    "bancaire",
    "banque",
    "assurance",
    "btp",
    "immobilier",
    "informatique",
    "ferroviaire",
    "siderurgi",
    "metallurgi",
    "chimie",
    "chimique",
    "cuir",
    "peche",
    "agricol",
    "agriculture",
    "distribution",
    "cablage",
    "horlog",
];

/// Nouns whose adjective names a sector: *équipementier automobile*.
const BEARERS: &[&str] = &[
    "equipementier",
    "usine",
    "unite",
    "operateur",
    "groupe",
    "entreprise",
    "societe",
    "industriel",
    "specialiste",
    "fabricant",
    "acteur",
    "atelier",
    "complexe",
    "compagnie",
    "sous-traitant",
];

/// The sector said with a record's figures, else with its organisations.
pub(super) fn sector(scene: &Scene<'_>, figures: &[usize], organisations: &[usize]) -> Option<String> {
    let near = segments_of(scene, figures);
    let own: Vec<usize> = organisations
        .iter()
        .flat_map(|&e| scene.organisations[e].mentions.iter().copied())
        .take(12)
        .collect();
    let about = segments_of(scene, &own);
    let named = near
        .iter()
        .chain(&about)
        .find_map(|&s| find(scene, s, after_head).or_else(|| find(scene, s, after_in)));
    named.or_else(|| near.iter().chain(&about).find_map(|&s| find(scene, s, adjective)))
}

type Reader = fn(&[Token], usize) -> Option<(usize, usize)>;

/// The first words of a segment that a reader takes for a sector, as written.
fn find(scene: &Scene<'_>, segment: usize, reader: Reader) -> Option<String> {
    let tokens = tokens(scene, segment);
    let (from, to) = (0..tokens.len()).find_map(|i| reader(tokens, i))?;
    let text = scene
        .text
        .get(tokens.get(from)?.start as usize..tokens.get(to)?.end as usize)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn word(tokens: &[Token], i: usize) -> &str {
    tokens.get(i).map_or("", |t| t.word.as_str())
}

fn names_sector(word: &str) -> bool {
    SECTORS
        .iter()
        .any(|stem| word == *stem || (stem.len() > 4 && word.starts_with(stem)))
}

/// `secteur de l'automobile`, `industrie textile`, `filière des énergies renouvelables`.
fn after_head(tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    HEADS.contains(&word(tokens, i)).then_some(())?;
    // `ministre de l'industrie`, `chambre de commerce et d'industrie` are offices.
    let before = tokens[i.saturating_sub(5)..i].iter();
    if before.map(|t| t.word.as_str()).any(|w| {
        matches!(
            w,
            "ministre" | "chambre" | "direction" | "directeur" | "federation" | "salon"
        )
    }) {
        return None;
    }
    let mut at = i + 1;
    let of = matches!(word(tokens, at), "de" | "du" | "des" | "d'");
    if of {
        at += 1;
        at += usize::from(matches!(word(tokens, at), "la" | "l'" | "les"));
    }
    let name = tokens.get(at).filter(|t| is_noun(t))?;
    if !of && !is_adjective(&name.word) {
        return None;
    }
    let more = tokens
        .get(at + 1)
        .is_some_and(|t| is_noun(t) && is_adjective(&t.word));
    Some((i, at + usize::from(more)))
}

/// `dans l'offshoring`, `spécialisé dans le textile`.
fn after_in(tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    (word(tokens, i) == "dans").then_some(())?;
    let at = i + 1 + usize::from(matches!(word(tokens, i + 1), "le" | "la" | "l'" | "les"));
    (at > i + 1 && names_sector(word(tokens, at))).then_some((at, at))
}

/// `équipementier automobile`.
fn adjective(tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    let bears = BEARERS.contains(&word(tokens, i).trim_end_matches('s'));
    (bears && names_sector(word(tokens, i + 1))).then_some((i + 1, i + 1))
}

fn is_noun(token: &Token) -> bool {
    token.mention.is_none() && token.word.len() > 2 && token.word.chars().all(char::is_alphabetic)
}

/// Endings of adjectives that follow *secteur* or a sector's noun; sector words count.
fn is_adjective(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ique",
        "iques",
        "aire",
        "aires",
        "iere",
        "ieres",
        "ier",
        "iers",
        "elle",
        "elles",
        "iel",
        "iels",
        "ales",
        "ale",
        "vertes",
        "verte",
        "vert",
        "renouvelables",
        "able",
        "ables",
    ];
    names_sector(word)
        || ENDINGS
            .iter()
            .any(|e| word.len() > e.len() + 1 && word.ends_with(e))
        || word == "verte"
}
