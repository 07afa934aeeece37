//! Small texts for each field, those that state it and those that only seem to.

use crate::label::Label;
use crate::link::scene::Scene;
use crate::link::tests::{read, records};
use crate::normalise::Value;
use crate::record::{CommitmentRecord, Extras, ProjectType, Role, Scope, Status, Support};

/// The record of Ventora with the first jobs, the first amount and every place of a text, whatever the linker thinks of it.
fn first(markup: &str) -> CommitmentRecord {
    let (document, mentions) = read(markup);
    let scene = Scene::new(&document, &mentions);
    let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
    record.announced = document.published;
    for (i, mention) in mentions.iter().enumerate() {
        let surface = scene.surface(i);
        let role = match (&scene.values[i], mention.label) {
            (Some(Value::Jobs(jobs)), _) if record.jobs.is_none() => {
                record.jobs = Some(jobs.count);
                Role::Jobs
            }
            (Some(Value::Money(amount)), _) if record.investment.is_none() => {
                record.investment = Some(amount.money);
                Role::Investment
            }
            (_, Label::Loc) => {
                record.locations.push(surface.to_owned());
                Role::Location
            }
            (_, Label::Org) if surface == "Ventora" => {
                record.organizations = vec![surface.to_owned()];
                Role::Organization
            }
            _ => continue,
        };
        let entity = format!("e{}", i + 1);
        record.mentions.push(Support { entity, role });
    }
    let mut records = [record];
    super::fill(&scene, &mut records);
    let [record] = records;
    record
}

fn extras(markup: &str) -> Extras {
    first(markup).extras
}

const PLEDGE: &str = "va créer [700 emplois](JOBS) à [Rabat](LOC)";

#[test]
fn parent_is_read() {
    for (who, parent) in [
        ("[Ventora](ORG), filiale du groupe [Serval](ORG),", "Serval"),
        (
            "[Ventora](ORG), filiale à 100% du français [Serval](ORG),",
            "Serval",
        ),
        ("[Ventora](ORG) (filiale de [Serval](ORG))", "Serval"),
        ("Filiale du groupe [Serval](ORG), [Ventora](ORG)", "Serval"),
        (
            "Le groupe [Serval](ORG), via sa filiale marocaine [Ventora](ORG),",
            "Serval",
        ),
        ("[Ventora](ORG), du groupe [Serval](ORG),", "Serval"),
    ] {
        let record = first(&format!("{who} {PLEDGE}."));
        if record.organizations == ["Ventora"] {
            assert_eq!(record.extras.parent.as_deref(), Some(parent), "{who}");
        }
    }
}

#[test]
fn no_parent_is_made_up() {
    for who in [
        "[Ventora](ORG)",
        "[Ventora](ORG), ancienne filiale de [Serval](ORG),",
        "[Ventora](ORG), filiale d'un fournisseur de [Serval](ORG),",
        "[Ventora](ORG), filiale d'un groupe familial de [Settat](LOC),",
        "[Ventora](ORG), concurrent de [Serval](ORG),",
    ] {
        assert_eq!(extras(&format!("{who} {PLEDGE}.")).parent, None, "{who}");
    }
}

#[test]
fn sector_is_in_the_words_of_the_text() {
    for (rest, sector) in [
        ("dans le secteur de l'automobile", Some("secteur de l'automobile")),
        ("dans l'industrie textile", Some("industrie textile")),
        ("dans l'offshoring", Some("offshoring")),
        ("dans la filière des batteries", Some("filière des batteries")),
        ("dans le secteur", None),
        ("dans la ville", None),
        (", selon le ministre de l'industrie", None),
    ] {
        let found = extras(&format!("[Ventora](ORG) {PLEDGE} {rest}."));
        assert_eq!(found.sector.as_deref(), sector, "{rest}");
    }
    let found = extras(&format!("L'équipementier automobile [Ventora](ORG) {PLEDGE}."));
    assert_eq!(found.sector.as_deref(), Some("automobile"));
}

#[test]
fn kind_of_project() {
    for (text, kind) in [
        (
            "[Ventora](ORG) va construire une usine et créer [700 emplois](JOBS) à [Rabat](LOC).",
            Some(ProjectType::NewSite),
        ),
        (
            "[Ventora](ORG) ouvrira un nouveau site à [Rabat](LOC) et créera [700 emplois](JOBS).",
            Some(ProjectType::NewSite),
        ),
        (
            "[Ventora](ORG) va agrandir son usine de [Rabat](LOC) et créer [700 emplois](JOBS).",
            Some(ProjectType::Extension),
        ),
        (
            "[Ventora](ORG) lance un programme d'investissement et va créer [700 emplois](JOBS) à [Rabat](LOC).",
            Some(ProjectType::Programme),
        ),
        (
            "[Ventora](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC).",
            None,
        ),
    ] {
        assert_eq!(extras(text).project_type, kind, "{text}");
    }
}

