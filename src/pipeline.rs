//! The stages in order: documents → windows → logits → mentions → records, in parallel batches.
//!
//! The only file that knows every stage, and the only one that decides how many threads there are.

use rayon::prelude::*;

use crate::decode::{assign_parts, decode};
use crate::document::Document;
use crate::link::{LinkModel, link_with_evidence};
use crate::model::{Answer, ModelError, Tagger};
use crate::record::CommitmentRecord;
use crate::segment::{Encoded, Window};
use crate::span::{ByteSpan, Mention};

/// Windows in a batch when the user does not say.
pub const DEFAULT_BATCH: usize = 16;

/// Documents read ahead are at most this many, or this many bytes.
const CHUNK_DOCUMENTS: usize = 256;
const CHUNK_BYTES: usize = 1 << 20;

/// What was found in a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The document as read.
    pub document: Document,
    /// Its mentions, in order.
    pub mentions: Vec<Mention>,
    /// Its records.
    pub records: Vec<CommitmentRecord>,
    /// The sentences that say so, for each record.
    pub evidence: Vec<Vec<ByteSpan>>,
}

/// Tags documents: one list of mentions each, the same whatever the batch size and the number of threads.
///
/// Windows of like length are computed together, at most `batch` at a time.
///
/// # Errors
/// [`ModelError`] when a computation fails.
pub fn tag(model: &Tagger, documents: &[Document], batch: usize) -> Result<Vec<Vec<Mention>>, ModelError> {
    let answers = answers(model, documents, batch)?;
    Ok(answers
        .par_iter()
        .zip(documents)
        .map(|((e, a), d)| decode(&d.text, &e.words, a))
        .collect())
}

/// Tells of mentions known already which parts they play, as [`tag`] does of those it finds.
///
/// # Errors
/// [`ModelError`] when a computation fails.
pub fn tell_parts(
    model: &Tagger,
    documents: &[Document],
    mentions: &mut [Vec<Mention>],
    batch: usize,
) -> Result<(), ModelError> {
    let answers = answers(model, documents, batch)?;
    answers
        .par_iter()
        .zip(mentions)
        .for_each(|((e, a), m)| assign_parts(&e.words, a, m));
    Ok(())
}

/// Documents in words, with what the model says of each.
fn answers(
    model: &Tagger,
    documents: &[Document],
    batch: usize,
) -> Result<Vec<(Encoded, Vec<Answer>)>, ModelError> {
    let encoded: Vec<Encoded> = documents
        .par_iter()
        .map(|d| model.encode(&d.text))
        .collect::<Result<_, _>>()?;
    let mut jobs: Vec<(usize, Window)> = Vec::new();
    for (i, encoded) in encoded.iter().enumerate() {
        jobs.extend(model.windows(encoded).into_iter().map(|w| (i, w)));
    }
    jobs.sort_by_key(|(i, w)| {
        let first = &encoded[*i].first_token;
        std::cmp::Reverse(first[w.words.end] - first[w.words.start])
    });
    let computed: Vec<Vec<Answer>> = jobs
        .par_chunks(batch.max(1))
        .map(|jobs| {
            let parts: Vec<_> = jobs
                .iter()
                .map(|(i, w)| (&encoded[*i], w.words.clone()))
                .collect();
            model.answers(&parts)
        })
        .collect::<Result<_, _>>()?;
    let mut answers: Vec<Vec<Answer>> = encoded
        .iter()
        .map(|e| vec![Answer::NONE; e.words.len()])
        .collect();
    for (jobs, rows) in jobs.chunks(batch.max(1)).zip(&computed) {
        let mut row = 0;
        for (i, window) in jobs {
            let skip = window.answers.start - window.words.start;
            answers[*i][window.answers.clone()]
                .copy_from_slice(&rows[row + skip..row + skip + window.answers.len()]);
            row += window.words.len();
        }
    }
    Ok(encoded.into_iter().zip(answers).collect())
}

/// Tags and links documents.
///
/// # Errors
/// [`ModelError`] when a computation fails.
pub fn extract(
    model: &Tagger,
    linker: &LinkModel,
    documents: Vec<Document>,
    batch: usize,
) -> Result<Vec<Extraction>, ModelError> {
    let mentions = tag(model, &documents, batch)?;
    Ok(documents
        .into_par_iter()
        .zip(mentions)
        .map(|(document, mentions)| assemble(document, mentions, linker))
        .collect())
}

/// Links the mentions of one document.
pub fn assemble(document: Document, mentions: Vec<Mention>, linker: &LinkModel) -> Extraction {
    let (records, evidence) = link_with_evidence(&document, &mentions, linker);
    Extraction {
        document,
        mentions,
        records,
        evidence,
    }
}

/// Groups documents for [`extract`], so that a dump of any size is read in constant memory.
pub fn chunks<E>(
    documents: impl Iterator<Item = Result<Document, E>>,
) -> impl Iterator<Item = Vec<Result<Document, E>>> {
    let mut documents = documents.peekable();
    std::iter::from_fn(move || {
        documents.peek()?;
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK_DOCUMENTS && bytes < CHUNK_BYTES {
            let Some(document) = documents.next() else { break };
            bytes += document.as_ref().map_or(0, |d| d.text.len());
            chunk.push(document);
        }
        Some(chunk)
    })
}

/// Sets up threads and allocator, once, before any work: `n_threads` workers, one computation on each.
///
/// candle would start threads of its own inside each operation; work is spread by whole batches instead. Large buffers
/// freed by one batch are kept for the next rather than unmapped. A second call changes nothing.
#[expect(
    unsafe_code,
    reason = "set_var and mallopt have no safe form; this runs before any other thread exists"
)]
pub fn set_up(n_threads: usize) {
    unsafe {
        std::env::set_var("RAYON_NUM_THREADS", "1");
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TOP_PAD, 64 << 20);
        }
    }
    // An error means that the pool is already there.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build_global();
}
