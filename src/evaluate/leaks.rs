//! What evaluation documents share with training ones.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::metrics::Ratio;
use crate::document::LabelledDocument;
use crate::label::Label;
use crate::normalise::organisation::name_key;
use crate::text::fold;

/// Words in a row that are looked for.
const N_WORDS: usize = 8;

/// Passages listed.
const MAX_LISTED: usize = 20;

/// What gold documents share with training documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelOverlap {
    /// Different runs of eight words in gold that training documents contain too, of all those in gold. Words are
    /// runs of letters and digits, case and accents aside.
    pub shared: Ratio,
    /// Gold documents with at least one of them.
    pub documents: Ratio,
    /// Up to 20 of them, the first of each shared passage, in order of gold.
    pub examples: Vec<SharedWords>,
    /// Different organisations of gold records that training has neither in a record nor as a mention, of all of them.
    pub unseen_organisations: Ratio,
}

/// Eight words found in gold and in training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedWords {
    /// The words, folded.
    pub words: String,
    /// Id of the gold document.
    pub gold: String,
    /// Id of the first training document with them.
    pub train: String,
}

/// Looks for gold text and gold organisations in the training labels.
pub fn overlap_of_labels(train: &[LabelledDocument], gold: &[LabelledDocument]) -> LabelOverlap {
    // Only the runs of gold are kept in memory; training is read past them.
    let runs_of_gold: Vec<Vec<String>> = gold.iter().map(|d| runs(&d.text)).collect();
    let mut found: HashMap<&str, Option<&str>> = runs_of_gold
        .iter()
        .flatten()
        .map(|run| (run.as_str(), None))
        .collect();
    for document in train {
        for run in runs(&document.text) {
            if let Some(first) = found.get_mut(run.as_str()) {
                first.get_or_insert(&document.id);
            }
        }
    }

    let mut examples = Vec::new();
    let mut documents = Ratio::default();
    for (document, runs) in gold.iter().zip(&runs_of_gold) {
        let mut shared = false;
        let mut inside_passage = false;
        for run in runs {
            let in_train = found.get(run.as_str()).copied().flatten();
            if let Some(train) = in_train.filter(|_| !inside_passage && examples.len() < MAX_LISTED) {
                examples.push(SharedWords {
                    words: run.clone(),
                    gold: document.id.clone(),
                    train: train.to_owned(),
                });
            }
            inside_passage = in_train.is_some();
            shared |= inside_passage;
        }
        documents.push(shared);
    }

    LabelOverlap {
        shared: Ratio {
            right: found.values().filter(|first| first.is_some()).count() as u64,
            total: found.len() as u64,
        },
        documents,
        examples,
        unseen_organisations: unseen_organisations(train, gold),
    }
}

/// Every run of eight words.
fn runs(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    words.windows(N_WORDS).map(|run| run.join(" ")).collect()
}

fn unseen_organisations(train: &[LabelledDocument], gold: &[LabelledDocument]) -> Ratio {
    let in_records = |document: &LabelledDocument| -> Vec<String> {
        document
            .records
            .iter()
            .flat_map(|r| &r.organizations)
            .map(|n| name_key(n))
            .collect()
    };
    let mut seen: BTreeSet<String> = train.iter().flat_map(in_records).collect();
    for document in train {
        // Mentions outside of the text name nothing.
        let mentions = document.mentions().unwrap_or_default();
        let names = mentions
            .iter()
            .filter(|m| m.label == Label::Org)
            .filter_map(|m| m.span.slice(&document.text));
        seen.extend(names.map(name_key));
    }
    let mut ratio = Ratio::default();
    let of_gold: BTreeSet<String> = gold.iter().flat_map(in_records).collect();
    for name in &of_gold {
        ratio.push(!seen.contains(name));
    }
    ratio
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::samples::{document, find, pledge};
    use crate::value::Quantity;

    #[test]
    fn shared_passages_are_found_whatever_their_typography() {
        let train = [
            document("t1", "Rien à voir ici, vraiment rien du tout à voir."),
            document(
                "t2",
                "Hier, l’opérateur a annoncé la création de 700 emplois à Fès.",
            ),
        ];
        let gold = [
            // Ten words in common: three runs, one passage.
            document("g1", "L'OPÉRATEUR A ANNONCÉ LA CRÉATION DE 700 EMPLOIS À Rabat"),
            // Seven words in common are not enough.
            document("g2", "annoncé la création de 700 emplois à Oujda demain"),
            document("g3", "Court."),
        ];
        let overlap = overlap_of_labels(&train, &gold);
        // g1 has 11 words and 4 runs, of which 3 are shared; g2 has 9 words and 2 runs.
        assert_eq!(overlap.shared, Ratio { right: 3, total: 6 });
        assert_eq!(overlap.documents, Ratio { right: 1, total: 3 });
        let expected = SharedWords {
            words: "l operateur a annonce la creation de 700".to_owned(),
            gold: "g1".to_owned(),
            train: "t2".to_owned(),
        };
        assert_eq!(overlap.examples, [expected]);
    }

    #[test]
    fn organisations_are_seen_in_records_or_mentions() {
        let mut train = document("t", "Phoneo recrute");
        train.entities.push(find(&train, "e1", "Phoneo", Label::Org));
        train
            .records
            .push(pledge("Groupe Inetum", Quantity::exactly(1.0)));
        let mut gold = document("g", "");
        for name in ["Inetum", "PHONEO", "Orange", "orange"] {
            gold.records.push(pledge(name, Quantity::exactly(2.0)));
        }
        let overlap = overlap_of_labels(&[train], &[gold]);
        assert_eq!(overlap.unseen_organisations, Ratio { right: 1, total: 3 });
    }

    #[test]
    fn the_list_stops_at_twenty() {
        let text = "un deux trois quatre cinq six sept huit";
        let gold: Vec<LabelledDocument> = (0..30).map(|i| document(&i.to_string(), text)).collect();
        let overlap = overlap_of_labels(&[document("t", text)], &gold);
        assert_eq!(overlap.examples.len(), 20);
        assert_eq!(overlap.documents, Ratio { right: 30, total: 30 });
        assert_eq!(overlap_of_labels(&[], &[]).shared.value(), None);
    }
}
