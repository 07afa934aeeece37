//! Texts and labels in, a model folder out; cut anywhere, a run ends with the same weights.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail as tests do"
)]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{documents, folder, news, run, stderr};
use jalon::train::{PretrainConfig, Progress, TrainConfig, TrainError, pretrain, train};

const PRETRAIN: &str = r#"mask = 0.2
window_tokens = 32

[run]
out = "pretrained"
seed = 1
steps = 45
batch_tokens = 128
learning_rate = 2e-3
warmup = 5
weight_decay = 0.05
dropout = 0.1
mean_decay = 0.9
checkpoint_seconds = 0
shards = 2

[encoder]
n_ids = 300
width = 16
ffn_width = 32
n_layers = 1
n_heads = 2

[[text]]
path = "news.txt"
weight = 1.5
"#;

const TRAIN: &str = r#"init = "pretrained"
window_tokens = 48
window_overlap = 12
smoothing = 0.05
evaluate_every = 4

[run]
out = "trained"
seed = 1
steps = 26
batch_tokens = 96
learning_rate = 1e-2
warmup = 3
weight_decay = 0.05
dropout = 0.1
mean_decay = 0.9
checkpoint_seconds = 0
shards = 2

[[labels]]
path = "labels.jsonl"
weight = 1.0
augment = true

[[dev]]
path = "labels.jsonl"
weight = 1.0
"#;

const LABELS: &str = "@@ a
--
[Atlas Câblage](ORG:1) créera [1.500 emplois](JOBS:1) à [Kénitra](LOC:1) d’ici [fin 2027](DATE:1d).
==
1 pledged single | org Atlas Câblage | jobs 1500 | loc Kénitra | deadline 2027
@@ b
--
[Sofrecom](ORG) investit [2,5 millions d’euros](MONEY) à [Fès](LOC) et recrute [120 ingénieurs](JOBS).
==
@@ c
--
Rien de neuf à [Rabat](LOC) en [2024](DATE), dit-on chez [Orange](ORG).
==
@@ d
--
Au [Sénégal](LOC), [OCP](ORG) promet [40 postes](JOBS) et [3 milliards de francs](MONEY) avant [2026](DATE).
==
";

/// A folder with texts, labels and the two configurations.
fn recipe() -> tempfile::TempDir {
    let labels: Vec<String> = jalon::labels::compile(LABELS)
        .unwrap()
        .iter()
        .map(|d| serde_json::to_string(d).unwrap())
        .collect();
    let news = news(900).replace(". ", ".\n");
    folder(&[
        ("news.txt", news.as_bytes()),
        ("labels.jsonl", labels.join("\n").as_bytes()),
        ("pretrain.toml", PRETRAIN.as_bytes()),
        ("train.toml", TRAIN.as_bytes()),
    ])
}

/// Settings of a pre-training in a folder, whatever the current one.
fn pretraining(folder: &Path) -> PretrainConfig {
    let mut config = PretrainConfig::load(&folder.join("pretrain.toml")).unwrap();
    config.run.out = folder.join("pretrained");
    config.text[0].path = folder.join("news.txt");
    config
}

/// Settings of a training in a folder that starts from the shared pre-trained encoder.
fn training(folder: &Path) -> TrainConfig {
    let mut config = TrainConfig::load(&folder.join("train.toml")).unwrap();
    config.run.out = folder.join("trained");
    config.init = pretrained().join("pretrained");
    for source in config.labels.iter_mut().chain(&mut config.dev) {
        source.path = folder.join("labels.jsonl");
    }
    config
}

/// Settings of a training long and plain enough to learn its documents by heart, measured once.
fn by_heart(folder: &Path) -> TrainConfig {
    let mut config = training(folder);
    config.run.steps = 240;
    config.evaluate_every = 240;
    config.run.dropout = 0.0;
    config.labels[0].augment = false;
    config
}

/// A folder with a finished pre-training, made once.
fn pretrained() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let recipe = recipe();
        pretrain(&pretraining(recipe.path()), |_| {}).unwrap();
        let name = format!("pretrained-{}", std::process::id());
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::rename(recipe.path(), &kept)
            .or_else(|_| copy(&recipe.path().join("pretrained"), &kept.join("pretrained")))
            .unwrap();
        kept
    })
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Runs until a step is reported, then dies there: nothing after the report is done.
fn cut(at: usize, work: impl FnOnce(&mut dyn FnMut(&Progress)) -> Result<(), TrainError>) {
    let died = catch_unwind(AssertUnwindSafe(|| {
        work(&mut |p| {
            if p.step == at {
                resume_unwind(Box::new("cut"));
            }
        })
    }));
    assert!(died.is_err(), "step {at} is never reported");
}

