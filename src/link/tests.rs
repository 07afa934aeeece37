//! One small text for each rule of the guidelines, linked with the shipped weights from annotated mentions.

use std::sync::LazyLock;

use super::{Linker, link_with_evidence};
use crate::document::{Document, LabelledDocument};
use crate::label::Label;
use crate::model::Tagger;
use crate::pipeline;
use crate::record::{CommitmentRecord, Scope, Status};
use crate::span::{ByteSpan, Mention};
use crate::value::{Quantity, When};

/// Reads `[Acme](ORG) créera [50 emplois](JOBS)`, published on 15 April 2024.
pub(super) fn read(markup: &str) -> (Document, Vec<Mention>) {
    let mut text = String::new();
    let mut mentions = Vec::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('[') {
        let (surface, after) = after.split_once("](").unwrap();
        let (label, after) = after.split_once(')').unwrap();
        text.push_str(before);
        let start = text.len();
        text.push_str(surface);
        mentions.push(Mention::gold(
            ByteSpan::new(start, text.len()).unwrap(),
            label.parse::<Label>().unwrap(),
        ));
        rest = after;
    }
    text.push_str(rest);
    let published = Some(When::Day(2024, 4, 15));
    (
        Document {
            id: "d".to_owned(),
            text,
            published,
            source: Some("MA/test".to_owned()),
        },
        mentions,
    )
}

pub(super) fn records(markup: &str) -> Vec<CommitmentRecord> {
    let (document, mentions) = read(markup);
    linked(&document, &mentions).0
}

/// The shipped model and linker.
static SHIPPED: LazyLock<(Tagger, Linker)> =
    LazyLock::new(|| (Tagger::shipped().unwrap(), Linker::shipped().unwrap()));

fn linked(document: &Document, mentions: &[Mention]) -> super::Linked {
    let (tagger, linker) = &*SHIPPED;
    assert!(
        linker.reads(tagger),
        "the shipped linker is for the shipped model"
    );
    let read = pipeline::read(tagger, std::slice::from_ref(document), 1, true).unwrap();
    link_with_evidence(document, mentions, linker, read[0].words()).unwrap()
}

fn jobs(record: &CommitmentRecord) -> Option<f64> {
    record.jobs.and_then(Quantity::figure)
}

/// The labelled document of a piece of markup.
pub(super) fn labelled(markup: &str) -> LabelledDocument {
    crate::labels::compile(markup).unwrap().remove(0)
}

#[test]
fn rule_1_a_commitment_told_twice_is_one_record() {
    let found = records(
        "[Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC)\n\n\
         Le groupe [Sofrelog](ORG) va créer plus de [700 emplois](JOBS) à [Rabat](LOC) d'ici [2026](DATE), a-t-il annoncé.\n\
         Ces [700 emplois](JOBS) seront destinés aux jeunes diplômés.",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].organizations, ["Sofrelog"]);
    assert_eq!(found[0].locations, ["Rabat"]);
    assert_eq!(found[0].deadline, Some(When::Year(2026)));
    assert_eq!(jobs(&found[0]), Some(700.0));
}

#[test]
fn rule_2_another_status_is_another_record() {
    let found = records(
        "[Solvatel](ORG) a déjà créé [180 emplois](JOBS) à [Rabat](LOC) l'[an dernier](DATE). \
         L'entreprise s'engage à créer [700 emplois](JOBS) supplémentaires d'ici [2026](DATE).",
    );
    let told: Vec<_> = found.iter().map(|r| (jobs(r), r.status)).collect();
    assert_eq!(
        told,
        [(Some(180.0), Status::Realized), (Some(700.0), Status::Pledged)]
    );
    assert_eq!(found[0].deadline, None);
}

#[test]
fn rule_3_a_total_and_its_parts() {
    let found = records(
        "[Rabat](LOC) - Deux conventions d'investissement signées [lundi](DATE) permettront la création de [900 emplois](JOBS) au total, \
         indique un communiqué.\n\
         [Alphacall](ORG) s'engage à créer [600 emplois](JOBS) à [Fès](LOC). [Betacom](ORG) prévoit de créer [300 emplois](JOBS) à [Oujda](LOC).",
    );
    let scopes: Vec<_> = found.iter().map(|r| (jobs(r), r.scope)).collect();
    let expected = [
        (Some(900.0), Scope::Total),
        (Some(600.0), Scope::Single),
        (Some(300.0), Scope::Single),
    ];
    assert_eq!(scopes, expected);
    assert!(found[0].organizations.is_empty());
    assert_eq!(found[1].organizations, ["Alphacall"]);
    assert_eq!(found[2].organizations, ["Betacom"]);
}

#[test]
fn rule_5_headcounts_turnover_loans_and_layoffs_are_no_records() {
    for text in [
        "[Sofrelog](ORG) emploie [800 personnes](JOBS) à [Rabat](LOC).",
        "[Sofrelog](ORG) a réalisé en [2023](DATE) un chiffre d'affaires de [350 millions de dirhams](MONEY), en hausse de 6%.",
        "[Sofrelog](ORG) va supprimer [120 postes](JOBS) à [Rabat](LOC), selon les syndicats.",
        "La [Banque africaine de développement](ORG) a accordé un prêt de [150 millions d'euros](MONEY) au [Maroc](LOC).",
        "La startup [Darpay](ORG) a levé [18 millions de dirhams](MONEY) auprès de [CDG Invest](ORG).",
        "Le secteur emploie [130.000 personnes](JOBS) au [Maroc](LOC), d'après le [GIMAS](ORG).",
    ] {
        let found = records(text);
        assert!(found.is_empty(), "{text}: {found:#?}");
    }
}

