//! `--model hf:OWNER/NAME` promises: fetched once, cached, honest offline, the same answer whatever the batch.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use candle_core::{Device, Tensor};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A hub on the loopback: the files of one repository, and the requests it got.
struct Hub {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn serve(files: BTreeMap<&'static str, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that hangs up is its own affair.
                let _ = answer(&stream.unwrap(), &files, &seen);
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// Answers one request, then closes.
fn answer(
    mut stream: &TcpStream,
    files: &BTreeMap<&str, Vec<u8>>,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    for line in lines.by_ref() {
        if line?.is_empty() {
            break;
        }
    }
    let (method, path) = request
        .trim_end_matches(" HTTP/1.1")
        .split_once(' ')
        .unwrap_or_default();
    seen.lock().unwrap().push(format!("{method} {path}"));
    let file = ["main", "v1", COMMIT]
        .iter()
        .find_map(|revision| path.strip_prefix(&format!("/acme/places/resolve/{revision}/")))
        .and_then(|name| Some((name, files.get(name)?)));
    let (status, etag, body) = match file {
        Some((name, body)) => ("200 OK", name.replace('.', "-"), body.as_slice()),
        None => ("404 Not Found", "none".to_owned(), b"no".as_slice()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"{etag}\"\r\nX-Repo-Commit: {COMMIT}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method == "GET" {
        stream.write_all(body)?;
    }
    stream.flush()
}

/// Labels of the checkpoint: like those of the best-known French one, it never writes `B-`.
const LABELS: [&str; 5] = ["O", "I-LOC", "I-PER", "I-MISC", "I-ORG"];
const WIDTH: usize = 16;

/// A unigram vocabulary: some names with the label they are given, then single characters.
fn vocabulary() -> Vec<(String, usize)> {
    let names = [
        ("▁Casablanca", 1),
        ("▁OCP", 4),
        ("OCP", 4),
        ("▁Aïn", 1),
        ("▁Sebaâ", 1),
        ("Aïn", 1),
        ("▁Renault", 4),
        ("▁Zoé", 2),
    ];
    let special = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<s>", "</s>"];
    let letters = "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéèàâï0123456789.,'’-".chars();
    special
        .iter()
        .map(|s| ((*s).to_owned(), 0))
        .chain(names.map(|(s, label)| (s.to_owned(), label)))
        .chain(letters.map(|c| (c.to_string(), 0)))
        .collect()
}

/// The files of a checkpoint that knows its vocabulary's names by heart; every other weight is a little noise.
fn checkpoint() -> BTreeMap<&'static str, Vec<u8>> {
    let vocabulary = vocabulary();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut tensors: HashMap<String, Tensor> = HashMap::new();
    let mut put = |name: &str, shape: &[usize], value: &dyn Fn(usize) -> f32| {
        let n = shape.iter().product();
        let values: Vec<f32> = (0..n)
            .map(|i| value(i) + 0.02 * (rng.random::<f32>() - 0.5))
            .collect();
        tensors.insert(
            name.to_owned(),
            Tensor::from_vec(values, shape, &Device::Cpu).unwrap(),
        );
    };
    let (nought, one) = (|_: usize| 0.0_f32, |_: usize| 1.0_f32);
    let is = |yes: bool| if yes { 1.0 } else { 0.0 };
    put(
        "roberta.embeddings.word_embeddings.weight",
        &[vocabulary.len(), WIDTH],
        &|i| is(vocabulary[i / WIDTH].1 == i % WIDTH),
    );
    put(
        "roberta.embeddings.position_embeddings.weight",
        &[34, WIDTH],
        &nought,
    );
    put(
        "roberta.embeddings.token_type_embeddings.weight",
        &[1, WIDTH],
        &nought,
    );
    let mut norms = vec!["roberta.embeddings.LayerNorm".to_owned()];
    for layer in 0..2 {
        let layer = format!("roberta.encoder.layer.{layer}");
        for (name, rows, columns) in [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", 32, WIDTH),
            ("output.dense", WIDTH, 32),
        ] {
            put(&format!("{layer}.{name}.weight"), &[rows, columns], &nought);
            put(&format!("{layer}.{name}.bias"), &[rows], &nought);
        }
        norms.extend(["attention.output", "output"].map(|n| format!("{layer}.{n}.LayerNorm")));
    }
    for norm in norms {
        put(&format!("{norm}.weight"), &[WIDTH], &one);
        put(&format!("{norm}.bias"), &[WIDTH], &nought);
    }
    put("classifier.weight", &[LABELS.len(), WIDTH], &|i| {
        is(i / WIDTH == i % WIDTH)
    });
    put("classifier.bias", &[LABELS.len()], &nought);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    candle_core::safetensors::save(&tensors, &path).unwrap();

    let id2label: BTreeMap<String, &str> = (0..).map(|i: u8| i.to_string()).zip(LABELS).collect();
    let config = json!({
        "architectures": ["CamembertForTokenClassification"], "model_type": "camembert", "id2label": id2label,
        "vocab_size": vocabulary.len(), "hidden_size": WIDTH, "intermediate_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "max_position_embeddings": 34, "type_vocab_size": 1, "pad_token_id": 1,
        "layer_norm_eps": 1e-5, "hidden_act": "gelu",
    });
    let scored: Vec<(&str, f64)> = vocabulary
        .iter()
        .map(|(s, label)| (s.as_str(), if *label > 0 { -1.0 } else { -5.0 }))
        .collect();
    let special = |content: &str| {
        json!({"id": vocabulary.iter().position(|(s, _)| s == content), "content": content, "special": true,
            "single_word": false, "lstrip": false, "rstrip": false, "normalized": false})
    };
    let added = ["<pad>", "<unk>", "<s>", "</s>"].map(special);
    let tokenizer = json!({
        "version": "1.0",
        // Asks for what would cut articles short.
        "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 1,
            "pad_type_id": 0, "pad_token": "<pad>"},
        "added_tokens": added,
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [5], "tokens": ["</s>"]}},
        },
        "decoder": null,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": scored, "byte_fallback": false},
    });
    BTreeMap::from([
        ("config.json", serde_json::to_vec(&config).unwrap()),
        ("tokenizer.json", serde_json::to_vec(&tokenizer).unwrap()),
        ("model.safetensors", std::fs::read(path).unwrap()),
    ])
}

