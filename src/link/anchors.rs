//! Is this figure a commitment, and how far has it come? Features of one `Jobs` or `Money` mention.

use super::cues::{self, Tense};
use super::roles;
use super::scene::Scene;
use crate::label::Label;
use crate::normalise::Value;
use crate::value::{JobsKind, Quantity};

/// Classes of an anchor: no commitment, or the status of one.
pub(super) const N_CLASSES: usize = 4;

/// The figure of an anchor.
pub(super) fn quantity(scene: &Scene<'_>, mention: usize) -> Option<Quantity> {
    match scene.values[mention].as_ref()? {
        Value::Jobs(jobs) => Some(jobs.count),
        Value::Money(amount) => Some(amount.money.amount),
        _ => None,
    }
}

/// True for jobs called indirect.
pub(super) fn is_indirect(scene: &Scene<'_>, mention: usize) -> bool {
    matches!(&scene.values[mention], Some(Value::Jobs(jobs)) if jobs.kind == JobsKind::Indirect)
}

/// Same kind of figure, same currency, same number; bounds aside (*plus de 700* repeats *700*).
pub(super) fn same_figure(scene: &Scene<'_>, a: usize, b: usize) -> bool {
    let figures = quantity(scene, a)
        .and_then(Quantity::figure)
        .zip(quantity(scene, b).and_then(Quantity::figure));
    let equal = figures.is_some_and(|(x, y)| (x - y).abs() <= 1e-9 * x.abs().max(y.abs()));
    let compatible = match (&scene.values[a], &scene.values[b]) {
        (Some(Value::Jobs(x)), Some(Value::Jobs(y))) => x.kind == y.kind,
        (Some(Value::Money(x)), Some(Value::Money(y))) => x.money.currency == y.money.currency,
        _ => false,
    };
    equal && compatible
}

/// Features of an anchor. `twins` are the other anchors with the same figure.
pub(super) fn features(scene: &Scene<'_>, mention: usize, twins: &[usize]) -> Vec<String> {
    let mut f = Vec::with_capacity(160);
    let label = scene.mentions[mention].label;
    let l = if label == Label::Jobs { "J" } else { "M" };
    f.push("bias".to_owned());
    f.push(l.to_owned());
    words_around(scene, mention, l, &mut f);
    own_words(scene, mention, l, &mut f);
    row_features(scene, mention, &mut f);
    place_on_page(scene, mention, &mut f);
    neighbours(scene, mention, l, &mut f);
    twin_features(scene, mention, twins, &mut f);
    roles::anchor_features(scene.reading.as_ref(), mention, &mut f);
    f.sort_unstable();
    f.dedup();
    f
}

