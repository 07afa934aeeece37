//! Who fills what: features of an organisation, a place or a date beside the figures of one commitment.

use super::cues::{Cue, Zone};
use super::roles;
use super::scene::{Entity, Scene};
use crate::label::Label;
use crate::normalise::Value;
use crate::record::Status;
use crate::value::When;

/// Organisations that may stand behind these anchors: those named near, and the document's main ones.
pub(super) fn candidates(scene: &Scene<'_>, anchors: &[usize], label: Label) -> Vec<usize> {
    let (list, entities) = entities_of(scene, label);
    let mut found: Vec<usize> = Vec::new();
    for &a in anchors.iter().take(8) {
        let cut = list.partition_point(|&m| m < a);
        let near = list[cut.saturating_sub(16)..cut]
            .iter()
            .chain(&list[cut..(cut + 8).min(list.len())]);
        found.extend(near.filter_map(|&m| scene.entity_of[m]));
    }
    if entities.len() <= 60 {
        found.extend((0..entities.len()).filter(|&e| entities[e].rank < 4 || entities[e].in_title));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Mentions and entities of a label.
pub(super) fn entities_of<'s>(scene: &'s Scene<'_>, label: Label) -> (&'s [usize], &'s [Entity]) {
    if label == Label::Org {
        (&scene.orgs, &scene.organisations)
    } else {
        (&scene.locs, &scene.places)
    }
}

/// Where a mention stands with regard to the anchors of one commitment.
struct Position {
    /// Segments from the mention to the nearest anchor; 0 in the same sentence.
    segments: usize,
    /// True when the mention comes first.
    before: bool,
    /// Other entities of the same label between both.
    others: usize,
    /// Tokens between both.
    tokens: usize,
    mention: usize,
}

impl Position {
    fn name(&self) -> String {
        let segments = match self.segments {
            0 => "0",
            1 => "1",
            2 => "2",
            3..=4 => "3",
            5..=8 => "5",
            _ => "9",
        };
        format!("{}{segments}", if self.before { "b" } else { "a" })
    }
}

/// Nearest mention of an entity before the anchors and after them.
fn positions(scene: &Scene<'_>, anchors: &[usize], entity: &Entity, list: &[usize]) -> Vec<Position> {
    let mut best: [Option<Position>; 2] = [None, None];
    for &a in anchors {
        let cut = entity.mentions.partition_point(|&m| m < a);
        let near = [cut.checked_sub(1), Some(cut)];
        for (side, m) in near
            .into_iter()
            .enumerate()
            .filter_map(|(s, i)| Some((s, *entity.mentions.get(i?)?)))
        {
            let own = scene.entity_of[m];
            let between = Scene::between(list, a, m);
            let near_end = if side == 0 {
                &between[between.len().saturating_sub(6)..]
            } else {
                &between[..between.len().min(6)]
            };
            let mut others: Vec<usize> = near_end
                .iter()
                .filter_map(|&o| scene.entity_of[o])
                .filter(|&o| Some(o) != own)
                .collect();
            others.sort_unstable();
            others.dedup();
            let position = Position {
                segments: scene.segment_of(a).abs_diff(scene.segment_of(m)),
                before: side == 0,
                others: others.len(),
                tokens: scene.at(a).abs_diff(scene.at(m)),
                mention: m,
            };
            let better = best[side].as_ref().is_none_or(|b| {
                (position.segments, position.others, position.tokens) < (b.segments, b.others, b.tokens)
            });
            if better {
                best[side] = Some(position);
            }
        }
    }
    best.into_iter().flatten().collect()
}

/// Features of an organisation or a place, for the anchors of one commitment.
pub(super) fn entity_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    e: usize,
    label: Label,
    orgs: &[usize],
) -> Vec<String> {
    let (list, entities) = entities_of(scene, label);
    let entity = &entities[e];
    let mut f = vec!["bias".to_owned()];
    let positions = positions(scene, anchors, entity, list);
    let nearest = positions
        .iter()
        .min_by_key(|p| (p.segments, p.others, !p.before, p.tokens));
    for p in &positions {
        let name = p.name();
        f.push(format!("p:{name}"));
        f.push(format!("p:{name}:{}", p.others.min(3)));
        f.push(format!(
            "o{}:{}",
            if p.before { "b" } else { "a" },
            p.others.min(4)
        ));
        if p.segments == 0 {
            f.push(format!("tok:{name}:{}", p.tokens.min(24) / 4));
            let at = scene.at(p.mention);
            if at == scene.segment(p.mention).tokens.start {
                f.push("first-of-sentence".to_owned());
            }
        }
        let anchor_line = anchors
            .iter()
            .any(|&a| scene.segment(a).line == scene.segment(p.mention).line);
        f.push(format!("line:{anchor_line}"));
    }
    f.push(format!("rank:{}", entity.rank.min(4)));
    f.push(format!("body:{}", entity.in_body.min(4)));
    f.push(format!("title:{}", entity.in_title));
    f.push(format!("title+rank:{}:{}", entity.in_title, entity.rank.min(2)));
    f.push(format!("n:{}", entity.mentions.len().min(4)));
    f.push(format!("of:{}", entities.len().min(5)));
    order_features(scene, anchors, e, label, &mut f);
    if label == Label::Org {
        description_features(scene, anchors, entity, &mut f);
    }
    // Is another one of this label in the anchors' sentences?
    let rival = anchors.iter().any(|&a| {
        scene
            .entities_in(scene.segment_of(a), label)
            .iter()
            .any(|&o| o != e)
    });
    let here = positions.iter().any(|p| p.segments == 0);
    f.push(format!("here:{here}:rival:{rival}"));
    f.push(format!("here:{here}:rank:{}", entity.rank.min(2)));
    f.push(format!("here:{here}:title:{}", entity.in_title));
    if let Some(p) = nearest {
        context(scene, p.mention, if p.segments == 0 { "h" } else { "x" }, &mut f);
        let zone = scene.segment(p.mention).zone;
        f.push(format!("zone:{}:{}", zone.name(), scene.segment(p.mention).prose));
        if p.segments == 0 {
            between_words(scene, p, anchors, &mut f);
        }
    }
    // What its mentions are seen doing.
    for &m in entity.mentions.iter().take(12) {
        context(scene, m, "any", &mut f);
    }
    roles::entity_features(scene, anchors, entities, e, label, &mut f);
    if label == Label::Org {
        name_features(scene, entity, &mut f);
    } else {
        place_features(scene, entity, &mut f);
        beside_organisation(scene, entity, orgs, &mut f);
    }
    sentence_features(scene, anchors, entity, &mut f);
    subject_features(scene, anchors, entity, list, &mut f);
    f.sort_unstable();
    f.dedup();
    f
}

