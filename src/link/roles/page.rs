//! A document as the role model sees it: one position for each word outside of mentions and one for each mention.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::{Choice, ReadWords};
use crate::label::Label;
use crate::link::anchors::{is_indirect, quantity, same_figure};
use crate::link::cues::{Tense, Zone};
use crate::link::scene::{Entity, Scene, Segment, Token};
use crate::link::slots::relation;
use crate::model::encoder::STATES;
use crate::value::Quantity;

/// Positions read at once; a longer document is cut where a sentence ends.
const MAX_POSITIONS: usize = 640;

/// Features of a position.
pub(super) const PER_POSITION: usize = 6;

/// First row of each kind of feature in the table, and last their number.
const LABEL: u32 = 0;
const SEGMENT: u32 = LABEL + 6;
const PLACE: u32 = SEGMENT + 12;
const CUE: u32 = PLACE + 3;
const TENSE: u32 = CUE + 28;
const DETAIL: u32 = TENSE + 4;
/// Rows of the feature table.
pub(super) const N_FEATURES: usize = DETAIL as usize + 1 + 32 + 44 + 10;

/// Distances told apart between a figure and a mention, on each side.
const N_DISTANCES: u32 = 9;
/// Rows of biases of one choice: on both sides, and of choosing none.
const PER_CHOICE: u32 = 2 * N_DISTANCES + 1;
/// Rows of the bias table.
pub(super) const N_BIASES: usize = PER_CHOICE as usize * Choice::ALL.len();

/// One choice of one figure.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Which of the page's anchors.
    pub(crate) anchor: usize,
    /// What is chosen.
    pub(crate) choice: Choice,
    /// Which of the page's candidates, and the row of its bias. Choosing none comes after the last.
    pub(crate) candidates: Vec<(usize, u32)>,
}

/// A stretch of a document of at most `MAX_POSITIONS`, or a sentence that is longer.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// The encoder's states of each position, one after the other.
    input: Vec<f32>,
    features: Vec<u32>,
    /// Figures: mention and position.
    pub(crate) anchors: Vec<(usize, u32)>,
    /// Mentions that may be chosen: mention and position.
    pub(crate) candidates: Vec<(usize, u32)>,
    /// The choices, figure after figure.
    pub(crate) groups: Vec<Group>,
}

impl Page {
    /// Number of positions.
    pub(crate) fn len(&self) -> usize {
        self.features.len() / PER_POSITION
    }
}

/// The pages of a document that hold a figure.
pub(crate) fn pages(scene: &Scene<'_>, read: ReadWords<'_>) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut from = 0;
    for (s, segment) in scene.segments.iter().enumerate() {
        let first = scene.segments[from].tokens.start;
        let next_end = scene.segments.get(s + 1).map_or(usize::MAX, |g| g.tokens.end);
        if next_end.saturating_sub(first) > MAX_POSITIONS {
            pages.extend(page(scene, read, first..segment.tokens.end));
            from = s + 1;
        }
    }
    pages
}

fn page(scene: &Scene<'_>, read: ReadWords<'_>, tokens: std::ops::Range<usize>) -> Option<Page> {
    let mut page = Page {
        input: Vec::with_capacity(tokens.len() * read.states.width()),
        features: Vec::with_capacity(tokens.len() * PER_POSITION),
        anchors: Vec::new(),
        candidates: Vec::new(),
        groups: Vec::new(),
    };
    let placed = scene.tokens[tokens.clone()]
        .iter()
        .zip(0..)
        .filter_map(|(t, i)| Some((t.mention?, i)));
    for (m, i) in placed.filter(|&(m, _)| scene.values[m].is_some()) {
        if matches!(scene.mentions[m].label, Label::Jobs | Label::Money) {
            page.anchors.push((m, i));
        }
        page.candidates.push((m, i));
    }
    if page.anchors.is_empty() {
        return None;
    }
    for i in tokens {
        push_states(&scene.tokens[i], read, &mut page.input);
        push_features(scene, i, &mut page.features);
    }
    for (anchor, &(a, _)) in page.anchors.iter().enumerate() {
        for choice in Choice::ALL {
            let candidates = page.candidates.iter().enumerate();
            let candidates = candidates
                .filter(|&(_, &(m, _))| may_be(scene, a, m, choice))
                .map(|(c, &(m, _))| (c, bias(scene, a, m, choice)));
            page.groups.push(Group {
                anchor,
                choice,
                candidates: candidates.collect(),
            });
        }
    }
    Some(page)
}

