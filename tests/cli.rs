//! `jalon` as typed: exit codes, messages that name file, line and field, documents that come back as they went in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail as tests do"
)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use common::{MARKUP, documents, folder, jalon, line, news, run, stderr, stdout, tiny};
use serde_json::Value;

/// Extracts documents with the model of random weights.
fn extract(folder: &Path, inputs: &[&str]) -> Output {
    let args = ["extract", "--quiet", "--emit", "documents", "--model", tiny()];
    run(folder, args.iter().chain(inputs))
}

fn ids(output: &Output) -> Vec<String> {
    documents(output).into_iter().map(|d| d.id).collect()
}

/// Runs a command that must end in exit code 2 with nothing on standard output; returns its message.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "{args:?}");
    stderr(&output).trim_end().to_owned()
}

#[test]
fn help_says_what_each_verb_takes() {
    let verbs: [&[&str]; 14] = [
        &[],
        &["extract"],
        &["tag"],
        &["normalise"],
        &["link"],
        &["evaluate"],
        &["train"],
        &["pretrain"],
        &["train-linker"],
        &["labels"],
        &["labels", "check"],
        &["labels", "compile"],
        &["labels", "show"],
        &["labels", "leaks"],
    ];
    for verb in verbs {
        let output = run(Path::new("."), verb.iter().chain(&["--help"]));
        assert_eq!(output.status.code(), Some(0), "{verb:?}");
        let name = verb
            .iter()
            .fold("help".to_owned(), |name, word| name + "_" + word);
        insta::assert_snapshot!(name, stdout(&output));
    }
}

