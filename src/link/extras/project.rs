//! New site, extension or programme.

use super::{segments_of, tokens};
use crate::link::scene::{Scene, Token};
use crate::record::ProjectType;

/// Beginnings of words that say what kind of project it is.
const STEMS: &[(ProjectType, &str)] = &[
    (ProjectType::Extension, "extension"),
    (ProjectType::Extension, "agrandi"),
    (ProjectType::Extension, "agrandir"),
    (ProjectType::Extension, "agrandissement"),
    (ProjectType::Extension, "modernis"),
    (ProjectType::Programme, "programme"),
    (ProjectType::NewSite, "construi"),
    (ProjectType::NewSite, "construction"),
    (ProjectType::NewSite, "implant"),
    (ProjectType::NewSite, "ouvrir"),
    (ProjectType::NewSite, "ouvre"),
    (ProjectType::NewSite, "ouverture"),
    (ProjectType::NewSite, "inaugur"),
    (ProjectType::NewSite, "batir"),
    (ProjectType::NewSite, "eriger"),
];

/// Sites that a *nouveau* makes new, or a second *ligne* extends.
const SITES: &[&str] = &[
    "site",
    "usine",
    "unite",
    "centre",
    "atelier",
    "entrepot",
    "complexe",
    "plateforme",
    "campus",
    "hotel",
    "magasin",
    "agence",
    "plateau",
    "cimenterie",
    "raffinerie",
    "parc",
];

/// The kind of project told with a record's figures, else in the sentence before each.
pub(super) fn project_type(scene: &Scene<'_>, figures: &[usize]) -> Option<ProjectType> {
    let near = segments_of(scene, figures);
    let told = |s: usize| told_in(tokens(scene, s));
    let mut before = near.iter().filter_map(|s| s.checked_sub(1));
    near.iter()
        .find_map(|&s| told(s))
        .or_else(|| before.find_map(told))
}

/// An extension that is built is an extension; a programme that builds is a programme.
fn told_in(tokens: &[Token]) -> Option<ProjectType> {
    let found: Vec<ProjectType> = (0..tokens.len()).filter_map(|i| at(tokens, i)).collect();
    [
        ProjectType::Extension,
        ProjectType::Programme,
        ProjectType::NewSite,
    ]
    .into_iter()
    .find(|kind| found.contains(kind))
}

fn at(tokens: &[Token], i: usize) -> Option<ProjectType> {
    let word = |k: usize| tokens.get(k).map_or("", |t| t.word.as_str());
    let (here, next) = (word(i), word(i + 1));
    let next_site = SITES.contains(&next.trim_end_matches('s'));
    match here {
        "nouveau" | "nouvelle" | "nouveaux" | "nouvelles" if next.starts_with("ligne") => {
            Some(ProjectType::Extension)
        }
        "nouveau" | "nouvelle" | "nouveaux" | "nouvelles" | "premiere" | "premier" if next_site => {
            Some(ProjectType::NewSite)
        }
        "ligne" | "lignes" if next.starts_with("supplementaire") => Some(ProjectType::Extension),
        // `programme` of a broadcaster or a party is none: only with what it programmes.
        "programme" | "plan" | "campagne" => {
            let of = matches!(next, "de" | "d'");
            let what = word(i + 2);
            let plans = ["invest", "recrut", "embauch", "expansion", "developpement"];
            (of && plans.iter().any(|p| what.starts_with(p))).then_some(ProjectType::Programme)
        }
        _ => STEMS
            .iter()
            .find(|(kind, stem)| *kind != ProjectType::Programme && here.starts_with(stem))
            .map(|&(kind, _)| kind),
    }
}
