//! A document laid out for linking: tokens with mentions collapsed, segments with their place on the page,
//! and the organisations, places and dates that the mentions name.

use std::collections::BTreeMap;

use super::cues::{self, Cue, Tense, Zone};
use super::parallel::{self, Part};
use super::places;
use super::roles::Reading;
use crate::document::{Document, country_of_source};
use crate::label::Label;
use crate::normalise::organisation::name_key;
use crate::normalise::place::place_key;
use crate::normalise::{Context, Value, normalise};
use crate::span::{ByteSpan, Mention};
use crate::text::fold;

/// A segment is cut here even with no stop in sight, so that work per segment stays bounded.
const MAX_TOKENS: usize = 400;

/// A word, a number, a punctuation mark, or a whole mention.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Folded; `#` for numbers, `<ORG>` and so on for mentions.
    pub(super) word: String,
    pub(super) capital: bool,
    pub(super) cue: Option<Cue>,
    pub(super) tense: Tense,
    pub(super) mention: Option<usize>,
    pub(super) segment: usize,
}

/// A sentence, a heading, a menu entry: what stands between two breaks.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Range of tokens.
    pub(super) tokens: std::ops::Range<usize>,
    /// Number of the line it stands on.
    pub(super) line: usize,
    /// True for a sentence, false for a heading or a menu entry.
    pub(super) prose: bool,
    /// Length of the run of short segments it stands in; 0 for prose.
    pub(super) run: usize,
    /// Number of segments until the next prose.
    pub(super) to_prose: usize,
    /// Where on the page.
    pub(super) zone: Zone,
}

/// An organisation or a place, under all its names in this document.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Its mentions, in order.
    pub(super) mentions: Vec<usize>,
    /// Mentions in the prose of the article.
    pub(super) in_body: usize,
    /// Rank by number of mentions in the body, 0 for the most frequent.
    pub(super) rank: usize,
    /// True when it stands in a short segment just above the first prose.
    pub(super) in_title: bool,
}

/// A document, ready for questions of the kind "which organisation stands before this figure".
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) document: &'a Document,
    pub(super) mentions: &'a [Mention],
    pub(super) tokens: Vec<Token>,
    pub(super) segments: Vec<Segment>,
    /// Value of each mention; `None` when it was refused.
    pub(super) values: Vec<Option<Value>>,
    /// Token of each mention; `None` when it overlaps an earlier one.
    pub(super) token_of: Vec<Option<usize>>,
    pub(super) organisations: Vec<Entity>,
    pub(super) places: Vec<Entity>,
    /// Entity of each `Org` or `Loc` mention.
    pub(super) entity_of: Vec<Option<usize>>,
    /// `Jobs` and `Money` mentions with a value, in order.
    pub(super) anchors: Vec<usize>,
    pub(super) orgs: Vec<usize>,
    pub(super) locs: Vec<usize>,
    pub(super) dates: Vec<usize>,
    /// For each figure told in parallel, the parts of its sentence.
    parallel: BTreeMap<usize, Vec<Part>>,
    /// What the role model says, if there is one.
    pub(super) reading: Option<Reading>,
}

impl<'a> Scene<'a> {
    /// Lays out a document. Linear in its length.
    pub(super) fn new(document: &'a Document, mentions: &'a [Mention]) -> Self {
        let text = document.text.as_str();
        let country = document
            .source
            .as_deref()
            .and_then(country_of_source)
            .or_else(|| main_country(text, mentions));
        let context = Context {
            text,
            published: document.published,
            country,
        };
        let values: Vec<Option<Value>> = mentions.iter().map(|m| normalise(m, &context).ok()).collect();
        let (tokens, token_of) = tokenise(text, mentions);
        let mut scene = Self {
            text,
            document,
            mentions,
            tokens,
            segments: Vec::new(),
            values,
            token_of,
            organisations: Vec::new(),
            places: Vec::new(),
            entity_of: vec![None; mentions.len()],
            anchors: Vec::new(),
            orgs: Vec::new(),
            locs: Vec::new(),
            dates: Vec::new(),
            parallel: BTreeMap::new(),
            reading: None,
        };
        // A mention out of order is left aside: everything below counts on their order.
        let mut last = None;
        for placed in &mut scene.token_of {
            if *placed <= last {
                *placed = None;
            }
            last = last.max(*placed);
        }
        scene.cut_segments();
        scene.find_zones();
        scene.find_tenses();
        for (i, m) in mentions.iter().enumerate() {
            if scene.token_of[i].is_none() || scene.values[i].is_none() {
                continue;
            }
            match m.label {
                Label::Jobs | Label::Money => scene.anchors.push(i),
                Label::Org => scene.orgs.push(i),
                Label::Loc => scene.locs.push(i),
                Label::Date => scene.dates.push(i),
            }
        }
        scene.organisations = scene.group(Label::Org);
        scene.places = scene.group(Label::Loc);
        scene.parallel = parallel::find(&scene);
        scene
    }