/// The entity that stands where the anchor does in a parallel list, when there is one.
pub(super) fn aligned(scene: &Scene<'_>, anchors: &[usize], label: Label) -> Option<usize> {
    let in_parallel = |&a: &usize| {
        let part = scene.parallel(a).iter().find(|p| p.anchor == a)?;
        part.entity(label)
    };
    if let Some(e) = anchors.iter().find_map(in_parallel) {
        return Some(e);
    }
    anchors.iter().find_map(|&a| {
        let s = scene.segment_of(a);
        if !scene.has_word(s, "respectivement") {
            return None;
        }
        let (index, n) = scene.index_among(a, s);
        let lists = [Some(s), s.checked_sub(1)]
            .into_iter()
            .flatten()
            .map(|s| scene.entities_in(s, label));
        lists
            .into_iter()
            .find(|l| l.len() == n && n > 1)
            .and_then(|l| l.get(index).copied())
    })
}

/// Lists told in parallel (*A et B … respectivement 100 et 200 emplois*) and *la première … la seconde*.
fn order_features(scene: &Scene<'_>, anchors: &[usize], e: usize, label: Label, f: &mut Vec<String>) {
    for &a in anchors {
        let s = scene.segment_of(a);
        if let Some(other) = aligned(scene, &[a], label) {
            f.push(format!("aligned:{}", other == e));
        }
        let at = scene.at(a);
        let from = scene.segments[s].tokens.start.max(at.saturating_sub(14));
        let ordinal = scene.tokens[from..at]
            .iter()
            .rev()
            .find_map(|t| super::cues::ordinal(&t.word));
        if let Some(n) = ordinal {
            let before = (s.saturating_sub(2)..s)
                .rev()
                .map(|s| scene.entities_in(s, label))
                .find(|l| l.len() > 1);
            if let Some(list) = before {
                f.push(format!("ordinal:{}", list.get(n) == Some(&e)));
            }
        }
        let here = scene.entities_in(s, label);
        if let Some(i) = here.iter().position(|&x| x == e) {
            f.push(format!("index:{}", i.min(3)));
            f.push(format!("index:{}/{}", i.min(3), here.len().min(4)));
        }
    }
}

