//! One document: what it adds to every count, and every difference in it.

use std::ops::AddAssign;

use super::calibration::Bins;
use super::errors::{Difference, Kind, describe_mention, describe_record};
use super::matching::{Mismatch, Taxonomy, nearest, overlapping, strict};
use super::metrics::{Counts, Ratio};
use super::pairs::Pair;
use super::records::{align, core_is_right, wrong_slots};
use super::slots::{Sheet, Slot, counts};
use crate::document::Entity;
use crate::label::Label;

const N_LABELS: usize = Label::ALL.len();
const N_SLOTS: usize = Slot::ALL.len();

/// What one document, or a sum of documents, adds to every figure.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// By [`Label::index`].
    pub(super) strict: [Counts; N_LABELS],
    /// By [`Label::index`].
    pub(super) overlap: [Counts; N_LABELS],
    pub(super) taxonomy: Taxonomy,
    /// By [`Slot::index`].
    pub(super) slots: [Counts; N_SLOTS],
    /// Equal quantities whose `approx` is equal too.
    pub(super) approx: Ratio,
    pub(super) core: Counts,
    pub(super) exact: Counts,
    /// Documents with gold records, all exact and none besides.
    pub(super) exact_documents: Ratio,
    /// Documents without gold records, for which none was predicted.
    pub(super) clean_documents: Ratio,
    /// Scores of mentions against strict correctness.
    pub(super) mention_scores: Bins,
    /// Confidence of records against correctness of the core.
    pub(super) record_scores: Bins,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let add =
            |sums: &mut [Counts], more: &[Counts]| sums.iter_mut().zip(more).for_each(|(s, &m)| *s += m);
        add(&mut self.strict, &other.strict);
        add(&mut self.overlap, &other.overlap);
        add(&mut self.slots, &other.slots);
        self.taxonomy += other.taxonomy;
        self.approx += other.approx;
        self.core += other.core;
        self.exact += other.exact;
        self.exact_documents += other.exact_documents;
        self.clean_documents += other.clean_documents;
        self.mention_scores += other.mention_scores;
        self.record_scores += other.record_scores;
    }
}

/// Judges one document; without a prediction, as if nothing had been found in it.
pub(super) fn judge(pair: Pair) -> (Tally, Vec<Difference>) {
    let mut judge = Judge {
        pair,
        tally: Tally::default(),
        differences: Vec::new(),
    };
    judge.mentions();
    judge.records();
    (judge.tally, judge.differences)
}

struct Judge<'a> {
    pair: Pair<'a>,
    tally: Tally,
    differences: Vec<Difference>,
}