fn words_around(scene: &Scene<'_>, mention: usize, l: &str, f: &mut Vec<String>) {
    let at = scene.at(mention);
    let range = scene.segment(mention).tokens.clone();
    let mut balance = (0, 0);
    let mut near: Vec<String> = Vec::new();
    for (side, step) in [("L", -1_isize), ("R", 1)] {
        let (mut nearest, mut tense_seen) = (0, 0);
        let w: Vec<&str> = (1..=3).map(|k| scene.word(at, step * k)).collect();
        f.push(format!("{side}1:{}", w[0]));
        f.push(format!("{l}{side}1:{}", w[0]));
        f.push(format!("{side}2:{}_{}", w[0], w[1]));
        f.push(format!("{side}3:{}_{}_{}", w[0], w[1], w[2]));
        let mut clause = true;
        let mut i = at;
        let mut distance = 0;
        while let Some(next) = i.checked_add_signed(step).filter(|n| range.contains(n)) {
            i = next;
            distance += 1;
            if distance > 40 {
                break;
            }
            let token = &scene.tokens[i];
            if matches!(
                token.word.as_str(),
                "," | ";" | ":" | "(" | ")" | "—" | "–" | "." | "«" | "»"
            ) {
                clause = false;
            }
            if token.word.len() < 2 {
                continue;
            }
            let band = match distance {
                1..=3 => "n",
                4..=9 => "m",
                _ => "f",
            };
            f.push(format!("{side}w:{}", token.word));
            if distance <= 9 {
                f.push(format!("{side}wn:{}", token.word));
            }
            f.push(format!("w:{}", token.word));
            let stem: String = token.word.chars().take(6).collect();
            if token.mention.is_none() && stem.len() < token.word.len() {
                f.push(format!("s:{stem}"));
                if distance <= 9 {
                    f.push(format!("{side}s:{stem}"));
                }
            }
            if let Some(cue) = token.cue {
                let name = cue.name();
                f.push(format!("c:{name}"));
                f.push(format!("{l}{side}c{band}:{name}"));
                if clause {
                    f.push(format!("{side}cc:{name}"));
                    f.push(format!("{l}cc:{name}"));
                }
                let told = format!("{name}.{:?}", token.tense);
                f.push(format!("ct:{told}"));
                if clause {
                    f.push(format!("{side}cct:{told}"));
                    balance.0 += cues::polarity(cue);
                }
                balance.1 += cues::polarity(cue);
                if cues::polarity(cue) != 0 && nearest < 2 {
                    nearest += 1;
                    f.push(format!("{l}{side}near{nearest}:{told}"));
                    f.push(format!("{side}near{nearest}:{name}:{band}"));
                    if nearest == 1 {
                        near.push(name);
                    }
                }
                match token.tense {
                    Tense::Other => {}
                    tense => {
                        f.push(format!("t:{tense:?}"));
                        if clause {
                            f.push(format!("tc:{tense:?}"));
                        }
                        if tense_seen < 1 {
                            tense_seen += 1;
                            f.push(format!("{side}tense:{tense:?}"));
                        }
                    }
                }
            }
        }
    }
    f.push(format!("near:{}", near.join("+")));
    f.push(format!("{l}balance:{}", balance.0.clamp(-3, 3)));
    f.push(format!("{l}balance-all:{}", balance.1.clamp(-4, 4)));
    sentences_around(scene, mention, f);
}

/// What the sentence before and the one after speak of.
fn sentences_around(scene: &Scene<'_>, mention: usize, f: &mut Vec<String>) {
    let s = scene.segment_of(mention);
    for (name, other) in [("P", s.checked_sub(1)), ("N", Some(s + 1))] {
        let Some(segment) = other.and_then(|o| scene.segments.get(o)) else {
            continue;
        };
        for token in scene.tokens[segment.tokens.clone()].iter().take(60) {
            if let Some(cue) = token.cue {
                f.push(format!("{name}c:{}", cue.name()));
            }
        }
    }
}

/// Rows of a table, items of a list: segments with the same labels in the same order.
fn row_features(scene: &Scene<'_>, mention: usize, f: &mut Vec<String>) {
    let here = scene.segment_of(mention);
    let pattern = |s: usize| -> Vec<Label> {
        let tokens = &scene.tokens[scene.segments[s].tokens.clone()];
        tokens
            .iter()
            .take(60)
            .filter_map(|t| t.mention)
            .map(|m| scene.mentions[m].label)
            .collect()
    };
    let own = pattern(here);
    if own.len() < 3 || !own.contains(&Label::Org) {
        return;
    }
    let near = (here.saturating_sub(3)..(here + 4).min(scene.segments.len())).filter(|&s| s != here);
    let alike = near.filter(|&s| pattern(s) == own).count();
    f.push(format!("row:{}", alike.min(3)));
    let row: Vec<&str> = own.iter().take(6).map(|l| l.as_str()).collect();
    f.push(format!("row={}", row.join(",")));
    // What the line above the rows says.
    let above = (0..here)
        .rev()
        .take(8)
        .find(|&s| !pattern(s).contains(&Label::Org));
    for token in above
        .into_iter()
        .flat_map(|s| &scene.tokens[scene.segments[s].tokens.clone()])
        .take(40)
    {
        if let Some(cue) = token.cue {
            f.push(format!("above:{}", cue.name()));
        }
    }
}

