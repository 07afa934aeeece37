//! CSV: a record a row, lists joined by ` ; `.

use super::{Output, Sink, evidence};
use crate::pipeline::Extraction;
use crate::value::Quantity;

/// Columns, in order.
const COLUMNS: [&str; 24] = [
    "doc_id",
    "record",
    "organizations",
    "jobs_min",
    "jobs_max",
    "jobs_approx",
    "indirect_jobs_min",
    "indirect_jobs_max",
    "indirect_jobs_approx",
    "investment_min",
    "investment_max",
    "investment_approx",
    "currency",
    "locations",
    "deadline",
    "announced",
    "status",
    "scope",
    "confidence",
    "evidence",
    "parent",
    "country",
    "organization_id",
    "commitment_id",
];

/// Writes one record a row.
pub struct CsvRecords(csv::Writer<Output>);

impl CsvRecords {
    /// Writes to `output`.
    pub fn new(output: Output) -> Self {
        Self(csv::Writer::from_writer(output))
    }
}

fn quantity(quantity: Option<Quantity>) -> [String; 3] {
    let figure = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    quantity.map_or_else(Default::default, |q| {
        [figure(q.min), figure(q.max), q.approx.to_string()]
    })
}

/// A closed value as the contract writes it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Sink for CsvRecords {
    fn begin(&mut self) -> std::io::Result<()> {
        Ok(self.0.write_record(COLUMNS)?)
    }

    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        for (i, record) in extraction.records.iter().enumerate() {
            let mut row = vec![
                extraction.document.id.clone(),
                record.id.clone().unwrap_or_default(),
                record.organizations.join(" ; "),
            ];
            row.extend(quantity(record.jobs));
            row.extend(quantity(record.indirect_jobs));
            row.extend(quantity(record.investment.map(|m| m.amount)));
            row.extend([
                record
                    .investment
                    .map(|m| m.currency.to_string())
                    .unwrap_or_default(),
                record.locations.join(" ; "),
                record.deadline.map(|d| d.to_string()).unwrap_or_default(),
                record.announced.map(|d| d.to_string()).unwrap_or_default(),
                word(&record.status),
                word(&record.scope),
                record.confidence.map(|c| c.to_string()).unwrap_or_default(),
                evidence(extraction, i).join(" "),
            ]);
            let extras = &record.extras;
            let told = [
                &extras.parent,
                &extras.country,
                &extras.organization_id,
                &extras.commitment_id,
            ];
            row.extend(told.map(|value| value.clone().unwrap_or_default()));
            self.0.write_record(&row)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}
