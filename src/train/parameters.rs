//! The trained weights, by name.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::VarBuilder;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::encoder::Init;
use crate::model::{Config, Encoder};

/// Every parameter of an encoder, as a variable.
pub(super) struct Parameters(pub BTreeMap<String, Var>);

impl Parameters {
    /// Fresh weights, by name, shape and initial values. Each parameter has its own stream of random numbers, so adding one
    /// changes no other.
    pub(super) fn new(all: Vec<(String, Vec<usize>, Init)>, seed: u64) -> Result<Self> {
        let vars = all.into_iter().map(|(name, shape, init)| {
            let n: usize = shape.iter().product();
            let salt = name
                .bytes()
                .fold(seed, |h, b| crate::model::mix(h ^ u64::from(b)));
            let mut rng = ChaCha8Rng::seed_from_u64(salt);
            let values: Vec<f32> = match init {
                Init::Ones => vec![1.0; n],
                Init::Normal(deviation) => (0..n).map(|_| deviation * normal(&mut rng)).collect(),
            };
            Ok((
                name,
                Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?)?,
            ))
        });
        Ok(Self(vars.collect::<Result<_>>()?))
    }

    /// Takes over the parameters of a weights file that have the same name and shape; returns how many.
    pub(super) fn take_from(&self, path: &Path) -> Result<usize> {
        let stored = candle_core::safetensors::load(path, &Device::Cpu)?;
        let mut taken = 0;
        for (name, var) in &self.0 {
            if let Some(tensor) = stored.get(name).filter(|t| t.shape() == var.shape()) {
                var.set(&tensor.to_dtype(DType::F32)?)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// An encoder that shares these variables: it sees every later step.
    pub(super) fn encoder(&self, config: &Config) -> Result<Encoder> {
        Encoder::load(&self.shared(), config)
    }

    /// The variables themselves, for a network that sees every later step.
    pub(super) fn shared(&self) -> VarBuilder<'static> {
        let tensors: HashMap<String, Tensor> = self
            .0
            .iter()
            .map(|(name, var)| (name.clone(), var.as_tensor().clone()))
            .collect();
        VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu)
    }
}

/// A standard normal draw (Box and Muller 1958).
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let (u, v) = (1.0 - rng.random::<f32>(), rng.random::<f32>());
    (-2.0 * u.ln()).sqrt() * (std::f32::consts::TAU * v).cos()
}

/// Writes weights in f16.
pub(super) fn save_f16(tensors: impl Iterator<Item = (String, Tensor)>, path: &Path) -> Result<()> {
    let half: HashMap<String, Tensor> = tensors
        .map(|(name, t)| Ok((name, t.to_dtype(DType::F16)?)))
        .collect::<Result<_>>()?;
    candle_core::safetensors::save(&half, path)
}
