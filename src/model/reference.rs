//! The same encoder in stock differentiable candle ops, window by window: what the packed one is checked against.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::VarBuilder;
use proptest::prelude::*;

use super::batch::Batch;
use super::config::{Config, Head};
use super::encoder::{Dropout, Encoder};
use super::ops::{self, Choices, Targets, choice_loss, cross_entropy};
use crate::segment::features::{self, PER_TOKEN};

fn config() -> Config {
    let five = crate::label::Label::ALL.iter().map(ToString::to_string).collect();
    Config {
        architecture: Config::ARCHITECTURE.to_owned(),
        n_ids: 40,
        n_features: features::ROWS,
        width: 24,
        ffn_width: 40,
        n_layers: 2,
        n_heads: 3,
        max_tokens: 32,
        overlap: 8,
        heads: vec![Head {
            name: Head::MAIN.to_owned(),
            labels: five,
        }],
    }
}

fn variables(config: &Config) -> BTreeMap<String, Var> {
    let mut counter = 7;
    let mut values = |n: usize, centre: f32| -> Vec<f32> {
        let draw = |_| {
            counter += 1;
            centre + (ops::mix(counter) % 2001) as f32 / 5000.0 - 0.2
        };
        (0..n).map(draw).collect()
    };
    Encoder::parameters(config)
        .into_iter()
        .map(|(name, shape, _)| {
            let centre = if shape.len() == 1 { 1.0 } else { 0.0 };
            let tensor = Tensor::from_vec(values(shape.iter().product(), centre), shape, &Device::Cpu);
            (name, Var::from_tensor(&tensor.unwrap()).unwrap())
        })
        .collect()
}

fn encoder(variables: &BTreeMap<String, Var>, config: &Config) -> Encoder {
    let tensors = variables
        .iter()
        .map(|(n, v)| (n.clone(), v.as_tensor().clone()))
        .collect();
    Encoder::load(
        &VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu),
        config,
    )
    .unwrap()
}

/// A batch of windows of the given lengths, every token a word.
fn batch(lengths: &[usize]) -> Batch {
    let n: usize = lengths.iter().sum();
    let mut bounds = vec![0u32];
    bounds.extend(lengths.iter().scan(0u32, |at, n| {
        *at += *n as u32;
        Some(*at)
    }));
    Batch {
        ids: (0..n).map(|i| (ops::mix(i as u64) % 40) as u32).collect(),
        features: (0..n * PER_TOKEN)
            .map(|i| (ops::mix(900 + i as u64) % features::ROWS as u64) as u32)
            .collect(),
        bounds: bounds.into(),
        word_rows: (0..n as u32).collect(),
    }
}

fn norm(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    let rms = (x.sqr()?.mean_keepdim(D::Minus1)? + 1e-6)?.sqrt()?;
    x.broadcast_div(&rms)?.broadcast_mul(w)
}

fn rotate(x: &Tensor) -> Result<Tensor> {
    let (_, n, h) = x.dims3()?;
    let half = h / 2;
    let angle = |f: fn(f64) -> f64| {
        let values = (0..n * half).map(|k| {
            let (position, i) = (k / half, k % half);
            f(position as f64 * 10_000f64.powf(-(i as f64) / half as f64)) as f32
        });
        Tensor::from_vec(values.collect::<Vec<_>>(), (n, half), &Device::Cpu)
    };
    let (sin, cos) = (angle(f64::sin)?, angle(f64::cos)?);
    let (a, b) = (x.narrow(2, 0, half)?, x.narrow(2, half, half)?);
    let low = (a.broadcast_mul(&cos)? - b.broadcast_mul(&sin)?)?;
    let high = (b.broadcast_mul(&cos)? + a.broadcast_mul(&sin)?)?;
    Tensor::cat(&[low, high], 2)
}