#[test]
fn a_wrong_command_line_is_exit_2() {
    let here = Path::new(".");
    insta::assert_snapshot!(refused(here, &["lire"]), @r"
    error: unrecognized subcommand 'lire'

    Usage: jalon [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(here, &["extract"]), @r"
    error: the following required arguments were not provided:
      <INPUT>...

    Usage: jalon extract <INPUT>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(here, &["tag", "--threads", "0", "a.txt"]), @r"
    error: invalid value '0' for '--threads <N>': 0 is not in 1..=65535

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(here, &["evaluate", "--gold", "a", "--predictions", "b", "--gold-mentions"]), @r"
    error: the argument '--predictions <FILE>' cannot be used with '--gold-mentions'

    Usage: jalon evaluate --gold <FILE> --predictions <FILE>

    For more information, try '--help'.
    ");
}

#[test]
fn documents_do_not_fit_csv() {
    let message = refused(
        Path::new("."),
        &["extract", "--emit", "documents", "--format", "csv", "a.txt"],
    );
    insta::assert_snapshot!(message, @"jalon: --emit documents: expected --format jsonl, got another (a document does not fit a row)");
}

#[test]
fn a_model_that_cannot_be_loaded_is_exit_2_and_names_the_file() {
    let dir = folder(&[("a.txt", b"Rien.")]);
    let message = refused(dir.path(), &["extract", "--model", "nulle/part", "a.txt"]);
    insta::assert_snapshot!(message, @"jalon: loading nulle/part: nulle/part/config.json: cannot be read: No such file or directory (os error 2)");
    let files = ["config.json", "tokenizer.json", "model.safetensors"];
    for broken in files {
        let model = dir.path().join("modele");
        std::fs::create_dir_all(&model).unwrap();
        for file in files {
            std::fs::copy(Path::new(tiny()).join(file), model.join(file)).unwrap();
        }
        std::fs::write(model.join(broken), "{}").unwrap();
        let message = refused(dir.path(), &["tag", "--model", "modele", "a.txt"]);
        let expected = format!("jalon: loading modele: modele/{broken}: ");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_exit_2_and_named() {
    let dir = folder(&[("a.txt", b"Rien.")]);
    let message = refused(
        dir.path(),
        &["extract", "--model", tiny(), "--out", "nulle/part.jsonl", "a.txt"],
    );
    insta::assert_snapshot!(message, @"jalon: nulle/part.jsonl: cannot be written: No such file or directory (os error 2)");
}

#[test]
fn out_takes_what_would_go_to_standard_output() {
    let dir = folder(&[("a.txt", news(40).as_bytes())]);
    let printed = extract(dir.path(), &["a.txt"]);
    let written = extract(dir.path(), &["--out", "out.jsonl", "a.txt"]);
    assert_eq!(stdout(&written), "");
    assert_eq!(
        std::fs::read(dir.path().join("out.jsonl")).unwrap(),
        printed.stdout
    );
    assert!(!printed.stdout.is_empty());
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let cases: [(&str, &[u8], &str); 10] = [
        (
            "lot.jsonl",
            b"{\"id\": \"b\", \"text\": \"Une",
            "lot.jsonl:2: expected a JSON object: EOF while parsing a string at column 24",
        ),
        (
            "lot.jsonl",
            b"Une ligne de prose",
            "lot.jsonl:2: expected a JSON object: expected value at column 1",
        ),
        (
            "lot.jsonl",
            b"[\"b\"]",
            "lot.jsonl:2: expected a JSON object, got an array",
        ),
        (
            "lot.jsonl",
            b"{\"id\": \"b\"}",
            "lot.jsonl:2: field `text` should be a string, got nothing",
        ),
        (
            "lot.jsonl",
            b"{\"text\": \"Une\"}",
            "lot.jsonl:2: field `id` should be a string, got nothing",
        ),
        (
            "lot.jsonl",
            b"{\"id\": 7, \"text\": \"Une\"}",
            "lot.jsonl:2: field `id` should be a string, got a number",
        ),
        (
            "lot.jsonl",
            b"{\"id\": \"b\", \"text\": \"Une\", \"published\": \"hier\"}",
            "lot.jsonl:2: field `published` should be YYYY, YYYY-MM or YYYY-MM-DD, got `hier`",
        ),
        (
            "lot.jsonl",
            b"{\"id\": \"b\", \"text\": \"caf\xe9\"}",
            "lot.jsonl:2: expected UTF-8 text, got an invalid byte at 24",
        ),
        (
            "lot.ndjson",
            b"{\"id\": \"b\", \"text\": null}",
            "lot.ndjson:2: field `text` should be a string, got null",
        ),
        (
            "lot",
            b"{\"id\": \"b\"}",
            "lot:2: field `text` should be a string, got nothing",
        ),
    ];
    for (name, bad, expected) in cases {
        let lot = [
            line("a", "Un.").as_bytes(),
            bad,
            b"\n\n",
            line("c", "Trois.").as_bytes(),
        ]
        .concat();
        let dir = folder(&[(name, &lot), ("apres.txt", b"Quatre.")]);
        let output = extract(dir.path(), &[name, "apres.txt"]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert_eq!(stderr(&output), format!("jalon: {expected}\n"));
        assert_eq!(ids(&output), ["a", "c", "apres"], "{expected}");
    }
}

#[test]
fn a_text_file_that_is_not_utf_8_or_not_there_is_named_and_the_rest_goes_on() {
    let dir = folder(&[("latin.txt", b"Le caf\xe9 ferme."), ("apres.txt", b"Quatre.")]);
    let output = extract(dir.path(), &["latin.txt", "absent.txt", "apres.txt"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output), @r"
    jalon: latin.txt: expected UTF-8 text, got an invalid byte at 6
    jalon: absent.txt: cannot be read: No such file or directory (os error 2)
    ");
    assert_eq!(ids(&output), ["apres"]);
}

#[test]
fn the_last_line_counts_documents_and_failures() {
    let dir = folder(&[("a.txt", b"Un."), ("b.txt", b"\xff"), ("c.txt", b"Trois.")]);
    let output = run(dir.path(), ["tag", "--model", tiny(), "."]);
    let said = stderr(&output);
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("jalon: 2 documents read, 0 records, 1 failure, "),
        "{said}"
    );
}

#[test]
fn an_empty_document_is_a_document_without_mentions() {
    let lines = line("vide", "") + &line("blanc", " \u{a0}\n\t");
    let dir = folder(&[
        ("rien.txt", b""),
        ("blancs.txt", b" \r\n \n"),
        ("lot.jsonl", lines.as_bytes()),
    ]);
    let output = extract(dir.path(), &["rien.txt", "blancs.txt", "lot.jsonl"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let documents = documents(&output);
    let read: Vec<(&str, &str)> = documents
        .iter()
        .map(|d| (d.id.as_str(), d.text.as_str()))
        .collect();
    assert_eq!(
        read,
        [
            ("rien", ""),
            ("blancs", " \r\n \n"),
            ("vide", ""),
            ("blanc", " \u{a0}\n\t")
        ]
    );
    assert!(
        documents
            .iter()
            .all(|d| d.entities.is_empty() && d.records.is_empty())
    );
}

#[test]
fn an_empty_file_of_json_lines_holds_no_document() {
    let dir = folder(&[("lot.jsonl", b"\n\n")]);
    let output = extract(dir.path(), &["lot.jsonl"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_folder_gives_its_texts_and_json_lines_in_the_order_of_their_paths() {
    let dir = folder(&[
        ("dump/2.txt", b"Deux."),
        ("dump/1/deep.jsonl", line("un", "Un.").as_bytes()),
        ("dump/3.JSONL", line("trois", "Trois.").as_bytes()),
        ("dump/image.png", b"\x89PNG\xff"),
        ("dump/4.txt", b"\xff"),
        ("dump/5.ndjson", line("cinq", "Cinq.").as_bytes()),
    ]);
    let output = extract(dir.path(), &["dump"]);
    assert_eq!(ids(&output), ["un", "2", "trois", "cinq"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "jalon: dump/4.txt: expected UTF-8 text, got an invalid byte at 0\n"
    );
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_followed_and_broken_ones_named() {
    let dir = folder(&[("ailleurs/a.txt", b"Un."), ("dump/b.txt", b"Deux.")]);
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, dir.path().join(from)).unwrap();
    link("../ailleurs/a.txt", "dump/a.txt");
    link("../nulle-part.txt", "dump/c.txt");
    let output = extract(dir.path(), &["dump"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(ids(&output), ["a", "b"]);
    assert!(
        stderr(&output).starts_with("jalon: dump/c.txt: cannot be read: "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn normalise_answers_each_mention_with_its_value_or_the_reason_why_not() {
    let lines = r#"{"text": "Été : plus de 350 MDH", "start": 14, "end": 21, "label": "MONEY", "country": "MA"}
{"text": "1.500 emplois indirects", "start": 0, "end": 13, "label": "JOBS"}

{"text": "signé hier", "start": 6, "end": 10, "label": "DATE", "published": "2024-03-01"}
{"text": "signé hier", "start": 6, "end": 10, "label": "DATE"}
{"text": "à Sfax", "start": 2, "end": 6, "label": "LOC"}
{"text": "le groupe Orange", "start": 3, "end": 16, "label": "ORG"}
"#;
    let dir = folder(&[("mentions.jsonl", lines.as_bytes())]);
    let output = run(dir.path(), ["normalise", "mentions.jsonl"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn a_mention_that_cannot_be_read_is_named_and_the_rest_goes_on() {
    let lines = r#"{"text": "5 DH", "start": 0, "end": 9, "label": "MONEY"}
{"text": "5 DH", "start": 2, "end": 2, "label": "MONEY"}
{"text": "5 DH", "start": "0", "end": 4, "label": "MONEY"}
{"text": "5 DH", "start": 0, "end": 4, "label": "MONEY", "country": "Maroc"}
{"text": "hier", "start": 0, "end": 4, "label": "DATE", "published": "hier"}
5 DH
{"text": "5 DH", "start": 0, "end": 4, "label": "MONEY"}
"#;
    let dir = folder(&[("mentions.jsonl", lines.as_bytes())]);
    let output = run(dir.path(), ["normalise", "mentions.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1);
    insta::assert_snapshot!(stderr(&output));
    let message = refused(dir.path(), &["normalise", "absent.jsonl"]);
    insta::assert_snapshot!(message, @"jalon: absent.jsonl: cannot be read: No such file or directory (os error 2)");
}

/// Two articles on one commitment, the later one with more jobs.
const REPORTS: [&str; 2] = [
    r#"{"doc_id":"a","id":"r1","organizations":["Ventora SA"],"jobs":{"min":450,"max":450,"approx":false},"indirect_jobs":null,"investment":null,"locations":["Oujda"],"deadline":"2026","announced":"2024-03-12","status":"pledged","scope":"single"}"#,
    r#"{"doc_id":"b","id":"r1","organizations":["Groupe Ventora"],"jobs":{"min":600,"max":600,"approx":false},"indirect_jobs":null,"investment":null,"locations":["Oujda"],"deadline":"2026","announced":"2024-09-02","status":"pledged","scope":"single"}"#,
];

#[test]
fn link_gives_one_key_to_a_commitment_and_calls_the_later_report_an_update() {
    let reversed = [REPORTS[1], REPORTS[0]].join("\n");
    let dir = folder(&[
        ("in.jsonl", REPORTS.join("\n").as_bytes()),
        ("reversed.jsonl", reversed.as_bytes()),
    ]);
    let output = run(dir.path(), ["link", "--quiet", "--across", "in.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let records: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["commitment_id"], records[1]["commitment_id"]);
    assert_eq!(records[0]["update_of"], Value::Null);
    assert_ne!(records[1]["update_of"], Value::Null);
    let again = run(dir.path(), ["link", "--quiet", "--across", "reversed.jsonl"]);
    assert_eq!(stdout(&again), text, "the order of the lines does not matter");
    let commitments = run(
        dir.path(),
        ["link", "--quiet", "--emit", "commitments", "--across", "in.jsonl"],
    );
    assert_eq!(stdout(&commitments).lines().count(), 1);
}

#[test]
fn a_record_that_cannot_be_linked_is_named_and_the_rest_goes_on() {
    let lines = [REPORTS[0], "{\"id\": 3}", "not json"].join("\n");
    let dir = folder(&[("in.jsonl", lines.as_bytes())]);
    let output = run(dir.path(), ["link", "--across", "in.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn a_linker_that_cannot_be_read_is_exit_2_and_named() {
    let dir = folder(&[("in.txt", b"Rien."), ("plain.json", b"{}"), ("roles.json", b"{}")]);
    let message = refused(dir.path(), &["extract", "--linker", "none", "in.txt"]);
    assert!(message.contains("none/plain.json: cannot be read"), "{message}");
    let message = refused(dir.path(), &["extract", "--linker", ".", "in.txt"]);
    assert!(message.contains("with-roles.json: cannot be read"), "{message}");
    std::fs::remove_file(dir.path().join("roles.json")).unwrap();
    let message = refused(dir.path(), &["extract", "--linker", ".", "in.txt"]);
    assert!(
        message.contains("plain.json: expected a file written by `jalon train-linker`"),
        "{message}"
    );
}

#[test]
fn a_folder_without_anything_to_read_is_a_failure() {
    let dir = folder(&[("dump/image.png", b"\x89PNG"), ("apres.txt", b"Un.")]);
    let output = extract(dir.path(), &["dump", "apres.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "jalon: dump: expected .txt or .jsonl files in this folder, got none\n"
    );
    assert_eq!(ids(&output), ["apres"]);
}

#[test]
fn standard_input_is_a_text_or_json_lines() {
    let pipe = |input: &str| {
        let mut child = jalon(Path::new("."))
            .args(["extract", "-q", "--emit", "documents", "--model", tiny(), "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let text = pipe("Un article.\nDeux lignes.");
    assert_eq!(text.status.code(), Some(0));
    assert_eq!(ids(&text), ["-"]);
    assert_eq!(documents(&text)[0].text, "Un article.\nDeux lignes.");
    let lines = pipe(&(line("a", "Un.") + "{\"id\": \"b\"}\n" + &line("c", "Trois.")));
    assert_eq!(lines.status.code(), Some(1));
    assert_eq!(ids(&lines), ["a", "c"]);
    assert_eq!(
        stderr(&lines),
        "jalon: -:2: field `text` should be a string, got nothing\n"
    );
}

#[test]
fn a_line_of_two_megabytes_is_read_whole() {
    let sentence = news(2_000).replace('\n', " ") + " ";
    let text = sentence.repeat(2_000_000 / sentence.len() + 1);
    let dir = folder(&[(
        "long.jsonl",
        (line("long", &text) + &line("court", "Un.")).as_bytes(),
    )]);
    let output = run(dir.path(), ["tag", "-q", "--model", tiny(), "long.jsonl"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let documents = documents(&output);
    assert_eq!(documents[0].text, text);
    let last = documents[0].entities.last().unwrap();
    assert!(last.end > text.chars().count() - 2_000, "mentions up to the end");
    assert_eq!(documents[1].id, "court");
}

/// Linking takes seconds here, not minutes: the work grows with the text, not with its square.
#[test]
fn a_line_of_half_a_megabyte_is_linked() {
    let text = news(80_000).replace('\n', " ");
    let dir = folder(&[("long.jsonl", line("long", &text).as_bytes())]);
    let output = extract(dir.path(), &["long.jsonl"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let documents = documents(&output);
    assert_eq!(documents[0].text, text);
    let ids: std::collections::BTreeSet<&str> = documents[0].entities.iter().map(|e| e.id.as_str()).collect();
    let mut supports = documents[0].records.iter().flat_map(|r| &r.mentions);
    assert!(
        supports.all(|s| ids.contains(s.entity.as_str())),
        "records name mentions of their document"
    );
}

#[test]
fn documents_come_back_with_their_text_and_mentions_that_slice_it() {
    let texts = [
        "Orange 🚀 crée 3\u{202f}000\u{a0}emplois à Fès 👩\u{200d}🔬 d’ici 2026 😀😀, dit-on.",
        "L’e\u{301}te\u{301} à Be\u{301}ni-Mellal : 1\u{2009}500 postes, 2,5\u{a0}M€ et « rien » d’autre.",
        "\u{feff}Titre\r\n\r\nCorps\tavec tabulations\u{b}et\u{85}fins de ligne\u{2028}rares, 12 % de plus.",
        "العربية في النص OCP 𝄞𝄞 中文 700 emplois \u{0} fin",
        &news(400),
    ];
    let lines: String = texts
        .iter()
        .enumerate()
        .map(|(i, t)| line(&format!("d{i}"), t))
        .collect();
    let dir = folder(&[("lot.jsonl", lines.as_bytes())]);
    let output = extract(dir.path(), &["lot.jsonl"]);
    assert_eq!(output.status.code(), Some(0));
    let documents = documents(&output);
    assert_eq!(documents.len(), texts.len());
    for (i, (document, text)) in documents.iter().zip(&texts).enumerate() {
        assert_eq!((&document.id, &document.text.as_str()), (&format!("d{i}"), text));
        let chars: Vec<char> = text.chars().collect();
        for entity in &document.entities {
            let slice: String = chars[entity.start..entity.end].iter().collect();
            assert_eq!(entity.text.as_ref(), Some(&slice), "{entity:?}");
            assert!(
                entity.score.is_some_and(|s| (0.0..=1.0).contains(&s)),
                "{entity:?}"
            );
        }
        assert!(
            document.entities.windows(2).all(|e| e[0].end <= e[1].start),
            "in order, not overlapping"
        );
    }
    assert!(
        documents[..2].iter().all(|d| !d.entities.is_empty()),
        "the model of random weights tags something"
    );
}

#[test]
fn publication_date_and_source_come_back() {
    let input = r#"{"id": "a", "text": "Rien.", "published": "2024-04-12T08:00:00Z", "source": "Le Matin", "page": 3}"#;
    let dir = folder(&[("a.json", input.as_bytes())]);
    let document = documents(&extract(dir.path(), &["a.json"])).remove(0);
    assert_eq!(document.published.unwrap().to_string(), "2024-04-12");
    assert_eq!(document.source.as_deref(), Some("Le Matin"));
}

#[test]
fn labels_of_the_input_are_ignored() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = run(dir.path(), ["labels", "compile", "labels.txt"]);
    let bare: String = documents(&compiled)
        .iter()
        .map(|d| {
            let published = d.published.map(|p| p.to_string());
            serde_json::json!({"id": d.id, "text": d.text, "published": published, "source": d.source})
                .to_string()
                + "\n"
        })
        .collect();
    std::fs::write(dir.path().join("labelled.jsonl"), &compiled.stdout).unwrap();
    std::fs::write(dir.path().join("bare.jsonl"), bare).unwrap();
    let (labelled, bare) = (
        extract(dir.path(), &["labelled.jsonl"]),
        extract(dir.path(), &["bare.jsonl"]),
    );
    assert_eq!(documents(&labelled).len(), 2);
    assert_eq!(stdout(&labelled), stdout(&bare));
}

#[test]
fn tag_writes_the_same_mentions_in_three_formats() {
    let dir = folder(&[("a.txt", news(120).as_bytes())]);
    let tag = |format| {
        run(
            dir.path(),
            ["tag", "-q", "--model", tiny(), "--format", format, "a.txt"],
        )
    };
    let document = documents(&tag("jsonl")).remove(0);
    assert_eq!(
        document.entities,
        documents(&extract(dir.path(), &["a.txt"]))[0].entities
    );
    assert!(!document.entities.is_empty());
    let conll = stdout(&tag("conll"));
    assert!(conll.starts_with("# id = a\n"));
    let begun: Vec<String> = conll
        .lines()
        .filter_map(|l| Some(l.split_once("\tB-")?.1.to_owned()))
        .collect();
    let labels: Vec<String> = document.entities.iter().map(|e| e.label.to_string()).collect();
    assert_eq!(begun, labels);
    let mut marked = String::new();
    let mut at = 0;
    let chars: Vec<char> = document.text.chars().collect();
    for entity in &document.entities {
        marked.extend(&chars[at..entity.start]);
        let mention = format!("[{}]({})", entity.text.as_ref().unwrap(), entity.label);
        marked.push_str(&mention);
        at = entity.end;
    }
    marked.extend(&chars[at..]);
    assert_eq!(stdout(&tag("text")), marked + "\n");
}

#[test]
fn a_closed_pipe_is_a_success() {
    let long = MARKUP.replace("a-t-on appris", &news(2_000).replace('[', "("));
    let dir = folder(&[("labels.txt", long.as_bytes()), ("a.txt", news(50).as_bytes())]);
    let compiled = run(dir.path(), ["labels", "compile", "labels.txt"]);
    assert!(compiled.stdout.len() > 10_000, "{}", stderr(&compiled));
    std::fs::write(dir.path().join("labels.jsonl"), compiled.stdout).unwrap();
    let commands: [&[&str]; 10] = [
        &["extract", "--model", tiny(), "a.txt", "--emit", "documents"],
        &["extract", "--model", tiny(), "a.txt", "--format", "csv"],
        &["tag", "--model", tiny(), "a.txt", "--format", "conll"],
        &["tag", "--model", tiny(), "a.txt", "--format", "text"],
        &["labels", "compile", "labels.txt"],
        &["labels", "show", "labels.jsonl"],
        &["labels", "check", "labels.jsonl"],
        &[
            "labels",
            "leaks",
            "--training",
            "labels.jsonl",
            "--gold",
            "labels.jsonl",
        ],
        &[
            "evaluate",
            "--gold",
            "labels.jsonl",
            "--predictions",
            "labels.jsonl",
        ],
        &["evaluate", "--gold", "labels.jsonl", "--gold-mentions", "--json"],
    ];
    for args in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = jalon(dir.path()).args(args).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("roken pipe"), "{args:?}");
    }
}

#[test]
fn labels_go_to_json_and_back() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = run(dir.path(), ["labels", "compile", "labels.txt"]);
    assert_eq!(compiled.status.code(), Some(0), "{}", stderr(&compiled));
    std::fs::write(dir.path().join("labels.jsonl"), &compiled.stdout).unwrap();
    let checked = run(dir.path(), ["labels", "check", "labels.jsonl"]);
    assert_eq!((checked.status.code(), stderr(&checked).as_str()), (Some(0), ""));
    insta::assert_snapshot!("labels_check", stdout(&checked));
    let shown = run(dir.path(), ["labels", "show", "labels.jsonl"]);
    assert_eq!(stdout(&shown), MARKUP);
}

#[test]
fn a_fault_in_the_markup_is_exit_2_and_names_file_and_line() {
    let dir = folder(&[(
        "labels.txt",
        MARKUP.replace("[Renault](ORG)", "[Renault](PER)").as_bytes(),
    )]);
    let output = run(dir.path(), ["labels", "compile", "labels.txt"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @"jalon: labels.txt:13: expected one of ORG, LOC, MONEY, JOBS, DATE, got `PER`");
}

#[test]
fn faults_in_labels_are_exit_1_and_name_file_line_and_field() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = stdout(&run(dir.path(), ["labels", "compile", "labels.txt"]));
    let (first, second) = compiled.split_once('\n').unwrap();
    let cases = [
        (
            second.replace("\"Renault\"", "\"Renaut\""),
            "labels.jsonl:2: document `doc-2`: `entities[0].text`: expected `Renault` (text[start..end]), got `Renaut`",
        ),
        (
            second.replace("\"end\":7", "\"end\":700"),
            "labels.jsonl:2: document `doc-2`: `entities`: entity `e1`: expected 0 <= start < end <= 22 code points, got 0..700",
        ),
        (
            second.replace("doc-2", "doc-1"),
            "labels.jsonl:2: document `doc-1`: `id`: expected an id of its own, got labels.jsonl:1's",
        ),
        (
            second.replace("\"label\":\"ORG\"", "\"label\":\"PER\""),
            "labels.jsonl:2: field `entities[0].label`: unknown variant `PER`, expected one of `ORG`, `LOC`, `MONEY`, `JOBS`, `DATE` at column 157",
        ),
        (
            second.replace("\"start\":0", "\"start\":\"0\""),
            "labels.jsonl:2: field `entities[0].start`: invalid type: string \"0\", expected usize at column 137",
        ),
        (
            second.replace("\"records\"", "\"record\""),
            "labels.jsonl:2: missing field `records` at column 249",
        ),
        (
            second.trim_end().trim_end_matches('}').to_owned(),
            "labels.jsonl:2: EOF while parsing an object at column 249",
        ),
    ];
    for (faulty, expected) in cases {
        assert_ne!(faulty, second, "{expected}");
        std::fs::write(dir.path().join("labels.jsonl"), format!("{first}\n{faulty}")).unwrap();
        let output = run(dir.path(), ["labels", "check", "labels.jsonl"]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert_eq!(stderr(&output).trim_end(), expected);
        assert!(stdout(&output).contains("1 problems"), "{}", stdout(&output));
    }
}

#[test]
fn mentions_that_overlap_cannot_be_shown_and_their_document_is_named() {
    let two = r#"{"id": "a", "text": "OCP Group", "records": [], "entities": [{"id": "e1", "start": 0, "end": 9, "label": "ORG"}, {"id": "e2", "start": 4, "end": 9, "label": "ORG"}]}"#;
    let dir = folder(&[("labels.jsonl", two.as_bytes())]);
    let message = refused(dir.path(), &["labels", "show", "labels.jsonl"]);
    insta::assert_snapshot!(message, @"jalon: labels.jsonl: document `a`: expected mentions that do not overlap");
}

/// Every `f1`, `core`, … figure of a report, with the path to it.
fn f1s(report: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    if let Value::Object(fields) = report {
        for (name, value) in fields {
            let path = format!("{path}.{name}");
            if name == "f1" || name == "macro_f1" {
                found.push((path.clone(), value["value"].clone()));
            }
            f1s(value, &path, found);
        }
    }
}

#[test]
fn a_gold_set_scores_one_against_itself() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = run(dir.path(), ["labels", "compile", "labels.txt"]);
    std::fs::write(dir.path().join("gold.jsonl"), &compiled.stdout).unwrap();
    let output = run(
        dir.path(),
        [
            "evaluate",
            "--gold",
            "gold.jsonl",
            "--predictions",
            "gold.jsonl",
            "--json",
        ],
    );
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = Vec::new();
    f1s(&report, "", &mut found);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        ".mentions.strict.micro.f1",
        ".mentions.strict.macro_f1",
        ".mentions.strict.by_label.JOBS.f1",
        ".slots.micro.f1",
        ".slots.by_slot.deadline.f1",
        ".records.core.f1",
        ".records.exact.f1",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    for (name, value) in &found {
        // What neither side has is undefined: no slot of indirect jobs in two documents.
        assert!(*value == 1.0 || value.is_null(), "{name}: {value}");
    }
    assert!(
        found.iter().filter(|(_, value)| *value == 1.0).count() > 15,
        "{found:?}"
    );
    assert_eq!(report["errors"], serde_json::json!([]));
}

#[test]
fn gold_mentions_measure_the_linker_alone() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = run(dir.path(), ["labels", "compile", "labels.txt"]);
    std::fs::write(dir.path().join("gold.jsonl"), &compiled.stdout).unwrap();
    let output = run(
        dir.path(),
        ["evaluate", "--gold", "gold.jsonl", "--gold-mentions", "--json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["mentions"]["strict"]["micro"]["f1"]["value"], 1.0);
    assert!(report["records"]["core"]["f1"].is_object());
}

#[test]
fn predictions_of_other_documents_are_refused_and_missing_ones_are_said() {
    let dir = folder(&[("labels.txt", MARKUP.as_bytes())]);
    let compiled = stdout(&run(dir.path(), ["labels", "compile", "labels.txt"]));
    let first = compiled.lines().next().unwrap();
    std::fs::write(dir.path().join("gold.jsonl"), &compiled).unwrap();
    let evaluate = |predictions: String| {
        std::fs::write(dir.path().join("predicted.jsonl"), predictions).unwrap();
        run(
            dir.path(),
            [
                "evaluate",
                "--gold",
                "gold.jsonl",
                "--predictions",
                "predicted.jsonl",
            ],
        )
    };
    let missing = evaluate(first.to_owned());
    assert_eq!(missing.status.code(), Some(0));
    insta::assert_snapshot!(stderr(&missing), @"jalon: no prediction for 1 documents, counted as empty: doc-2");
    let surplus = evaluate(compiled.replace("doc-2", "doc-3"));
    assert_eq!(surplus.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&surplus), @"jalon: predicted document `doc-3`: expected a document of the gold set, got one that it lacks");
    let broken = evaluate(format!("{first}\n{{\"id\": 3}}"));
    assert_eq!(broken.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&broken), @"jalon: predicted.jsonl:2: field `id`: invalid type: integer `3`, expected a string at column 8");
}

#[test]
fn the_program_alone_holds_its_model() {
    let dir = folder(&[("ici/a.txt", news(60).as_bytes())]);
    let program = dir.path().join(format!("jalon{}", std::env::consts::EXE_SUFFIX));
    std::fs::copy(assert_cmd::cargo::cargo_bin!("jalon"), &program).unwrap();
    let output = std::process::Command::new(program)
        .args(["extract", "--emit", "documents", "a.txt"])
        .current_dir(dir.path().join("ici"))
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(documents(&output)[0].text, news(60));
}
