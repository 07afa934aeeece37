//! The report of one set of predictions: figures for programs, tables for people.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bootstrap::{Figure, Sample, Score};
use super::calibration::{Bin, Bins, Calibration};
use super::errors::{Difference, worst};
use super::judge::{Tally, judge};
use super::matching::Taxonomy;
use super::metrics::{Counts, Ratio, macro_f1, pooled};
use super::pairs::{EvaluateError, pair};
use super::slots::Slot;
use super::table::{Table, join};
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

impl Report {
    /// Every figure, in aligned plain-text tables; figures in percent, `-` where undefined.
    pub fn table(&self) -> String {
        let mut text = join(&self.tables(), Table::plain);
        if let Some(warning) = self.warning() {
            text = format!("{warning}\n\n{text}");
        }
        text
    }

    /// Every figure and the worst differences, in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# Evaluation\n\n");
        if let Some(warning) = self.warning() {
            text += &format!("**{warning}**\n\n");
        }
        text += "Figures in percent, with 95 % intervals over resamples of the documents; `-` where undefined.\n\n";
        text += &join(&self.tables(), Table::markdown);
        if !self.errors.is_empty() {
            text += "\n## Worst differences\n\n";
        }
        for error in &self.errors {
            let side =
                |side: &Option<String>| side.as_ref().map_or_else(|| "nothing".to_owned(), |s| code(s));
            let (gold, predicted) = (side(&error.gold), side(&error.predicted));
            text += &format!(
                "- {} · {}: gold {gold}, predicted {predicted}\n",
                code(&error.document),
                error.kind.as_str()
            );
        }
        text
    }

    fn warning(&self) -> Option<String> {
        let missing = &self.documents.missing;
        (!missing.is_empty()).then(|| {
            format!(
                "{} documents have no prediction and count as empty: {}",
                missing.len(),
                missing.join(", ")
            )
        })
    }

    fn tables(&self) -> Vec<Table> {
        vec![
            self.mentions.strict.table("Mentions, strict"),
            self.mentions.overlap.table("Mentions, overlap"),
            self.slot_table(),
            self.record_table(),
            self.share_table(),
            self.taxonomy_table(),
            self.calibration_table(),
            self.slice_table(),
        ]
    }

    fn slot_table(&self) -> Table {
        let mut table = score_table("Slots", "slot");
        self.slots
            .by_slot
            .iter()
            .for_each(|(slot, score)| table.push(score_row(slot.as_str(), score)));
        table.push(score_row("micro", &self.slots.micro));
        table
    }

    fn record_table(&self) -> Table {
        let mut table = score_table("Records", "record");
        table.push(score_row("core", &self.records.core));
        table.push(score_row("exact", &self.records.exact));
        table
    }

    fn share_table(&self) -> Table {
        let mut table = Table::new("Shares", &["share", "%", "95 %", "right", "of"]);
        for (name, share) in [
            ("documents right", &self.documents.right),
            ("… with records", &self.documents.right_with_records),
            ("… without, left clean", &self.documents.clean),
            ("`approx` of right quantities", &self.slots.approx),
        ] {
            let counts = share.counts;
            let mut row = vec![name.to_owned(), percent(share.share.value), range(&share.share)];
            row.extend([counts.right.to_string(), counts.total.to_string()]);
            table.push(row);
        }
        table
    }

    fn taxonomy_table(&self) -> Table {
        let t = &self.taxonomy;
        let found = t.right + t.boundary + t.label + t.boundary_and_label;
        let mut table = Table::new("What became of mentions", &["fate", "n"]);
        for (name, n) in [
            ("right", t.right),
            ("boundary", t.boundary),
            ("label", t.label),
            ("boundary and label", t.boundary_and_label),
            ("missed", t.missed),
            ("spurious", t.spurious),
            ("= gold (all but spurious)", found + t.missed),
            ("= predicted (all but missed)", found + t.spurious),
        ] {
            table.push(vec![name.to_owned(), n.to_string()]);
        }
        table
    }

    fn calibration_table(&self) -> Table {
        let mut table = Table::new("Calibration", &["score", "n", "mean score", "right", "95 %"]);
        for (name, calibration) in [
            ("mentions", &self.calibration.mentions),
            ("records", &self.calibration.records),
        ] {
            let Some(calibration) = calibration else { continue };
            for &Bin {
                from,
                to,
                n,
                mean_score,
                share_right,
            } in &calibration.bins
            {
                let row = [
                    n.to_string(),
                    percent(Some(mean_score)),
                    percent(Some(share_right)),
                    String::new(),
                ];
                table.push([vec![format!("{name} {from:.1}–{to:.1}")], row.to_vec()].concat());
            }
            let row = [
                calibration.scored.total.to_string(),
                String::new(),
                percent(calibration.ece.value),
            ];
            let row = [
                vec![format!("{name} ECE")],
                row.to_vec(),
                vec![range(&calibration.ece)],
            ]
            .concat();
            table.push(row);
        }
        table
    }

    fn slice_table(&self) -> Table {
        let headers = ["slice", "documents", "mention F1", "95 %", "core F1", "95 %"];
        let mut table = Table::new("Slices", &headers);
        for slice in &self.slices {
            let mut row = vec![
                format!("{}={}", slice.part, slice.value),
                slice.n_documents.to_string(),
            ];
            for figure in [&slice.mention_f1, &slice.core_f1] {
                row.extend([percent(figure.value), range(figure)]);
            }
            table.push(row);
        }
        table
    }
}