    /// The parts of the sentence of a figure that is told in parallel with others; empty for one that is not.
    pub(super) fn parallel(&self, anchor: usize) -> &[Part] {
        self.parallel.get(&anchor).map_or(&[], Vec::as_slice)
    }

    /// Surface of a mention.
    pub(super) fn surface(&self, mention: usize) -> &'a str {
        self.mentions[mention].span.slice(self.text).unwrap_or_default()
    }

    /// Token of a placed mention.
    pub(super) fn at(&self, mention: usize) -> usize {
        self.token_of[mention].unwrap_or(0)
    }

    /// Segment number of a placed mention.
    pub(super) fn segment_of(&self, mention: usize) -> usize {
        self.tokens.get(self.at(mention)).map_or(0, |t| t.segment)
    }

    /// The segment of a placed mention.
    pub(super) fn segment(&self, mention: usize) -> &Segment {
        &self.segments[self.segment_of(mention)]
    }

    /// The word `offset` tokens from `token`, inside its segment; `^` and `$` beyond its ends.
    pub(super) fn word(&self, token: usize, offset: isize) -> &str {
        let range = &self.segments[self.tokens[token].segment].tokens;
        match token.checked_add_signed(offset) {
            Some(i) if range.contains(&i) => &self.tokens[i].word,
            _ if offset < 0 => "^",
            _ => "$",
        }
    }

    /// True when a segment holds this folded word.
    pub(super) fn has_word(&self, segment: usize, word: &str) -> bool {
        self.tokens[self.segments[segment].tokens.clone()]
            .iter()
            .any(|t| t.word == word)
    }

    /// Entities of a label in a segment, in order, each once.
    pub(super) fn entities_in(&self, segment: usize, label: Label) -> Vec<usize> {
        let mut found = Vec::new();
        let mentions = self.tokens[self.segments[segment].tokens.clone()]
            .iter()
            .filter_map(|t| t.mention);
        for e in mentions
            .filter(|&m| self.mentions[m].label == label)
            .filter_map(|m| self.entity_of[m])
        {
            if !found.contains(&e) {
                found.push(e);
            }
        }
        found
    }

    /// Which of the anchors of its label in its segment an anchor is, and how many there are.
    pub(super) fn index_among(&self, anchor: usize, segment: usize) -> (usize, usize) {
        let label = self.mentions[anchor].label;
        let tokens = &self.tokens[self.segments[segment].tokens.clone()];
        let same: Vec<usize> = tokens
            .iter()
            .filter_map(|t| t.mention)
            .filter(|&m| self.mentions[m].label == label)
            .collect();
        (same.iter().position(|&m| m == anchor).unwrap_or(0), same.len())
    }

    /// Span of the sentence that holds a mention.
    pub(super) fn sentence_span(&self, mention: usize) -> Option<ByteSpan> {
        let tokens = &self.segment(mention).tokens;
        let (first, last) = (
            self.tokens.get(tokens.start)?,
            self.tokens.get(tokens.end.checked_sub(1)?)?,
        );
        ByteSpan::new(first.start as usize, last.end as usize)
    }

    /// Positions in `list` (sorted mention numbers) of the mentions between two mentions, exclusive.
    pub(super) fn between(list: &[usize], a: usize, b: usize) -> &[usize] {
        let (a, b) = (a.min(b), a.max(b));
        let from = list.partition_point(|&m| m <= a);
        let to = list.partition_point(|&m| m < b);
        list.get(from..to).unwrap_or_default()
    }

    fn cut_segments(&mut self) {
        let mut start = 0;
        let mut line = 0;
        for i in 0..self.tokens.len() {
            let gap_has_break = i > 0 && {
                let gap = self
                    .text
                    .get(self.tokens[i - 1].end as usize..self.tokens[i].start as usize);
                let breaks = gap.unwrap_or_default().matches('\n').count();
                line += breaks;
                breaks > 0
            };
            if i > start && (gap_has_break || i - start >= MAX_TOKENS || self.sentence_ends_before(i, start))
            {
                self.push_segment(start..i, line - usize::from(gap_has_break));
                start = i;
            }
            self.tokens[i].segment = self.segments.len();
        }
        if start < self.tokens.len() {
            self.push_segment(start..self.tokens.len(), line);
        }
        for (s, segment) in self.segments.iter().enumerate() {
            for token in &mut self.tokens[segment.tokens.clone()] {
                token.segment = s;
            }
        }
    }

    fn sentence_ends_before(&self, i: usize, start: usize) -> bool {
        let (previous, token) = (&self.tokens[i - 1], &self.tokens[i]);
        if previous.mention.is_some() {
            return false;
        }
        match previous.word.as_str() {
            "|" | "•" | "·" => true,
            "!" | "?" | "…" => token.capital || token.mention.is_some() || token.word == "«",
            "." => {
                let abbreviation = i >= 2
                    && i - 2 >= start
                    && self.tokens[i - 2].mention.is_none()
                    && self.tokens[i - 2].end == previous.start
                    && cues::is_abbreviation(&self.tokens[i - 2].word);
                let spaced = previous.end < token.start;
                spaced
                    && !abbreviation
                    && (token.capital
                        || token.mention.is_some()
                        || matches!(token.word.as_str(), "«" | "\"" | "#" | "-"))
            }
            "»" | "\"" => {
                i >= 2 && matches!(self.tokens[i - 2].word.as_str(), "." | "!" | "?" | "…") && token.capital
            }
            _ => false,
        }
    }

    fn push_segment(&mut self, tokens: std::ops::Range<usize>, line: usize) {
        let words = self.tokens[tokens.clone()]
            .iter()
            .filter(|t| t.word.len() > 1)
            .count();
        let last = &self.tokens[tokens.end - 1].word;
        let stop = matches!(last.as_str(), "." | "!" | "?" | "…" | "»" | "\"");
        self.segments.push(Segment {
            tokens,
            line,
            prose: (stop && words >= 5) || words >= 16,
            run: 0,
            to_prose: 0,
            zone: Zone::Top,
        });
    }

    fn find_tenses(&mut self) {
        for i in 0..self.tokens.len() {
            if self.tokens[i].cue.is_some() {
                let start = self.segments[self.tokens[i].segment]
                    .tokens
                    .start
                    .max(i.saturating_sub(4));
                let before = self.tokens[start..i].iter().rev().map(|t| t.word.as_str());
                self.tokens[i].tense = cues::tense(&self.tokens[i].word, before);
            }
        }
    }

    fn find_zones(&mut self) {
        let n = self.segments.len();
        let mut to_prose = usize::MAX;
        for segment in self.segments.iter_mut().rev() {
            to_prose = if segment.prose {
                0
            } else {
                to_prose.saturating_add(1)
            };
            segment.to_prose = to_prose;
        }
        let mut s = 0;
        while s < n {
            let run = self.segments[s..].iter().take_while(|g| !g.prose).count();
            for segment in &mut self.segments[s..s + run] {
                segment.run = run;
            }
            s += run.max(1);
        }
        let mut zone = Zone::Top;
        for s in 0..n {
            let range = self.segments[s].tokens.clone();
            if let Some(marked) = cues::zone_marker(self.tokens[range].iter().map(|t| t.word.as_str())) {
                zone = marked;
            } else if self.segments[s].prose
                && matches!(zone, Zone::Top | Zone::Related)
                && (self.segments.get(s + 1).is_some_and(|g| g.prose) || zone == Zone::Top)
            {
                zone = Zone::Body;
            }
            self.segments[s].zone = zone;
        }
    }

    /// Groups the mentions of a label by what they name.
    fn group(&mut self, label: Label) -> Vec<Entity> {
        let list = if label == Label::Org {
            self.orgs.clone()
        } else {
            self.locs.clone()
        };
        let key = |m: usize| {
            if label == Label::Org {
                name_key(self.surface(m))
            } else {
                place_key(self.surface(m))
            }
        };
        let mut number: BTreeMap<String, usize> = BTreeMap::new();
        let mut entities: Vec<Entity> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        let keys: Vec<String> = list.iter().map(|&m| key(m)).collect();
        for (&m, k) in list.iter().zip(&keys) {
            let in_parentheses = self.word(self.at(m), -1) == "(" && self.word(self.at(m), 1) == ")";
            let alias =
                last.filter(|&(p, _)| in_parentheses && label == Label::Org && self.at(p) + 2 == self.at(m));
            let alias = alias.filter(|&(p, _)| cues::is_acronym_of(self.surface(m), self.surface(p)));
            let e = match (number.get(k), alias) {
                (Some(&e), _) | (None, Some((_, e))) => e,
                (None, None) => {
                    entities.push(Entity {
                        mentions: Vec::new(),
                        in_body: 0,
                        rank: 0,
                        in_title: false,
                    });
                    entities.len() - 1
                }
            };
            number.insert(k.clone(), e);
            entities[e].mentions.push(m);
            last = Some((m, e));
        }
        if label == Label::Org {
            merge_short_names(&number, &mut entities);
        }
        for (e, entity) in entities.iter_mut().enumerate() {
            for &m in &entity.mentions {
                self.entity_of[m] = Some(e);
                let segment = self.segment(m);
                entity.in_body += usize::from(segment.zone == Zone::Body && segment.prose);
                entity.in_title |= !segment.prose && segment.to_prose <= 4 && segment.zone != Zone::Comments;
            }
        }
        let mut order: Vec<usize> = (0..entities.len()).collect();
        order.sort_by_key(|&e| std::cmp::Reverse(entities[e].in_body));
        for (rank, e) in order.into_iter().enumerate() {
            entities[e].rank = rank;
        }
        entities
    }
}