/// Runs to the end; returns the steps reported.
fn finish(work: impl FnOnce(&mut dyn FnMut(&Progress)) -> Result<(), TrainError>) -> Vec<usize> {
    let mut steps = Vec::new();
    work(&mut |p| steps.push(p.step)).unwrap();
    steps
}

fn weights(out: &Path) -> Vec<u8> {
    std::fs::read(out.join("model.safetensors")).unwrap()
}

#[test]
fn the_recipe_gives_a_model_that_tags() {
    let dir = recipe();
    for args in [
        ["pretrain", "--config", "pretrain.toml"],
        ["train", "--config", "train.toml"],
    ] {
        let output = run(dir.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    }
    let output = run(dir.path(), ["tag", "-q", "--model", "trained", "labels.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(documents(&output).len(), 4);
    // The settings beside the weights are those of the run.
    let settings = TrainConfig::load(&dir.path().join("trained/training.toml")).unwrap();
    assert_eq!(
        settings,
        TrainConfig::load(&dir.path().join("train.toml")).unwrap()
    );
}

#[test]
fn training_learns_its_few_documents() {
    let dir = recipe();
    let mut config = by_heart(dir.path());
    config.evaluate_every = 60;
    let mut scores = Vec::new();
    train(&config, |p| scores.extend(p.dev.iter().map(|(_, f)| *f))).unwrap();
    assert_eq!(scores.len(), 4);
    assert!(scores[3] > 0.9, "strict F1 on what it learnt from: {scores:?}");
}

#[test]
fn a_linker_is_trained_for_a_model_and_serves_it_alone() {
    let dir = recipe();
    train(&by_heart(dir.path()), |_| ()).unwrap();
    for out in ["linker", "again"] {
        let args = [
            "train-linker",
            "--labels",
            "labels.jsonl",
            "--model",
            "trained",
            "--out",
            out,
        ];
        let output = run(dir.path(), args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    for file in ["plain.json", "with-roles.json", "roles.json", "roles.safetensors"] {
        let read = |out: &str| std::fs::read(dir.path().join(out).join(file)).unwrap();
        assert!(
            read("linker") == read("again"),
            "{file} differs from one training to the next"
        );
    }
    let evaluate = ["evaluate", "--gold", "labels.jsonl", "--linker", "linker"];
    let output = run(dir.path(), evaluate.into_iter().chain(["--model", "trained"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "", "the role model was trained on this model");
    let output = run(dir.path(), evaluate);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("was trained on another model, and is not used"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_pre_training_cut_and_resumed_ends_with_the_same_weights() {
    let dir = recipe();
    let config = pretraining(dir.path());
    cut(40, |progress| pretrain(&config, progress));
    assert!(!config.run.out.join("model.safetensors").exists());
    let steps = finish(|progress| pretrain(&config, progress));
    assert_eq!(steps, [40, 45], "it goes on where it was cut");
    assert!(weights(&config.run.out) == weights(&pretrained().join("pretrained")));
}

#[test]
fn a_training_cut_and_resumed_ends_with_the_same_weights() {
    let whole = recipe();
    let config = training(whole.path());
    let steps = finish(|progress| train(&config, progress));
    assert_eq!(steps, [4, 8, 12, 16, 20, 24, 26]);
    let expected = weights(&config.run.out);
    for at in [4, 12, 26] {
        let dir = recipe();
        let config = training(dir.path());
        cut(at, |progress| train(&config, progress));
        let steps = finish(|progress| train(&config, progress));
        assert_eq!(steps[0], at, "it goes on where it was cut");
        assert!(weights(&config.run.out) == expected, "cut at step {at}");
    }
}

#[test]
fn a_training_cut_before_it_has_measured_a_step_measures_it_again() {
    let whole = recipe();
    let mut config = training(whole.path());
    // The first measure is the last: without it there is no model.
    config.evaluate_every = 26;
    finish(|progress| train(&config, progress));
    let expected = weights(&config.run.out);
    let dir = recipe();
    config.run.out = dir.path().join("trained");
    cut(26, |progress| train(&config, progress));
    for file in ["model.safetensors", "log.jsonl"] {
        std::fs::remove_file(config.run.out.join(file)).unwrap();
    }
    finish(|progress| train(&config, progress));
    assert!(weights(&config.run.out) == expected);
}

#[test]
fn a_finished_run_is_not_run_again() {
    let dir = recipe();
    let config = training(dir.path());
    finish(|progress| train(&config, progress));
    let expected = weights(&config.run.out);
    assert_eq!(finish(|progress| train(&config, progress)), [0; 0]);
    assert!(weights(&config.run.out) == expected);
}

#[test]
fn a_bad_configuration_is_exit_2_and_names_file_line_and_field() {
    let message = |from: &str, to: &str| {
        let dir = recipe();
        assert!(TRAIN.contains(from), "{from}");
        std::fs::write(dir.path().join("train.toml"), TRAIN.replacen(from, to, 1)).unwrap();
        let output = run(dir.path(), ["train", "--config", "train.toml"]);
        assert_eq!(output.status.code(), Some(2));
        stderr(&output).trim_end().to_owned()
    };
    for (from, to, expected) in [
        (
            "seed = 1",
            "sead = 1",
            "unknown field `sead`, expected one of `out`, `seed`",
        ),
        (
            "steps = 26",
            "steps = -26",
            "invalid value: integer `-26`, expected usize",
        ),
        ("warmup = 3\n", "", "missing field `warmup`"),
    ] {
        let message = message(from, to);
        assert!(
            message.starts_with("jalon: train.toml: TOML parse error at line "),
            "{message}"
        );
        assert!(
            message.ends_with(expected) || message.contains(&format!("\n{expected}")),
            "{message}"
        );
    }
    insta::assert_snapshot!(message("shards = 2", "shards = 0"), @"jalon: train.toml: `run.shards`: expected at least 1, got 0");
    insta::assert_snapshot!(
        message("augment = true", "head = \"winer\""),
        @"jalon: train.toml: `labels.head`: expected one of main, got `winer`"
    );
    let missing = message("init = \"pretrained\"", "init = \"nulle/part\"");
    assert!(
        missing.starts_with("jalon: nulle/part/tokenizer.json"),
        "{missing}"
    );
}

#[test]
fn a_training_file_that_is_not_there_is_named() {
    let dir = recipe();
    let output = run(dir.path(), ["pretrain", "--config", "absent.toml"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @"jalon: absent.toml: cannot be read: No such file or directory (os error 2)");
    std::fs::remove_file(dir.path().join("news.txt")).unwrap();
    let output = run(dir.path(), ["pretrain", "--config", "pretrain.toml"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @"jalon: news.txt: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn too_little_to_learn_from_is_an_error() {
    let dir = recipe();
    std::fs::write(dir.path().join("news.txt"), "Trois mots seulement.").unwrap();
    let error = pretrain(&pretraining(dir.path()), |_| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("news.txt: `text`: expected a window of text at least, 128 bytes, got less"),
        "{error}"
    );
    std::fs::write(dir.path().join("labels.jsonl"), "\n").unwrap();
    let error = train(&training(dir.path()), |_| {}).unwrap_err().to_string();
    assert!(
        error.ends_with("labels.jsonl: `labels`: expected a document to learn from, got none"),
        "{error}"
    );
}

#[test]
fn a_bad_label_line_names_file_line_and_field() {
    let good = r#"{"text": "OCP", "spans": [[0, 3, "ORG"]]}"#;
    let cases = [
        (
            r#"{"id": "a", "text": "OCP", "records": []}"#,
            "labels.jsonl:3: missing field `entities` at column 41",
        ),
        (
            r#"{"id": "a", "text": "OCP", "records": [], "entities": [{"id": "e1", "start": 0, "end": "3", "label": "ORG"}]}"#,
            "labels.jsonl:3: field `entities[0].end`: invalid type: string \"3\", expected usize at column 90",
        ),
        (
            r#"{"text": "OCP", "spans": [[0, 3]]}"#,
            "labels.jsonl:3: invalid length 2, expected a tuple of size 3 at column 32",
        ),
        (
            r#"{"text": "OCP", "spans": [[0, 9, "ORG"]]}"#,
            "labels.jsonl:3: `spans`: 0..9 does not lie in the text",
        ),
        (
            r#"{"text": "OCP"#,
            "labels.jsonl:3: EOF while parsing a string at column 13",
        ),
    ];
    let dir = recipe();
    let config = training(dir.path());
    for (bad, expected) in cases {
        std::fs::write(dir.path().join("labels.jsonl"), format!("{good}\n\n{bad}\n")).unwrap();
        let error = train(&config, |_| {}).unwrap_err().to_string();
        assert!(error.ends_with(&format!("/{expected}")), "{error}");
    }
}
