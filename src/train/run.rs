//! What pre-training and training share: the folder of a run, its log, checkpoints, and steps over shards.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use rayon::prelude::*;
use serde::Serialize;

use super::config::RunConfig;
use super::optimizer::AdamW;
use super::parameters::{Parameters, save_f16};
use crate::model::{Config, Encoder, ModelError};
use crate::segment::{SubwordError, Subwords};

/// What can go wrong in training.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("{}: cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A configuration is wrong.
    #[error("{}: {problem}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Line, field, what was expected, what came.
        problem: String,
    },
    /// A line of a corpus is wrong.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Field, what was expected, what came.
        problem: String,
    },
    /// The model to start from cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The vocabulary cannot be used.
    #[error(transparent)]
    Subwords(#[from] SubwordError),
    /// A computation failed.
    #[error("the training step failed")]
    Compute(#[from] candle_core::Error),
}

/// What a run says as it goes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// Steps done.
    pub step: usize,
    /// Steps to do.
    pub steps: usize,
    /// Mean loss since the last message, in nats a word.
    pub loss: f64,
    /// Learning rate.
    pub rate: f64,
    /// Norm of the last gradient.
    pub norm: f64,
    /// Tokens a second since the start of this process.
    pub tokens_per_second: f64,
    /// Scores on the development sets, when they were just measured: name and strict micro-F1.
    pub dev: Vec<(String, f64)>,
}

/// A run: its folder, weights and optimiser.
pub(super) struct Run {
    pub(super) config: RunConfig,
    pub(super) model: Config,
    pub(super) encoder: Encoder,
    pub(super) optimizer: AdamW,
    started: Instant,
    saved: Instant,
    tokens: usize,
    loss: f64,
    loss_steps: usize,
}

/// Creates a file or folder error.
pub(super) fn write_error(path: &Path) -> impl FnOnce(std::io::Error) -> TrainError {
    let path = path.to_owned();
    |source| TrainError::Write { path, source }
}

/// Spreads items over `n` shards of like size, the largest first, each to the lightest shard; leaves out empty ones.
pub(super) fn spread<T>(mut items: Vec<T>, n: usize, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    items.sort_by_key(|item| std::cmp::Reverse(size(item)));
    let mut shards: Vec<(usize, Vec<T>)> = (0..n).map(|_| (0, Vec::new())).collect();
    for item in items {
        if let Some(shard) = shards.iter_mut().min_by_key(|(total, _)| *total) {
            shard.0 += size(&item);
            shard.1.push(item);
        }
    }
    let shards = shards.into_iter().map(|(_, shard)| shard);
    shards.filter(|shard| !shard.is_empty()).collect()
}

/// The sum of the shards' losses, and the gradients of each, in order.
pub(super) fn gradients<S: Sync>(
    shards: &[S],
    loss: impl Fn(usize, &S) -> candle_core::Result<Tensor> + Sync,
) -> candle_core::Result<(f64, Vec<GradStore>)> {
    let parts: Vec<(f64, GradStore)> = shards
        .par_iter()
        .enumerate()
        .map(|(i, shard)| {
            let loss = loss(i, shard)?;
            Ok((f64::from(loss.to_scalar::<f32>()?), loss.backward()?))
        })
        .collect::<candle_core::Result<_>>()?;
    let total = parts.iter().map(|(loss, _)| loss).sum();
    Ok((total, parts.into_iter().map(|(_, grads)| grads).collect()))
}

impl Run {
    /// Starts from `parameters`, or goes on from the checkpoint in the run's folder.
    pub(super) fn start(
        config: &RunConfig,
        model: Config,
        parameters: &Parameters,
    ) -> Result<Self, TrainError> {
        if let Some(problem) = model.problem() {
            let path = config.out.join("config.json");
            return Err(TrainError::Config { path, problem });
        }
        std::fs::create_dir_all(&config.out).map_err(write_error(&config.out))?;
        let encoder = parameters.encoder(&model)?;
        let mut optimizer = AdamW::new(parameters, config)?;
        let checkpoint = config.out.join("checkpoint.safetensors");
        if checkpoint.exists() {
            optimizer.load(&checkpoint)?;
        }
        let now = Instant::now();
        Ok(Self {
            config: config.clone(),
            model,
            encoder,
            optimizer,
            started: now,
            saved: now,
            tokens: 0,
            loss: 0.0,
            loss_steps: 0,
        })
    }

