//! Which figures belong to one commitment: links between anchors, followed from the surest down.

use std::collections::BTreeMap;

use super::anchors::{is_indirect, same_figure};
use super::roles;
use super::scene::Scene;
use crate::label::Label;
use crate::normalise::Value;

/// Two anchors further apart than this (in anchors) are linked only when their figures are the same.
pub(super) const WINDOW: usize = 8;

/// Added to the log-odds of a link: two records made of one commitment cost more than one made of two.
const BIAS: f64 = 2.0;

/// Features of two anchors, `a` before `b`.
pub(super) fn pair_features(scene: &Scene<'_>, a: usize, b: usize) -> Vec<String> {
    let mut f = vec!["bias".to_owned()];
    let kind = |m: usize| match scene.mentions[m].label {
        Label::Jobs if is_indirect(scene, m) => 'I',
        Label::Jobs => 'J',
        _ => 'M',
    };
    let (ka, kb) = (kind(a), kind(b));
    let relation = if ka != kb {
        "other"
    } else if same_figure(scene, a, b) {
        "twin"
    } else {
        "rival"
    };
    f.push(format!("kind:{ka}{kb}"));
    f.push(format!("rel:{relation}"));
    let (sa, sb) = (scene.segment_of(a), scene.segment_of(b));
    let segments = sb - sa;
    let band = segments.min(6);
    f.push(format!("seg:{band}"));
    f.push(format!("{relation}:seg:{band}"));
    f.push(format!(
        "lines:{relation}:{}",
        (scene.segments[sb].line - scene.segments[sa].line).min(4)
    ));
    let orgs = distinct(scene, Scene::between(&scene.orgs, a, b));
    let places = distinct(scene, Scene::between(&scene.locs, a, b));
    f.push(format!("{relation}:orgs:{}", orgs.len().min(3)));
    f.push(format!("{relation}:places:{}", places.len().min(3)));
    f.push(format!(
        "{relation}:orgs:{}:seg:{}",
        orgs.len().min(2),
        band.min(3)
    ));
    f.push(format!(
        "{relation}:places:{}:seg:{}",
        places.len().min(2),
        band.min(3)
    ));
    let before = |list: &[usize], m: usize| {
        let cut = list.partition_point(|&x| x < m);
        cut.checked_sub(1).and_then(|i| scene.entity_of[list[i]])
    };
    for (name, list) in [("org", &scene.orgs), ("loc", &scene.locs)] {
        let same = before(list, a) == before(list, b);
        f.push(format!("{relation}:last-{name}-same:{same}"));
        f.push(format!("{relation}:last-{name}-same:{same}:seg:{}", band.min(2)));
    }
    // Organisations and places in both sentences.
    for (name, label) in [("org", Label::Org), ("loc", Label::Loc)] {
        let (x, y) = (scene.entities_in(sa, label), scene.entities_in(sb, label));
        let shared = x.iter().any(|e| y.contains(e));
        let state = match (x.is_empty(), y.is_empty()) {
            _ if shared => "shared",
            (false, false) => "differ",
            (false, true) => "first",
            (true, false) => "second",
            (true, true) => "none",
        };
        f.push(format!("{relation}:{name}s:{state}"));
    }
    f.push(format!(
        "figures:{relation}:{}",
        Scene::between(&scene.anchors, a, b).len().min(4)
    ));
    f.push(format!(
        "prose:{}{}:{relation}",
        u8::from(scene.segments[sa].prose),
        u8::from(scene.segments[sb].prose)
    ));
    if scene.has_word(sb, "respectivement") && ka != kb {
        let (x, y) = (scene.index_among(a, sa), scene.index_among(b, sb));
        if x.1 == y.1 && x.1 > 1 {
            f.push(format!("aligned:{}", x.0 == y.0));
        }
    }
    if segments == 0 {
        words_between(scene, scene.at(a), scene.at(b), relation, &mut f);
    }
    for k in 1..=3 {
        f.push(format!("bL:{}", scene.word(scene.at(b), -k)));
    }
    f.push(format!("bR:{}", scene.word(scene.at(b), 1)));
    f.push(format!("bR:{}", scene.word(scene.at(b), 2)));
    let start = scene.segments[sb].tokens.start;
    if segments > 0 {
        f.push(format!("start:{}", scene.tokens[start].word));
        f.push(format!(
            "start2:{}_{}",
            scene.tokens[start].word,
            scene.word(start, 1)
        ));
    }
    roles::pair_features(scene, a, b, &mut f);
    f.sort_unstable();
    f.dedup();
    f
}

/// Words and cues between two anchors of one sentence.
fn words_between(scene: &Scene<'_>, ta: usize, tb: usize, relation: &str, f: &mut Vec<String>) {
    f.push(format!("{relation}:tok:{}", (tb - ta).min(24) / 4));
    let between: Vec<&str> = scene.tokens[ta + 1..tb].iter().map(|t| t.word.as_str()).collect();
    if between.len() <= 4 {
        f.push(format!("{relation}:btw={}", between.join("_")));
    }
    for token in scene.tokens[ta + 1..tb].iter().take(30) {
        if let Some(cue) = token.cue {
            f.push(format!("{relation}:btwc:{}", cue.name()));
        }
        if token.word.len() <= 2 || token.mention.is_some() {
            f.push(format!("{relation}:btw:{}", token.word));
        }
    }
}

