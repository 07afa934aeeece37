//! The report of one set of predictions: figures for programs, tables for people.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bootstrap::{Figure, Sample, Score};
use super::calibration::{Bins, Calibration};
use super::errors::{Difference, worst};
use super::judge::{Tally, judge};
use super::matching::Taxonomy;
use super::metrics::{Counts, Ratio, macro_f1, pooled};
use super::pairs::{EvaluateError, pair};
use super::slots::Slot;
use crate::document::LabelledDocument;
use crate::label::Label;

/// Differences kept of records, and as many of mentions.
const MAX_DIFFERENCES: usize = 100;

/// What the parts of `source` say, in order.
const PARTS: [&str; 5] = ["country", "topic", "voice", "noise", "kind"];

/// Everything measured on one set of predictions. The conventions are those of the [module](super).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Documents.
    pub documents: Documents,
    /// Mentions.
    pub mentions: MentionScores,
    /// Slots of records.
    pub slots: SlotScores,
    /// Records.
    pub records: RecordScores,
    /// What became of every mention.
    pub taxonomy: Taxonomy,
    /// Whether scores mean what they say.
    pub calibration: Calibrations,
    /// The main figures by part of `source`; sources that are not `country/topic/voice/noise/kind` are in none.
    pub slices: Vec<Slice>,
    /// The worst differences: up to 100 of records, then up to 100 of mentions, most wrong values first.
    pub errors: Vec<Difference>,
}

/// A share, with what it is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// `right / total`
    pub share: Figure,
    /// The counts.
    #[serde(flatten)]
    pub counts: Ratio,
}

/// Figures over documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Documents {
    /// Number of gold documents.
    pub n: usize,
    /// Ids of the gold documents without a prediction; they count as predicted empty.
    pub missing: Vec<String>,
    /// Documents whose records are exactly those of gold; those without records included.
    pub right: Share,
    /// The same, of the documents with gold records.
    pub right_with_records: Share,
    /// Of the documents without gold records, those for which none was predicted.
    pub clean: Share,
}

/// Strict and overlap scores of mentions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MentionScores {
    /// Same start, end and label.
    pub strict: LabelScores,
    /// Same label, one character in common at least.
    pub overlap: LabelScores,
}

/// Scores by label, and over them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelScores {
    /// Counts pooled over labels.
    pub micro: Score,
    /// Mean of the F1 of the labels, absent ones left out.
    pub macro_f1: Figure,
    /// By label.
    pub by_label: BTreeMap<Label, Score>,
}

/// Scores by slot of aligned records, and over them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotScores {
    /// Counts pooled over slots.
    pub micro: Score,
    /// By slot.
    pub by_slot: BTreeMap<Slot, Score>,
    /// Of the quantities that are right, those whose `approx` is right too.
    pub approx: Share,
}

/// Scores of records.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RecordScores {
    /// Organizations, jobs, investment, deadline, status and scope agree.
    pub core: Score,
    /// Every slot agrees.
    pub exact: Score,
}

/// Calibration of the two kinds of score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibrations {
    /// Scores of mentions against strict correctness; `None` when no mention has one.
    pub mentions: Option<Calibration>,
    /// Confidence of records against correctness of the core; `None` when no record has one.
    pub records: Option<Calibration>,
}

/// The main figures over the documents of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// Which part of `source`: `country`, `topic`, `voice`, `noise` or `kind`.
    pub part: &'static str,
    /// What that part says.
    pub value: String,
    /// Number of documents.
    pub n_documents: usize,
    /// Strict micro F1 of mentions.
    pub mention_f1: Figure,
    /// Core F1 of records.
    pub core_f1: Figure,
}

