//! Keys of organisations and commitments: readable, and the same wherever the same words are told.

use crate::normalise::organisation::name_key;
use crate::normalise::place::place_key;
use crate::record::{CommitmentRecord, Scope};
use crate::value::{Quantity, When};

/// A key without spaces.
pub(super) fn slug(key: &str) -> String {
    key.split_whitespace().collect::<Vec<_>>().join("-")
}

/// The key of organisations that commit together; `None` when none is named.
pub(in crate::link) fn organization_key(names: &[String]) -> Option<String> {
    joined(names.iter().map(|n| name_key(n)))
}

/// Canonical keys as one, sorted, joined by `+`.
pub(super) fn joined(keys: impl Iterator<Item = String>) -> Option<String> {
    let mut keys: Vec<String> = keys.map(|k| slug(&k)).filter(|k| !k.is_empty()).collect();
    keys.sort();
    keys.dedup();
    (!keys.is_empty()).then(|| keys.join("+"))
}

/// `organisation:place:figure:year` of a commitment; what is not told is `_`.
pub(in crate::link) fn commitment_key(organization: Option<&str>, record: &CommitmentRecord) -> String {
    let who = match record.scope {
        Scope::Total => "total",
        Scope::Single => organization.unwrap_or("_"),
    };
    let mut places: Vec<String> = record.locations.iter().map(|l| slug(&place_key(l))).collect();
    places.sort();
    let place = places.first().map_or("_", String::as_str);
    let year = record.announced.and_then(When::year);
    let year = year.map_or_else(|| "_".to_owned(), |y| y.to_string());
    format!("{who}:{place}:{}:{year}", figure(record))
}

/// `jobs-450`, else `mad-65000000`.
fn figure(record: &CommitmentRecord) -> String {
    let number = |q: Quantity| q.figure().map(f64::round);
    let jobs = record.jobs.or(record.indirect_jobs).and_then(number);
    let money = record
        .investment
        .and_then(|m| Some((m.currency, number(m.amount)?)));
    match (jobs, money) {
        (Some(n), _) => format!("jobs-{n}"),
        (None, Some((currency, n))) => format!("{}-{n}", currency.as_str().to_lowercase()),
        (None, None) => "_".to_owned(),
    }
}