fn distinct(scene: &Scene<'_>, mentions: &[usize]) -> Vec<usize> {
    let mut found: Vec<usize> = mentions
        .iter()
        .take(40)
        .filter_map(|&m| scene.entity_of[m])
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Anchors with the same figure as each anchor, itself left out; at most eight, the nearest in order.
pub(super) fn twins(scene: &Scene<'_>) -> BTreeMap<usize, Vec<usize>> {
    let mut by_figure: BTreeMap<(Label, u64), Vec<usize>> = BTreeMap::new();
    for &m in &scene.anchors {
        let figure = super::anchors::quantity(scene, m)
            .and_then(crate::value::Quantity::figure)
            .unwrap_or(0.0);
        by_figure
            .entry((scene.mentions[m].label, figure.round() as u64))
            .or_default()
            .push(m);
    }
    let mut found = BTreeMap::new();
    for list in by_figure.values() {
        for (i, &m) in list.iter().enumerate() {
            let near = list[i.saturating_sub(4)..(i + 5).min(list.len())].iter().copied();
            found.insert(m, near.filter(|&t| t != m && same_figure(scene, m, t)).collect());
        }
    }
    found
}

/// True when the two cannot stand in one record: two figures for one slot, or told of two organisations in parallel.
pub(super) fn conflict(scene: &Scene<'_>, a: usize, b: usize) -> bool {
    if scene.parallel(a).iter().any(|p| p.anchor == b) {
        return a != b;
    }
    let same_slot =
        scene.mentions[a].label == scene.mentions[b].label && is_indirect(scene, a) == is_indirect(scene, b);
    // The same amount may be told in two currencies.
    let two_currencies = match (&scene.values[a], &scene.values[b]) {
        (Some(Value::Money(x)), Some(Value::Money(y))) => x.money.currency != y.money.currency,
        _ => false,
    };
    same_slot && !two_currencies && !same_figure(scene, a, b)
}

/// An anchor that is a commitment, with the log-probability of each joint class (status, scope).
#[derive(Debug, Clone)]
pub(super) struct Committed {
    pub(super) mention: usize,
    pub(super) log_p: Vec<f64>,
}

/// A set of anchors with the sum of their log-probabilities.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    /// Mentions, in order.
    pub(super) anchors: Vec<usize>,
    pub(super) log_p: Vec<f64>,
}

fn best(log_p: &[f64]) -> f64 {
    log_p.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Joins committed anchors while the links between two groups speak for it.
pub(super) fn cluster(
    scene: &Scene<'_>,
    committed: &[Committed],
    link: impl Fn(usize, usize) -> f64,
) -> Vec<Cluster> {
    let n = committed.len();
    let mut pairs: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let number: BTreeMap<usize, usize> = committed
        .iter()
        .enumerate()
        .map(|(i, c)| (c.mention, i))
        .collect();
    let twins = twins(scene);
    for (i, c) in committed.iter().enumerate() {
        let far = twins
            .get(&c.mention)
            .into_iter()
            .flatten()
            .filter_map(|t| number.get(t).copied())
            .filter(|&j| j > i);
        for j in (i + 1..n.min(i + 1 + WINDOW)).chain(far) {
            pairs
                .entry((i, j))
                .or_insert_with(|| link(c.mention, committed[j].mention));
        }
    }
    let mut order: Vec<(f64, usize, usize)> = pairs
        .iter()
        .map(|(&(i, j), &s)| (s, i, j))
        .filter(|p| p.0 > -3.0)
        .collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)).then(x.2.cmp(&y.2)));
    let mut home: Vec<usize> = (0..n).collect();
    let mut groups: Vec<Option<(Vec<usize>, Vec<f64>)>> = committed
        .iter()
        .enumerate()
        .map(|(i, c)| Some((vec![i], c.log_p.clone())))
        .collect();
    for (_, i, j) in order {
        let (x, y) = (home[i], home[j]);
        if x == y {
            continue;
        }
        let (Some((mx, px)), Some((my, py))) = (&groups[x], &groups[y]) else {
            continue;
        };
        let clash = mx.iter().any(|&p| {
            my.iter()
                .any(|&q| conflict(scene, committed[p].mention, committed[q].mention))
        });
        if clash {
            continue;
        }
        let links: Vec<f64> = mx
            .iter()
            .flat_map(|&p| my.iter().map(move |&q| (p.min(q), p.max(q))))
            .filter_map(|pair| pairs.get(&pair).copied())
            .collect();
        let mean = links.iter().sum::<f64>() / links.len().max(1) as f64;
        let joint: Vec<f64> = px.iter().zip(py).map(|(a, b)| a + b).collect();
        if mean + BIAS + best(&joint) - best(px) - best(py) <= 0.0 {
            continue;
        }
        let mut members = mx.clone();
        members.extend(my);
        members.sort_unstable();
        for &m in &members {
            home[m] = x;
        }
        groups[x] = Some((members, joint));
        groups[y] = None;
    }
    let mut clusters: Vec<Cluster> = groups
        .into_iter()
        .flatten()
        .map(|(members, log_p)| Cluster {
            anchors: members.iter().map(|&i| committed[i].mention).collect(),
            log_p,
        })
        .collect();
    clusters.sort_by_key(|c| c.anchors.first().copied());
    clusters
}