/// The country that most of the places named lie in, which settles `dollars` and `dinars`.
fn main_country(text: &str, mentions: &[Mention]) -> Option<&'static str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let places = mentions.iter().filter(|m| m.label == Label::Loc).take(200);
    for country in places.filter_map(|m| places::country_of(m.span.slice(text)?)) {
        *counts.entry(country).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|&(_, n)| n)
        .map(|(country, _)| country)
}

/// Joins `brandsen` to `brandsen mobility` when no other name begins with it.
fn merge_short_names(number: &BTreeMap<String, usize>, entities: &mut [Entity]) {
    for (short, &e) in number {
        if short.len() < 3 {
            continue;
        }
        let prefix = format!("{short} ");
        let mut longer: Vec<usize> = number
            .range(prefix.clone()..)
            .take_while(|(k, _)| k.starts_with(&prefix))
            .map(|(_, &l)| l)
            .filter(|&l| l != e)
            .collect();
        longer.dedup();
        if let [l] = longer[..] {
            let first_long = entities[l].mentions.first().copied();
            let first_short = entities[e].mentions.first().copied();
            if first_long.is_some() && first_short.is_some() {
                let moved = std::mem::take(&mut entities[e].mentions);
                entities[l].mentions.extend(moved);
                entities[l].mentions.sort_unstable();
            }
        }
    }
}