#[test]
fn rule_8_jobs_and_money_of_one_project_are_one_record() {
    let found = records(
        "[Oued Cloud](ORG) va investir [120 millions de dirhams](MONEY) à [Settat](LOC) et créer [90 emplois](JOBS) directs d'ici [2027](DATE).",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(jobs(&found[0]), Some(90.0));
    assert_eq!(found[0].investment.and_then(|m| m.amount.figure()), Some(120e6));
    assert_eq!(found[0].deadline, Some(When::Year(2027)));
}

#[test]
fn rule_10_parts_beside_their_sum_are_no_records() {
    let found = records(
        "[Sofrelog](ORG) va créer [3.000 emplois](JOBS) à [Tanger](LOC), dont [1.000](JOBS) dès [2025](DATE).",
    );
    assert_eq!(found.iter().map(jobs).collect::<Vec<_>>(), [Some(3000.0)]);
}

#[test]
fn rule_12_a_project_given_up_is_cancelled() {
    let found = records(
        "[Teleperia](ORG) renonce à son projet de centre d'appels à [Tétouan](LOC), où elle devait créer [450 emplois](JOBS).",
    );
    assert_eq!(
        found.iter().map(|r| r.status).collect::<Vec<_>>(),
        [Status::Cancelled]
    );
}

#[test]
fn rule_14_a_site_that_will_employ_is_a_pledge() {
    let found = records(
        "[Sofrelog](ORG) ouvrira à [Meknès](LOC) un nouveau site qui emploiera [200 personnes](JOBS).",
    );
    assert_eq!(
        found.iter().map(|r| r.status).collect::<Vec<_>>(),
        [Status::Pledged]
    );
    assert_eq!(found[0].locations, ["Meknès"]);
}

#[test]
fn rule_14_another_article_s_headline_is_no_record() {
    let found = records(
        "[Raja](ORG) : victoire à [Berkane](LOC)\n\nLe [Raja](ORG) s'est imposé [dimanche](DATE) à [Berkane](LOC) devant 12 000 spectateurs. \
         L'entraîneur a salué la solidité de sa défense.\n\nLire aussi\n[Nouaceur](LOC) : [Safran](ORG) promet [500 emplois](JOBS)\nMétéo : pluies sur le [Rif](LOC)",
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn announced_is_the_day_stated_else_the_publication() {
    let dated = records(
        "[Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC), a annoncé [vendredi](DATE) son directeur.",
    );
    assert_eq!(dated[0].announced, Some(When::Day(2024, 4, 12)));
    let undated = records("[Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC).");
    assert_eq!(undated[0].announced, Some(When::Day(2024, 4, 15)));
}

#[test]
fn parallel_lists_are_read_in_order() {
    let found = records(
        "[Harnois](ORG), [Iwatec](ORG) et [Conexia](ORG) créeront respectivement [1.200](JOBS), [850](JOBS) et [500 emplois](JOBS).",
    );
    let told: Vec<_> = found
        .iter()
        .map(|r| (r.organizations.join("+"), jobs(r)))
        .collect();
    let expected = [("Harnois", 1200.0), ("Iwatec", 850.0), ("Conexia", 500.0)];
    assert_eq!(told, expected.map(|(o, n)| (o.to_owned(), Some(n))));
}

#[test]
fn what_is_told_of_several_in_parallel_goes_to_each() {
    let found = records(
        "Trois accords ont été signés à [Rabat](LOC). [Kalam](ORG) prévoit [900 postes](JOBS) à [Fès](LOC). \
         [Nexidia](ORG) en créera [600](JOBS) à [Tétouan](LOC) et [Oriza](ORG) [400](JOBS) à [Agadir](LOC).",
    );
    let told: Vec<_> = found
        .iter()
        .map(|r| (r.organizations.join("+"), jobs(r), r.locations.join("+")))
        .collect();
    let expected = [
        ("Kalam", 900.0, "Fès"),
        ("Nexidia", 600.0, "Tétouan"),
        ("Oriza", 400.0, "Agadir"),
    ];
    assert_eq!(
        told,
        expected.map(|(o, n, l)| (o.to_owned(), Some(n), l.to_owned()))
    );
}

#[test]
fn evidence_is_the_sentence_of_the_figure() {
    let (document, mentions) = read(
        "Le temps est beau. [Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC). Le maire s'en réjouit.",
    );
    let (_, spans) = linked(&document, &mentions);
    let told: Vec<_> = spans[0].iter().filter_map(|s| s.slice(&document.text)).collect();
    assert_eq!(told, ["Sofrelog va créer 700 emplois à Rabat."]);
}

#[test]
fn odd_mentions_do_no_harm() {
    let (document, mut mentions) = read("[Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC).");
    mentions.push(Mention::gold(ByteSpan::new(3, 30).unwrap(), Label::Money));
    mentions.push(Mention::gold(ByteSpan::new(5000, 5004).unwrap(), Label::Jobs));
    let found = linked(&document, &mentions).0;
    assert_eq!(found.len(), 1);
    assert!(linked(&document, &[]).0.is_empty());
}

#[test]
fn a_long_document_takes_linear_time() {
    let one = "[Sofrelog](ORG) va créer [700 emplois](JOBS) à [Rabat](LOC) d'ici [2026](DATE), ".repeat(200);
    let (document, mentions) = read(&one);
    assert!(!linked(&document, &mentions).0.is_empty());
}
