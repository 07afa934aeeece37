//! Reads French news and returns *commitment records*: which organisation will create how many jobs, or invest how
//! much, where and by when, and whether it is pledged, done or cancelled, each with the words that say so.
//!
//! Data moves one way, and so do imports:
//!
//! ```text
//! read → segment → model → decode → normalise → link → sink        evaluate, labels, train: beside it; cli: above all
//! ```
//!
//! - *I have files, give me documents*: [`read`]
//! - *I have a document, give me its windows*: [`segment`]
//! - *I have windows, give me tag logits*: [`model`]
//! - *I have logits, give me mentions*: [`decode`]
//! - *I have a mention, give me its value*: [`normalise`]
//! - *I have mentions, give me records*: [`link`]
//! - *I have records, write them*: [`sink`]
//! - *All of it, in parallel batches*: [`pipeline`]
//! - *How good is it?* [`evaluate`] · *Are my labels sound?* [`labels`] · *Make me a better model*: [`train`]
//!
//! ```
//! use jalon::document::Document;
//! use jalon::link::Linker;
//! use jalon::model::Tagger;
//! use jalon::pipeline::{DEFAULT_BATCH, extract};
//!
//! let tagger = Tagger::shipped()?;
//! let document = Document {
//!     id: "a".to_owned(),
//!     text: "Le groupe Ventora va créer 450 emplois à Oujda d'ici fin 2026.".to_owned(),
//!     published: Some("2024-03-14".parse()?),
//!     source: None,
//! };
//! let extraction = &extract(&tagger, &Linker::shipped()?, vec![document], DEFAULT_BATCH)?[0];
//! assert!(extraction.mentions.iter().any(|m| m.span.slice(&extraction.document.text) == Some("450 emplois")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cli;
pub mod decode;
pub mod document;
pub mod evaluate;
pub mod label;
pub mod labels;
pub mod link;
pub mod model;
pub mod normalise;
pub mod pipeline;
pub mod read;
pub mod record;
pub mod segment;
pub mod sink;
pub mod span;
pub mod text;
pub mod train;
pub mod value;
