//! Tokens encoded per second: jalon's packed encoder, in f32 and in eight bits, and the same weights in stock candle
//! operations on padded batches.
//!
//! `cargo bench --bench encoder`; with `--profile dev` it reuses what the tests have built. The program also serves
//! `eval/peers/speed.py`, which measures it side by side with other libraries:
//!
//! - `encoder dump MODEL TEXTS OUT` writes the windows of some texts, and what jalon says of their words, as safetensors;
//! - `encoder serve KIND MODEL TEXTS THREADS BATCH` gets ready, says so with the number of tokens, then goes over the texts
//!   once for each line of standard input and answers with the seconds it took. Kinds: `packed` (jalon's encoder in f32), `int8`
//!   (in eight bits), `stock` (candle's own operations), `tag` (from texts to mentions, in eight bits).

#![allow(clippy::unwrap_used, reason = "a benchmark may fail as tests do")]
#![allow(
    clippy::print_stdout,
    reason = "its answers are read by the program that started it"
)]

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Linear, Module as _, VarBuilder, ops, rotary_emb};
use divan::Bencher;
use divan::counter::ItemsCount;
use jalon::document::Document;
use jalon::model::{Batch, Config, Head, Tagger};
use jalon::pipeline;
use jalon::segment::features::PER_TOKEN;
use jalon::segment::{Encoded, Window};
use rayon::prelude::*;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[1..] {
        ["dump", model, texts, out] => dump(model, texts, Path::new(out)),
        ["serve", kind, model, texts, threads, batch] => {
            serve(
                kind,
                model,
                texts,
                threads.parse().unwrap(),
                batch.parse().unwrap(),
            );
        }
        _ => {
            pipeline::set_up(2);
            divan::main();
        }
    }
}

#[derive(Clone, Copy)]
enum Precision {
    F32,
    Int8,
}

/// Texts cut into windows, longest first, as [`pipeline::tag`] computes them.
struct Texts {
    tagger: Tagger,
    documents: Vec<Document>,
    encoded: Vec<Encoded>,
    windows: Vec<(usize, Window)>,
}

impl Texts {
    fn read(model: &str, texts: &str, precision: Precision) -> Self {
        let tagger = Tagger::load(model).unwrap();
        let tagger = match precision {
            Precision::F32 => tagger,
            Precision::Int8 => tagger.in_int8().unwrap(),
        };
        let documents: Vec<Document> = jalon::read::read(&[texts.into()]).map(|d| d.unwrap()).collect();
        let encoded: Vec<Encoded> = documents
            .iter()
            .map(|d| tagger.encode(&d.text).unwrap())
            .collect();
        let windows = pipeline::windows(&tagger, &encoded);
        Self {
            tagger,
            documents,
            encoded,
            windows,
        }
    }

    fn parts(&self, windows: &[(usize, Window)]) -> Vec<(&Encoded, std::ops::Range<usize>)> {
        windows
            .iter()
            .map(|(i, w)| (&self.encoded[*i], w.words.clone()))
            .collect()
    }

    fn pack(&self, windows: &[(usize, Window)]) -> Batch {
        Batch::pack(self.parts(windows))
    }

    fn n_tokens(&self) -> usize {
        self.pack(&self.windows).n_tokens()
    }

    /// jalon's answers for every window, a batch on each thread.
    fn packed(&self, batch: usize) {
        self.windows
            .par_chunks(batch)
            .for_each(|w| drop(self.tagger.answers(&self.parts(w), false).unwrap()));
    }

    /// The same in stock candle; its threads are those of its matrix products.
    fn stock(&self, model: &Stock, batch: usize) {
        for windows in self.windows.chunks(batch) {
            drop(model.tag(&self.pack(windows)).unwrap().to_vec2::<f32>().unwrap());
        }
    }

    /// From texts to mentions.
    fn tagged(&self, batch: usize) {
        drop(pipeline::tag(&self.tagger, &self.documents, batch).unwrap());
    }
}

struct StockLayer {
    attention_norm: Tensor,
    qkv: Linear,
    out: Linear,
    ffn_norm: Tensor,
    up: Linear,
    down: Linear,
}

/// The encoder and its main head in candle's own operations, the fused ones where there are any.
struct Stock {
    n_heads: usize,
    ids: Tensor,
    features: Tensor,
    layers: Vec<StockLayer>,
    final_norm: Tensor,
    head: Linear,
}

