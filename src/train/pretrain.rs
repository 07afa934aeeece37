//! Pre-training: words are hidden, the encoder guesses them.

use std::sync::Arc;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::{PretrainConfig, TextSource};
use super::corpus::texts;
use super::parameters::Parameters;
use super::run::{Progress, Run, TrainError};
use crate::model::encoder::Dropout;
use crate::model::{Batch, Config, Encoder, Head, Targets, cross_entropy, mix};
use crate::segment::{Encoded, Subwords, features};

/// Steps between two progress messages.
const REPORT_EVERY: usize = 20;

/// Bytes of French in a token, about.
const BYTES_PER_TOKEN: usize = 4;

/// Consecutive lines read together, as indices of the first and one past the last.
type Block = std::ops::Range<usize>;

/// An encoded block, its words in the window, and the tokens to guess with their ids.
type MaskedWindow = (Encoded, std::ops::Range<usize>, Vec<(usize, u32)>);

/// A shard of a step: masked tokens, and what they were.
struct Masked {
    batch: Batch,
    rows: Arc<[u32]>,
    targets: Targets,
}

/// Runs (or resumes) a pre-training and writes the model folder.
///
/// # Errors
/// A [`TrainError`] that names the file at fault.
pub fn pretrain(config: &PretrainConfig, mut progress: impl FnMut(&Progress)) -> Result<(), TrainError> {
    let sources: Vec<(&TextSource, Vec<String>)> = config
        .text
        .iter()
        .map(|s| Ok((s, texts(s)?)))
        .collect::<Result<_, TrainError>>()?;
    let out = &config.run.out;
    let kept = out.join("tokenizer.json");
    let subwords = if let Some(path) = config.tokenizer.as_ref().or(kept.exists().then_some(&kept)) {
        Subwords::load(path)?
    } else {
        let weighted = sources
            .iter()
            .flat_map(|(s, lines)| lines.iter().map(|l| (l.as_str(), s.weight)));
        let subwords = Subwords::train(weighted, config.encoder.n_ids)?;
        std::fs::create_dir_all(out).map_err(|source| TrainError::Write {
            path: out.clone(),
            source,
        })?;
        subwords.save(&kept)?;
        subwords
    };
    let (lines, blocks) = blocks(&sources, config);
    if blocks.is_empty() {
        let path = config.text.first().map_or(out, |s| &s.path).clone();
        let problem = format!(
            "`text`: expected a window of text at least, {} bytes, got less",
            BYTES_PER_TOKEN * config.window_tokens
        );
        return Err(TrainError::Config { path, problem });
    }
    let sizes = &config.encoder;
    let model = Config {
        architecture: Config::ARCHITECTURE.to_owned(),
        n_ids: subwords.n_ids(),
        n_features: features::ROWS,
        width: sizes.width,
        ffn_width: sizes.ffn_width,
        n_layers: sizes.n_layers,
        n_heads: sizes.n_heads,
        max_tokens: config.window_tokens,
        overlap: config.window_tokens / 4,
        heads: vec![Head {
            name: Head::MAIN.to_owned(),
            labels: crate::label::Label::ALL.iter().map(ToString::to_string).collect(),
        }],
    };
    let parameters = Parameters::new(Encoder::parameters(&model), config.run.seed)?;
    let mut run = Run::start(&config.run, model, &parameters)?;
    let per_step = config
        .run
        .batch_tokens
        .div_ceil(config.window_tokens)
        .max(config.run.shards);
    while run.goes_on() {
        let step = run.optimizer.step;
        let shards = shards(&lines, &blocks, &subwords, config, step, per_step);
        let n_tokens = shards.iter().map(|s| s.batch.n_tokens()).sum();
        let norm = run.step(&shards, n_tokens, |encoder, i, shard| {
            let seed = mix(config.run.seed ^ mix((step * 64 + i) as u64));
            let dropout = Dropout {
                probability: config.run.dropout,
                seed,
            };
            let encoded = encoder.forward(&shard.batch, dropout)?;
            cross_entropy(&encoder.guess(&encoded, &shard.rows)?, shard.targets.clone())
        })?;
        if (step + 1).is_multiple_of(REPORT_EVERY) || step + 1 == config.run.steps {
            progress(&run.report(norm, Vec::new())?);
        }
        run.checkpoint_when_due()?;
    }
    run.checkpoint()?;
    run.save_model(&subwords, config)
}