impl LabelScores {
    fn table(&self, title: &str) -> Table {
        let mut table = score_table(title, "label");
        self.by_label
            .iter()
            .for_each(|(label, score)| table.push(score_row(label.as_str(), score)));
        table.push(score_row("micro", &self.micro));
        let f1 = [percent(self.macro_f1.value), range(&self.macro_f1)];
        table.push(
            [
                vec!["macro".to_owned(); 1],
                vec![String::new(); 2],
                f1.to_vec(),
                vec![String::new(); 3],
            ]
            .concat(),
        );
        table
    }
}

fn score_table(title: &str, first: &str) -> Table {
    Table::new(title, &[first, "P", "R", "F1", "F1 95 %", "TP", "FP", "FN"])
}

fn score_row(name: &str, score: &Score) -> Vec<String> {
    let Counts { tp, fp, fn_ } = score.counts;
    let mut row = vec![name.to_owned()];
    row.extend([score.precision, score.recall, score.f1].map(|f| percent(f.value)));
    row.push(range(&score.f1));
    row.extend([tp, fp, fn_].map(|n| n.to_string()));
    row
}

/// In percent, with one decimal.
pub(super) fn percent(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |f| format!("{:.1}", 100.0 * f))
}

/// The interval in percent.
pub(super) fn range(figure: &Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("[{:.1}, {:.1}]", 100.0 * low, 100.0 * high),
        _ => "-".to_owned(),
    }
}

/// As Markdown code, on one line.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, entity, pledge};
    use crate::value::Quantity;

    /// Two documents, one with a record; predictions find one mention of two, and the record.
    fn example() -> (Vec<LabelledDocument>, Vec<LabelledDocument>) {
        let mut a = document("a", "Orange à Fès : 700 emplois");
        a.source = Some("ma/offshoring/press/clean/story".to_owned());
        a.entities = vec![entity("e1", 0, 6, Label::Org), entity("e2", 9, 12, Label::Loc)];
        a.records = vec![pledge("Orange", Quantity::exactly(700.0))];
        let mut b = document("b", "Rien.");
        b.source = Some("fr/none/press/clean/story".to_owned());
        let mut predicted = a.clone();
        predicted.entities.remove(1);
        (vec![a, b], vec![predicted])
    }

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
            gold.iter_mut().for_each(|d| d.source = other.map(str::to_owned));
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
        assert!(report.table().contains("micro  -  -   -        -   0   0   0"));
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

    #[test]
    fn tables_read_well() {
        let (gold, predicted) = example();
        let report = evaluate(&gold, &predicted).unwrap();
        let table = report.table();
        assert!(
            table.starts_with("1 documents have no prediction and count as empty: b\n\nMentions, strict\n")
        );
        insta::assert_snapshot!(table);
        let markdown = report.markdown();
        assert!(markdown.contains("- `a` · missed: gold `LOC 9..12 \"Fès\"`, predicted nothing\n"));
    }
}