/// Is the organisation the one that *le groupe*, *l'équipementier japonais* means? Words of the description against
/// those beside its name.
fn description_features(scene: &Scene<'_>, anchors: &[usize], entity: &Entity, f: &mut Vec<String>) {
    let mut described: Vec<&str> = Vec::new();
    let mut pronoun = false;
    for &a in anchors.iter().take(4) {
        let range = scene.segment(a).tokens.clone();
        for i in range.clone() {
            let token = &scene.tokens[i];
            if token.cue != Some(Cue::Company) {
                continue;
            }
            if token.word.len() < 5 {
                pronoun |= i < range.start + 6;
                continue;
            }
            described.push(&token.word);
            described.extend(
                scene.tokens[i + 1..range.end]
                    .iter()
                    .take(1)
                    .filter(|t| t.word.len() > 4)
                    .map(|t| t.word.as_str()),
            );
        }
    }
    if pronoun {
        f.push("pronoun".to_owned());
        f.push(format!("pronoun:rank:{}", entity.rank.min(2)));
    }
    if described.is_empty() {
        return;
    }
    let beside = |m: usize| {
        let at = scene.at(m);
        let range = &scene.segment(m).tokens;
        (range.start.max(at.saturating_sub(5))..range.end.min(at + 8))
            .any(|i| described.contains(&scene.tokens[i].word.as_str()))
    };
    let matched = entity.mentions.iter().take(12).filter(|&&m| beside(m)).count();
    f.push(format!("described:{}", matched.min(2)));
    f.push(format!("described:rank:{}:{}", entity.rank.min(2), matched > 0));
}

/// Features of leaving the slot empty.
pub(super) fn empty_features(scene: &Scene<'_>, anchors: &[usize], label: Label) -> Vec<String> {
    let list = if label == Label::Date {
        &scene.dates
    } else {
        entities_of(scene, label).0
    };
    let here = anchors.iter().any(|&a| {
        let tokens = &scene.tokens[scene.segment(a).tokens.clone()];
        tokens
            .iter()
            .filter_map(|t| t.mention)
            .any(|m| scene.mentions[m].label == label)
    });
    let mut f = vec![
        "empty".to_owned(),
        format!("empty:here:{here}"),
        format!("empty:any:{}", list.len().min(3)),
    ];
    roles::empty_features(scene, anchors, label, &mut f);
    f
}

/// The features of a place for the figures of a total, which goes by other signs: its town is seldom told.
pub(super) fn for_total(features: Vec<String>) -> Vec<String> {
    let told = features.iter().map(|f| format!("total:{f}")).collect::<Vec<_>>();
    features.into_iter().chain(told).collect()
}

/// What may stand between the names of a list.
const LISTING: &[&str] = &[
    ",", "et", "a", "l'", "le", "la", "les", "en", "au", "de", "<ORG>", "<LOC>", "l", "puis",
];

