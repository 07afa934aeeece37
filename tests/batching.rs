//! The output does not depend on how the work is cut: threads, batches, a second run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail as tests do"
)]

mod common;

use common::{documents, folder, line, news, run, stderr, tiny};

/// Texts of very different lengths, in no order.
fn dump() -> String {
    let lengths = [700, 1, 0, 12, 3_000, 2, 90, 35, 260, 5, 130, 1_100, 60];
    let text = |(i, &n): (usize, &usize)| {
        line(
            &format!("d{i}"),
            &format!("{}{}", "Aparté. ".repeat(i % 3), news(n)),
        )
    };
    lengths.iter().enumerate().map(text).collect()
}

/// Extracts a dump in several ways; each must give the same bytes. Returns the documents.
fn same_bytes(model: &[&str], ways: &[(&str, &str)]) -> Vec<jalon::document::LabelledDocument> {
    let dir = folder(&[("dump.jsonl", dump().as_bytes())]);
    let extract = |emit, threads, batch| {
        let args = [
            "extract",
            "-q",
            "--emit",
            emit,
            "--threads",
            threads,
            "--batch",
            batch,
        ];
        let output = run(dir.path(), args.iter().chain(model).chain(&["dump.jsonl"]));
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        output
    };
    let first = extract("documents", "1", "32");
    for &(threads, batch) in ways {
        let again = extract("documents", threads, batch);
        // Not `assert_eq`: a difference would print megabytes.
        assert!(
            again.stdout == first.stdout,
            "--threads {threads} --batch {batch}"
        );
    }
    let (records, again) = (extract("records", "1", "1"), extract("records", "2", "32"));
    assert!(records.stdout == again.stdout, "records");
    let documents = documents(&first);
    let n_records: usize = documents.iter().map(|d| d.records.len()).sum();
    let n_lines = records.stdout.split(|b| *b == b'\n').count() - 1;
    assert_eq!(n_lines, n_records, "a record a line");
    documents
}

#[test]
fn a_model_that_tags_everywhere_gives_the_same_bytes_however_the_work_is_cut() {
    let documents = same_bytes(
        &["--model", tiny()],
        &[("2", "32"), ("1", "1"), ("2", "1"), ("2", "7"), ("1", "32")],
    );
    assert_eq!(documents.len(), 13);
    let tagged = documents.iter().filter(|d| !d.entities.is_empty()).count();
    assert!(tagged > 6, "{tagged} documents with mentions");
}

#[test]
fn in_f32_too() {
    let model = ["--model", tiny(), "--precision", "f32"];
    assert_eq!(same_bytes(&model, &[("2", "32"), ("1", "1")]).len(), 13);
}

#[test]
fn the_shipped_model_gives_the_same_bytes_however_the_work_is_cut() {
    assert_eq!(same_bytes(&[], &[("2", "1"), ("1", "32")]).len(), 13);
}
