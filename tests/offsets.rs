//! Mentions slice the original text, whatever the text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail as tests do"
)]

mod common;

use std::sync::OnceLock;

use jalon::document::{Document, entities_of};
use jalon::model::Tagger;
use jalon::pipeline;
use jalon::span::Mention;
use proptest::prelude::*;

fn model() -> &'static Tagger {
    static MODEL: OnceLock<Tagger> = OnceLock::new();
    MODEL.get_or_init(|| Tagger::load(common::tiny()).unwrap())
}

fn document(text: &str) -> Document {
    Document {
        id: "a".to_owned(),
        text: text.to_owned(),
        published: None,
        source: None,
    }
}

fn tag(texts: &[String], batch: usize) -> Vec<Vec<Mention>> {
    let documents: Vec<Document> = texts.iter().map(|t| document(t)).collect();
    pipeline::tag(model(), &documents, batch).unwrap()
}

/// Says what is wrong with the mentions of a text, if anything.
fn fault(text: &str, mentions: &[Mention]) -> Option<String> {
    let mut at = 0;
    for mention in mentions {
        let Some(surface) = mention.span.slice(text) else {
            return Some(format!("{mention:?} cuts a character or lies outside"));
        };
        if surface.trim() != surface {
            return Some(format!("{mention:?} has spaces at its edges"));
        }
        if (mention.span.start as usize) < at {
            return Some(format!("{mention:?} is out of order or overlaps"));
        }
        if !(0.0..=1.0).contains(&mention.score) {
            return Some(format!("{mention:?} has no probability"));
        }
        at = mention.span.end as usize;
    }
    let chars: Vec<char> = text.chars().collect();
    entities_of(text, mentions, true).into_iter().find_map(|e| {
        let slice: String = chars[e.start..e.end].iter().collect();
        (e.text.as_ref() != Some(&slice)).then(|| format!("{e:?} is not `{slice}`"))
    })
}

/// What newsrooms, scrapers and OCR put into a text.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "Orange", "l’usine", "d'", "1.500", "3\u{202f}000", "2,5", "M€", "emplois", "à", "Fès", "E\u{301}TE\u{301}", "fin 2026",
        ]).prop_map(str::to_owned),
        4 => prop::sample::select(vec![
            " ", "\u{a0}", "\u{2009}", "\n", "\r\n", "\t", ". ", "\u{301}", "\u{200b}", "\u{200d}", "\u{feff}", "\u{0}", "\u{2028}",
        ]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["😀", "👩\u{200d}🔬", "𝄞", "ﬁ", "Ǆ", "ß", "İ", "中文", "العربية"]).prop_map(str::to_owned),
        1 => "\\PC{1,8}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mentions_of_any_text_slice_it_in_order(text in text()) {
        let mentions = tag(std::slice::from_ref(&text), 4).remove(0);
        prop_assert_eq!(fault(&text, &mentions), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..config() })]

    #[test]
    fn a_list_is_tagged_as_its_documents_one_by_one(
        texts in prop::collection::vec(text(), 0..8),
        batch in 0usize..40,
    ) {
        let together = tag(&texts, batch);
        let alone: Vec<_> = texts.iter().map(|t| tag(std::slice::from_ref(t), 1).remove(0)).collect();
        prop_assert_eq!(together, alone);
    }
}

#[test]
fn mentions_of_a_long_article_reach_its_end() {
    let text = common::news(1_500);
    let mentions = tag(std::slice::from_ref(&text), 4).remove(0);
    assert_eq!(fault(&text, &mentions), None);
    assert!(mentions.len() > 20, "{} mentions", mentions.len());
    assert!(mentions.last().unwrap().span.end as usize > text.len() - 2_000);
}