/// Features of an organisation or a place that shares the slot with one already chosen.
pub(super) fn companion_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    chosen: usize,
    e: usize,
    label: Label,
    orgs: &[usize],
) -> Vec<String> {
    let (list, entities) = entities_of(scene, label);
    let mut f = vec!["bias".to_owned()];
    let (x, y) = (&entities[chosen], &entities[e]);
    let nearest = nearest_together(scene, x, y);
    if let Some((gap, first, second)) = nearest {
        f.push("together".to_owned());
        f.push(format!("gap:{}", gap.min(16) / 2));
        let words: Vec<&str> = scene.tokens[scene.at(first) + 1..scene.at(second)]
            .iter()
            .map(|t| t.word.as_str())
            .collect();
        if words.len() <= 8 {
            // A list: nothing but its mentions, commas and *et* stands between.
            let listed = words.iter().all(|w| LISTING.contains(w));
            f.push(format!("listed:{listed}"));
        }
        if words.len() <= 4 {
            f.push(format!("btw={}", words.join("_")));
        }
        for w in words.iter().take(16) {
            f.push(format!("btw:{w}"));
        }
        let figures = Scene::between(&scene.anchors, first, second).len();
        f.push(format!("figures-between:{}", figures.min(2)));
        f.push(format!(
            "others-between:{}",
            Scene::between(list, first, second).len().min(3)
        ));
        f.push(format!("before:{}", scene.word(scene.at(first), -1)));
        let verbs = scene.tokens[scene.at(first) + 1..scene.at(second)]
            .iter()
            .filter(|t| {
                t.cue
                    .is_some_and(|c| !matches!(c, Cue::Company | Cue::Public | Cue::Joint | Cue::Project))
            })
            .count();
        let et = words.contains(&"et");
        f.push(format!("et:{et}:{}:{}", verbs.min(1), words.len() <= 7));
        f.push(format!("avec:{}:{}", words.contains(&"avec"), verbs.min(1)));
        let here = anchors
            .iter()
            .any(|&a| scene.segment_of(a) == scene.segment_of(first));
        f.push(format!("together-here:{here}"));
    } else {
        f.push("apart".to_owned());
    }
    for p in positions(scene, anchors, y, list) {
        f.push(format!("p:{}", p.name()));
    }
    let joint = |segment: usize| {
        scene.tokens[scene.segments[segment].tokens.clone()]
            .iter()
            .any(|t| t.cue == Some(Cue::Joint))
    };
    if anchors.iter().any(|&a| joint(scene.segment_of(a))) {
        f.push("joint-here".to_owned());
    }
    if nearest.is_some_and(|n| joint(scene.segment_of(n.1))) {
        f.push("joint-together".to_owned());
    }
    f.push(format!("titles:{}{}", x.in_title, y.in_title));
    f.push(format!("rank:{}", y.rank.min(4)));
    if label == Label::Loc {
        let name = |e: &Entity| super::places::level(scene.surface(e.mentions[0]));
        f.push(format!("levels:{:?}:{:?}", name(x), name(y)));
        f.push(format!("same-level:{}:{}", name(x) == name(y), nearest.is_some()));
    }
    f.extend(
        entity_features(scene, anchors, e, label, orgs)
            .into_iter()
            .map(|w| format!("y{w}")),
    );
    f.sort_unstable();
    f.dedup();
    f
}

/// The two mentions of two entities that stand nearest in one sentence, after the tokens between them.
fn nearest_together(scene: &Scene<'_>, x: &Entity, y: &Entity) -> Option<(usize, usize, usize)> {
    let mut nearest: Option<(usize, usize, usize)> = None;
    for &m in x.mentions.iter().take(20) {
        let cut = y.mentions.partition_point(|&o| o < m);
        for i in [cut.checked_sub(1), Some(cut)].into_iter().flatten() {
            let Some(&o) = y.mentions.get(i) else { continue };
            if scene.segment_of(m) == scene.segment_of(o) {
                let gap = scene.at(m).abs_diff(scene.at(o));
                if nearest.is_none_or(|n| gap < n.0) {
                    nearest = Some((gap, m.min(o), m.max(o)));
                }
            }
        }
    }
    nearest
}

/// True for cues that tell what a name does, rather than what it is.
fn speaks(cue: Option<Cue>) -> bool {
    cue.is_some_and(|c| {
        !matches!(
            c,
            Cue::Company | Cue::Public | Cue::Not | Cue::More | Cue::Part | Cue::Joint
        )
    })
}

/// Words just around a mention.
fn context(scene: &Scene<'_>, mention: usize, tag: &str, f: &mut Vec<String>) {
    let at = scene.at(mention);
    let w = |k: isize| scene.word(at, k);
    f.push(format!("{tag}L1:{}", w(-1)));
    f.push(format!("{tag}R1:{}", w(1)));
    f.push(format!("{tag}L2:{}_{}", w(-2), w(-1)));
    f.push(format!("{tag}R2:{}_{}", w(1), w(2)));
    f.push(format!("{tag}Lw:{}", w(-2)));
    f.push(format!("{tag}Rw:{}", w(2)));
    f.push(format!("{tag}L3:{}_{}_{}", w(-3), w(-2), w(-1)));
    let range = scene.segment(mention).tokens.clone();
    let before = scene.tokens[range.start.max(at.saturating_sub(10))..at]
        .iter()
        .rev()
        .find(|t| speaks(t.cue));
    let after = scene.tokens[at + 1..range.end.min(at + 11)]
        .iter()
        .find(|t| speaks(t.cue));
    for (side, token) in [("L", before), ("R", after)] {
        if let Some((cue, tense)) = token.and_then(|t| Some((t.cue?, t.tense))) {
            f.push(format!("{tag}{side}near:{}", cue.name()));
            f.push(format!("{tag}{side}near:{}.{tense:?}", cue.name()));
        }
    }
    for k in 1..=4_isize {
        for (side, o) in [("L", -k), ("R", k)] {
            let Some(i) = at.checked_add_signed(o) else {
                continue;
            };
            let Some(token) = scene.tokens.get(i) else {
                continue;
            };
            if token.segment != scene.tokens[at].segment {
                continue;
            }
            if let Some(cue) = token.cue {
                f.push(format!("{tag}{side}c:{}", cue.name()));
            }
        }
    }
}

