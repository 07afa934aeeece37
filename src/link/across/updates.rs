//! Later reports of a commitment that change what was told.

use super::Report;
use crate::value::{Money, Quantity, When};

/// What a report changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Changed {
    /// The latest earlier report that told one of the values changed, by position.
    pub(super) of: Option<usize>,
    pub(super) changes: Vec<&'static str>,
}

/// Compares each report with what the ones before it told, value by value.
pub(super) fn updates(reports: &[&Report]) -> Vec<Changed> {
    let mut told = Told::default();
    let mut found = Vec::with_capacity(reports.len());
    for (k, report) in reports.iter().enumerate() {
        let mut changed = Changed::default();
        let record = &report.record;
        let mut note = |name: &'static str, of: Option<usize>| {
            if let Some(of) = of.filter(|&of| is_later(report, reports[of])) {
                changed.changes.push(name);
                changed.of = changed.of.max(Some(of));
            }
        };
        note("jobs", told.jobs.tell(k, record.jobs, same_quantity));
        note(
            "investment",
            told.investment.tell(k, record.investment, same_money),
        );
        note("deadline", told.deadline.tell(k, record.deadline, same_time));
        note("status", told.status.tell(k, Some(record.status), |a, b| a == b));
        found.push(changed);
    }
    found
}

/// The value of a slot so far, and who told it.
#[derive(Debug)]
struct Slot<T>(Option<(usize, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy> Slot<T> {
    /// Takes a value; returns who told another one before.
    fn tell(&mut self, k: usize, value: Option<T>, same: impl Fn(T, T) -> bool) -> Option<usize> {
        let value = value?;
        let before = self.0.filter(|(_, old)| !same(*old, value)).map(|(of, _)| of);
        self.0 = Some((k, value));
        before
    }
}

#[derive(Debug, Default)]
struct Told {
    jobs: Slot<Quantity>,
    investment: Slot<Money>,
    deadline: Slot<When>,
    status: Slot<crate::record::Status>,
}

/// Two accounts of one day differ; only a later one is an update.
fn is_later(report: &Report, earlier: &Report) -> bool {
    let published = |r: &Report| r.published.and_then(When::days).map(|(first, _)| first);
    let told = report.told().zip(earlier.told());
    told.is_some_and(|(now, then)| now > then)
        || (told.is_none_or(|(now, then)| now == then)
            && published(report)
                .zip(published(earlier))
                .is_some_and(|(now, then)| now > then))
}

/// Bounds aside: *plus de 700* is no news after *700*; nor is a rounding.
fn same_quantity(a: Quantity, b: Quantity) -> bool {
    let figures = a.figure().zip(b.figure());
    figures.is_some_and(|(x, y)| {
        let slack = if a.approx || b.approx { 0.02 } else { 1e-9 };
        (x - y).abs() <= slack * x.abs().max(y.abs())
    })
}

/// Another currency is no news.
fn same_money(a: Money, b: Money) -> bool {
    a.currency != b.currency || same_quantity(a.amount, b.amount)
}

/// `2026-06` is no news after `2026`.
fn same_time(a: When, b: When) -> bool {
    match (a.days(), b.days()) {
        (Some((s, e)), Some((t, f))) => (s <= t && f <= e) || (t <= s && e <= f),
        _ => a == b,
    }
}
