//! The stages in order: documents → windows → logits → mentions → records, in parallel batches.
//!
//! The only file that knows every stage, and the only one that decides how many threads there are.

use rayon::prelude::*;

use crate::decode::decode;
use crate::document::Document;
use crate::label::Tag;
use crate::link::{Linker, ReadWords, link_with_evidence};
use crate::model::{Answers, ModelError, States, Tagger};
use crate::record::CommitmentRecord;
use crate::segment::{Encoded, Window};
use crate::span::{ByteSpan, Mention};

/// Windows in a batch when the user does not say.
pub const DEFAULT_BATCH: usize = 4;

/// Documents read ahead are at most this many, or this many bytes.
const CHUNK_DOCUMENTS: usize = 256;
const CHUNK_BYTES: usize = 1 << 18;

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
    let read = read(model, documents, batch, false)?;
    Ok(decoded(documents, &read))
}

fn decoded(documents: &[Document], read: &[Read]) -> Vec<Vec<Mention>> {
    let pairs = read.par_iter().zip(documents);
    pairs
        .map(|(r, d)| decode(&d.text, &r.encoded.words, &r.tags))
        .collect()
}

/// A document in words, and what the model says of each.
pub struct Read {
    encoded: Encoded,
    tags: Vec<[f32; Tag::COUNT]>,
    states: Option<States>,
}

impl Read {
    /// What the linker's role model reads, when it was asked for.
    pub fn words(&self) -> Option<ReadWords<'_>> {
        self.states.as_ref().map(|states| ReadWords {
            words: &self.encoded.words,
            states,
        })
    }
}

/// Runs the model over documents; `with_states` keeps what a role model reads.
///
/// # Errors
/// [`ModelError`] when a computation fails.
pub fn read(
    model: &Tagger,
    documents: &[Document],
    batch: usize,
    with_states: bool,
) -> Result<Vec<Read>, ModelError> {
    let encoded: Vec<Encoded> = documents
        .par_iter()
        .map(|d| model.encode(&d.text))
        .collect::<Result<_, _>>()?;
    let jobs = windows(model, &encoded);
    let mut read: Vec<Read> = encoded
        .iter()
        .map(|e| Read {
            encoded: Encoded::default(),
            tags: vec![[0.0; Tag::COUNT]; e.words.len()],
            states: with_states.then(|| States::unknown(e.words.len(), model.states_width())),
        })
        .collect();
    // A few batches at a time: states are large, and those of windows that overlap are thrown away.
    for jobs in jobs.chunks(batch.max(1) * rayon::current_num_threads()) {
        let computed: Vec<Answers> = jobs
            .par_chunks(batch.max(1))
            .map(|jobs| {
                let parts: Vec<_> = jobs
                    .iter()
                    .map(|(i, w)| (&encoded[*i], w.words.clone()))
                    .collect();
                model.answers(&parts, with_states)
            })
            .collect::<Result<_, _>>()?;
        for (jobs, answers) in jobs.chunks(batch.max(1)).zip(&computed) {
            let mut row = 0;
            for (i, window) in jobs {
                let skip = window.answers.start - window.words.start;
                let rows = row + skip..row + skip + window.answers.len();
                read[*i].tags[window.answers.clone()].copy_from_slice(&answers.tags[rows.clone()]);
                if let Some(states) = &mut read[*i].states {
                    let width = states.width();
                    states.put(
                        window.answers.start,
                        &answers.states[rows.start * width..rows.end * width],
                    );
                }
                row += window.words.len();
            }
        }
    }
    for (read, encoded) in read.iter_mut().zip(encoded) {
        read.encoded = encoded;
    }
    Ok(read)
}

/// The windows of documents, each with the number of its document, the longest first.
pub fn windows(model: &Tagger, encoded: &[Encoded]) -> Vec<(usize, Window)> {
    let all = encoded.iter().enumerate();
    let mut windows: Vec<(usize, Window)> = all
        .flat_map(|(i, e)| model.windows(e).into_iter().map(move |w| (i, w)))
        .collect();
    windows.sort_by_key(|(i, w)| {
        let first = &encoded[*i].first_token;
        std::cmp::Reverse(first[w.words.end] - first[w.words.start])
    });
    windows
}

/// Tags and links documents.
///
/// # Errors
/// [`ModelError`] when a computation fails.
pub fn extract(
    model: &Tagger,
    linker: &Linker,
    documents: Vec<Document>,
    batch: usize,
) -> Result<Vec<Extraction>, ModelError> {
    let read = read(model, &documents, batch, linker.reads(model))?;
    let mentions = decoded(&documents, &read);
    assemble(linker, documents, mentions, &read)
}

/// Links the mentions of documents that a model has read.
///
/// # Errors
/// [`ModelError::Forward`].
pub fn assemble(
    linker: &Linker,
    documents: Vec<Document>,
    mentions: Vec<Vec<Mention>>,
    read: &[Read],
) -> Result<Vec<Extraction>, ModelError> {
    documents
        .into_par_iter()
        .zip(mentions)
        .enumerate()
        .map(|(i, (document, mentions))| {
            let words = read.get(i).and_then(Read::words);
            let (records, evidence) = link_with_evidence(&document, &mentions, linker, words)?;
            Ok(Extraction {
                document,
                mentions,
                records,
                evidence,
            })
        })
        .collect()
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