/// Encodes each window on its own with stock ops.
fn reference(v: &BTreeMap<String, Var>, config: &Config, batch: &Batch) -> Result<Tensor> {
    let get = |name: String| v[&name].as_tensor().clone();
    let heads = config.n_heads;
    let mut windows = Vec::new();
    for bounds in batch.bounds.windows(2) {
        let (start, end) = (bounds[0] as usize, bounds[1] as usize);
        let n = end - start;
        let ids = Tensor::new(&batch.ids[start..end], &Device::Cpu)?;
        let features = Tensor::new(&batch.features[start * PER_TOKEN..end * PER_TOKEN], &Device::Cpu)?;
        let table = get("embeddings.features".to_owned());
        let features = table
            .index_select(&features, 0)?
            .reshape((n, PER_TOKEN, config.width))?
            .sum(1)?;
        let mut x = (get("embeddings.ids".to_owned()).index_select(&ids, 0)? + features)?;
        for i in 0..config.n_layers {
            let p = |name: &str| get(format!("layers.{i}.{name}"));
            let qkv = norm(&x, &p("attention.norm"))?.matmul(&p("attention.qkv").t()?)?;
            let part = |k: usize| -> Result<Tensor> {
                let part = qkv.narrow(1, k * config.width, config.width)?;
                part.reshape((n, heads, config.width / heads))?
                    .transpose(0, 1)?
                    .contiguous()
            };
            let (q, k, value) = (rotate(&part(0)?)?, rotate(&part(1)?)?, part(2)?);
            let scale = ((config.width / heads) as f64).sqrt().recip();
            let weights = candle_nn::ops::softmax(&(q.matmul(&k.t()?)? * scale)?, D::Minus1)?;
            let mixed = weights
                .matmul(&value)?
                .transpose(0, 1)?
                .reshape((n, config.width))?;
            x = (x + mixed.matmul(&p("attention.out").t()?)?)?;
            let hidden = norm(&x, &p("ffn.norm"))?
                .matmul(&p("ffn.up").t()?)?
                .relu()?
                .sqr()?;
            x = (x + hidden.matmul(&p("ffn.down").t()?)?)?;
        }
        windows.push(norm(&x, &get("final_norm".to_owned()))?);
    }
    Tensor::cat(&windows, 0)
}

fn reference_loss(logits: &Tensor, targets: &Targets) -> Result<Tensor> {
    let log = candle_nn::ops::log_softmax(logits, D::Minus1)?;
    let classes = Tensor::new(&targets.classes[..], &Device::Cpu)?.unsqueeze(1)?;
    let picked = log.gather(&classes, 1)?.squeeze(1)?;
    let smooth = log.mean(D::Minus1)?;
    let s = f64::from(targets.smoothing);
    let aim = ((picked * (1.0 - s))? + (smooth * s)?)?;
    (aim * Tensor::new(&targets.weights[..], &Device::Cpu)?)?
        .sum_all()?
        .neg()
}

fn targets(n: usize, classes: u32) -> Targets {
    Targets {
        classes: (0..n as u64)
            .map(|i| (ops::mix(i + 5) % u64::from(classes)) as u32)
            .collect(),
        weights: (0..n).map(|i| 0.1 + i as f32 / 50.0).collect(),
        smoothing: 0.1,
    }
}

fn difference(a: &Tensor, b: &Tensor) -> f32 {
    let scale = b
        .abs()
        .unwrap()
        .max_all()
        .unwrap()
        .to_scalar::<f32>()
        .unwrap()
        .max(1e-3);
    (a - b)
        .unwrap()
        .abs()
        .unwrap()
        .max_all()
        .unwrap()
        .to_scalar::<f32>()
        .unwrap()
        / scale
}

/// Both losses (tags and guesses) of our encoder and of the reference.
fn losses(v: &BTreeMap<String, Var>, config: &Config, batch: &Batch) -> (Tensor, Tensor) {
    let ours = encoder(v, config);
    let n = batch.n_tokens();
    let rows: Arc<[u32]> = (0..n as u32).step_by(3).collect();
    let encoded = ours.forward(batch, Dropout::OFF).unwrap();
    let tags = ours.tag(&encoded, batch, 0, Dropout::OFF).unwrap();
    let guesses = ours.guess(&encoded, &rows).unwrap();
    let (tag_targets, guess_targets) = (targets(n, 11), targets(rows.len(), 40));
    let loss = (cross_entropy(&tags, tag_targets.clone()).unwrap()
        + cross_entropy(&guesses, guess_targets.clone()).unwrap())
    .unwrap();
    let stock = || -> Result<Tensor> {
        let encoded = reference(v, config, batch)?;
        let get = |name: &str| v[name].as_tensor().clone();
        let tags = encoded.matmul(&get("heads.main").t()?)?;
        let picked = encoded.index_select(&Tensor::new(&rows[..], &Device::Cpu)?, 0)?;
        let hidden = picked.matmul(&get("mlm.dense").t()?)?.relu()?.sqr()?;
        let guesses = norm(&hidden, &get("mlm.norm"))?.matmul(&get("embeddings.ids").t()?)?;
        reference_loss(&tags, &tag_targets)? + reference_loss(&guesses, &guess_targets)?
    };
    (loss, stock().unwrap())
}

#[test]
fn packed_ops_agree_with_stock_ops_and_so_do_their_gradients() {
    let config = config();
    let v = variables(&config);
    let batch = batch(&[5, 1, 17, 9]);
    let encoded = encoder(&v, &config).forward(&batch, Dropout::OFF).unwrap();
    assert!(difference(&encoded, &reference(&v, &config, &batch).unwrap()) < 1e-5);
    let (ours, stock) = losses(&v, &config, &batch);
    assert!(difference(&ours, &stock) < 1e-5);
    let (ours, stock) = (ours.backward().unwrap(), stock.backward().unwrap());
    for (name, var) in &v {
        let (a, b) = (
            ours.get(var.as_tensor()).unwrap(),
            stock.get(var.as_tensor()).unwrap(),
        );
        assert!(
            difference(a, b) < 1e-3,
            "{name}: gradients differ by {}",
            difference(a, b)
        );
    }
}

