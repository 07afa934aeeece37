//! The tagging loop: several labelled corpora, one encoder, a head for each label scheme.

use std::sync::Arc;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::align::{Target, align};
use super::augment::Augmenter;
use super::config::{LabelSource, TrainConfig};
use super::corpus::{Labelled, labelled};
use super::parameters::Parameters;
use super::run::{Progress, Run, TrainError, spread};
use crate::document::Document;
use crate::label::Label;
use crate::model::encoder::Dropout;
use crate::model::load::load_config;
use crate::model::{Batch, Config, Encoder, Head, TagModel, Tagger, Targets, cross_entropy, mix};
use crate::pipeline;
use crate::segment::{Encoded, Subwords, windows};
use crate::span::Mention;
use crate::text::fold;

/// Steps between two progress messages.
const REPORT_EVERY: usize = 20;

/// A corpus, its documents and the head it teaches.
struct Corpus<'a> {
    source: &'a LabelSource,
    documents: Vec<Labelled>,
    head: usize,
}

/// A window of a document with the tag of each of its words.
struct Example {
    encoded: Encoded,
    words: std::ops::Range<usize>,
    targets: Vec<Target>,
}

/// A shard of a step: windows of one head.
struct Shard {
    batch: Batch,
    head: usize,
    targets: Targets,
}

/// Runs (or resumes) a training and writes the model folder.
///
/// # Errors
/// A [`TrainError`] that names the file at fault.
pub fn train(config: &TrainConfig, mut progress: impl FnMut(&Progress)) -> Result<(), TrainError> {
    let subwords = Arc::new(Subwords::load(&config.init.join("tokenizer.json"))?);
    let model = model_config(config)?;
    let corpora = config
        .labels
        .iter()
        .map(|s| corpus(s, &model, config))
        .collect::<Result<Vec<_>, _>>()?;
    let dev = config
        .dev
        .iter()
        .map(|s| corpus(s, &model, config))
        .collect::<Result<Vec<_>, _>>()?;
    let varied: Vec<Labelled> = corpora
        .iter()
        .filter(|c| c.source.augment)
        .flat_map(|c| c.documents.iter().cloned())
        .collect();
    let augmenter = Augmenter::new(&config.names, &varied)?;
    if corpora
        .iter()
        .all(|c| c.documents.is_empty() || c.source.weight <= 0.0)
    {
        let path = config.labels.first().map_or(&config.run.out, |s| &s.path).clone();
        let problem = "`labels`: expected a document to learn from, got none".to_owned();
        return Err(TrainError::Config { path, problem });
    }
    let parameters = Parameters::new(Encoder::parameters(&model), config.run.seed)?;
    parameters.take_from(&config.init.join("model.safetensors"))?;
    let mut run = Run::start(&config.run, model, &parameters)?;
    // Which step each epoch begins with is found again by replaying the plan: a resumed run takes the same steps.
    let (mut epoch, mut first_step) = (0, 0);
    let mut best = best_score(config);
    while run.goes_on() {
        let batches = plan(&corpora, &augmenter, &subwords, config, epoch);
        for (i, shards) in batches.iter().enumerate() {
            if first_step + i < run.optimizer.step || !run.goes_on() {
                continue;
            }
            let step = run.optimizer.step;
            let n_tokens = shards.iter().map(|s| s.batch.n_tokens()).sum();
            let norm = run.step(shards, n_tokens, |encoder, i, shard| {
                let seed = mix(config.run.seed ^ mix((step * 64 + i) as u64));
                let dropout = Dropout {
                    probability: config.run.dropout,
                    seed,
                };
                let encoded = encoder.forward(&shard.batch, dropout)?;
                let logits = encoder.tag(&encoded, &shard.batch, shard.head, dropout)?;
                cross_entropy(&logits, shard.targets.clone())
            })?;
            let done = step + 1;
            let last = done == config.run.steps;
            if done.is_multiple_of(config.evaluate_every) || last {
                let model = TagModel::new(Arc::clone(&subwords), run.mean_encoder()?);
                let tagger = Tagger::Encoder(Box::new(model));
                let scores: Vec<(String, f64)> = dev
                    .iter()
                    .map(|c| Ok((c.source.path.display().to_string(), score(&tagger, c)?)))
                    .collect::<Result<_, TrainError>>()?;
                let mean = scores.iter().map(|(_, f)| f).sum::<f64>() / scores.len().max(1) as f64;
                if scores.is_empty() || best.is_none_or(|best| mean > best) {
                    best = Some(mean);
                    run.save_model(&subwords, config)?;
                }
                progress(&run.report(norm, scores)?);
            } else if done.is_multiple_of(REPORT_EVERY) {
                progress(&run.report(norm, Vec::new())?);
            }
            run.checkpoint_when_due()?;
        }
        first_step += batches.len();
        epoch += 1;
    }
    run.checkpoint()
}

