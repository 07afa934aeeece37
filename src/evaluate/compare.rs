//! Which of two sets of predictions is better, and whether the difference could be chance.

use serde::Serialize;

use super::bootstrap::{Figure, Sample, rounded};
use super::judge::{Tally, judge};
use super::metrics::{macro_f1, pooled};
use super::pairs::{EvaluateError, pair};
use super::render::{percent, range};
use super::report::right_documents;
use super::slots::Slot;
use super::table::Table;
use crate::document::LabelledDocument;
use crate::label::Label;

/// Two sets of predictions, figure by figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// One contrast for each main figure, label and slot.
    pub contrasts: Vec<Contrast>,
}

/// One figure of both sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// Which figure, such as `mentions strict micro F1`.
    pub figure: String,
    /// In the first set.
    pub a: Figure,
    /// In the second set.
    pub b: Figure,
    /// `b − a`, with the interval of the paired differences.
    pub difference: Figure,
    /// Two-sided bootstrap `p` of no difference; `None` when the difference is undefined.
    #[serde(serialize_with = "rounded")]
    pub p: Option<f64>,
}

/// Compares two sets of predictions over the same gold, with resamples of documents common to both.
///
/// # Errors
/// Those of [`evaluate`](super::evaluate), for either set.
pub fn compare(
    gold: &[LabelledDocument],
    a: &[LabelledDocument],
    b: &[LabelledDocument],
) -> Result<Comparison, EvaluateError> {
    let sample = |predicted| -> Result<Sample<Tally>, EvaluateError> {
        let tallies: Vec<Tally> = pair(gold, predicted)?.into_iter().map(|p| judge(p).0).collect();
        Ok(Sample::new(&tallies))
    };
    let (a, b) = (sample(a)?, sample(b)?);
    let mut contrasts = Vec::new();
    let mut contrast = |figure: String, statistic: &dyn Fn(&Tally) -> Option<f64>| {
        let (difference, p) = a.difference(&b, statistic);
        contrasts.push(Contrast {
            figure,
            a: a.figure(statistic),
            b: b.figure(statistic),
            difference,
            p,
        });
    };
    contrast("mentions strict micro F1".to_owned(), &|t| pooled(&t.strict).f1());
    contrast("mentions strict macro F1".to_owned(), &|t| macro_f1(&t.strict));
    contrast("mentions overlap micro F1".to_owned(), &|t| {
        pooled(&t.overlap).f1()
    });
    for label in Label::ALL {
        contrast(format!("{label} strict F1"), &|t| t.strict[label.index()].f1());
    }
    contrast("slots micro F1".to_owned(), &|t| pooled(&t.slots).f1());
    for slot in Slot::ALL {
        contrast(format!("{slot} F1"), &|t| t.slots[slot.index()].f1());
    }
    contrast("records core F1".to_owned(), &|t| t.core.f1());
    contrast("records exact F1".to_owned(), &|t| t.exact.f1());
    contrast("documents right".to_owned(), &|t| right_documents(t).value());
    contrast("documents without records left clean".to_owned(), &|t| {
        t.clean_documents.value()
    });
    Ok(Comparison { contrasts })
}

impl Comparison {
    /// The contrasts as an aligned plain-text table, figures in percent.
    pub fn table(&self) -> String {
        self.rows().plain()
    }

    /// The same in Markdown.
    pub fn markdown(&self) -> String {
        self.rows().markdown()
    }

    fn rows(&self) -> Table {
        let mut table = Table::new("Comparison", &["figure", "A", "B", "B − A", "95 %", "p"]);
        for c in &self.contrasts {
            let mut row = vec![c.figure.clone()];
            row.extend([c.a, c.b].map(|f| percent(f.value)));
            row.push(
                c.difference
                    .value
                    .map_or_else(|| "-".to_owned(), |d| format!("{:+.1}", 100.0 * d)),
            );
            row.push(range(&c.difference));
            row.push(c.p.map_or_else(|| "-".to_owned(), |p| format!("{p:.3}")));
            table.push(row);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, entity};

    #[test]
    fn a_better_set_shows() {
        let gold: Vec<LabelledDocument> = (0..40)
            .map(|i| {
                let mut doc = document(&i.to_string(), "Orange");
                doc.entities.push(entity("e1", 0, 6, Label::Org));
                doc
            })
            .collect();
        // A finds every second mention, B finds them all.
        let a: Vec<LabelledDocument> = gold.iter().step_by(2).cloned().collect();
        let comparison = compare(&gold, &a, &gold).unwrap();
        let micro = &comparison.contrasts[0];
        assert_eq!((micro.a.value, micro.b.value), (Some(2.0 / 3.0), Some(1.0)));
        assert!((micro.difference.value.unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert!(micro.difference.low.unwrap() > 0.1 && micro.p.unwrap() < 0.01);
        let core = comparison
            .contrasts
            .iter()
            .find(|c| c.figure == "records core F1")
            .unwrap();
        assert_eq!(
            (core.difference.value, core.p),
            (None, None),
            "there are no records"
        );
        assert!(
            comparison.table().contains("  66.7  100.0  +33.3  ["),
            "{}",
            comparison.table()
        );
        assert!(compare(&gold, &a, &[document("z", "")]).is_err());
    }
}