/// Features of a second look, from the first one's probabilities `p` of no commitment, by position in the anchors.
pub(super) fn second_look(scene: &Scene<'_>, i: usize, first: &[Vec<f64>], twins: &[usize]) -> Vec<String> {
    let mention = scene.anchors[i];
    let band = |p: f64| -> i32 {
        let logit = ((1.0 - p).max(1e-4) / p.max(1e-4)).ln();
        (logit / 1.2).round().clamp(-4.0, 4.0) as i32
    };
    let label = scene.mentions[mention].label;
    let mut f = vec!["bias".to_owned()];
    let own = band(first[i][0]);
    f.push(format!("own:{own}"));
    f.push(format!("own:{label}:{own}"));
    for (c, p) in first[i].iter().enumerate().skip(1) {
        f.push(format!("own{c}:{}", band(1.0 - p)));
    }
    let here = scene.segment_of(mention);
    for (side, other) in [("L", i.checked_sub(1)), ("R", Some(i + 1))] {
        let Some(o) = other.filter(|&o| o < scene.anchors.len()) else {
            continue;
        };
        let m = scene.anchors[o];
        let same_label = scene.mentions[m].label == label;
        let segments = scene.segment_of(m).abs_diff(here);
        let state = format!("{side}{}:{same_label}:{}", segments.min(2), band(first[o][0]) / 2);
        f.push(format!("own/{state}:{}", own / 2));
        f.push(state);
    }
    let p_of = |m: usize| scene.anchors.binary_search(&m).ok().map(|j| first[j][0]);
    let in_prose: f64 = twins
        .iter()
        .filter(|&&t| scene.segment(t).prose)
        .filter_map(|&t| p_of(t))
        .fold(1.0, f64::min);
    let anywhere: f64 = twins.iter().filter_map(|&t| p_of(t)).fold(1.0, f64::min);
    if !twins.is_empty() {
        let prose = scene.segment(mention).prose;
        f.push(format!("twin:{prose}:{}", band(in_prose)));
        f.push(format!("twin-any:{prose}:{}", band(anywhere) / 2));
        f.push(format!("twin/own:{}:{}", band(in_prose) / 2, own / 2));
    }
    let near = i.saturating_sub(6)..(i + 7).min(first.len());
    let around = near
        .clone()
        .filter(|&j| j != i)
        .map(|j| first[j][0])
        .fold(1.0, f64::min);
    let sure = near.filter(|&j| j != i && first[j][0] < 0.5).count();
    f.push(format!("around:{}", band(around) / 2));
    f.push(format!("sure:{}", sure.min(4)));
    f.push(format!("around/own:{}:{}", band(around) / 2, own / 2));
    // The surest status in the neighbourhood.
    for c in 1..N_CLASSES {
        let same = (i.saturating_sub(2)..(i + 3).min(first.len()))
            .filter(|&j| j != i && scene.segment_of(scene.anchors[j]).abs_diff(here) <= 1)
            .map(|j| first[j][c])
            .fold(0.0, f64::max);
        f.push(format!("near{c}:{}", band(1.0 - same) / 2));
    }
    f
}

fn own_words(scene: &Scene<'_>, mention: usize, l: &str, f: &mut Vec<String>) {
    let folded = crate::text::fold(scene.surface(mention));
    let words: Vec<&str> = folded.split_whitespace().collect();
    if let Some(last) = words.last() {
        f.push(format!("{l}head:{last}"));
        f.push(format!("{l}head+L1:{last}_{}", scene.word(scene.at(mention), -1)));
        f.push(format!("{l}head+R1:{last}_{}", scene.word(scene.at(mention), 1)));
    }
    for w in words.iter().filter(|w| w.len() > 3) {
        f.push(format!("{l}own:{w}"));
    }
    if let Some(figure) = quantity(scene, mention).and_then(Quantity::figure) {
        f.push(format!("{l}size:{}", figure.max(1.0).log10().floor()));
        if figure > 0.0 && figure % 10.0 != 0.0 && l == "J" {
            f.push("uneven".to_owned());
        }
    }
    if is_indirect(scene, mention) {
        f.push("indirect".to_owned());
    }
}

