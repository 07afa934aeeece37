//! `AdamW` in one pass over each parameter, with a running mean of the weights.

use std::collections::HashMap;
use std::path::Path;

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, Device, InplaceOp1, Layout, Result, Storage, Tensor, Var, bail};
use rayon::prelude::*;

use super::config::RunConfig;
use super::parameters::Parameters;

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.98;
const EPSILON: f32 = 1e-8;
const MAX_NORM: f64 = 1.0;

struct Slot {
    name: String,
    var: Var,
    first: Vec<f32>,
    second: Vec<f32>,
    mean: Vec<f32>,
    decays: bool,
}

/// Loshchilov and Hutter 2019, with gradients clipped to a global norm of 1.
pub(super) struct AdamW {
    slots: Vec<Slot>,
    /// Steps done.
    pub(super) step: usize,
    run: RunConfig,
}

/// One parameter's update, applied where its values lie.
struct Update<'a> {
    grads: &'a [Vec<f32>],
    first: std::cell::RefCell<&'a mut [f32]>,
    second: std::cell::RefCell<&'a mut [f32]>,
    mean: std::cell::RefCell<&'a mut [f32]>,
    clip: f32,
    rate: f32,
    decay: f32,
    bias1: f32,
    bias2: f32,
    mean_decay: f32,
}

impl InplaceOp1 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(all), Some((start, end))) = (storage, layout.contiguous_offsets()) else {
            bail!("adamw: expected contiguous f32 parameters")
        };
        let theta = &mut all[start..end];
        let (mut first, mut second, mut mean) = (
            self.first.borrow_mut(),
            self.second.borrow_mut(),
            self.mean.borrow_mut(),
        );
        for i in 0..theta.len() {
            let g = self.grads.iter().map(|shard| shard[i]).sum::<f32>() * self.clip;
            first[i] = BETA1 * first[i] + (1.0 - BETA1) * g;
            second[i] = BETA2 * second[i] + (1.0 - BETA2) * g * g;
            let move_by = first[i] * self.bias1 / ((second[i] * self.bias2).sqrt() + EPSILON);
            theta[i] -= self.rate * (move_by + self.decay * theta[i]);
            mean[i] += (1.0 - self.mean_decay) * (theta[i] - mean[i]);
        }
        Ok(())
    }
}

/// Copies the values of a contiguous f32 tensor.
fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    let (storage, layout) = tensor.storage_and_layout();
    match (&*storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(all)), Some((start, end))) => Ok(all[start..end].to_vec()),
        _ => tensor.flatten_all()?.to_vec1(),
    }
}

impl AdamW {
    pub(super) fn new(parameters: &Parameters, run: &RunConfig) -> Result<Self> {
        let slots = parameters.0.iter().map(|(name, var)| {
            let n = var.elem_count();
            Ok(Slot {
                name: name.clone(),
                var: var.clone(),
                first: vec![0.0; n],
                second: vec![0.0; n],
                mean: floats(var.as_tensor())?,
                decays: var.rank() > 1,
            })
        });
        Ok(Self {
            slots: slots.collect::<Result<_>>()?,
            step: 0,
            run: run.clone(),
        })
    }

    /// Learning rate of the coming step.
    pub(super) fn rate(&self) -> f64 {
        let RunConfig {
            steps,
            warmup,
            learning_rate,
            ..
        } = self.run;
        if self.step < warmup {
            return learning_rate * (self.step + 1) as f64 / warmup as f64;
        }
        let done = (self.step - warmup) as f64 / (steps.saturating_sub(warmup)).max(1) as f64;
        learning_rate * (1.0 - 0.95 * done.min(1.0))
    }

