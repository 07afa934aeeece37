//! Labelled documents → a linker: a role model over the states of a tagger's encoder, and the classifiers that use it.
//!
//! The classifiers learn from what role models say of documents that these did not learn from: two models, each trained on
//! half of the documents, tell of the other half. The role model that is kept is trained on all.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::config::RunConfig;
use super::optimizer::AdamW;
use super::parameters::{Parameters, save_f16};
use super::run::{Progress, TrainError, gradients, spread, write_error};
use crate::document::{Document, LabelledDocument};
use crate::evaluate::evaluate;
use crate::label::Label;
use crate::link::linker::{PLAIN, ROLE_CONFIG, ROLE_WEIGHTS, WITH_ROLES};
use crate::link::{
    Batch, Lesson, LinkModel, Network, Page, PageTargets, ReadWords, Reading, RoleConfig, RoleModel,
    exercises, loss,
};
use crate::model::encoder::{Dropout, STATES};
use crate::model::{Tagger, mix};
use crate::pipeline;
use crate::span::Mention;

/// Times each document is read.
const EPOCHS: usize = 14;
/// Positions in a step, about, over all shards.
const STEP_POSITIONS: usize = 1536;
/// Batches computed side by side.
const SHARDS: usize = 2;
/// Models that tell of documents they did not learn from.
const FOLDS: usize = 2;
/// Probability that a mention that is no figure is hidden from the role model, as a tagger misses some.
const HIDDEN: f64 = 0.06;
/// Seed of everything random.
const SEED: u64 = 1;
/// Steps between two progress messages.
const REPORT_EVERY: usize = 50;

/// A lesson and what the encoder made of its document.
#[derive(Clone, Copy)]
struct Pupil<'a> {
    lesson: &'a Lesson,
    read: ReadWords<'a>,
}

/// Core F1 of the records of each half of the documents, linked from labelled mentions by classifiers fitted on the other
/// half. `None` where there is nothing to score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Without a role model.
    pub plain: Option<f64>,
    /// With what a role model says that was trained on the other half too.
    pub with_roles: Option<f64>,
}

/// Fits a linker for `tagger` on labelled documents and writes its folder. The same documents in the same order give the
/// same files. A tagger that gives no states (a checkpoint) gets classifiers without a role model.
///
/// # Errors
/// A [`TrainError`] that names the file at fault.
pub fn train_linker(
    tagger: &Tagger,
    documents: Vec<(LabelledDocument, Vec<Mention>)>,
    out: &Path,
    mut progress: impl FnMut(&str, &Progress),
) -> Result<HeldOut, TrainError> {
    std::fs::create_dir_all(out).map_err(write_error(out))?;
    let mut lessons: Vec<Lesson> = documents
        .into_iter()
        .map(|(document, mentions)| Lesson {
            document,
            mentions,
            reading: None,
        })
        .collect();
    write_json(&LinkModel::fit(&lessons), &out.join(PLAIN))?;
    let mut held_out = HeldOut {
        plain: core_f1(&lessons),
        with_roles: None,
    };
    let Some(fingerprint) = tagger.fingerprint() else {
        return Ok(held_out);
    };
    let config = RoleConfig::new(fingerprint.to_owned(), STATES * tagger.states_width());
    let texts: Vec<Document> = lessons.iter().map(|l| l.document.document()).collect();
    let read = pipeline::read(tagger, &texts, pipeline::DEFAULT_BATCH, true)?;
    let readings = {
        let pupils = lessons.iter().zip(&read);
        let pupils = pupils.filter_map(|(lesson, read)| {
            Some(Pupil {
                lesson,
                read: read.words()?,
            })
        });
        let pupils: Vec<Pupil<'_>> = pupils.collect();
        let weights = train(&config, &pupils, |p| progress("all documents", p))?;
        save_f16(weights.into_iter(), &out.join(ROLE_WEIGHTS))?;
        write_json(&config, &out.join(ROLE_CONFIG))?;
        read_in_turn(&config, &pupils, progress)?
    };
    for (lesson, reading) in lessons.iter_mut().zip(readings) {
        lesson.reading = Some(reading);
    }
    held_out.with_roles = core_f1(&lessons);
    write_json(&LinkModel::fit(&lessons), &out.join(WITH_ROLES))?;
    Ok(held_out)
}