/// Cuts the text into tokens; a mention is one token.
fn tokenise(text: &str, mentions: &[Mention]) -> (Vec<Token>, Vec<Option<usize>>) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut token_of = vec![None; mentions.len()];
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    order.sort_by_key(|&i| (mentions[i].span.start, std::cmp::Reverse(mentions[i].span.end)));
    let mut from = 0;
    for i in order {
        let span = mentions[i].span;
        if (span.start as usize) < from || span.slice(text).is_none() {
            continue;
        }
        words(text, from, span.start as usize, &mut tokens);
        token_of[i] = Some(tokens.len());
        tokens.push(Token {
            start: span.start,
            end: span.end,
            word: format!("<{}>", mentions[i].label),
            capital: true,
            cue: None,
            tense: Tense::Other,
            mention: Some(i),
            segment: 0,
        });
        from = span.end as usize;
    }
    words(text, from, text.len(), &mut tokens);
    (tokens, token_of)
}

/// Pushes the words, numbers and marks of `text[from..to]`.
fn words(text: &str, from: usize, to: usize, tokens: &mut Vec<Token>) {
    let part = text.get(from..to).unwrap_or_default();
    let mut chars = part.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            while let Some(&(i, d)) = chars.peek() {
                // A number keeps its separators: `1.500`, `12,5`.
                let inside_number = matches!(d, '.' | ',')
                    && c.is_ascii_digit()
                    && part[i + 1..].starts_with(|n: char| n.is_ascii_digit());
                let apostrophe = matches!(d, '\'' | '’');
                if !(d.is_alphanumeric() || inside_number || apostrophe) {
                    break;
                }
                end = i + d.len_utf8();
                chars.next();
                if apostrophe {
                    break;
                }
            }
        }
        let surface = &part[start..end];
        let number = c.is_ascii_digit();
        let word = if number { "#".to_owned() } else { fold(surface) };
        tokens.push(Token {
            start: (from + start) as u32,
            end: (from + end) as u32,
            cue: if number { None } else { cues::cue(&word) },
            tense: Tense::Other,
            word,
            capital: c.is_uppercase() || number,
            mention: None,
            segment: 0,
        });
    }
}