    /// One step along the sum of the shards' gradients; returns their norm before clipping.
    pub(super) fn step(&mut self, shards: &[GradStore]) -> Result<f64> {
        let rate = self.rate() as f32;
        self.step += 1;
        let t = self.step as i32;
        // A young mean forgets faster, or it would remember the initial weights.
        let mean_decay = if self.run.mean_decay > 0.0 {
            self.run
                .mean_decay
                .min(self.step as f64 / (self.step as f64 + 10.0)) as f32
        } else {
            0.0
        };
        let grads: Vec<Vec<Vec<f32>>> = self
            .slots
            .par_iter()
            .map(|slot| {
                let of_shards = shards.iter().filter_map(|shard| shard.get(slot.var.as_tensor()));
                of_shards.map(floats).collect::<Result<Vec<_>>>()
            })
            .collect::<Result<_>>()?;
        let square = |shards: &Vec<Vec<f32>>| -> f64 {
            let n = shards.first().map_or(0, Vec::len);
            (0..n)
                .map(|i| shards.iter().map(|s| s[i]).sum::<f32>())
                .map(|g| f64::from(g * g))
                .sum()
        };
        let squares: Vec<f64> = grads.par_iter().map(square).collect();
        let norm = squares.iter().sum::<f64>().sqrt();
        if !norm.is_finite() {
            bail!("adamw: the gradient is not finite at step {}", self.step)
        }
        let clip = (MAX_NORM / norm.max(MAX_NORM)) as f32;
        let weight_decay = self.run.weight_decay as f32;
        self.slots
            .par_iter_mut()
            .zip(&grads)
            .try_for_each(|(slot, grads)| {
                if grads.is_empty() {
                    return Ok(());
                }
                slot.var.as_tensor().inplace_op1(&Update {
                    grads,
                    first: (&mut slot.first[..]).into(),
                    second: (&mut slot.second[..]).into(),
                    mean: (&mut slot.mean[..]).into(),
                    clip,
                    rate,
                    decay: if slot.decays { weight_decay } else { 0.0 },
                    bias1: 1.0 / (1.0 - BETA1.powi(t)),
                    bias2: 1.0 / (1.0 - BETA2.powi(t)),
                    mean_decay,
                })
            })?;
        Ok(norm)
    }

    /// The running mean of the weights, by name.
    pub(super) fn mean_weights(&self) -> Result<HashMap<String, Tensor>> {
        self.slots
            .iter()
            .map(|s| {
                Ok((
                    s.name.clone(),
                    Tensor::from_slice(&s.mean, s.var.shape(), &Device::Cpu)?,
                ))
            })
            .collect()
    }

    /// Everything a resumed run needs, in f32.
    pub(super) fn save(&self, path: &Path) -> Result<()> {
        let mut all = HashMap::new();
        for slot in &self.slots {
            all.insert(format!("weights/{}", slot.name), slot.var.as_tensor().clone());
            for (kind, values) in [
                ("first", &slot.first),
                ("second", &slot.second),
                ("mean", &slot.mean),
            ] {
                let tensor = Tensor::from_slice(values, slot.var.shape(), &Device::Cpu)?;
                all.insert(format!("{kind}/{}", slot.name), tensor);
            }
        }
        let step = Tensor::new(&[self.step as u32], &Device::Cpu)?;
        all.insert("step".to_owned(), step);
        // Written aside, then renamed: a run cut while it writes keeps the checkpoint before.
        let aside = path.with_extension("writing");
        candle_core::safetensors::save(&all, &aside)?;
        Ok(std::fs::rename(&aside, path)?)
    }

    /// Takes up a saved state.
    pub(super) fn load(&mut self, path: &Path) -> Result<()> {
        let all = candle_core::safetensors::load(path, &Device::Cpu)?;
        let get = |name: String| match all.get(&name) {
            Some(tensor) => Ok(tensor),
            None => bail!("{}: expected `{name}` in the checkpoint", path.display()),
        };
        for slot in &mut self.slots {
            slot.var.set(get(format!("weights/{}", slot.name))?)?;
            for (kind, values) in [
                ("first", &mut slot.first),
                ("second", &mut slot.second),
                ("mean", &mut slot.mean),
            ] {
                *values = floats(get(format!("{kind}/{}", slot.name))?)?;
            }
        }
        self.step = get("step".to_owned())?.to_vec1::<u32>()?[0] as usize;
        Ok(())
    }
}
