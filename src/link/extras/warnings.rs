//! What a reader should check, each in a plain sentence with the figures at odds.

use super::mentions_of;
use crate::link::scene::Scene;
use crate::normalise::Value;
use crate::record::{CommitmentRecord, Role, Scope, Status};
use crate::text::fold;
use crate::value::{Quantity, When};

/// Sums may differ by this much of the total: newsrooms round.
const ROUNDING: f64 = 0.005;
/// And by this much of one told as approximate.
const ABOUT: f64 = 0.05;

/// Adds the warnings of every record of a document.
pub(super) fn warn(scene: &Scene<'_>, records: &mut [CommitmentRecord]) {
    let sums: Vec<Vec<String>> = (0..records.len()).map(|i| sums(records, i)).collect();
    for (record, sums) in records.iter_mut().zip(sums) {
        let mut warnings = sums;
        warnings.extend(overdue(record));
        warnings.extend(open_currency(scene, record));
        record.extras.warnings = warnings;
    }
}

/// Parts that do not sum to the total that record `i` is.
fn sums(records: &[CommitmentRecord], i: usize) -> Vec<String> {
    let total = &records[i];
    let totals = records
        .iter()
        .filter(|r| r.scope == Scope::Total && r.status == total.status);
    if total.scope != Scope::Total || totals.count() != 1 {
        return Vec::new();
    }
    let parts: Vec<&CommitmentRecord> = records
        .iter()
        .filter(|r| r.scope == Scope::Single && r.status == total.status)
        .collect();
    let jobs = total
        .jobs
        .and_then(|whole| at_odds(whole, parts.iter().filter_map(|p| p.jobs)))
        .map(|(sum, whole)| format!("the parts add up to {sum} jobs, the total says {whole}"));
    let money = total.investment.and_then(|whole| {
        let same = parts
            .iter()
            .filter_map(|p| p.investment)
            .filter(|m| m.currency == whole.currency);
        let (sum, told) = at_odds(whole.amount, same.map(|m| m.amount))?;
        let currency = whole.currency;
        Some(format!(
            "the parts add up to {sum} {currency}, the total says {told} {currency}"
        ))
    });
    jobs.into_iter().chain(money).collect()
}

/// The sum of at least two parts and the total, when they disagree.
fn at_odds(whole: Quantity, parts: impl Iterator<Item = Quantity>) -> Option<(f64, f64)> {
    let figures: Vec<f64> = parts.filter_map(Quantity::figure).collect();
    let sum: f64 = figures.iter().sum();
    let told = whole.figure()?;
    let slack = told * if whole.approx { ABOUT } else { ROUNDING };
    let below = whole.min.is_some_and(|min| sum < min - slack);
    let above = whole.max.is_some_and(|max| sum > max + slack);
    (figures.len() >= 2 && (below || above)).then_some((sum, told))
}

/// A deadline before the announcement.
fn overdue(record: &CommitmentRecord) -> Option<String> {
    let (deadline, announced) = (record.deadline?, record.announced?);
    let ((_, end), (start, _)) = (deadline.days()?, When::days(announced)?);
    (record.status != Status::Realized && end < start)
        .then(|| format!("the deadline {deadline} is before the announcement {announced}"))
}

/// A currency that the text leaves open, dollars read as those of the United States and CFA francs aside.
fn open_currency(scene: &Scene<'_>, record: &CommitmentRecord) -> Option<String> {
    let currency = record.investment?.currency;
    let mentions = mentions_of(scene, record, &[Role::Investment]);
    let open = |m: &usize| {
        let surface = fold(scene.surface(*m));
        let plain = ["USD", "XOF", "XAF"].iter().any(|c| currency.as_str() == *c) || surface.contains("cfa");
        matches!(&scene.values[*m], Some(Value::Money(a)) if a.currency_inferred && a.money.currency == currency)
            && !plain
    };
    // One mention that says which settles it.
    let settled = |m: &usize| matches!(&scene.values[*m], Some(Value::Money(a)) if !a.currency_inferred && a.money.currency == currency);
    if mentions.iter().any(settled) {
        return None;
    }
    let m = mentions.into_iter().find(open)?;
    Some(format!(
        "the currency of `{}` is ambiguous, read as {currency}",
        scene.surface(m)
    ))
}