impl Judge<'_> {
    fn note(&mut self, kind: Kind, n_wrong: usize, gold: Option<String>, predicted: Option<String>) {
        let document = self.pair.gold.id.clone();
        self.differences.push(Difference {
            document,
            kind,
            gold,
            predicted,
            n_wrong,
        });
    }

    fn mentions(&mut self) {
        let mut gold: Vec<&Entity> = self.pair.gold.entities.iter().collect();
        let mut predicted: Vec<&Entity> = self.pair.predicted.iter().flat_map(|d| &d.entities).collect();

        let right = strict(&gold, &predicted);
        self.tally.strict = by_label(&gold, &predicted, &right);
        self.tally.overlap = by_label(&gold, &predicted, &overlapping(&gold, &predicted));

        let mut gold_is_right = vec![false; gold.len()];
        let mut predicted_is_right = vec![false; predicted.len()];
        for &(g, p) in &right {
            gold_is_right[g] = true;
            predicted_is_right[p] = true;
        }
        for (mention, &is_right) in predicted.iter().zip(&predicted_is_right) {
            if let Some(score) = mention.score {
                self.tally.mention_scores.push(score, is_right);
            }
        }
        self.tally.taxonomy.right = right.len() as u64;
        keep_unless(&mut gold, &gold_is_right);
        keep_unless(&mut predicted, &predicted_is_right);
        self.wrong_mentions(&gold, &predicted);
    }

    /// Says what is wrong with each of the mentions that are not right.
    fn wrong_mentions(&mut self, gold: &[&Entity], predicted: &[&Entity]) {
        let text = &self.pair.gold.text;
        let mut gold_only = vec![true; gold.len()];
        let mut predicted_only = vec![true; predicted.len()];
        for (g, p) in nearest(gold, predicted) {
            gold_only[g] = false;
            predicted_only[p] = false;
            let kinds = &mut self.tally.taxonomy;
            let (kind, count) = match Mismatch::of(gold[g], predicted[p]) {
                None => continue,
                Some(Mismatch::Boundary) => (Kind::Boundary, &mut kinds.boundary),
                Some(Mismatch::Label) => (Kind::Label, &mut kinds.label),
                Some(Mismatch::Both) => (Kind::BoundaryAndLabel, &mut kinds.boundary_and_label),
            };
            *count += 1;
            let (g, p) = (
                describe_mention(text, gold[g]),
                describe_mention(text, predicted[p]),
            );
            self.note(kind, 1, Some(g), Some(p));
        }
        for (mention, _) in gold.iter().zip(gold_only).filter(|&(_, alone)| alone) {
            self.tally.taxonomy.missed += 1;
            self.note(Kind::Missed, 1, Some(describe_mention(text, mention)), None);
        }
        for (mention, _) in predicted.iter().zip(predicted_only).filter(|&(_, alone)| alone) {
            self.tally.taxonomy.spurious += 1;
            self.note(Kind::Spurious, 1, None, Some(describe_mention(text, mention)));
        }
    }

    fn records(&mut self) {
        let gold_document = self.pair.gold;
        let gold: Vec<Sheet> = gold_document
            .records
            .iter()
            .map(|r| Sheet::new(gold_document, r))
            .collect();
        let predicted = self
            .pair
            .predicted
            .iter()
            .flat_map(|d| d.records.iter().map(|r| Sheet::new(d, r)));
        let predicted: Vec<Sheet> = predicted.collect();

        let mut gold_alone = vec![true; gold.len()];
        // Of each predicted record, whether its core is right; `None` when it stands alone.
        let mut core_of = vec![None; predicted.len()];
        let (mut n_core, mut n_exact) = (0, 0);
        for (g, p) in align(&gold, &predicted) {
            let wrong = wrong_slots(&gold[g], &predicted[p]);
            let core = core_is_right(&wrong);
            gold_alone[g] = false;
            core_of[p] = Some(core);
            n_core += usize::from(core);
            n_exact += usize::from(wrong.is_empty());
            self.slots(Some(&gold[g]), Some(&predicted[p]));
            if !wrong.is_empty() {
                let describe = |sheet: &Sheet| Some(describe_record(sheet.record, &wrong));
                self.note(
                    Kind::RecordDiffers,
                    wrong.len(),
                    describe(&gold[g]),
                    describe(&predicted[p]),
                );
            }
        }
        for (sheet, _) in gold.iter().zip(gold_alone).filter(|&(_, alone)| alone) {
            let (n_values, record) = (
                self.slots(Some(sheet), None),
                describe_record(sheet.record, &Slot::ALL),
            );
            self.note(Kind::RecordMissed, n_values, Some(record), None);
        }
        for (sheet, core) in predicted.iter().zip(core_of) {
            if let Some(confidence) = sheet.record.confidence {
                self.tally.record_scores.push(confidence, core == Some(true));
            }
            if core.is_none() {
                let (n_values, record) = (
                    self.slots(None, Some(sheet)),
                    describe_record(sheet.record, &Slot::ALL),
                );
                self.note(Kind::RecordSpurious, n_values, None, Some(record));
            }
        }

        self.tally.core = Counts::of(gold.len(), predicted.len(), n_core);
        self.tally.exact = Counts::of(gold.len(), predicted.len(), n_exact);
        if gold.is_empty() {
            self.tally.clean_documents.push(predicted.is_empty());
        } else {
            self.tally
                .exact_documents
                .push(n_exact == gold.len() && n_exact == predicted.len());
        }
    }

    /// Counts the slots of two aligned records, or of one that stands alone; returns the number of wrong values.
    fn slots(&mut self, gold: Option<&Sheet>, predicted: Option<&Sheet>) -> usize {
        let mut n_wrong = 0;
        for slot in Slot::ALL {
            let found = counts(slot, gold, predicted);
            self.tally.slots[slot.index()] += found;
            n_wrong += found.fp + found.fn_;
            let quantities = gold
                .and_then(|g| g.quantity(slot))
                .zip(predicted.and_then(|p| p.quantity(slot)));
            if let Some((g, p)) = quantities.filter(|_| found.tp > 0) {
                self.tally.approx.push(g.approx == p.approx);
            }
        }
        n_wrong as usize
    }
}

