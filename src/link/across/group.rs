//! Which reports are of one commitment.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::normalise::place::{self, Level, place_key};
use crate::record::{Scope, Status};
use crate::value::{Money, Quantity};

/// Figures this close are one: newsrooms round.
const ROUNDING: f64 = 0.02;
/// Reports with one figure in common may lie this many days apart.
const FAR: i32 = 5 * 366;
/// A revised figure, with the same place, may come this many days later.
const REVISION: i32 = 2 * 366;
/// Jobs told by one and money by the other are one commitment within this many days.
const NEAR: i32 = 45;

/// How surely two reports are of one commitment; more is surer.
type Strength = u8;

/// Groups of reports, each in the given order, the groups in the order of their first.
pub(super) fn group(reports: &[Report], organizations: &[Vec<String>], order: &[usize]) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(std::cmp::Reverse<Strength>, usize, usize)> = Vec::new();
    for block in blocks(reports, organizations, order).values() {
        for (k, &x) in block.iter().enumerate() {
            for &y in &block[k + 1..] {
                let strength = strength(&reports[order[x]], &reports[order[y]]);
                pairs.extend(strength.map(|s| (std::cmp::Reverse(s), x, y)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut home: Vec<usize> = (0..order.len()).collect();
    let mut groups: BTreeMap<usize, Vec<usize>> = (0..order.len()).map(|x| (x, vec![x])).collect();
    for (_, x, y) in pairs {
        let (a, b) = (home[x].min(home[y]), home[x].max(home[y]));
        let clash = a == b
            || groups[&a].iter().any(|&p| {
                groups[&b]
                    .iter()
                    .any(|&q| apart(&reports[order[p]], &reports[order[q]]))
            });
        if clash {
            continue;
        }
        let moved = groups.remove(&b).unwrap_or_default();
        for &m in &moved {
            home[m] = a;
        }
        let kept = groups.entry(a).or_default();
        kept.extend(moved);
        kept.sort_unstable();
    }
    groups
        .into_values()
        .map(|g| g.into_iter().map(|x| order[x]).collect())
        .collect()
}

/// Reports worth comparing, by organisation; totals by figure. Positions in `order`.
fn blocks(
    reports: &[Report],
    organizations: &[Vec<String>],
    order: &[usize],
) -> BTreeMap<String, Vec<usize>> {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (x, &i) in order.iter().enumerate() {
        let record = &reports[i].record;
        let keys: BTreeSet<String> = match record.scope {
            Scope::Single => organizations[i].iter().map(|o| format!("o:{o}")).collect(),
            Scope::Total => {
                let jobs = record.jobs.and_then(Quantity::figure).map(|n| format!("j:{n}"));
                let money = record
                    .investment
                    .and_then(|m| Some(format!("m:{}:{}", m.currency, m.amount.figure()?)));
                jobs.into_iter().chain(money).collect()
            }
        };
        for key in keys {
            blocks.entry(key).or_default().push(x);
        }
    }
    blocks
}

/// True for records that their one document tells apart.
fn apart(a: &Report, b: &Report) -> bool {
    a.doc_id == b.doc_id && !is_revision(a, b)
}

/// A pledge that replaces another one of the same document: same places, told on another day.
fn is_revision(a: &Report, b: &Report) -> bool {
    let places = |r: &Report| {
        r.record
            .locations
            .iter()
            .map(|l| place_key(l))
            .collect::<BTreeSet<_>>()
    };
    a.record.status == Status::Pledged
        && b.record.status == Status::Pledged
        && a.record.announced != b.record.announced
        && !a.record.locations.is_empty()
        && places(a) == places(b)
}

/// How surely two reports of one organisation, or two totals, are of one commitment.
fn strength(a: &Report, b: &Report) -> Option<Strength> {
    let (x, y) = (&a.record, &b.record);
    if x.scope != y.scope || apart(a, b) {
        return None;
    }
    let places = places(a, b);
    if places == Places::Differ {
        return None;
    }
    let days = days_apart(a, b);
    let within = |most: i32| days.is_none_or(|d| d <= most);
    let jobs = compare(x.jobs, y.jobs, close);
    let money = compare_money(a, b);
    let equal = [jobs, money].iter().filter(|c| **c == Compared::Equal).count();
    let differ = [jobs, money].iter().filter(|c| **c == Compared::Differ).count();
    match (equal, differ) {
        (2, _) if within(FAR) => Some(5),
        (1, 0) if x.scope == Scope::Total => within(NEAR).then_some(4),
        (1, 0) if within(FAR) => Some(if places == Places::Shared { 4 } else { 3 }),
        (1, _) if within(FAR) => Some(2),
        (0, 0) => {
            let told = days.is_some_and(|d| d <= NEAR) && x.status == y.status;
            (told && places == Places::Shared && x.scope == Scope::Single).then_some(1)
        }
        (0, _) => {
            let revised = places == Places::Shared
                && days.is_some_and(|d| d <= REVISION)
                && x.status == Status::Pledged
                && y.status == Status::Pledged
                && like_size(x.jobs, y.jobs)
                && like_size(x.investment.map(|m| m.amount), y.investment.map(|m| m.amount));
            (revised && x.scope == Scope::Single).then_some(1)
        }
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Equal,
    Differ,
    Untold,
}

fn compare<T: Copy>(a: Option<T>, b: Option<T>, same: impl Fn(T, T) -> bool) -> Compared {
    match a.zip(b) {
        None => Compared::Untold,
        Some((a, b)) if same(a, b) => Compared::Equal,
        Some(_) => Compared::Differ,
    }
}

fn close(a: Quantity, b: Quantity) -> bool {
    let figures = a.figure().zip(b.figure());
    figures.is_some_and(|(x, y)| (x - y).abs() <= ROUNDING * x.abs().max(y.abs()))
}

/// Amounts in any currency that both documents tell.
fn compare_money(a: &Report, b: &Report) -> Compared {
    let told = |r: &Report| -> Vec<Money> {
        r.record
            .investment
            .into_iter()
            .chain(r.record.extras.equivalents.iter().copied())
            .collect()
    };
    let (x, y) = (told(a), told(b));
    let common: Vec<bool> = x
        .iter()
        .flat_map(|m| y.iter().map(move |n| (m, n)))
        .filter(|(m, n)| m.currency == n.currency)
        .map(|(m, n)| close(m.amount, n.amount))
        .collect();
    match common[..] {
        [] => Compared::Untold,
        _ if common.contains(&true) => Compared::Equal,
        _ => Compared::Differ,
    }
}

/// True unless one is more than twice the other.
fn like_size(a: Option<Quantity>, b: Option<Quantity>) -> bool {
    let figures = a.and_then(Quantity::figure).zip(b.and_then(Quantity::figure));
    figures.is_none_or(|(x, y)| x.max(y) <= 2.0 * x.min(y))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Places {
    Shared,
    Open,
    Differ,
}

/// Whether two reports speak of the same place; a country holds its cities, and nothing told holds everything.
fn places(a: &Report, b: &Report) -> Places {
    let told = |r: &Report| -> Vec<place::Place> {
        r.record.locations.iter().map(|l| place::normalise(l)).collect()
    };
    let (x, y) = (told(a), told(b));
    if x.is_empty() || y.is_empty() {
        let countries = a.country().zip(b.country());
        return match countries {
            Some((c, d)) if c != d => Places::Differ,
            _ => Places::Open,
        };
    }
    if x.iter().any(|p| y.iter().any(|q| p.key == q.key)) {
        return Places::Shared;
    }
    let wide = |p: &place::Place| matches!(p.level, Some(Level::Country | Level::Region | Level::Continent));
    let holds = |p: &place::Place, q: &place::Place| {
        wide(p) && (p.country.is_none() || q.country.is_none() || p.country == q.country)
    };
    if x.iter().any(|p| y.iter().any(|q| holds(p, q) || holds(q, p))) {
        Places::Open
    } else {
        Places::Differ
    }
}

/// Days between two announcements; `None` when one is not known.
fn days_apart(a: &Report, b: &Report) -> Option<i32> {
    let (x, y) = a.told().zip(b.told())?;
    x.until(y).ok().map(|span| span.get_days().abs())
}
