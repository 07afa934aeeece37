//! Gold documents with what was predicted for each.

use std::collections::BTreeMap;

use crate::document::{BadOffsets, LabelledDocument};

/// The two sets cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// An id stands twice in one set.
    #[error("{set} document `{id}`: expected each id once, got it twice")]
    Duplicate {
        /// `gold` or `predicted`.
        set: &'static str,
        /// Id of the document.
        id: String,
    },
    /// A predicted document is not in gold.
    #[error("predicted document `{id}`: expected a document of the gold set, got one that it lacks")]
    Surplus {
        /// Id of the document.
        id: String,
    },
    /// Same id, other text: offsets mean nothing.
    #[error(
        "predicted document `{id}`: expected the text of the gold document, got another from character {at}"
    )]
    OtherText {
        /// Id of the document.
        id: String,
        /// First code point that differs.
        at: usize,
    },
    /// A mention lies outside of the text.
    #[error("{set} document `{id}`")]
    Offsets {
        /// `gold` or `predicted`.
        set: &'static str,
        /// Id of the document.
        id: String,
        /// Which mention.
        #[source]
        source: BadOffsets,
    },
    /// A mention's surface is not the text under it; offsets in bytes or UTF-16 units look like this.
    #[error(
        "{set} document `{id}`, entity `{entity}`: expected `{text}` under its code points, got `{surface}`"
    )]
    Surface {
        /// `gold` or `predicted`.
        set: &'static str,
        /// Id of the document.
        id: String,
        /// Id of the mention.
        entity: String,
        /// The text under the offsets.
        text: String,
        /// The surface as written.
        surface: String,
    },
}

/// A gold document and what was predicted for it, if anything was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) gold: &'a LabelledDocument,
    pub(super) predicted: Option<&'a LabelledDocument>,
}

/// Pairs documents by id, in the order of gold.
///
/// # Errors
/// An id twice in one set, a predicted document that gold lacks, another text, or offsets that do not fit the text.
pub(super) fn pair<'a>(
    gold: &'a [LabelledDocument],
    predicted: &'a [LabelledDocument],
) -> Result<Vec<Pair<'a>>, EvaluateError> {
    let golds = by_id("gold", gold)?;
    let predicteds = by_id("predicted", predicted)?;
    for p in predicted {
        let Some(g) = golds.get(p.id.as_str()) else {
            return Err(EvaluateError::Surplus { id: p.id.clone() });
        };
        if g.text != p.text {
            let at = g
                .text
                .chars()
                .zip(p.text.chars())
                .take_while(|(a, b)| a == b)
                .count();
            return Err(EvaluateError::OtherText { id: p.id.clone(), at });
        }
    }
    Ok(gold
        .iter()
        .map(|gold| Pair {
            gold,
            predicted: predicteds.get(gold.id.as_str()).copied(),
        })
        .collect())
}

/// Indexes a set by id, and checks its mentions.
fn by_id<'a>(
    set: &'static str,
    documents: &'a [LabelledDocument],
) -> Result<BTreeMap<&'a str, &'a LabelledDocument>, EvaluateError> {
    let mut all = BTreeMap::new();
    for document in documents {
        let id = || document.id.clone();
        if all.insert(document.id.as_str(), document).is_some() {
            return Err(EvaluateError::Duplicate { set, id: id() });
        }
        let mentions = document.mentions().map_err(|source| EvaluateError::Offsets {
            set,
            id: id(),
            source,
        })?;
        for (entity, mention) in document.entities.iter().zip(mentions) {
            let text = mention.span.slice(&document.text).unwrap_or_default();
            if let Some(surface) = entity.text.as_ref().filter(|s| *s != text) {
                return Err(EvaluateError::Surface {
                    set,
                    id: id(),
                    entity: entity.id.clone(),
                    text: text.to_owned(),
                    surface: surface.clone(),
                });
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref as one;

    use super::*;
    use crate::evaluate::samples::{document, entity, find};
    use crate::label::Label;

    fn message(gold: &[LabelledDocument], predicted: &[LabelledDocument]) -> String {
        pair(gold, predicted).unwrap_err().to_string()
    }

    #[test]
    fn documents_are_paired_by_id_and_may_be_missing() {
        let gold = [document("a", "A"), document("b", "B"), document("c", "C")];
        let predicted = [document("c", "C"), document("a", "A")];
        let pairs = pair(&gold, &predicted).unwrap();
        let ids: Vec<_> = pairs
            .iter()
            .map(|p| (p.gold.id.as_str(), p.predicted.map(|d| d.id.as_str())))
            .collect();
        assert_eq!(ids, [("a", Some("a")), ("b", None), ("c", Some("c"))]);
    }

    #[test]
    fn errors_name_the_document() {
        let a = document("a", "été");
        assert!(message(one(&a), &[document("z", "")]).contains("`z`"));
        assert!(message(&[a.clone(), a.clone()], &[]).contains("gold document `a`"));
        assert!(message(one(&a), &[a.clone(), a.clone()]).contains("predicted document `a`"));
        assert!(message(one(&a), &[document("a", "éta")]).contains("from character 2"));
        let mut outside = a.clone();
        outside.entities.push(entity("e1", 1, 9, Label::Org));
        assert!(matches!(
            pair(&[a], &[outside]),
            Err(EvaluateError::Offsets { set: "predicted", .. })
        ));
    }

    #[test]
    fn offsets_in_utf16_units_are_refused() {
        let gold = document("a", "𝄞 Orange");
        let mut right = gold.clone();
        right.entities.push(find(&gold, "e1", "Orange", Label::Org));
        assert!(pair(one(&gold), one(&right)).is_ok());
        // In UTF-16 the clef is two units long.
        let mut wrong = right;
        wrong.entities[0].start += 1;
        assert_eq!(
            message(&[gold], &[wrong]),
            "predicted document `a`, entity `e1`: expected `range` under its code points, got `Orange`"
        );
    }
}