const NAMES: &str = "L’OCP s’installe à Casablanca\u{a0}😀, près d’Aïn Sebaâ\u{202f}; Zoé, e\u{301}mue, quitte Renault Casablanca.";

/// Runs `jalon tag` over one document.
fn tag(home: &Path, text: &str, model: &str, more: &[&str], environment: &[(&str, &str)]) -> Output {
    let input = home.join("input.txt");
    std::fs::write(&input, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_jalon"))
        .args(["tag", "--quiet", "--format", "jsonl", "--model", model])
        .args(more)
        .arg(input)
        .env_clear()
        .env("HF_HOME", home)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// Surface and label of every mention.
fn mentions(output: &Output) -> Vec<(String, String)> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text: Vec<char> = document["text"].as_str().unwrap().chars().collect();
    let mention = |entity: &Value| {
        let offset = |name: &str| usize::try_from(entity[name].as_u64().unwrap()).unwrap();
        let score = entity["score"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&score), "{score}");
        (
            text[offset("start")..offset("end")].iter().collect(),
            entity["label"].as_str().unwrap().to_owned(),
        )
    };
    document["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(mention)
        .collect()
}

fn expected(mentions: &[(&str, &str)]) -> Vec<(String, String)> {
    mentions
        .iter()
        .map(|&(s, l)| (s.to_owned(), l.to_owned()))
        .collect()
}

#[test]
fn a_model_of_the_hub_is_fetched_once_then_used_offline() {
    let home = tempfile::tempdir().unwrap();
    let hub = Hub::serve(checkpoint());
    let online = [("HF_ENDPOINT", hub.address.as_str())];
    let first = tag(home.path(), NAMES, "hf:acme/places", &[], &online);
    assert_eq!(
        mentions(&first),
        expected(&[
            ("OCP", "ORG"),
            ("Casablanca", "LOC"),
            ("Aïn Sebaâ", "LOC"),
            ("Renault", "ORG"),
            ("Casablanca", "LOC"),
        ])
    );
    let resolve = |method, revision, file| format!("{method} /acme/places/resolve/{revision}/{file}");
    assert_eq!(
        hub.requests(),
        [
            resolve("HEAD", "main", "config.json"),
            resolve("GET", "main", "config.json"),
            resolve("HEAD", COMMIT, "tokenizer.json"),
            resolve("GET", COMMIT, "tokenizer.json"),
            resolve("HEAD", COMMIT, "model.safetensors"),
            resolve("GET", COMMIT, "model.safetensors"),
        ]
    );
    assert!(
        home.path().join("hub/models--acme--places/refs/main").exists(),
        "the standard layout"
    );

    let again = tag(home.path(), NAMES, "hf:acme/places", &[], &online);
    assert_eq!(again.stdout, first.stdout);
    assert_eq!(hub.requests(), [resolve("HEAD", "main", "config.json")]);

    for value in ["1", "true"] {
        let offline = [("HF_ENDPOINT", hub.address.as_str()), ("HF_HUB_OFFLINE", value)];
        let cached = tag(home.path(), NAMES, "hf:acme/places", &[], &offline);
        assert_eq!(cached.stdout, first.stdout);
        assert_eq!(hub.requests(), [""; 0]);
    }
    // Nobody listens on port 9.
    let gone = tag(
        home.path(),
        NAMES,
        "hf:acme/places",
        &[],
        &[("HF_ENDPOINT", "http://127.0.0.1:9")],
    );
    assert_eq!(gone.stdout, first.stdout);
}

#[test]
fn offline_with_an_empty_cache_says_so() {
    let home = tempfile::tempdir().unwrap();
    for value in ["1", "true"] {
        let hub = Hub::serve(checkpoint());
        let offline = [("HF_ENDPOINT", hub.address.as_str()), ("HF_HUB_OFFLINE", value)];
        let output = tag(home.path(), NAMES, "hf:acme/places", &[], &offline);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            errors.contains("hf:acme/places: `config.json` is not in the cache"),
            "{errors}"
        );
        assert!(errors.contains("HF_HUB_OFFLINE"), "{errors}");
        assert_eq!(hub.requests(), [""; 0]);
    }
}