/// Cues and mentions between an entity and the anchor in its sentence.
fn between_words(scene: &Scene<'_>, p: &Position, anchors: &[usize], f: &mut Vec<String>) {
    let m = scene.at(p.mention);
    let here = anchors
        .iter()
        .map(|&a| scene.at(a))
        .filter(|&a| scene.tokens[a].segment == scene.tokens[m].segment);
    let Some(a) = here.min_by_key(|&a| a.abs_diff(m)) else {
        return;
    };
    let (from, to) = (a.min(m) + 1, a.max(m));
    let side = if p.before { "b" } else { "a" };
    for token in scene.tokens[from..to].iter().take(30) {
        if let Some(cue) = token.cue {
            f.push(format!("btw{side}c:{}", cue.name()));
        }
        if token.mention.is_some() || token.word.len() == 1 || to - from <= 3 {
            f.push(format!("btw{side}:{}", token.word));
        }
    }
    if to - from <= 3 {
        let words: Vec<&str> = scene.tokens[from..to].iter().map(|t| t.word.as_str()).collect();
        f.push(format!("btw{side}={}", words.join("_")));
    }
}

fn name_features(scene: &Scene<'_>, entity: &Entity, f: &mut Vec<String>) {
    for &m in entity.mentions.iter().take(4) {
        let surface = scene.surface(m);
        let folded = crate::text::fold(surface);
        for (i, w) in folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.len() > 2)
            .enumerate()
        {
            if i == 0 {
                f.push(format!("name1:{w}"));
                if let Some(cue) = super::cues::cue(w) {
                    f.push(format!("name1c:{}", cue.name()));
                }
            }
            f.push(format!("name:{w}"));
        }
        if surface
            .chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase)
        {
            f.push("capitals".to_owned());
        }
        if surface.starts_with(char::is_lowercase) {
            f.push("lower".to_owned());
        }
    }
}

/// Is the name the subject of a verb that commits: *X investira*, not *filiale de X*, *avec X*?
fn is_subject(scene: &Scene<'_>, mention: usize) -> bool {
    const GOVERNED: &[&str] = &[
        "de", "d'", "du", "des", "chez", "avec", "par", "selon", "pour", "a", "au", "aux", "contre", "sur",
        "dans", "via", "aupres", "comme",
    ];
    let at = scene.at(mention);
    let end = scene.segment(mention).tokens.end.min(at + 6);
    let ahead = scene.tokens[at + 1..end]
        .iter()
        .take_while(|t| t.mention.is_none() && t.word != ".");
    let commits = ahead.filter_map(|t| t.cue).any(|c| {
        matches!(
            c,
            Cue::Create | Cue::Invest | Cue::Plan | Cue::Announce | Cue::Project | Cue::Cancel | Cue::Done
        )
    });
    commits && !GOVERNED.contains(&scene.word(at, -1))
}