#[test]
fn counterparties_are_those_that_sign_finance_or_host() {
    for (rest, who) in [
        (
            "La convention a été signée avec l'[ANAPEC](ORG) et l'[AMDIE](ORG).",
            vec!["ANAPEC", "AMDIE"],
        ),
        (
            "Le projet est financé par la [Banque mondiale](ORG).",
            vec!["Banque mondiale"],
        ),
        ("Elle travaille avec [Renault](ORG).", vec![]),
        ("[Renault](ORG) est son premier client.", vec![]),
    ] {
        let found = extras(&format!("[Ventora](ORG) {PLEDGE}. {rest}"));
        assert_eq!(found.counterparties, who, "{rest}");
    }
}

#[test]
fn direct_share_is_told_or_absent() {
    for (figures, share) in [
        ("[1 200 emplois](JOBS) dont [800](JOBS) directs", Some(0.6667)),
        ("[1 200 emplois](JOBS), dont 800 directs,", Some(0.6667)),
        ("[1 200 emplois](JOBS), dont 1,080 directs,", Some(0.9)),
        ("[1 200 emplois](JOBS), dont 70 % directs,", Some(0.7)),
        ("[1 200 emplois](JOBS), à 70 % d'emplois directs,", Some(0.7)),
        ("[1 200 emplois](JOBS)", None),
        ("[1 200 emplois](JOBS), dont 70 % de femmes,", None),
        ("[1 200 emplois](JOBS), dont 800 dès [2026](DATE),", None),
    ] {
        let record = first(&format!("[Ventora](ORG) va créer {figures} à [Rabat](LOC)."));
        if record.jobs.and_then(crate::value::Quantity::figure) == Some(1200.0) {
            assert_eq!(record.extras.direct_share, share, "{figures}");
        }
    }
}

#[test]
fn equivalents_are_the_same_amount_only() {
    for (money, codes) in [
        (
            "[11 millions d'euros](MONEY), soit [125 millions de dirhams](MONEY),",
            vec!["MAD"],
        ),
        (
            "[14 millions d'euros](MONEY) (environ [152 MDH](MONEY))",
            vec!["MAD"],
        ),
        ("[14 millions d'euros](MONEY)", vec![]),
        (
            "[14 millions d'euros](MONEY) (contre [152 MDH](MONEY) naguère)",
            vec![],
        ),
    ] {
        let record = first(&format!("[Ventora](ORG) va investir {money} à [Rabat](LOC)."));
        if record.investment.is_some_and(|m| m.currency.as_str() == "EUR") {
            let found: Vec<&str> = record
                .extras
                .equivalents
                .iter()
                .map(|m| m.currency.as_str())
                .collect();
            assert_eq!(found, codes, "{money}");
        }
    }
}

#[test]
fn country_and_keys() {
    let found = extras(&format!("[Ventora](ORG) {PLEDGE}."));
    assert_eq!(found.country.as_deref(), Some("MA"));
    assert_eq!(found.organization_id.as_deref(), Some("ventora"));
    assert_eq!(
        found.commitment_id.as_deref(),
        Some("ventora:rabat:jobs-700:2024")
    );
    assert!(found.warnings.is_empty());
    let nowhere = extras("[Ventora](ORG) va créer [700 emplois](JOBS).");
    assert_eq!(nowhere.country, None);
}

#[test]
fn parts_at_odds_with_their_total_are_told() {
    let parts = |whole: &str| {
        let text = format!(
            "[Rabat](LOC) - Deux conventions d'investissement signées [lundi](DATE) permettront la création de \
             [{whole} emplois](JOBS) au total, indique un communiqué.\n\
             [Alphacall](ORG) s'engage à créer [600 emplois](JOBS) à [Fès](LOC). [Betacom](ORG) prévoit de créer \
             [300 emplois](JOBS) à [Oujda](LOC)."
        );
        records(&text).remove(0).extras.warnings
    };
    assert!(parts("900").is_empty());
    let told = parts("950");
    assert_eq!(told, ["the parts add up to 900 jobs, the total says 950"]);
}