#[test]
fn a_revision_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let hub = Hub::serve(checkpoint());
    let online = [("HF_ENDPOINT", hub.address.as_str())];
    let output = tag(home.path(), "OCP", "hf:acme/places@v1", &[], &online);
    assert_eq!(mentions(&output), expected(&[("OCP", "ORG")]));
    assert_eq!(hub.requests()[0], "HEAD /acme/places/resolve/v1/config.json");
}

#[test]
fn what_is_missing_is_named() {
    for (missing, put, says) in [
        ("config.json", None, "no `config.json`"),
        ("tokenizer.json", None, "no `tokenizer.json`"),
        ("model.safetensors", None, "no `model.safetensors`"),
        (
            "model.safetensors",
            Some("pytorch_model.bin"),
            "it has `pytorch_model.bin`",
        ),
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut files = checkpoint();
        files.remove(missing);
        files.extend(put.map(|name| (name, Vec::new())));
        let hub = Hub::serve(files);
        let online = [("HF_ENDPOINT", hub.address.as_str())];
        let output = tag(home.path(), NAMES, "hf:acme/places", &[], &online);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            errors.contains("hf:acme/places") && errors.contains(says),
            "{errors}"
        );
    }
}

/// Writes the files of a checkpoint.
fn write(folder: &Path, files: &BTreeMap<&str, Vec<u8>>) {
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

#[test]
fn a_folder_is_a_model_too_and_its_faults_are_named() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("model");
    std::fs::create_dir(&folder).unwrap();
    write(&folder, &checkpoint());
    let name = folder.to_str().unwrap();
    assert_eq!(
        mentions(&tag(home.path(), "d’OCP", name, &[], &[])),
        expected(&[("OCP", "ORG")])
    );

    let errors = || String::from_utf8(tag(home.path(), "OCP", name, &[], &[]).stderr).unwrap();
    let config = folder.join("config.json");
    let mut value: Value = serde_json::from_slice(&std::fs::read(&config).unwrap()).unwrap();
    value["id2label"] = json!({"0": "O", "1": "I-PER"});
    std::fs::write(&config, value.to_string()).unwrap();
    let found = errors();
    assert!(
        found.contains("config.json: `id2label`") && found.contains("[\"O\", \"I-PER\"]"),
        "{found}"
    );

    value["model_type"] = json!("bert");
    std::fs::write(&config, value.to_string()).unwrap();
    let found = errors();
    assert!(
        found.contains("`model_type`: expected one of") && found.contains("got `bert`"),
        "{found}"
    );

    write(&folder, &checkpoint());
    std::fs::rename(folder.join("model.safetensors"), folder.join("pytorch_model.bin")).unwrap();
    let found = errors();
    assert!(
        found.contains("pytorch_model.bin: expected `model.safetensors`"),
        "{found}"
    );
}

#[test]
fn long_documents_are_read_to_the_end_and_batches_do_not_matter() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("model");
    std::fs::create_dir(&folder).unwrap();
    write(&folder, &checkpoint());
    let name = folder.to_str().unwrap();
    // Windows hold 30 tokens: one of these sentences, more or less.
    let text = format!("{NAMES}\n\n").repeat(12) + &"x".repeat(300) + " Casablanca";
    let all = tag(home.path(), &text, name, &[], &[]);
    let found = mentions(&all);
    assert_eq!(found.len(), 12 * 5 + 1);
    assert_eq!(found.iter().filter(|m| m.0 == "Aïn Sebaâ").count(), 12);
    for more in [
        ["--batch", "1"],
        ["--batch", "7"],
        ["--threads", "1"],
        ["--threads", "3"],
    ] {
        assert_eq!(
            tag(home.path(), &text, name, &more, &[]).stdout,
            all.stdout,
            "{more:?}"
        );
    }
}