/// The sizes of the model to start from, with this run's windows and heads.
fn model_config(config: &TrainConfig) -> Result<Config, TrainError> {
    let mut model = load_config(&config.init.join("config.json"))?;
    model.max_tokens = config.window_tokens;
    model.overlap = config.window_overlap;
    model.heads.retain(|h| h.name == Head::MAIN);
    model.heads.extend(config.head.iter().map(|h| Head {
        name: h.name.clone(),
        labels: h.labels.clone(),
    }));
    Ok(model)
}

/// Best mean score that an interrupted run had reached, from its log.
fn best_score(config: &TrainConfig) -> Option<f64> {
    #[derive(serde::Deserialize)]
    struct Line {
        dev: Vec<(String, f64)>,
    }
    let log = std::fs::read_to_string(config.run.out.join("log.jsonl")).ok()?;
    log.lines()
        .filter_map(|l| serde_json::from_str::<Line>(l).ok())
        .filter(|l| !l.dev.is_empty())
        .map(|l| l.dev.iter().map(|(_, f)| f).sum::<f64>() / l.dev.len() as f64)
        .max_by(f64::total_cmp)
}

fn corpus<'a>(
    source: &'a LabelSource,
    model: &Config,
    config: &TrainConfig,
) -> Result<Corpus<'a>, TrainError> {
    let head = model
        .heads
        .iter()
        .position(|h| h.name == source.head)
        .ok_or_else(|| TrainError::Config {
            path: config.run.out.clone(),
            problem: format!("`labels.head`: expected one of the heads, got `{}`", source.head),
        })?;
    Ok(Corpus {
        source,
        documents: labelled(source)?,
        head,
    })
}