/// Scores predicted documents against gold ones, matched by id.
///
/// A gold document without a prediction counts as predicted empty, and is listed in [`Documents::missing`].
///
/// # Errors
/// [`EvaluateError`], naming the document: an id twice in one set, a predicted document that gold lacks, another text
/// under the same id, a mention outside of the text or not over its surface.
///
/// ```
/// use jalon::document::LabelledDocument;
/// let gold: Vec<LabelledDocument> = vec![serde_json::from_str(r#"{"id": "a", "text": "Orange recrute.",
///     "entities": [{"id": "e1", "start": 0, "end": 6, "label": "ORG"}], "records": []}"#).unwrap()];
/// let report = jalon::evaluate::evaluate(&gold, &gold).unwrap();
/// assert_eq!(report.mentions.strict.micro.f1.value, Some(1.0));
/// assert_eq!(report.records.core.f1.value, None); // there are no records
/// ```
pub fn evaluate(gold: &[LabelledDocument], predicted: &[LabelledDocument]) -> Result<Report, EvaluateError> {
    let pairs = pair(gold, predicted)?;
    let (tallies, differences): (Vec<Tally>, Vec<Vec<Difference>>) = pairs.iter().map(|&p| judge(p)).unzip();
    let sample = Sample::new(&tallies);
    let missing = pairs
        .iter()
        .filter(|p| p.predicted.is_none())
        .map(|p| p.gold.id.clone());
    Ok(Report {
        documents: Documents {
            n: gold.len(),
            missing: missing.collect(),
            right: share(&sample, right_documents),
            right_with_records: share(&sample, |t| t.exact_documents),
            clean: share(&sample, |t| t.clean_documents),
        },
        mentions: MentionScores {
            strict: label_scores(&sample, |t| t.strict),
            overlap: label_scores(&sample, |t| t.overlap),
        },
        slots: SlotScores {
            micro: sample.score(|t| pooled(&t.slots)),
            by_slot: Slot::ALL
                .into_iter()
                .map(|s| (s, sample.score(|t| t.slots[s.index()])))
                .collect(),
            approx: share(&sample, |t| t.approx),
        },
        records: RecordScores {
            core: sample.score(|t| t.core),
            exact: sample.score(|t| t.exact),
        },
        taxonomy: sample.total.taxonomy,
        calibration: Calibrations {
            mentions: calibration(&sample, |t| t.mention_scores),
            records: calibration(&sample, |t| t.record_scores),
        },
        slices: slices(gold, &tallies),
        errors: worst(differences.into_iter().flatten().collect(), MAX_DIFFERENCES),
    })
}

/// Documents whose records are exactly those of gold, with or without records.
pub(super) fn right_documents(tally: &Tally) -> Ratio {
    let mut all = tally.exact_documents;
    all += tally.clean_documents;
    all
}

fn share(sample: &Sample<Tally>, ratio: impl Fn(&Tally) -> Ratio) -> Share {
    Share {
        share: sample.figure(|t| ratio(t).value()),
        counts: ratio(&sample.total),
    }
}

fn label_scores<const N: usize>(
    sample: &Sample<Tally>,
    counts: impl Fn(&Tally) -> [Counts; N],
) -> LabelScores {
    LabelScores {
        micro: sample.score(|t| pooled(&counts(t))),
        macro_f1: sample.figure(|t| macro_f1(&counts(t))),
        by_label: Label::ALL
            .into_iter()
            .map(|l| (l, sample.score(|t| counts(t)[l.index()])))
            .collect(),
    }
}

fn calibration(sample: &Sample<Tally>, bins: impl Fn(&Tally) -> Bins) -> Option<Calibration> {
    let all = bins(&sample.total);
    (all.scored().total > 0).then(|| Calibration {
        ece: sample.figure(|t| bins(t).ece()),
        scored: all.scored(),
        bins: all.filled(),
    })
}