    /// True until every step is done.
    pub(super) fn goes_on(&self) -> bool {
        self.optimizer.step < self.config.steps
    }

    /// One optimiser step: `loss` gives each shard's part of the loss, whose sum is the mean over the batch.
    pub(super) fn step<S: Sync>(
        &mut self,
        shards: &[S],
        n_tokens: usize,
        loss: impl Fn(&Encoder, usize, &S) -> candle_core::Result<Tensor> + Sync,
    ) -> Result<f64, TrainError> {
        let (total, grads) = gradients(shards, |i, shard| loss(&self.encoder, i, shard))?;
        self.loss += total;
        self.loss_steps += 1;
        self.tokens += n_tokens;
        Ok(self.optimizer.step(&grads)?)
    }

    /// Saves the state of the run when the last save is old enough. Called when all that belongs to a step is done:
    /// what a run cut before had not measured or written, the resumed run does again.
    pub(super) fn checkpoint_when_due(&mut self) -> Result<(), TrainError> {
        if self.saved.elapsed() >= Duration::from_secs(self.config.checkpoint_seconds) {
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Saves the state of the run.
    pub(super) fn checkpoint(&mut self) -> Result<(), TrainError> {
        self.optimizer
            .save(&self.config.out.join("checkpoint.safetensors"))?;
        self.saved = Instant::now();
        Ok(())
    }

    /// What to say now; a line of `log.jsonl` too.
    pub(super) fn report(&mut self, norm: f64, dev: Vec<(String, f64)>) -> Result<Progress, TrainError> {
        let progress = Progress {
            step: self.optimizer.step,
            steps: self.config.steps,
            loss: self.loss / self.loss_steps.max(1) as f64,
            rate: self.optimizer.rate(),
            norm,
            tokens_per_second: self.tokens as f64 / self.started.elapsed().as_secs_f64(),
            dev,
        };
        (self.loss, self.loss_steps) = (0.0, 0);
        let path = self.config.out.join("log.jsonl");
        let line = serde_json::to_string(&progress).map_err(std::io::Error::from);
        line.and_then(|line| {
            let mut log = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&path)?;
            writeln!(log, "{line}")
        })
        .map_err(write_error(&path))?;
        Ok(progress)
    }

    /// An encoder with the running mean of the weights.
    pub(super) fn mean_encoder(&self) -> Result<Encoder, TrainError> {
        let mean = self.optimizer.mean_weights()?;
        let vb =
            candle_nn::VarBuilder::from_tensors(mean, candle_core::DType::F32, &candle_core::Device::Cpu);
        Ok(Encoder::load(&vb, &self.model)?)
    }

    /// Writes the model folder: sizes, vocabulary, mean weights in f16, and the settings of the run.
    pub(super) fn save_model(
        &self,
        subwords: &Subwords,
        settings: &impl Serialize,
    ) -> Result<(), TrainError> {
        let out = &self.config.out;
        let write = |name: &str, text: String| {
            let path = out.join(name);
            std::fs::write(&path, text).map_err(write_error(&path))
        };
        let json = serde_json::to_string_pretty(&self.model).map_err(std::io::Error::from);
        write("config.json", json.map_err(write_error(out))? + "\n")?;
        let toml = toml::to_string(settings).map_err(std::io::Error::other);
        write("training.toml", toml.map_err(write_error(out))?)?;
        subwords.save(&out.join("tokenizer.json"))?;
        let mean = self.optimizer.mean_weights()?;
        save_f16(mean.into_iter(), &out.join("model.safetensors"))?;
        Ok(())
    }
}