fn place_on_page(scene: &Scene<'_>, mention: usize, f: &mut Vec<String>) {
    let segment = scene.segment(mention);
    let kind = if segment.prose { "prose" } else { "short" };
    f.push(format!("zone:{}:{kind}", segment.zone.name()));
    if !segment.prose {
        f.push(format!("run:{}", segment.run.min(6)));
        f.push(format!("to-prose:{}", segment.to_prose.min(6)));
        f.push(format!(
            "run+to-prose:{}:{}",
            segment.run.min(4),
            segment.to_prose.min(3)
        ));
    }
    let mut known = 0;
    let mut any = 0;
    for token in &scene.tokens[segment.tokens.clone()] {
        if let Some(e) = token
            .mention
            .filter(|&m| scene.mentions[m].label == Label::Org)
            .and_then(|m| scene.entity_of[m])
        {
            any += 1;
            known = known.max(scene.organisations[e].in_body);
        }
    }
    f.push(format!("orgs-here:{}", any.min(3)));
    if any > 0 {
        f.push(format!("org-in-body:{kind}:{}", known.min(3)));
    }
}

/// Other figures near, and sums.
fn neighbours(scene: &Scene<'_>, mention: usize, l: &str, f: &mut Vec<String>) {
    let Ok(i) = scene.anchors.binary_search(&mention) else {
        return;
    };
    let here = scene.segment_of(mention);
    let label = scene.mentions[mention].label;
    for (side, other) in [("L", i.checked_sub(1)), ("R", Some(i + 1))] {
        let Some(&other) = other.and_then(|o| scene.anchors.get(o)) else {
            continue;
        };
        if scene.segment_of(other) == here {
            let gap = scene.at(other).abs_diff(scene.at(mention)).min(6);
            let same = if scene.mentions[other].label == label {
                "same"
            } else {
                "other"
            };
            f.push(format!("{l}{side}a:{same}"));
            f.push(format!("{l}{side}a:{same}:{}", gap / 2));
        }
    }
    let figure = |m: usize| quantity(scene, m).and_then(Quantity::figure);
    let Some(own) = figure(mention) else { return };
    let mut sums = (false, false);
    for run in runs_near(scene, i) {
        let parts: Vec<f64> = run.iter().filter_map(|&m| figure(m)).collect();
        let sum: f64 = parts.iter().sum();
        if parts.len() >= 2 && (sum - own).abs() < 0.02 * own && !run.contains(&mention) {
            sums.0 = true;
        }
    }
    // A part: one of a run that another figure near sums up.
    let window = &scene.anchors[i.saturating_sub(5)..(i + 6).min(scene.anchors.len())];
    for &total in window {
        if scene.mentions[total].label != label || total == mention {
            continue;
        }
        let Ok(t) = scene.anchors.binary_search(&total) else {
            continue;
        };
        let Some(whole) = figure(total) else { continue };
        for run in runs_near(scene, t) {
            let sum: f64 = run.iter().filter_map(|&m| figure(m)).sum();
            if run.len() >= 2
                && run.contains(&mention)
                && !run.contains(&total)
                && (sum - whole).abs() < 0.02 * whole
            {
                sums.1 = true;
            }
        }
    }
    if sums.0 {
        f.push(format!("{l}is-sum"));
    }
    if sums.1 {
        f.push(format!("{l}is-part"));
    }
    let near = Scene::between(&scene.anchors, mention.saturating_sub(12), mention + 12);
    let bigger = near
        .iter()
        .any(|&m| scene.mentions[m].label == label && figure(m).is_some_and(|x| x > own));
    f.push(format!("{l}bigger-near:{bigger}"));
}

/// Runs of two to five anchors of the same label just before or just after anchor number `i`.
fn runs_near(scene: &Scene<'_>, i: usize) -> Vec<Vec<usize>> {
    let label = scene.mentions[scene.anchors[i]].label;
    let same = |m: &usize| scene.mentions[*m].label == label;
    let after: Vec<usize> = scene.anchors[i + 1..]
        .iter()
        .take(10)
        .copied()
        .filter(same)
        .take(5)
        .collect();
    let before: Vec<usize> = scene.anchors[..i]
        .iter()
        .rev()
        .take(10)
        .copied()
        .filter(same)
        .take(5)
        .collect();
    let mut runs = Vec::new();
    for list in [after, before] {
        for n in 2..=list.len() {
            runs.push(list[..n].to_vec());
            if n < list.len() {
                runs.push(list[1..=n].to_vec());
            }
        }
    }
    runs
}

