//! A table for people: a record a line, columns aligned.

use std::io::Write as _;

use super::{Output, Sink};
use crate::pipeline::Extraction;
use crate::record::{CommitmentRecord, Scope};
use crate::value::{Money, Quantity};

/// Titles of the columns.
const COLUMNS: [&str; 8] = [
    "document",
    "who",
    "jobs",
    "investment",
    "where",
    "by",
    "announced",
    "status",
];

/// Writes every record as a line of one table, once all are known.
pub struct TableRecords {
    output: Output,
    rows: Vec<[String; COLUMNS.len()]>,
}

impl TableRecords {
    /// Writes to `output`.
    pub fn new(output: Output) -> Self {
        Self {
            output,
            rows: Vec::new(),
        }
    }
}

/// `≥ 700`, `≤ 500`, `~ 1000`, `500–700`.
fn quantity(quantity: Quantity) -> String {
    match (quantity.min, quantity.max) {
        (Some(n), None) => format!("≥ {n}"),
        (None, Some(n)) => format!("≤ {n}"),
        (Some(a), Some(b)) if a < b => format!("{a}–{b}"),
        (Some(n), Some(_)) if quantity.approx => format!("~ {n}"),
        (Some(n), Some(_)) => n.to_string(),
        (None, None) => String::new(),
    }
}

/// In millions from a million on: `65 M MAD`.
fn money(money: Money) -> String {
    let (scale, unit) = if money.amount.figure().is_some_and(|n| n >= 1e6) {
        (1e6, " M")
    } else {
        (1.0, "")
    };
    let scaled = Quantity {
        min: money.amount.min.map(|n| n / scale),
        max: money.amount.max.map(|n| n / scale),
        approx: money.amount.approx,
    };
    format!("{}{unit} {}", quantity(scaled), money.currency)
}

fn row(document: &str, record: &CommitmentRecord) -> [String; COLUMNS.len()] {
    let jobs = [(record.jobs, ""), (record.indirect_jobs, " indirect")];
    let jobs: Vec<String> = jobs
        .into_iter()
        .filter_map(|(q, kind)| q.map(|q| quantity(q) + kind))
        .collect();
    let who = match record.scope {
        Scope::Total => "(total)".to_owned(),
        Scope::Single => record.organizations.join(", "),
    };
    [
        document.to_owned(),
        who,
        jobs.join(" + "),
        record.investment.map(money).unwrap_or_default(),
        record.locations.join(", "),
        record.deadline.map(|d| d.to_string()).unwrap_or_default(),
        record.announced.map(|d| d.to_string()).unwrap_or_default(),
        format!("{:?}", record.status).to_lowercase(),
    ]
}

impl Sink for TableRecords {
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        self.rows
            .extend(extraction.records.iter().map(|r| row(&extraction.document.id, r)));
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<()> {
        let titles = COLUMNS.map(str::to_owned);
        let lines: Vec<&[String; COLUMNS.len()]> = std::iter::once(&titles).chain(&self.rows).collect();
        let widths = std::array::from_fn::<usize, { COLUMNS.len() }, _>(|c| {
            lines
                .iter()
                .map(|line| line[c].chars().count())
                .max()
                .unwrap_or(0)
        });
        for line in lines {
            let cells = line
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(self.output, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Currency;

    #[test]
    fn bounds_and_scales_are_told() {
        assert_eq!(quantity(Quantity::at_least(700.0)), "≥ 700");
        assert_eq!(quantity(Quantity::between(500.0, 700.0)), "500–700");
        assert_eq!(quantity(Quantity::about(90.0)), "~ 90");
        let mad = Currency::new("MAD").unwrap();
        assert_eq!(
            money(Money {
                amount: Quantity::exactly(65e6),
                currency: mad
            }),
            "65 M MAD"
        );
        assert_eq!(
            money(Money {
                amount: Quantity::at_most(300e3),
                currency: mad
            }),
            "≤ 300000 MAD"
        );
    }
}