/// The batches of an epoch in their order, a function of seed and epoch alone.
fn plan(
    corpora: &[Corpus<'_>],
    augmenter: &Augmenter,
    subwords: &Subwords,
    config: &TrainConfig,
    epoch: usize,
) -> Vec<Vec<Shard>> {
    let seed = mix(config.run.seed ^ mix(epoch as u64));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut batches: Vec<Vec<Shard>> = Vec::new();
    for (c, corpus) in corpora.iter().enumerate() {
        let mut picks: Vec<(usize, u64)> = Vec::new();
        for i in 0..corpus.documents.len() {
            let copies = corpus.source.weight.floor() as usize
                + usize::from(rng.random::<f64>() < corpus.source.weight.fract());
            picks.extend((0..copies).map(|copy| (i, mix(seed ^ mix((c << 40 | i << 8 | copy) as u64)))));
        }
        picks.shuffle(&mut rng);
        let labels = &model_labels(corpus, config);
        let examples: Vec<Vec<Example>> = picks
            .par_iter()
            .map(|&(i, seed)| {
                let document = &corpus.documents[i];
                if corpus.source.augment {
                    examples(
                        &augmenter.vary(document, seed),
                        subwords,
                        labels,
                        corpus.source,
                        config,
                    )
                } else {
                    examples(document, subwords, labels, corpus.source, config)
                }
            })
            .collect();
        let mut group: Vec<Example> = Vec::new();
        let mut n_tokens = 0;
        for example in examples.into_iter().flatten() {
            n_tokens += n_tokens_of(&example);
            group.push(example);
            if n_tokens >= config.run.batch_tokens {
                batches.push(shards(std::mem::take(&mut group), corpus.head, config));
                n_tokens = 0;
            }
        }
        if !group.is_empty() {
            batches.push(shards(group, corpus.head, config));
        }
    }
    batches.shuffle(&mut rng);
    batches
}

fn n_tokens_of(example: &Example) -> usize {
    let first = &example.encoded.first_token;
    (first[example.words.end] - first[example.words.start]) as usize
}

/// Labels of the head that a corpus teaches.
fn model_labels(corpus: &Corpus<'_>, config: &TrainConfig) -> Vec<String> {
    config
        .head
        .iter()
        .find(|h| h.name == corpus.source.head)
        .map_or_else(
            || Label::ALL.iter().map(ToString::to_string).collect(),
            |h| h.labels.clone(),
        )
}

/// Words before and after a digit that may belong to an unlabelled amount, count or date.
const NEAR_DIGIT: (usize, usize) = (3, 6);

/// Words that a date without a digit is made of.
const TIME_WORDS: [&str; 34] = [
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "hier",
    "demain",
    "aujourd",
    "hui",
    "semaine",
    "mois",
    "an",
    "ans",
    "annee",
    "annees",
    "trimestre",
    "semestre",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "printemps",
    "automne",
    "hiver",
];

/// The windows of a document with their targets.
fn examples(
    document: &Labelled,
    subwords: &Subwords,
    labels: &[String],
    source: &LabelSource,
    config: &TrainConfig,
) -> Vec<Example> {
    let encoded = subwords.encode(&document.text);
    let (mut targets, _) = align(&document.spans, &encoded.words, labels);
    if source.names_only {
        for (i, word) in encoded.words.iter().enumerate() {
            let surface = &document.text[word.span.range()];
            let near = if surface.contains(|c: char| c.is_ascii_digit()) {
                i.saturating_sub(NEAR_DIGIT.0)..(i + NEAR_DIGIT.1 + 1).min(targets.len())
            } else if TIME_WORDS.contains(&fold(surface).as_str()) {
                i.saturating_sub(1)..(i + 2).min(targets.len())
            } else {
                continue;
            };
            for target in targets[near].iter_mut().filter(|t| **t == Target::Tag(0)) {
                *target = Target::Unknown;
            }
        }
    }
    windows(&encoded, config.window_tokens, config.window_overlap)
        .into_iter()
        .map(|w| Example {
            encoded: encoded.clone(),
            targets: targets[w.words.clone()].to_vec(),
            words: w.words,
        })
        .collect()
}

/// Spreads the windows of a batch over shards of like size.
fn shards(examples: Vec<Example>, head: usize, config: &TrainConfig) -> Vec<Shard> {
    let targets = examples.iter().flat_map(|e| &e.targets);
    let known = targets.filter(|t| **t != Target::Unknown).count();
    let weight = 1.0 / known.max(1) as f32;
    spread(examples, config.run.shards, n_tokens_of)
        .into_iter()
        .map(|share| {
            let targets = share.iter().flat_map(|e| &e.targets);
            let (classes, weights): (Vec<u32>, Vec<f32>) = targets
                .map(|t| match *t {
                    Target::Tag(tag) => (tag, weight),
                    Target::Unknown => (0, 0.0),
                })
                .unzip();
            Shard {
                batch: Batch::pack(share.iter().map(|e| (&e.encoded, e.words.clone()))),
                head,
                targets: Targets {
                    classes: classes.into(),
                    weights: weights.into(),
                    smoothing: config.smoothing,
                },
            }
        })
        .collect()
}

/// Strict micro-F1 on a corpus.
fn score(tagger: &Tagger, corpus: &Corpus<'_>) -> Result<f64, TrainError> {
    let documents = corpus.documents.iter().map(|labelled| Document {
        id: String::new(),
        text: labelled.text.clone(),
        published: None,
        source: None,
    });
    let predicted = pipeline::tag(tagger, &documents.collect::<Vec<_>>(), pipeline::DEFAULT_BATCH)?;
    let (mut right, mut total) = (0, 0);
    for (labelled, mentions) in corpus.documents.iter().zip(&predicted) {
        let is_gold = |m: &&Mention| labelled.spans.contains(&(m.span, m.label.to_string()));
        right += mentions.iter().filter(is_gold).count();
        let gold = labelled.spans.iter().filter(|(_, l)| l.parse::<Label>().is_ok());
        total += mentions.len() + gold.count();
    }
    Ok(if total == 0 {
        1.0
    } else {
        2.0 * right as f64 / total as f64
    })
}