impl Stock {
    fn load(folder: &Path) -> Self {
        let config: Config =
            serde_json::from_slice(&std::fs::read(folder.join("config.json")).unwrap()).unwrap();
        let bytes = std::fs::read(folder.join("model.safetensors")).unwrap();
        let vb = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu).unwrap();
        let (w, f) = (config.width, config.ffn_width);
        let vector = |name: String| vb.get(w, &name).unwrap();
        let matrix = |name: String, rows, cols| Linear::new(vb.get((rows, cols), &name).unwrap(), None);
        let head = config.heads.iter().find(|h| h.name == Head::MAIN).unwrap();
        Self {
            n_heads: config.n_heads,
            ids: vb.get((config.n_ids, w), "embeddings.ids").unwrap(),
            features: vb.get((config.n_features, w), "embeddings.features").unwrap(),
            layers: (0..config.n_layers)
                .map(|i| StockLayer {
                    attention_norm: vector(format!("layers.{i}.attention.norm")),
                    qkv: matrix(format!("layers.{i}.attention.qkv"), 3 * w, w),
                    out: matrix(format!("layers.{i}.attention.out"), w, w),
                    ffn_norm: vector(format!("layers.{i}.ffn.norm")),
                    up: matrix(format!("layers.{i}.ffn.up"), f, w),
                    down: matrix(format!("layers.{i}.ffn.down"), w, f),
                })
                .collect(),
            final_norm: vector("final_norm".to_owned()),
            head: matrix("heads.main".to_owned(), head.n_tags(), w),
        }
    }

    /// Tag logits of each word of the batch: `[n_words, n_tags]`.
    fn tag(&self, batch: &Batch) -> Result<Tensor> {
        let device = &Device::Cpu;
        let lengths: Vec<usize> = batch.bounds.windows(2).map(|b| (b[1] - b[0]) as usize).collect();
        let (n, t) = (lengths.len(), lengths.iter().copied().max().unwrap_or(0));
        let (width, heads) = (self.final_norm.elem_count(), self.n_heads);
        let head_width = width / heads;
        // Padded rows: where each token goes, and where each word is found again.
        let (mut ids, mut features) = (vec![0u32; n * t], vec![0u32; n * t * PER_TOKEN]);
        let (mut mask, mut place) = (
            vec![f32::NEG_INFINITY; n * t],
            Vec::with_capacity(batch.n_tokens()),
        );
        for (i, b) in batch.bounds.windows(2).enumerate() {
            let (start, end) = (b[0] as usize, b[1] as usize);
            ids[i * t..][..end - start].copy_from_slice(&batch.ids[start..end]);
            features[i * t * PER_TOKEN..][..(end - start) * PER_TOKEN]
                .copy_from_slice(&batch.features[start * PER_TOKEN..end * PER_TOKEN]);
            mask[i * t..][..end - start].fill(0.0);
            place.extend((0..end - start).map(|k| (i * t + k) as u32));
        }
        let words: Vec<u32> = batch.word_rows.iter().map(|&r| place[r as usize]).collect();
        let mask = (lengths.iter().any(|&l| l < t))
            .then(|| Tensor::from_vec(mask, (n, 1, 1, t), device))
            .transpose()?;
        let angle = |f: fn(f64) -> f64| {
            let half = head_width / 2;
            let values = (0..t * half)
                .map(|k| f((k / half) as f64 * 10_000f64.powf(-((k % half) as f64) / half as f64)) as f32);
            Tensor::from_vec(values.collect::<Vec<_>>(), (t, half), device)
        };
        let (sin, cos) = (angle(f64::sin)?, angle(f64::cos)?);
        let ids = Tensor::from_vec(ids, n * t, device)?;
        let features = Tensor::from_vec(features, n * t * PER_TOKEN, device)?;
        let features = self
            .features
            .index_select(&features, 0)?
            .reshape((n * t, PER_TOKEN, width))?;
        let mut x = (self.ids.index_select(&ids, 0)? + features.sum(1)?)?;
        for layer in &self.layers {
            let normed = ops::rms_norm(&x, &layer.attention_norm, 1e-6)?;
            let qkv = layer
                .qkv
                .forward(&normed)?
                .reshape((n, t, 3, heads, head_width))?;
            let part = |k: usize| qkv.narrow(2, k, 1)?.squeeze(2)?.transpose(1, 2)?.contiguous();
            let q = rotary_emb::rope(&part(0)?, &cos, &sin)?;
            let k = rotary_emb::rope(&part(1)?, &cos, &sin)?;
            let mut weights = (q.matmul(&k.t()?)? * (head_width as f64).sqrt().recip())?;
            if let Some(mask) = &mask {
                weights = weights.broadcast_add(mask)?;
            }
            let mixed = ops::softmax_last_dim(&weights)?.matmul(&part(2)?)?;
            let mixed = mixed.transpose(1, 2)?.reshape((n * t, width))?;
            x = (x + layer.out.forward(&mixed)?)?;
            let normed = ops::rms_norm(&x, &layer.ffn_norm, 1e-6)?;
            let hidden = layer.up.forward(&normed)?.relu()?.sqr()?;
            x = (x + layer.down.forward(&hidden)?)?;
        }
        let x = ops::rms_norm(&x, &self.final_norm, 1e-6)?;
        let words = x.index_select(&Tensor::from_vec(words.clone(), words.len(), device)?, 0)?;
        self.head.forward(&words)
    }
}

