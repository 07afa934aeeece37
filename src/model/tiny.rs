//! A model of random weights, for tests and examples.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use candle_core::{Device, Tensor};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::{Config, Head};
use super::encoder::{Encoder, Init};
use crate::label::Label;
use crate::segment::{Subwords, features};

/// What its sub-words are learnt from.
const TEXTS: [&str; 3] = [
    "L’usine de Tanger créera 1.500 emplois d’ici 2027, pour un investissement de 2,5 milliards de dirhams.",
    "Le groupe annonce la création de 300 postes à Casablanca et à Rabat avant fin juin.",
    "La société investit 40 millions d’euros dans sa filiale à Lyon et recrutera 120 salariés.",
];

/// Writes a folder that [`TagModel::load`](super::TagModel::load) reads: the whole architecture, small, untrained.
///
/// It tags at random, the same on every machine. For tests and examples; creates the folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_tiny(folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    std::fs::create_dir_all(folder)?;
    let subwords = Subwords::train(TEXTS.into_iter().map(|t| (t, 3.0)), 300)?;
    subwords.save(&folder.join("tokenizer.json"))?;
    let config = Config {
        architecture: Config::ARCHITECTURE.to_owned(),
        n_ids: subwords.n_ids(),
        n_features: features::ROWS,
        width: 16,
        ffn_width: 32,
        n_layers: 2,
        n_heads: 2,
        max_tokens: 64,
        overlap: 16,
        heads: vec![Head {
            name: Head::MAIN.to_owned(),
            labels: Label::ALL.iter().map(ToString::to_string).collect(),
        }],
    };
    std::fs::write(
        folder.join("config.json"),
        serde_json::to_string_pretty(&config)? + "\n",
    )?;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut tensors = HashMap::new();
    for (name, shape, init) in Encoder::parameters(&config) {
        let n = shape.iter().product();
        let values: Vec<f32> = match init {
            Init::Ones => vec![1.0; n],
            // Larger than in training, so that words differ.
            Init::Normal(_) => (0..n).map(|_| rng.random::<f32>() - 0.5).collect(),
        };
        tensors.insert(name, Tensor::from_vec(values, shape, &Device::Cpu)?);
    }
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TagModel, Tagger};

    #[test]
    fn the_tiny_model_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        write_tiny(folder.path()).unwrap();
        let model = TagModel::load(folder.path()).unwrap();
        assert_eq!(model.config().width, 16);
        let tagger = Tagger::load(folder.path().to_str().unwrap()).unwrap();
        let encoded = tagger.encode(TEXTS[0]).unwrap();
        let rows = tagger
            .answers(&[(&encoded, 0..encoded.words.len())], true)
            .unwrap();
        assert_eq!(rows.tags.len(), encoded.words.len());
        assert_eq!(rows.states.len(), encoded.words.len() * 3 * 16);
    }
}