/// Counts by label; the pairs are of one label each.
fn by_label(gold: &[&Entity], predicted: &[&Entity], pairs: &[(usize, usize)]) -> [Counts; N_LABELS] {
    Label::ALL.map(|label| {
        let of = |entities: &[&Entity]| entities.iter().filter(|e| e.label == label).count();
        Counts::of(
            of(gold),
            of(predicted),
            pairs.iter().filter(|&&(g, _)| gold[g].label == label).count(),
        )
    })
}

/// Keeps the mentions that are not marked.
fn keep_unless(mentions: &mut Vec<&Entity>, marked: &[bool]) {
    let mut marks = marked.iter();
    mentions.retain(|_| !marks.next().is_some_and(|&m| m));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LabelledDocument;
    use crate::evaluate::samples::{document, entity, pledge};
    use crate::label::Label::{Jobs, Loc, Org};
    use crate::value::{Quantity, When};

    fn judged(gold: &LabelledDocument, predicted: Option<&LabelledDocument>) -> (Tally, Vec<Difference>) {
        judge(Pair { gold, predicted })
    }

    fn triple(c: Counts) -> (u64, u64, u64) {
        (c.tp, c.fp, c.fn_)
    }

    /// `mentions`, over a text long enough for them.
    fn tagged(mentions: &[(usize, usize, Label)]) -> LabelledDocument {
        let mut doc = document("d", &"é".repeat(60));
        let entities = mentions
            .iter()
            .map(|&(start, end, label)| entity("e", start, end, label));
        doc.entities = entities.collect();
        doc
    }

    #[test]
    fn every_mention_has_one_fate() {
        let gold = tagged(&[
            (0, 5, Org),    // right
            (6, 10, Org),   // boundary
            (12, 16, Loc),  // label
            (20, 25, Loc),  // boundary and label
            (30, 35, Jobs), // missed
        ]);
        let predicted = tagged(&[
            (0, 5, Org),
            (6, 9, Org),
            (12, 16, Org),
            (22, 27, Org),
            (40, 45, Jobs),
            (50, 52, Loc),
        ]);
        let (tally, differences) = judged(&gold, Some(&predicted));
        let expected = Taxonomy {
            right: 1,
            boundary: 1,
            label: 1,
            boundary_and_label: 1,
            missed: 1,
            spurious: 2,
        };
        assert_eq!(tally.taxonomy, expected);
        assert_eq!(triple(tally.strict[Org.index()]), (1, 3, 1));
        assert_eq!(triple(tally.strict[Loc.index()]), (0, 1, 2));
        assert_eq!(triple(tally.strict[Jobs.index()]), (0, 1, 1));
        assert_eq!(triple(tally.overlap[Org.index()]), (2, 2, 0));
        assert_eq!(triple(tally.overlap[Loc.index()]), (0, 1, 2));
        let kinds: Vec<Kind> = differences.iter().map(|d| d.kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::Boundary,
                Kind::Label,
                Kind::BoundaryAndLabel,
                Kind::Missed,
                Kind::Spurious,
                Kind::Spurious
            ]
        );
        assert_eq!(differences[1].gold.as_deref(), Some(r#"LOC 12..16 "éééé""#));
        assert_eq!(differences[1].predicted.as_deref(), Some(r#"ORG 12..16 "éééé""#));
    }

    #[test]
    fn a_missing_prediction_counts_as_empty() {
        let mut gold = tagged(&[(0, 5, Org)]);
        gold.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        let (tally, differences) = judged(&gold, None);
        assert_eq!(triple(tally.strict[Org.index()]), (0, 0, 1));
        assert_eq!(triple(tally.core), (0, 0, 1));
        assert_eq!(tally.exact_documents, Ratio { right: 0, total: 1 });
        assert_eq!(tally.clean_documents, Ratio::default());
        // Organisation, jobs, status, scope.
        assert_eq!(
            (differences[1].kind, differences[1].n_wrong),
            (Kind::RecordMissed, 4)
        );
        let empty = document("d", "");
        let (tally, _) = judged(&empty, None);
        assert_eq!(tally.clean_documents, Ratio { right: 1, total: 1 });
    }

    #[test]
    fn empty_gold_makes_everything_spurious() {
        let mut predicted = tagged(&[(0, 5, Org)]);
        predicted.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        let (tally, differences) = judged(&tagged(&[]), Some(&predicted));
        assert_eq!(triple(tally.strict[Org.index()]), (0, 1, 0));
        assert_eq!(triple(tally.exact), (0, 1, 0));
        assert_eq!(tally.clean_documents, Ratio { right: 0, total: 1 });
        assert_eq!(tally.exact_documents, Ratio::default());
        assert_eq!(
            (differences[1].kind, differences[1].n_wrong),
            (Kind::RecordSpurious, 4)
        );
    }

    #[test]
    fn records_count_slots_core_and_exact() {
        let mut gold = document("d", "");
        let mut predicted = document("d", "");
        // Exact but for `approx`.
        gold.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        predicted
            .records
            .push(pledge("Groupe Inetum", Quantity::about(700.0)));
        // Core right, place wrong.
        let mut orange = pledge("Orange", Quantity::exactly(50.0));
        orange.locations = vec!["Fès".to_owned(), "Rabat".to_owned()];
        gold.records.push(orange.clone());
        orange.locations = vec!["Fès".to_owned(), "Oujda".to_owned()];
        predicted.records.push(orange);
        // Core wrong: a deadline that gold lacks.
        gold.records.push(pledge("Phoneo", Quantity::exactly(9.0)));
        let mut phoneo = pledge("Phoneo", Quantity::exactly(9.0));
        phoneo.deadline = Some(When::Year(2025));
        predicted.records.push(phoneo);
        // One missed.
        gold.records.push(pledge("Sofrecom", Quantity::exactly(12.0)));

        let (tally, differences) = judged(&gold, Some(&predicted));
        assert_eq!(triple(tally.core), (2, 1, 2));
        assert_eq!(triple(tally.exact), (1, 2, 3));
        assert_eq!(triple(tally.slots[Slot::Organizations.index()]), (3, 0, 1));
        assert_eq!(triple(tally.slots[Slot::Jobs.index()]), (3, 0, 1));
        assert_eq!(triple(tally.slots[Slot::IndirectJobs.index()]), (0, 0, 0));
        assert_eq!(triple(tally.slots[Slot::Locations.index()]), (1, 1, 1));
        assert_eq!(triple(tally.slots[Slot::Deadline.index()]), (0, 1, 0));
        assert_eq!(triple(tally.slots[Slot::Status.index()]), (3, 0, 1));
        assert_eq!(tally.approx, Ratio { right: 2, total: 3 });
        assert_eq!(tally.exact_documents, Ratio { right: 0, total: 1 });
        let notes: Vec<_> = differences.iter().map(|d| (d.kind, d.n_wrong)).collect();
        assert_eq!(
            notes,
            [
                (Kind::RecordDiffers, 1),
                (Kind::RecordDiffers, 1),
                (Kind::RecordMissed, 4)
            ]
        );
        assert_eq!(differences[0].gold.as_deref(), Some("locations=Fès + Rabat"));
        assert_eq!(differences[1].predicted.as_deref(), Some("deadline=2025"));
    }

    #[test]
    fn a_surplus_record_spoils_an_exact_document() {
        let mut gold = document("d", "");
        gold.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        assert_eq!(
            judged(&gold, Some(&gold)).0.exact_documents,
            Ratio { right: 1, total: 1 }
        );
        let mut predicted = gold.clone();
        predicted.records.push(pledge("Inetum", Quantity::exactly(180.0)));
        let (tally, _) = judged(&gold, Some(&predicted));
        assert_eq!(tally.exact_documents, Ratio { right: 0, total: 1 });
        assert_eq!(triple(tally.exact), (1, 1, 0));
    }

    #[test]
    fn scores_meet_strict_and_core_correctness() {
        let mut gold = tagged(&[(0, 5, Org)]);
        gold.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        let mut predicted = tagged(&[(0, 5, Org), (6, 9, Org), (10, 12, Org)]);
        predicted.entities[0].score = Some(0.9);
        predicted.entities[1].score = Some(0.8);
        predicted.records.push(pledge("Inetum", Quantity::exactly(700.0)));
        predicted.records.push(pledge("Inetum", Quantity::exactly(180.0)));
        predicted.records[0].confidence = Some(0.6);
        predicted.records[1].confidence = Some(0.3);
        let (tally, _) = judged(&gold, Some(&predicted));
        // (|1 − 0.9| + |0 − 0.8|) / 2 and (|1 − 0.6| + |0 − 0.3|) / 2; a mention without score is left out.
        assert!((tally.mention_scores.ece().unwrap() - 0.45).abs() < 1e-12);
        assert!((tally.record_scores.ece().unwrap() - 0.35).abs() < 1e-12);
        assert!(judged(&gold, None).0.mention_scores.ece().is_none());
    }
}