/// Writes ids, features, bounds and word rows of every window, packed, with the logits of jalon's main head.
fn dump(model: &str, texts: &str, out: &Path) {
    let texts = Texts::read(model, texts, Precision::F32);
    let batch = texts.pack(&texts.windows);
    let answers = texts.tagger.answers(&texts.parts(&texts.windows), false).unwrap();
    let logits: Vec<f32> = answers.tags.into_flattened();
    let stock = Stock::load(Path::new(model)).tag(&batch).unwrap();
    let stock: Vec<f32> = stock.flatten_all().unwrap().to_vec1().unwrap();
    let furthest = logits
        .iter()
        .zip(&stock)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    println!("stock candle: logits within {furthest:.1e} of jalon's");
    let numbers = |v: &[u32]| Tensor::new(v, &Device::Cpu).unwrap();
    let tensors = HashMap::from([
        ("ids", numbers(&batch.ids)),
        ("features", numbers(&batch.features)),
        ("bounds", numbers(&batch.bounds)),
        ("word_rows", numbers(&batch.word_rows)),
        ("logits", Tensor::new(logits, &Device::Cpu).unwrap()),
    ]);
    candle_core::safetensors::save(&tensors, out).unwrap();
}

fn serve(kind: &str, model: &str, texts: &str, threads: usize, batch: usize) {
    // Stock candle reads its number of threads from RAYON_NUM_THREADS, which `set_up` would set to 1.
    if kind != "stock" {
        pipeline::set_up(threads);
    }
    let precision = match kind {
        "int8" | "tag" => Precision::Int8,
        _ => Precision::F32,
    };
    let texts = Texts::read(model, texts, precision);
    let stock = Stock::load(Path::new(model));
    let pass = || match kind {
        "packed" | "int8" => texts.packed(batch),
        "stock" => texts.stock(&stock, batch),
        "tag" => texts.tagged(batch),
        other => panic!("expected packed, int8, stock or tag, got {other}"),
    };
    pass();
    println!("{}", texts.n_tokens());
    for _ in std::io::stdin().lock().lines() {
        let clock = Instant::now();
        pass();
        println!("{}", clock.elapsed().as_secs_f64());
        std::io::stdout().flush().unwrap();
    }
}

/// Measures the shipped model on the gold articles.
fn measure(bencher: Bencher<'_, '_>, threads: usize, precision: Precision, pass: impl Fn(&Texts) + Sync) {
    let texts = Texts::read("models/base", "eval/gold/dev.jsonl", precision);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    bencher
        .counter(ItemsCount::new(texts.n_tokens()))
        .bench_local(|| pool.install(|| pass(&texts)));
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn packed(bencher: Bencher<'_, '_>, threads: usize) {
    measure(bencher, threads, Precision::F32, |texts| {
        texts.packed(pipeline::DEFAULT_BATCH);
    });
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn int8(bencher: Bencher<'_, '_>, threads: usize) {
    measure(bencher, threads, Precision::Int8, |texts| {
        texts.packed(pipeline::DEFAULT_BATCH);
    });
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn tagged(bencher: Bencher<'_, '_>, threads: usize) {
    measure(bencher, threads, Precision::Int8, |texts| {
        texts.tagged(pipeline::DEFAULT_BATCH);
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn stock_candle(bencher: Bencher<'_, '_>) {
    let model = Stock::load(Path::new("models/base"));
    measure(bencher, 1, Precision::F32, |texts| {
        texts.stock(&model, pipeline::DEFAULT_BATCH);
    });
}