/// All lines, and blocks of consecutive ones of one source, each about a window long, weighted.
fn blocks<'a>(
    sources: &'a [(&TextSource, Vec<String>)],
    config: &PretrainConfig,
) -> (Vec<&'a str>, Vec<Block>) {
    let mut rng = ChaCha8Rng::seed_from_u64(config.run.seed);
    let block_bytes = BYTES_PER_TOKEN * config.window_tokens;
    let (mut lines, mut blocks) = (Vec::new(), Vec::new());
    for (source, texts) in sources {
        let mut start = lines.len();
        let mut bytes = 0;
        for text in texts {
            lines.push(text.as_str());
            bytes += text.len();
            if bytes >= block_bytes {
                let copies =
                    source.weight.floor() as usize + usize::from(rng.random::<f64>() < source.weight.fract());
                blocks.extend(std::iter::repeat_n(start..lines.len(), copies));
                start = lines.len();
                bytes = 0;
            }
        }
    }
    (lines, blocks)
}

/// The masked windows of one step, a function of the seed and the step alone.
fn shards(
    lines: &[&str],
    blocks: &[Block],
    subwords: &Subwords,
    config: &PretrainConfig,
    step: usize,
    per_step: usize,
) -> Vec<Masked> {
    let mut chosen: Vec<(usize, Block)> = Vec::with_capacity(per_step);
    for i in step * per_step..(step + 1) * per_step {
        // Each epoch has an order of its own: an affine walk over the blocks is one without storing it.
        let (epoch, place) = (i / blocks.len(), i % blocks.len());
        let pick = permuted(place, blocks.len(), mix(config.run.seed ^ epoch as u64));
        chosen.push((i, blocks[pick].clone()));
    }
    let masked: Vec<MaskedWindow> = chosen
        .into_iter()
        .map(|(i, block)| {
            let mut rng = ChaCha8Rng::seed_from_u64(mix(config.run.seed ^ (i as u64) << 20));
            mask(&lines[block], subwords, config, &mut rng)
        })
        .collect();
    let total: usize = masked.iter().map(|(.., guesses)| guesses.len()).sum();
    let per_shard = masked.len().div_ceil(config.run.shards);
    masked
        .chunks(per_shard)
        .map(|part| {
            let batch = Batch::pack(part.iter().map(|(encoded, words, _)| (encoded, words.clone())));
            let (mut rows, mut classes) = (Vec::new(), Vec::new());
            for ((.., guesses), bounds) in part.iter().zip(batch.bounds.windows(2)) {
                for &(token, id) in guesses {
                    rows.push(bounds[0] + token as u32);
                    classes.push(id);
                }
            }
            let weights = vec![1.0 / total.max(1) as f32; rows.len()];
            let targets = Targets {
                classes: classes.into(),
                weights: weights.into(),
                smoothing: 0.0,
            };
            Masked {
                batch,
                rows: rows.into(),
                targets,
            }
        })
        .filter(|shard| !shard.rows.is_empty())
        .collect()
}

/// A permutation of `0..n`: four rounds of a Feistel network, walked until it lands below `n`.
fn permuted(place: usize, n: usize, key: u64) -> usize {
    let half_bits = (usize::BITS - n.saturating_sub(1).leading_zeros())
        .div_ceil(2)
        .max(1);
    let low = (1u64 << half_bits) - 1;
    let mut x = place as u64;
    loop {
        let (mut left, mut right) = (x >> half_bits, x & low);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(key ^ right ^ (round << 48)) & low));
        }
        x = left << half_bits | right;
        if (x as usize) < n {
            return x as usize;
        }
    }
}

/// Joins the lines of a block, cuts them to a window and hides words: tokens to guess, from the window's first token.
fn mask(lines: &[&str], subwords: &Subwords, config: &PretrainConfig, rng: &mut ChaCha8Rng) -> MaskedWindow {
    // News pages break lines everywhere; half of the time the paragraphs run on.
    let text = lines.join(if rng.random::<bool>() { "\n" } else { " " });
    let mut encoded = subwords.encode(&text);
    let n_words = encoded.words.len();
    let end = encoded
        .first_token
        .partition_point(|&t| t as usize <= config.window_tokens)
        .saturating_sub(1);
    let words = 0..end.clamp(1.min(n_words), n_words);
    let mut order: Vec<usize> = words.clone().collect();
    order.shuffle(rng);
    let n_masked = ((words.len() as f64 * config.mask).round() as usize).max(1);
    let mut guesses = Vec::new();
    for &word in order.iter().take(n_masked) {
        // One in ten stays visible: the encoder must not trust that what it sees is right.
        let visible = rng.random::<f64>() < 0.1;
        for token in encoded.first_token[word] as usize..encoded.first_token[word + 1] as usize {
            guesses.push((token, encoded.ids[token]));
            if !visible {
                encoded.ids[token] = subwords.mask_id();
                encoded.features[token] = features::hidden(encoded.features[token]);
            }
        }
    }
    guesses.sort_unstable();
    (encoded, words, guesses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_visits_every_block_once() {
        for n in [1, 2, 7, 64, 1000] {
            let mut seen: Vec<usize> = (0..n).map(|i| permuted(i, n, 42)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>());
        }
    }
}
