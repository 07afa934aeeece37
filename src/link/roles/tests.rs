//! The role model on small pages: its gradients, and the same answers alone or in a batch.

use candle_core::{Tensor, Var};
use candle_nn::VarBuilder;
use std::collections::{BTreeMap, HashMap};

use super::*;
use crate::link::tests::labelled;
use crate::model::Tagger;
use crate::model::encoder::{Init, STATES};
use crate::pipeline::{self, Read};

const MARKUP: [&str; 2] = [
    "@@ a\npublished: 2024-04-12\nsource: MA\n--\nLe groupe [Ventora](ORG:1) créera [450 emplois](JOBS:1) à \
     [Oujda](LOC:1) d'ici [2026](DATE:1d). Ces [450 postes](JOBS:1) iront aux jeunes, selon l'[Anapec](ORG).\n==\n\
     1 pledged single | org Ventora | jobs 450 | loc Oujda | deadline 2026 | announced 2024-04-12\n",
    "@@ b\npublished: 2024-04-12\nsource: MA\n--\n[Kalam](ORG) emploie [80 personnes](JOBS).\n==\n",
];

fn config() -> RoleConfig {
    RoleConfig {
        width: 16,
        ffn_width: 24,
        n_layers: 2,
        n_heads: 2,
        match_width: 4,
        ..RoleConfig::new("test".to_owned(), STATES * 192)
    }
}

fn variables(config: &RoleConfig) -> BTreeMap<String, Var> {
    let mut state = 7_u64;
    let mut next = || {
        state = crate::model::mix(state);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    Network::parameters(config)
        .into_iter()
        .map(|(name, shape, init)| {
            let n = shape.iter().product();
            let values = (0..n)
                .map(|_| if init == Init::Ones { 1.0 } else { next() })
                .collect();
            let tensor = Tensor::from_vec::<_, f32>(values, shape, &Device::Cpu).unwrap();
            (name, Var::from_tensor(&tensor).unwrap())
        })
        .collect()
}

fn network(config: &RoleConfig, variables: &BTreeMap<String, Var>) -> Network {
    let tensors: HashMap<String, Tensor> = variables
        .iter()
        .map(|(name, v)| (name.clone(), v.as_tensor().clone()))
        .collect();
    Network::load(
        &VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu),
        config,
    )
    .unwrap()
}

/// The pages of both documents, with their targets.
fn pages() -> Vec<(Page, PageTargets)> {
    let tagger = Tagger::shipped().unwrap();
    MARKUP
        .iter()
        .flat_map(|markup| {
            let document = labelled(markup);
            let mentions = document.mentions().unwrap();
            let read: Vec<Read> = pipeline::read(&tagger, &[document.document()], 1, true).unwrap();
            exercises(&document, &mentions, read[0].words().unwrap(), |_| true)
        })
        .collect()
}

#[test]
fn every_parameter_has_a_gradient() {
    let config = config();
    let variables = variables(&config);
    let exercises = pages();
    let pages: Vec<&Page> = exercises.iter().map(|(p, _)| p).collect();
    let targets: Vec<&PageTargets> = exercises.iter().map(|(_, t)| t).collect();
    assert_eq!(
        targets.iter().map(|t| t.counts()).collect::<Vec<_>>(),
        [(2, 2), (1, 0)]
    );
    let batch = Batch::pack(&pages).unwrap();
    let scores = network(&config, &variables)
        .forward(&batch, Dropout::OFF)
        .unwrap();
    let grads = loss(&scores, &batch, &targets, 1.0, 1.0)
        .unwrap()
        .backward()
        .unwrap();
    for (name, var) in &variables {
        let grad = grads
            .get(var.as_tensor())
            .unwrap_or_else(|| panic!("{name} has no gradient"));
        let size = grad.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(size > 1e-7, "{name}: gradient {size}");
    }
}

#[test]
fn a_page_gets_the_same_scores_alone_and_in_a_batch() {
    let config = config();
    let network = network(&config, &variables(&config));
    let exercises = pages();
    let scores = |pages: &[&Page]| {
        let scores = network
            .forward(&Batch::pack(pages).unwrap(), Dropout::OFF)
            .unwrap();
        let all = [scores.classes, scores.totals, scores.pairs];
        all.map(|t| t.flatten_all().unwrap().to_vec1::<f32>().unwrap())
    };
    let together = scores(&[&exercises[0].0, &exercises[1].0]);
    let alone = [scores(&[&exercises[0].0]), scores(&[&exercises[1].0])];
    for (kind, both) in together.iter().enumerate() {
        assert_eq!(*both, [&alone[0][kind][..], &alone[1][kind]].concat());
    }
}

#[test]
fn right_answers_are_mentions_of_what_the_labels_link() {
    let (page, targets) = &pages()[0];
    let mut told = Vec::new();
    let mut row = 0;
    for group in &page.groups {
        let n = group.candidates.len() + 1;
        let right: Vec<usize> = (0..n).filter(|i| targets.answers()[row + i] > 0).collect();
        let mentions = right
            .iter()
            .map(|&i| group.candidates.get(i).map(|&(c, _)| page.candidates[c].0));
        told.push((group.anchor, group.choice, mentions.collect::<Vec<_>>()));
        row += n;
    }
    let of = |anchor, choice| {
        told.iter()
            .find(|t| (t.0, t.1) == (anchor, choice))
            .unwrap()
            .2
            .clone()
    };
    assert_eq!(of(0, Choice::Organization), [Some(0)]);
    assert_eq!(of(0, Choice::Location), [Some(2)]);
    assert_eq!(of(0, Choice::Deadline), [Some(3)]);
    assert_eq!(of(0, Choice::Announced), [None]);
    assert_eq!(of(0, Choice::Antecedent), [None]);
    assert_eq!(of(1, Choice::Antecedent), [Some(1)]);
}