/// True when a mention is of the kind that is chosen from.
fn may_be(scene: &Scene<'_>, anchor: usize, mention: usize, choice: Choice) -> bool {
    let label = scene.mentions[mention].label;
    match choice {
        Choice::Organization => label == Label::Org,
        Choice::Location => label == Label::Loc,
        Choice::Deadline | Choice::Announced => label == Label::Date,
        Choice::Antecedent => matches!(label, Label::Jobs | Label::Money) && mention < anchor,
    }
}

/// Row of the bias of choosing none.
fn none_bias(choice: Choice) -> u32 {
    choice.index() as u32 * PER_CHOICE + 2 * N_DISTANCES
}

fn bias(scene: &Scene<'_>, anchor: usize, mention: usize, choice: Choice) -> u32 {
    let tokens = scene.at(anchor).abs_diff(scene.at(mention));
    let distance = match scene.segment_of(anchor).abs_diff(scene.segment_of(mention)) {
        0 => match tokens {
            0..=3 => 0,
            4..=8 => 1,
            9..=15 => 2,
            _ => 3,
        },
        1 => 4,
        2 => 5,
        3..=4 => 6,
        5..=8 => 7,
        _ => 8,
    };
    choice.index() as u32 * PER_CHOICE + u32::from(mention > anchor) * N_DISTANCES + distance
}

/// The mean of the states of a token's words, each depth scaled to a root mean square of one.
fn push_states(token: &Token, read: ReadWords<'_>, input: &mut Vec<f32>) {
    let width = read.states.width();
    let start = input.len();
    input.resize(start + width, 0.0);
    let row = &mut input[start..];
    let first = read.words.partition_point(|w| w.span.end <= token.start);
    let words = read.words[first..]
        .iter()
        .take_while(|w| w.span.start < token.end)
        .count();
    for word in first..first + words {
        for (r, s) in row.iter_mut().zip(read.states.of(word)) {
            *r += s.to_f32();
        }
    }
    for depth in row.chunks_exact_mut(width / STATES) {
        let square: f32 = depth.iter().map(|v| v * v).sum();
        let scale = 1.0 / (square / depth.len() as f32 + 1e-12).sqrt();
        for v in depth {
            *v *= scale;
        }
    }
}

fn push_features(scene: &Scene<'_>, i: usize, features: &mut Vec<u32>) {
    let token = &scene.tokens[i];
    let segment = &scene.segments[token.segment];
    let label = token.mention.map(|m| scene.mentions[m].label);
    let kind = match label {
        None => 0,
        Some(Label::Org) => 1,
        Some(Label::Loc) => 2,
        Some(Label::Money) => 3,
        Some(Label::Jobs) => 4,
        Some(Label::Date) => 5,
    };
    let place = match i {
        i if i == segment.tokens.start => 1,
        i if i + 1 == segment.tokens.end => 2,
        _ => 0,
    };
    let tense = match token.tense {
        Tense::Other => 0,
        Tense::Future => 1,
        Tense::Past => 2,
        Tense::Imperfect => 3,
    };
    features.extend([
        LABEL + kind,
        SEGMENT + segment_kind(segment),
        PLACE + place,
        CUE + token.cue.map_or(0, |c| 1 + c as u32),
        TENSE + tense,
        DETAIL + token.mention.map_or(0, |m| detail(scene, m)),
    ]);
}

fn segment_kind(segment: &Segment) -> u32 {
    let zone = match segment.zone {
        Zone::Top => 0,
        Zone::Body => 1,
        Zone::Related => 2,
        Zone::Comments => 3,
        Zone::Footer => 4,
        Zone::About => 5,
    };
    2 * zone + u32::from(segment.prose)
}