/// What the name does, and where it comes in the article.
fn subject_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    entity: &Entity,
    list: &[usize],
    f: &mut Vec<String>,
) {
    let subject: Vec<usize> = entity
        .mentions
        .iter()
        .take(12)
        .copied()
        .filter(|&m| is_subject(scene, m))
        .collect();
    f.push(format!("subject:{}", subject.len().min(3)));
    let here = subject.iter().any(|&m| {
        anchors
            .iter()
            .any(|&a| scene.segment_of(a) == scene.segment_of(m))
    });
    f.push(format!("subject-here:{here}"));
    f.push(format!(
        "subject:{}:rank:{}",
        !subject.is_empty(),
        entity.rank.min(2)
    ));
    // The first names of the article itself are those it is about.
    let article = |m: &&usize| scene.segment(**m).zone == Zone::Body;
    let first = entity.mentions.iter().find(article);
    let order = first.map_or(9, |&m| {
        let before = list[..list.partition_point(|&o| o < m)]
            .iter()
            .rev()
            .take(20)
            .filter(article);
        let mut names: Vec<usize> = before.filter_map(|&o| scene.entity_of[o]).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    });
    f.push(format!("order:{}", order.min(4)));
    f.push(format!("order:{}:title:{}", order.min(2), entity.in_title));
    f.push(format!("order:{}:rank:{}", order.min(2), entity.rank.min(2)));
}

/// What the sentences that name an entity speak of.
fn sentence_features(scene: &Scene<'_>, anchors: &[usize], entity: &Entity, f: &mut Vec<String>) {
    let mut segments: Vec<usize> = entity
        .mentions
        .iter()
        .take(12)
        .map(|&m| scene.segment_of(m))
        .collect();
    segments.dedup();
    let mut best = -9;
    for &s in &segments {
        let tokens = &scene.tokens[scene.segments[s].tokens.clone()];
        let balance: i32 = tokens
            .iter()
            .take(60)
            .filter_map(|t| t.cue)
            .map(super::cues::polarity)
            .sum();
        best = best.max(balance);
    }
    f.push(format!("best-sentence:{}", best.clamp(-2, 4)));
    let with = anchors
        .iter()
        .filter(|&&a| segments.contains(&scene.segment_of(a)))
        .count();
    f.push(format!("with-figures:{}", with.min(3)));
    f.push(format!("all-figures:{}", with == anchors.len()));
}

/// Is the place named in the sentences, and in the title, that name the organisation?
fn beside_organisation(scene: &Scene<'_>, entity: &Entity, orgs: &[usize], f: &mut Vec<String>) {
    let mut in_prose = 0;
    let mut in_heading = 0;
    for &m in entity.mentions.iter().take(20) {
        let here = scene.entities_in(scene.segment_of(m), Label::Org);
        if here.iter().any(|e| orgs.contains(e)) {
            if scene.segment(m).prose {
                in_prose += 1;
            } else {
                in_heading += 1;
            }
        }
    }
    f.push(format!("own-org-prose:{}", in_prose.min(3)));
    f.push(format!("own-org-heading:{}", in_heading.min(2)));
}

fn place_features(scene: &Scene<'_>, entity: &Entity, f: &mut Vec<String>) {
    for &m in entity.mentions.iter().take(4) {
        let surface = scene.surface(m);
        f.push(format!("level:{:?}", super::places::level(surface)));
        f.push(format!("words:{}", surface.split_whitespace().count().min(3)));
        let at = scene.at(m);
        // A dateline opens its line: `RABAT —`, `Casablanca (MAP)`.
        if at == scene.segment(m).tokens.start && matches!(scene.word(at, 1), "-" | "(" | "," | "." | "—") {
            f.push("dateline".to_owned());
        }
    }
}

/// Dates that may belong to these anchors.
pub(super) fn date_candidates(scene: &Scene<'_>, anchors: &[usize]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for &a in anchors.iter().take(8) {
        let cut = scene.dates.partition_point(|&m| m < a);
        found.extend(&scene.dates[cut.saturating_sub(8)..(cut + 8).min(scene.dates.len())]);
    }
    found.extend(scene.dates.iter().take(12));
    found.sort_unstable();
    found.dedup();
    found
}