fn twin_features(scene: &Scene<'_>, mention: usize, twins: &[usize], f: &mut Vec<String>) {
    let kind = if scene.segment(mention).prose {
        "prose"
    } else {
        "short"
    };
    f.push(format!("twins:{kind}:{}", twins.len().min(3)));
    let in_prose = twins.iter().any(|&t| scene.segment(t).prose);
    f.push(format!("twin-in-prose:{kind}:{in_prose}"));
}

/// Is the figure a sum over several organisations? Features of a commitment's scope.
pub(super) fn scope_features(scene: &Scene<'_>, mention: usize) -> Vec<String> {
    let mut f = vec!["bias".to_owned()];
    let l = if scene.mentions[mention].label == Label::Jobs {
        "J"
    } else {
        "M"
    };
    let at = scene.at(mention);
    let segment = scene.segment(mention);
    let mut orgs = 0;
    let mut before = 0;
    for (i, token) in scene.tokens[segment.tokens.clone()].iter().enumerate().take(80) {
        let side = if segment.tokens.start + i < at { "L" } else { "R" };
        if token.word.len() >= 2 {
            f.push(format!("{side}w:{}", token.word));
            f.push(format!("w:{}", token.word));
            let stem: String = token.word.chars().take(6).collect();
            f.push(format!("s:{stem}"));
        }
        if token.word == "#" || is_number_word(&token.word) {
            let next = scene.word(segment.tokens.start + i, 1);
            let stem: String = next.chars().take(6).collect();
            f.push(format!("n:{stem}"));
            if cues::is_agreement(next) {
                f.push(format!("{side}agreements"));
                f.push("agreements".to_owned());
            }
            f.push("number".to_owned());
        }
        if let Some(cue) = token.cue {
            f.push(format!("{side}c:{}", cue.name()));
        }
        if token
            .mention
            .is_some_and(|m| scene.mentions[m].label == Label::Org)
        {
            orgs += 1;
            before += usize::from(side == "L");
        }
    }
    f.push(format!("orgs:{}", orgs.min(4)));
    f.push(format!("orgs-before:{}", before.min(3)));
    f.push(format!("prose:{}", segment.prose));
    for (side, step) in [("L", -1), ("R", 1)] {
        f.push(format!("{side}1:{}", scene.word(at, step)));
        f.push(format!(
            "{side}2:{}_{}",
            scene.word(at, step),
            scene.word(at, 2 * step)
        ));
    }
    neighbours(scene, mention, l, &mut f);
    let s = scene.segment_of(mention);
    if let Some(previous) = s.checked_sub(1).and_then(|p| scene.segments.get(p)) {
        for token in scene.tokens[previous.tokens.clone()].iter().take(60) {
            if let Some(cue) = token.cue {
                f.push(format!("Pc:{}", cue.name()));
            }
        }
    }
    parts_features(scene, mention, &mut f);
    roles::total_features(scene.reading.as_ref(), mention, &mut f);
    f.sort_unstable();
    f.dedup();
    f
}

/// Smaller figures of the same kind that follow, each with an organisation beside it: the parts of a total.
fn parts_features(scene: &Scene<'_>, mention: usize, f: &mut Vec<String>) {
    let label = scene.mentions[mention].label;
    let Some(own) = quantity(scene, mention).and_then(Quantity::figure) else {
        return;
    };
    let mut sum = 0.0;
    let (mut parts, mut with_org, mut exact) = (0, 0, false);
    for &m in Scene::between(&scene.anchors, mention, usize::MAX)
        .iter()
        .take(24)
    {
        if scene.mentions[m].label != label {
            continue;
        }
        let Some(part) = quantity(scene, m).and_then(Quantity::figure).filter(|&p| p < own) else {
            continue;
        };
        sum += part;
        parts += 1;
        with_org += usize::from(!scene.entities_in(scene.segment_of(m), Label::Org).is_empty());
        exact |= (sum - own).abs() < 0.02 * own;
    }
    f.push(format!("parts:{}", parts.min(4)));
    f.push(format!("parts-org:{}", with_org.min(4)));
    f.push(format!("parts-exact:{}", exact && parts > 1));
    f.push(format!("parts-org-exact:{}:{}", exact && parts > 1, with_org > 1));
}

fn is_number_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
        "quinze", "vingt",
    ];
    WORDS.contains(&word)
}