/// What is known of a mention besides its words; 0 for a mention without value.
fn detail(scene: &Scene<'_>, m: usize) -> u32 {
    if scene.values[m].is_none() {
        return 0;
    }
    match scene.mentions[m].label {
        Label::Org | Label::Loc => {
            let Some(e) = scene.entity_of[m] else { return 0 };
            let is_org = scene.mentions[m].label == Label::Org;
            let entity = &(if is_org {
                &scene.organisations
            } else {
                &scene.places
            })[e];
            1 + 16 * u32::from(!is_org) + entity_detail(entity, m)
        }
        Label::Jobs | Label::Money => {
            let figure = quantity(scene, m).and_then(Quantity::figure).unwrap_or(0.0);
            let size = figure.max(1.0).log10().floor().clamp(0.0, 10.0) as u32;
            let near = scene.anchors.partition_point(|&a| a < m).saturating_sub(12);
            let told_before = scene.anchors[near..]
                .iter()
                .take_while(|&&a| a < m)
                .any(|&a| same_figure(scene, a, m));
            33 + 4 * size + 2 * u32::from(is_indirect(scene, m)) + u32::from(told_before)
        }
        Label::Date => {
            77 + match relation(scene, m) {
                "monthday" => 1,
                "unpublished" => 2,
                "recent" => 3,
                "past-year" => 4,
                "past" => 5,
                "future" => 6,
                "same-day" => 7,
                "now" => 8,
                _ => 0,
            }
        }
    }
}

/// First mention or a later one, among the commonest names or not, in the title or not.
fn entity_detail(entity: &Entity, m: usize) -> u32 {
    let first = entity.mentions.first() == Some(&m);
    let rank = entity.rank.min(3) as u32;
    4 * rank + 2 * u32::from(entity.in_title) + u32::from(first)
}

/// Pages side by side, ready for the network.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// `[n_positions, input width]`.
    pub(super) input: Tensor,
    pub(super) features: Arc<[u32]>,
    /// First position of each page and, last, their number.
    pub(super) bounds: Arc<[u32]>,
    pub(super) anchor_rows: Arc<[u32]>,
    pub(super) candidate_rows: Arc<[u32]>,
    /// For each pair, the row of the figure's query.
    pub(super) queries: Arc<[u32]>,
    /// For each pair, the row of the mention's key; those of none come after the last mention's.
    pub(super) keys: Arc<[u32]>,
    /// For each pair, the row of its bias.
    pub(super) biases: Arc<[u32]>,
    /// First pair of each choice and, last, the number of pairs.
    pub(crate) groups: Arc<[u32]>,
}

impl Batch {
    /// Packs pages, in the given order. In each choice, none comes last.
    ///
    /// # Errors
    /// When the pages are of states of several widths, or there is none.
    pub(crate) fn pack(pages: &[&Page]) -> candle_core::Result<Self> {
        let n = Choice::ALL.len() as u32;
        let n_candidates: usize = pages.iter().map(|p| p.candidates.len()).sum();
        let none = n * n_candidates as u32;
        let (mut input, mut features, mut bounds) = (Vec::new(), Vec::new(), vec![0_u32]);
        let (mut anchor_rows, mut candidate_rows) = (Vec::new(), Vec::new());
        let (mut queries, mut keys, mut biases, mut groups) = (Vec::new(), Vec::new(), Vec::new(), vec![0]);
        let mut first_candidate = 0;
        for page in pages {
            let shift = bounds.last().copied().unwrap_or(0);
            let first_anchor = anchor_rows.len() as u32;
            input.extend_from_slice(&page.input);
            features.extend_from_slice(&page.features);
            bounds.push(shift + page.len() as u32);
            anchor_rows.extend(page.anchors.iter().map(|(_, row)| row + shift));
            candidate_rows.extend(page.candidates.iter().map(|(_, row)| row + shift));
            for group in &page.groups {
                let choice = group.choice.index() as u32;
                let query = (first_anchor + group.anchor as u32) * n + choice;
                for &(c, bias) in &group.candidates {
                    keys.push((first_candidate + c as u32) * n + choice);
                    biases.push(bias);
                }
                keys.push(none + choice);
                biases.push(none_bias(group.choice));
                queries.resize(keys.len(), query);
                groups.push(keys.len() as u32);
            }
            first_candidate += page.candidates.len() as u32;
        }
        let n_positions = bounds.last().copied().unwrap_or(0) as usize;
        let width = input.len() / n_positions.max(1);
        Ok(Self {
            input: Tensor::from_vec(input, (n_positions, width), &Device::Cpu)?,
            features: features.into(),
            bounds: bounds.into(),
            anchor_rows: anchor_rows.into(),
            candidate_rows: candidate_rows.into(),
            queries: queries.into(),
            keys: keys.into(),
            biases: biases.into(),
            groups: groups.into(),
        })
    }
}