/// What role models that never saw a document say of it: each is trained on the documents that it does not read.
fn read_in_turn(
    config: &RoleConfig,
    pupils: &[Pupil<'_>],
    mut progress: impl FnMut(&str, &Progress),
) -> Result<Vec<Reading>, TrainError> {
    let mut models = Vec::new();
    for fold in 0..FOLDS {
        let others = pupils.iter().enumerate().filter(|(i, _)| i % FOLDS != fold);
        let others: Vec<Pupil<'_>> = others.map(|(_, p)| *p).collect();
        let name = format!("fold {} of {FOLDS}", fold + 1);
        let weights = train(config, &others, |p| progress(&name, p))?;
        let vb = VarBuilder::from_tensors(weights, DType::F32, &Device::Cpu);
        models.push(RoleModel::new(Network::load(&vb, config)?));
    }
    let own = pupils.iter().zip(models.iter().cycle());
    own.map(|(p, model)| Ok(model.read_labelled(&p.lesson.document, &p.lesson.mentions, p.read)?))
        .collect()
}

/// Core F1 as [`HeldOut`] says.
fn core_f1(lessons: &[Lesson]) -> Option<f64> {
    let own = |fold: usize| lessons.iter().skip(fold).step_by(FOLDS);
    let linked = (0..FOLDS).flat_map(|fold| {
        let others = (0..FOLDS).filter(|&f| f != fold).flat_map(own);
        let model = LinkModel::fit(others);
        own(fold).map(move |lesson| lesson.linked(&model))
    });
    let linked: Vec<LabelledDocument> = linked.collect();
    let gold: Vec<LabelledDocument> = lessons.iter().map(|l| l.document.clone()).collect();
    evaluate(&gold, &linked).ok()?.records.core.f1.value
}

fn write_json(value: &impl serde::Serialize, path: &Path) -> Result<(), TrainError> {
    let json = serde_json::to_string(value).map_err(std::io::Error::from);
    json.and_then(|json| std::fs::write(path, json + "\n"))
        .map_err(write_error(path))
}

/// Pages of one step's shard, with their targets.
type Shard = Vec<(Page, PageTargets)>;

/// The exercises of an epoch in steps of some shards, a function of seed and epoch alone.
fn plan(pupils: &[Pupil<'_>], seed: u64, epoch: usize) -> Vec<Vec<Shard>> {
    let seed = mix(seed ^ mix(epoch as u64));
    let mut order: Vec<usize> = (0..pupils.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let pages: Vec<Vec<(Page, PageTargets)>> = order
        .par_iter()
        .map(|&i| {
            let pupil = pupils[i];
            let mut rng = ChaCha8Rng::seed_from_u64(mix(seed ^ mix(i as u64)));
            exercises(&pupil.lesson.document, &pupil.lesson.mentions, pupil.read, |m| {
                let is_figure = matches!(m.label, Label::Jobs | Label::Money);
                is_figure || rng.random::<f64>() >= HIDDEN
            })
        })
        .collect();
    let shards = |step: &mut Shard| spread(std::mem::take(step), SHARDS, |(page, _)| page.len());
    let mut steps = Vec::new();
    let mut step = Shard::new();
    let mut n_positions = 0;
    for page in pages.into_iter().flatten() {
        n_positions += page.0.len();
        step.push(page);
        if n_positions >= STEP_POSITIONS {
            steps.push(shards(&mut step));
            n_positions = 0;
        }
    }
    if !step.is_empty() {
        steps.push(shards(&mut step));
    }
    steps
}

/// The weights of a role model trained on some documents, by name.
fn train(
    config: &RoleConfig,
    pupils: &[Pupil<'_>],
    mut progress: impl FnMut(&Progress),
) -> Result<HashMap<String, Tensor>, TrainError> {
    // Epochs differ by a step at most.
    let steps = EPOCHS * plan(pupils, SEED, 0).len();
    let run = RunConfig {
        out: PathBuf::new(),
        seed: SEED,
        steps,
        batch_tokens: STEP_POSITIONS,
        learning_rate: 1e-3,
        warmup: steps / 12,
        weight_decay: 0.05,
        dropout: 0.2,
        mean_decay: 0.995,
        checkpoint_seconds: 0,
        shards: SHARDS,
    };
    let parameters = Parameters::new(Network::parameters(config), run.seed)?;
    let network = Network::load(&parameters.shared(), config)?;
    let mut optimizer = AdamW::new(&parameters, &run)?;
    let started = Instant::now();
    let (mut seen, mut total, mut since) = (0, 0.0, 0);
    for epoch in 0..EPOCHS {
        for shards in plan(pupils, run.seed, epoch) {
            let step = optimizer.step;
            let counts = shards.iter().flatten().map(|(_, t)| t.counts());
            let (figures, commitments) = counts.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            let (loss, grads) = gradients(&shards, |i, shard| {
                let dropout = Dropout {
                    probability: run.dropout,
                    seed: mix(run.seed ^ mix((step * 64 + i) as u64)),
                };
                let pages: Vec<&Page> = shard.iter().map(|(p, _)| p).collect();
                let targets: Vec<&PageTargets> = shard.iter().map(|(_, t)| t).collect();
                let batch = Batch::pack(&pages)?;
                let scores = network.forward(&batch, dropout)?;
                let (figure, commitment) = (1.0 / figures.max(1) as f32, 1.0 / commitments.max(1) as f32);
                loss(&scores, &batch, &targets, figure, commitment)
            })?;
            seen += shards.iter().flatten().map(|(p, _)| p.len()).sum::<usize>();
            total += loss;
            since += 1;
            let rate = optimizer.rate();
            let norm = optimizer.step(&grads)?;
            if optimizer.step.is_multiple_of(REPORT_EVERY) {
                progress(&Progress {
                    step: optimizer.step,
                    steps,
                    loss: total / since as f64,
                    rate,
                    norm,
                    tokens_per_second: seen as f64 / started.elapsed().as_secs_f64(),
                    dev: Vec::new(),
                });
                (total, since) = (0.0, 0);
            }
        }
    }
    Ok(optimizer.mean_weights()?)
}