/// Features of a date, for the anchors of one commitment.
pub(super) fn date_features(
    scene: &Scene<'_>,
    anchors: &[usize],
    date: usize,
    status: Status,
    orgs: &[usize],
) -> Vec<String> {
    let mut f = vec!["bias".to_owned(), format!("status:{status:?}")];
    let at = scene.at(date);
    let here = scene.segment_of(date);
    let nearest = anchors
        .iter()
        .map(|&a| (scene.segment_of(a).abs_diff(here), scene.at(a).abs_diff(at), a))
        .min()
        .unwrap_or((99, 99, date));
    let (segments, tokens, anchor) = nearest;
    let side = if anchor < date { "after" } else { "before" };
    let relation = relation(scene, date);
    let same = segments == 0;
    f.push(format!("seg:{}:{side}", segments.min(5)));
    f.push(format!("rel:{relation}"));
    f.push(format!("rel+seg:{relation}:{}", segments.min(3)));
    f.push(format!("rel+status:{relation}:{status:?}"));
    if same {
        f.push(format!("tok:{side}:{}", tokens.min(24) / 4));
        let dates = Scene::between(&scene.dates, anchor, date).len();
        let figures = Scene::between(&scene.anchors, anchor, date).len();
        f.push(format!("dates-between:{}:{side}", dates.min(2)));
        f.push(format!("figures-between:{}:{side}", figures.min(2)));
        let (from, to) = (scene.at(anchor).min(at) + 1, scene.at(anchor).max(at));
        for token in scene.tokens[from.min(to)..to].iter().take(25) {
            if let Some(cue) = token.cue {
                f.push(format!("btwc:{}", cue.name()));
            }
            if token.word.len() == 1 || token.mention.is_some() || to - from < 4 {
                f.push(format!("btw{side}:{}", token.word));
            }
        }
    }
    let other_anchor = scene.tokens[scene.segments[here].tokens.clone()].iter().any(|t| {
        t.mention
            .is_some_and(|m| !anchors.contains(&m) && scene.anchors.binary_search(&m).is_ok())
    });
    f.push(format!("other-anchor:{other_anchor}:{same}"));
    if scene.dates.first() == Some(&date) {
        f.push("first-date".to_owned());
    }
    let own_org = scene.tokens[scene.segments[here].tokens.clone()].iter().any(|t| {
        t.mention
            .and_then(|m| scene.entity_of[m].filter(|_| scene.mentions[m].label == Label::Org))
            .is_some_and(|e| orgs.contains(&e))
    });
    f.push(format!("own-org:{own_org}:{same}"));
    context(scene, date, "d", &mut f);
    roles::date_features(scene, anchors, date, &mut f);
    for k in 1..=10_isize {
        let w = scene.word(at, -k);
        if w == "^" {
            break;
        }
        if w.len() > 3 {
            f.push(format!("Lw10:{w}"));
            let stem: String = w.chars().take(6).collect();
            f.push(format!("Ls:{stem}"));
        }
    }
    for token in scene.tokens[scene.segments[here].tokens.clone()].iter().take(60) {
        if let Some(cue) = token.cue {
            f.push(format!("sc:{}:{relation}", cue.name()));
            if matches!(cue, Cue::Announce | Cue::Done | Cue::Horizon | Cue::Cancel) {
                f.push(format!("sw:{}", token.word));
            }
        }
    }
    let surface = crate::text::fold(scene.surface(date));
    let mut words = surface
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    let shape = |w: &str| {
        if w.bytes().all(|b| b.is_ascii_digit()) {
            format!("#{}", w.len())
        } else {
            w.to_owned()
        }
    };
    let shapes: Vec<String> = words.by_ref().map(shape).collect();
    f.push(format!("shape:{}", shapes.join(" ")));
    f.extend(shapes.iter().map(|s| format!("sh:{s}")));
    let zone = scene.segment(date).zone;
    f.push(format!("zone:{}:{}", zone.name(), scene.segment(date).prose));
    if zone == Zone::Top && !scene.segment(date).prose {
        f.push(format!("header:{relation}"));
    }
    f.sort_unstable();
    f.dedup();
    f
}

/// A date with regard to the publication: past, recent, same, future, unknown.
pub(super) fn relation(scene: &Scene<'_>, date: usize) -> &'static str {
    let Some(Value::Date(value)) = &scene.values[date] else {
        return "none";
    };
    let (Some((first, _)), Some((_, last))) = (value.first.days(), value.last.days()) else {
        return "monthday";
    };
    let Some((from, to)) = scene.document.published.and_then(When::days) else {
        return "unpublished";
    };
    let fine = matches!(value.first, When::Day(..));
    if last < from {
        let days = from.since(last).map_or(9999, |s| s.get_days());
        if fine && days <= 8 {
            "recent"
        } else if days <= 400 {
            "past-year"
        } else {
            "past"
        }
    } else if first > to {
        "future"
    } else if fine {
        "same-day"
    } else {
        "now"
    }
}
