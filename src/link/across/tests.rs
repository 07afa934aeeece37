//! Reports of small worlds, linked.

use proptest::prelude::*;

use super::*;
use crate::record::Status;
use crate::value::Quantity;

fn report(doc: &str, who: &str, jobs: f64, place: &str, announced: &str) -> Report {
    let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
    record.organizations = vec![who.to_owned()];
    record.jobs = Some(Quantity::exactly(jobs));
    record.locations = vec![place.to_owned()];
    record.announced = announced.parse().ok();
    Report {
        doc_id: doc.to_owned(),
        record_id: "r1".to_owned(),
        published: record.announced,
        record,
    }
}

fn linked(reports: &[Report]) -> Vec<Link> {
    link_across(reports, &[], &Aliases::default())
}

#[test]
fn one_commitment_in_two_articles() {
    let links = linked(&[
        report("b", "Groupe Ventora", 450.0, "Oujda", "2024-03-14"),
        report("a", "Ventora", 450.0, "Oujda", "2024-03-12"),
    ]);
    assert_eq!(links[0].commitment_id, "ventora:oujda:jobs-450:2024");
    assert_eq!(links[0].commitment_id, links[1].commitment_id);
    assert_eq!(links[0].reports, ["a/r1", "b/r1"]);
    assert_eq!(links[0].update_of, None);
}

#[test]
fn a_later_figure_is_an_update() {
    let mut done = report("c", "Ventora", 600.0, "Oujda", "2025-06-01");
    done.record.status = Status::Realized;
    let links = linked(&[
        report("a", "Ventora", 450.0, "Oujda", "2024-03-12"),
        report("b", "Ventora", 600.0, "Oujda", "2024-09-01"),
        done,
    ]);
    assert_eq!(links[1].update_of.as_deref(), Some("a/r1"));
    assert_eq!(links[1].changes, ["jobs"]);
    assert_eq!(links[0].updates, ["b/r1"]);
    assert_eq!(links[2].changes, ["status"]);
    assert_eq!(links[2].update_of.as_deref(), Some("b/r1"));
}

#[test]
fn other_places_sizes_and_organisations_are_other_commitments() {
    let first = report("a", "Ventora", 450.0, "Oujda", "2024-03-12");
    for other in [
        report("b", "Ventora", 450.0, "Fès", "2024-03-12"),
        report("b", "Ventora", 4500.0, "Oujda", "2024-03-12"),
        report("b", "Nexidia", 450.0, "Oujda", "2024-03-12"),
        report("b", "Ventora", 500.0, "Oujda", "2029-03-12"),
    ] {
        let links = linked(&[first.clone(), other.clone()]);
        assert_ne!(links[0].commitment_id, links[1].commitment_id, "{other:?}");
    }
}

#[test]
fn records_of_one_document_stay_apart() {
    let mut second = report("a", "Ventora", 450.0, "Oujda", "2024-03-12");
    second.record_id = "r2".to_owned();
    let links = linked(&[report("a", "Ventora", 450.0, "Oujda", "2024-03-12"), second]);
    assert_eq!(links[1].commitment_id, "ventora:oujda:jobs-450:2024~2");
}

#[test]
fn names_that_a_document_spells_out_are_one() {
    let reports = [
        report("a", "Sofrex", 450.0, "Oujda", "2024-03-12"),
        report("b", "Société fruitière", 450.0, "Oujda", "2024-03-13"),
    ];
    let pair = ("Société fruitière".to_owned(), "Sofrex".to_owned());
    let links = link_across(&reports, &[pair], &Aliases::default());
    assert_eq!(links[0].organization_id, links[1].organization_id);
    assert_eq!(links[0].commitment_id, links[1].commitment_id);
}

proptest! {
    #[test]
    fn the_order_of_reports_changes_nothing(
        seeds in prop::collection::vec((0_usize..5, 0_usize..4, 0_usize..4, 0_usize..6, 0_usize..3), 0..14),
        order in prop::collection::vec(any::<u32>(), 14),
    ) {
        let reports: Vec<Report> = seeds
            .iter()
            .enumerate()
            .map(|(i, &(who, jobs, place, when, status))| {
                let who = ["Ventora", "Groupe Ventora", "Ventorra", "ONCF", "Office national des chemins de fer"][who];
                let place = ["Oujda", "Fès", "Maroc", "Dakar"][place];
                let day = ["2024-03-12", "2024-03-14", "2025-01-01", "2026", "--12-22", ""][when];
                let mut r = report(&format!("d{}", i / 2), who, [450.0, 455.0, 600.0, 2000.0][jobs], place, day);
                r.record_id = format!("r{i}");
                r.record.status = [Status::Pledged, Status::Realized, Status::Cancelled][status];
                r
            })
            .collect();
        let straight = linked(&reports);
        let mut moved: Vec<usize> = (0..reports.len()).collect();
        moved.sort_by_key(|&i| order[i]);
        let shuffled: Vec<Report> = moved.iter().map(|&i| reports[i].clone()).collect();
        for (k, link) in linked(&shuffled).iter().enumerate() {
            prop_assert_eq!(link, &straight[moved[k]]);
        }
    }
}
