//! What the end-to-end tests share: the program, folders of files, a model of random weights, labelled documents.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of this module"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use jalon::document::LabelledDocument;

/// Two documents in the labelling markup; the first has a record, the second a line to leave alone.
pub const MARKUP: &str = "@@ doc-1
published: 2024-04-12
source: MA/outsourcing/dispatch/clean/one
--
Été \\[photo\\] : [Sofrecom](ORG:1) créera plus de [700 emplois](JOBS:1) à [Rabat](LOC:1)
d’ici [fin 2026](DATE:1d), a-t-on appris à [Paris](LOC).
==
1 pledged single | org Sofrecom | jobs >=700 | loc Rabat | deadline 2026 | announced 2024-04-12
@@ doc-2
published: null
source: FR/none/dispatch/clean/none
--
[Renault](ORG) expose à [Lyon](LOC).
==
";

/// A folder of its own, with these files in it.
pub fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// The program, started in a folder: relative names keep messages the same on every machine.
pub fn jalon(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jalon"));
    command.current_dir(folder);
    command
}

/// Runs the program in a folder.
pub fn run<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Output {
    jalon(folder).args(args).output().unwrap()
}

/// A model that tags at random, and so finds something in any text that is long enough.
pub fn tiny() -> &'static str {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let write = || {
        let name = format!("tiny-model-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        jalon::model::tiny::write_tiny(&folder).unwrap();
        folder
    };
    FOLDER.get_or_init(write).to_str().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The documents that were written, one a line.
pub fn documents(output: &Output) -> Vec<LabelledDocument> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    stdout(output).lines().map(parse).collect()
}

/// A line of JSON Lines input.
pub fn line(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "text": text}).to_string() + "\n"
}

/// French news of about `n_words` words, never the same sentence twice in a row.
pub fn news(n_words: usize) -> String {
    const SENTENCES: [&str; 6] = [
        "Le groupe Atlas Câblage créera 1.500 emplois à Kénitra d’ici fin 2027.",
        "L’investissement s’élève à 2,5 milliards de dirhams, soit près de 230 millions d’euros !",
        "« Nous recruterons 120 techniciens », a promis sa directrice à l’agence, mardi 12 mars.",
        "Rien ne change pour les 3\u{202f}000 salariés de l’usine de Douai\u{a0}; le syndicat s’en réjouit.",
        "ZONE FRANCHE\nTanger accueille aussi Sofrecom, OCP et une filiale d’Orange.",
        "Au Sénégal, la mine de Kédougou a perdu 40 postes en 2023 (-12 %).",
    ];
    let mut words: Vec<String> = Vec::new();
    for i in 0.. {
        let sentence = SENTENCES[(i * 5 + i / 6) % SENTENCES.len()].replace("12", &(12 + i).to_string());
        words.extend(sentence.split(' ').map(str::to_owned));
        if words.len() >= n_words {
            break;
        }
    }
    words.truncate(n_words);
    words.join(" ")
}
