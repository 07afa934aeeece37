//! The report in words: aligned tables for a terminal, Markdown for a file.

use super::bootstrap::{Figure, Score};
use super::errors::Difference;
use super::metrics::Counts;
use super::report::{LabelScores, Report};
use super::table::{Table, join};

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
        let mut paragraphs = vec!["# Evaluation".to_owned()];
        paragraphs.extend(self.warning().map(|w| format!("**{w}**")));
        let legend =
            "Figures in percent, with 95 % intervals over resamples of the documents; `-` where undefined.";
        paragraphs.push(legend.to_owned());
        paragraphs.push(join(&self.tables(), Table::markdown).trim_end().to_owned());
        if !self.errors.is_empty() {
            paragraphs.push("## Worst differences".to_owned());
            paragraphs.push(self.errors.iter().map(error_line).collect::<Vec<_>>().join("\n"));
        }
        paragraphs.join("\n\n") + "\n"
    }

    /// Says which documents have no prediction, the first ten by name.
    fn warning(&self) -> Option<String> {
        let missing = &self.documents.missing;
        (!missing.is_empty()).then(|| {
            let (n, of) = (missing.len(), self.documents.n);
            let more = if n > 10 { ", …" } else { "" };
            let ids = missing.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
            format!("No prediction, counted as empty: {n} of {of} documents ({ids}{more})")
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

    /// The filled bins of each kind of score, then its calibration error.
    fn calibration_table(&self) -> Table {
        let mut table = Table::new(
            "Calibration",
            &["scores", "n", "mean score", "right", "ECE", "ECE 95 %"],
        );
        let kinds = [
            ("mentions", &self.calibration.mentions),
            ("records", &self.calibration.records),
        ];
        for (name, calibration) in kinds.into_iter().filter_map(|(n, c)| Some((n, c.as_ref()?))) {
            for bin in &calibration.bins {
                let mut row = vec![format!("{name} {:.1}–{:.1}", bin.from, bin.to), bin.n.to_string()];
                row.extend([bin.mean_score, bin.share_right].map(|f| percent(Some(f))));
                row.extend([String::new(), String::new()]);
                table.push(row);
            }
            let (scored, ece) = (calibration.scored, &calibration.ece);
            let mut row = vec![format!("{name} all"), scored.total.to_string(), String::new()];
            row.extend([percent(scored.value()), percent(ece.value), range(ece)]);
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
        let mut row = vec!["macro".to_owned(), String::new(), String::new()];
        row.extend([percent(self.macro_f1.value), range(&self.macro_f1)]);
        row.extend([const { String::new() }; 3]);
        table.push(row);
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

/// One difference, as a Markdown list item.
fn error_line(error: &Difference) -> String {
    let side = |side: &Option<String>| side.as_ref().map_or_else(|| "nothing".to_owned(), |s| code(s));
    let (gold, predicted) = (side(&error.gold), side(&error.predicted));
    format!(
        "- {} · {}: gold {gold}, predicted {predicted}",
        code(&error.document),
        error.kind.as_str()
    )
}

/// As Markdown code, on one line.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::evaluate;
    use crate::evaluate::samples::example;

    #[test]
    fn tables_read_well() {
        let (gold, predicted) = example();
        let report = evaluate(&gold, &predicted).unwrap();
        let table = report.table();
        assert!(
            table.starts_with("No prediction, counted as empty: 1 of 2 documents (b)\n\nMentions, strict\n")
        );
        insta::with_settings!({ snapshot_path => "../../tests/snapshots" }, {
            insta::assert_snapshot!("report_table", table);
        });
        let markdown = report.markdown();
        assert!(markdown.contains("- `a` · missed: gold `LOC 9..12 \"Fès\"`, predicted nothing\n"));
    }

    #[test]
    fn undefined_figures_are_dashes() {
        let table = evaluate(&[], &[]).unwrap().table();
        assert!(table.contains("micro  -  -   -        -   0   0   0"), "{table}");
    }

    #[test]
    fn calibration_shows_its_bins() {
        let (gold, mut predicted) = example();
        predicted[0].entities[0].score = Some(0.95);
        let table = evaluate(&gold, &predicted).unwrap().table();
        assert!(
            table.contains("mentions 0.9–1.0  1        95.0  100.0"),
            "{table}"
        );
        assert!(
            table.contains("mentions all      1              100.0  5.0  [5.0, 5.0]"),
            "{table}"
        );
    }
}