/// The main figures for each value of each part of `source`; `tallies` are in the order of `gold`.
fn slices(gold: &[LabelledDocument], tallies: &[Tally]) -> Vec<Slice> {
    let parts_of = |document: &LabelledDocument| -> Option<Vec<String>> {
        let parts: Vec<String> = document.source.as_ref()?.split('/').map(str::to_owned).collect();
        (parts.len() == PARTS.len() && parts.iter().all(|p| !p.is_empty())).then_some(parts)
    };
    let sources: Vec<(Vec<String>, Tally)> = gold
        .iter()
        .zip(tallies)
        .filter_map(|(d, &t)| Some((parts_of(d)?, t)))
        .collect();
    let mut slices = Vec::new();
    for (i, part) in PARTS.into_iter().enumerate() {
        let values: BTreeSet<&String> = sources.iter().map(|(parts, _)| &parts[i]).collect();
        for value in values {
            let documents: Vec<Tally> = sources
                .iter()
                .filter(|(parts, _)| parts[i] == *value)
                .map(|&(_, t)| t)
                .collect();
            let sample = Sample::new(&documents);
            slices.push(Slice {
                part,
                value: value.clone(),
                n_documents: documents.len(),
                mention_f1: sample.figure(|t| pooled(&t.strict).f1()),
                core_f1: sample.figure(|t| t.core.f1()),
            });
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::example;

    #[test]
    fn figures_of_a_small_set() {
        let (gold, predicted) = example();
        let report = evaluate(&gold, &predicted).unwrap();
        assert_eq!(report.documents.missing, ["b"]);
        assert_eq!(report.documents.right.counts, Ratio { right: 2, total: 2 });
        assert_eq!(
            report.documents.right_with_records.counts,
            Ratio { right: 1, total: 1 }
        );
        assert_eq!(report.documents.clean.counts, Ratio { right: 1, total: 1 });
        let strict = &report.mentions.strict;
        assert_eq!(strict.micro.counts, Counts { tp: 1, fp: 0, fn_: 1 });
        assert_eq!(strict.micro.precision.value, Some(1.0));
        assert_eq!(strict.micro.f1.value, Some(2.0 / 3.0));
        // ORG 1, LOC 0; the other labels are absent.
        assert_eq!(strict.macro_f1.value, Some(0.5));
        assert_eq!(strict.by_label[&Label::Money].f1.value, None);
        // Organisation, jobs, status, scope.
        assert_eq!(report.slots.micro.counts, Counts { tp: 4, fp: 0, fn_: 0 });
        assert_eq!(report.records.core.f1.value, Some(1.0));
        assert_eq!(
            report.calibration,
            Calibrations {
                mentions: None,
                records: None
            }
        );
        assert_eq!(report.errors.len(), 1);
    }

    #[test]
    fn slices_follow_the_parts_of_the_source() {
        let (mut gold, predicted) = example();
        let report = evaluate(&gold, &predicted).unwrap();
        let names: Vec<String> = report
            .slices
            .iter()
            .map(|s| format!("{}={}", s.part, s.value))
            .collect();
        let expected = [
            "country=fr",
            "country=ma",
            "topic=none",
            "topic=offshoring",
            "voice=press",
            "noise=clean",
            "kind=story",
        ];
        assert_eq!(names, expected);
        let ma = &report.slices[1];
        assert_eq!(
            (ma.n_documents, ma.mention_f1.value, ma.core_f1.value),
            (1, Some(2.0 / 3.0), Some(1.0))
        );
        assert_eq!(
            (report.slices[0].mention_f1.value, report.slices[4].n_documents),
            (None, 2)
        );
        for other in [
            None,
            Some("https://example.org/a"),
            Some("a/b/c"),
            Some("a//c/d/e"),
        ] {
            for document in &mut gold {
                document.source = other.map(str::to_owned);
            }
            assert!(
                evaluate(&gold, &predicted).unwrap().slices.is_empty(),
                "{other:?}"
            );
        }
    }

    #[test]
    fn nothing_at_all_is_undefined() {
        let report = evaluate(&[], &[]).unwrap();
        assert_eq!(report.mentions.strict.micro.f1, Figure::default());
        assert_eq!(report.records.exact.f1.value, None);
    }

    #[test]
    fn json_is_flat_and_rounded() {
        let (gold, predicted) = example();
        let json = serde_json::to_value(evaluate(&gold, &predicted).unwrap()).unwrap();
        let org = &json["mentions"]["strict"]["by_label"]["ORG"];
        assert_eq!((org["tp"].as_u64(), org["fn"].as_u64()), (Some(1), Some(0)));
        assert_eq!(
            json["mentions"]["strict"]["micro"]["f1"]["value"].as_f64(),
            Some(0.6667)
        );
        assert_eq!(
            json["slots"]["by_slot"]["indirect_jobs"]["f1"]["value"],
            serde_json::Value::Null
        );
        assert_eq!(json["errors"][0]["kind"], "missed");
        assert_eq!(json["documents"]["clean"]["total"], 1);
    }
}