#[test]
fn the_encoder_in_eight_bits_says_nearly_the_same() {
    let config = config();
    let v = variables(&config);
    let batch = batch(&[5, 1, 17, 9]);
    let exact = encoder(&v, &config);
    let rounded = encoder(&v, &config).in_int8().unwrap();
    let [exact, rounded] = [exact, rounded].map(|e| e.forward(&batch, Dropout::OFF).unwrap());
    let apart = difference(&exact, &rounded);
    assert!(apart > 0.0, "it is not the f32 encoder again");
    // Rows have a root mean square of 1.
    assert!(apart < 0.1, "{apart}");
}

#[test]
fn every_parameter_and_each_of_q_k_v_has_a_gradient() {
    let config = config();
    let v = variables(&config);
    let (loss, _) = losses(&v, &config, &batch(&[6, 11]));
    let grads = loss.backward().unwrap();
    for (name, var) in &v {
        let grad = grads
            .get(var.as_tensor())
            .unwrap_or_else(|| panic!("{name} has no gradient"));
        let blocks = if name.ends_with("qkv") { 3 } else { 1 };
        let rows = grad.dim(0).unwrap() / blocks;
        for block in 0..blocks {
            let part = grad.narrow(0, block * rows, rows).unwrap();
            let size = part.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
            assert!(size > 1e-7, "{name}, block {block}: gradient {size}");
        }
    }
}

#[test]
fn the_loss_of_a_choice_and_its_gradient_agree_with_stock_ops() {
    let scores = Var::from_vec(
        vec![0.3_f32, -1.2, 2.0, 0.1, 0.7, -0.4, 1.5],
        (7, 1),
        &Device::Cpu,
    )
    .unwrap();
    // Three answers of which two are right (the first stands on two rows), then a choice that counts twice.
    let choices = Choices {
        bounds: vec![0, 4, 7].into(),
        answers: vec![1, 2, 0, 1, 0, 0, 1].into(),
        weights: vec![1.0, 2.0].into(),
    };
    let ours = choice_loss(scores.as_tensor(), choices).unwrap();
    let stock = || -> Result<Tensor> {
        let p = |from, n| candle_nn::ops::softmax(&scores.narrow(0, from, n)?.flatten_all()?, 0);
        let at = |p: &Tensor, i: usize| p.narrow(0, i, 1);
        let (first, second) = (p(0, 4)?, p(4, 3)?);
        let told = ((at(&first, 0)? + at(&first, 3)?)?.log()? + at(&first, 1)?.log()?)?;
        ((told * -0.5)? + (at(&second, 2)?.log()? * -2.0)?)?.sum_all()
    };
    let stock = stock().unwrap();
    assert!(difference(&ours, &stock) < 1e-5);
    let grad = |loss: Tensor| loss.backward().unwrap().get(scores.as_tensor()).unwrap().clone();
    assert!(difference(&grad(ours), &grad(stock)) < 1e-5);
}

#[test]
fn dropout_keeps_the_mean_and_repeats_with_its_seed() {
    let x = Tensor::ones((100, 100), DType::F32, &Device::Cpu).unwrap();
    let once = ops::dropout(&x, 0.3, 5).unwrap();
    let mean = once.mean_all().unwrap().to_scalar::<f32>().unwrap();
    assert!((mean - 1.0).abs() < 0.03, "{mean}");
    assert!(difference(&once, &ops::dropout(&x, 0.3, 5).unwrap()) < f32::EPSILON);
    assert!(difference(&once, &ops::dropout(&x, 0.3, 6).unwrap()) > 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_window_gets_the_same_rows_alone_and_in_any_batch(lengths in prop::collection::vec(1usize..40, 1..6)) {
        let config = config();
        let v = variables(&config);
        let encoder = encoder(&v, &config);
        let batch = batch(&lengths);
        let together = encoder.forward(&batch, Dropout::OFF).unwrap().to_vec2::<f32>().unwrap();
        for bounds in batch.bounds.windows(2) {
            let (start, end) = (bounds[0] as usize, bounds[1] as usize);
            let alone = Batch {
                ids: batch.ids[start..end].into(),
                features: batch.features[start * PER_TOKEN..end * PER_TOKEN].into(),
                bounds: vec![0, (end - start) as u32].into(),
                word_rows: (0..(end - start) as u32).collect(),
            };
            let alone = encoder.forward(&alone, Dropout::OFF).unwrap().to_vec2::<f32>().unwrap();
            prop_assert_eq!(&together[start..end], &alone[..]);
        }
    }
}
