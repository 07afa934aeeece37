//! `jalon extract` and `jalon tag`: dumps in, records or mentions out.

use std::io::{BufWriter, IsTerminal as _};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Emit, Extract, LinkerArgs, ModelChoice, Precision, RecordFormat, Tag, TagFormat};
use super::{Outcome, counted, say};
use crate::link::Linker;
use crate::model::{Tagger, int8_is_fast};
use crate::pipeline::{self, Extraction};
use crate::read::read;
use crate::sink::{ConllTags, CsvRecords, JsonDocuments, JsonRecords, Output, Sink, TableRecords, TextTags};

/// Opens the model that was asked for, or the shipped one.
pub(super) fn model(choice: &ModelChoice) -> anyhow::Result<Tagger> {
    let tagger = match &choice.model {
        None => Tagger::shipped().context("loading the shipped model"),
        Some(name) => Tagger::load(name).with_context(|| format!("loading {name}")),
    }?;
    let int8 = match choice.precision {
        Precision::Auto => int8_is_fast(),
        Precision::Int8 => true,
        Precision::F32 => false,
    };
    if int8 {
        tagger.in_int8().context("rounding the model to eight bits")
    } else {
        Ok(tagger)
    }
}

/// Opens the linker that was asked for, or the shipped one, and says when the one asked for cannot use all it has.
pub(super) fn linker(args: &LinkerArgs, model: &Tagger) -> anyhow::Result<Linker> {
    let linker = match &args.linker {
        None => Linker::shipped()?,
        Some(path) => Linker::load(path)?,
    };
    if args.linker.is_some() && linker.has_roles() && !linker.reads(model) {
        say(
            "jalon: the linker's role model was trained on another model, and is not used \
             (`jalon train-linker --model` trains one for this model)",
        );
    }
    Ok(linker)
}

/// Where to write: the file that was named, or standard output.
pub(super) fn output(path: Option<&PathBuf>) -> anyhow::Result<Output> {
    Ok(match path {
        None => Box::new(BufWriter::with_capacity(1 << 16, std::io::stdout())),
        Some(path) => {
            let file = std::fs::File::create(path)
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            Box::new(BufWriter::with_capacity(1 << 16, file))
        }
    })
}

/// Runs `jalon extract`.
pub(super) fn extract(args: &Extract, quiet: bool) -> anyhow::Result<Outcome> {
    if args.emit == Emit::Documents && args.format != RecordFormat::Jsonl {
        bail!("--emit documents: expected --format jsonl, got another (a document does not fit a row)");
    }
    let model = model(&args.model.choice)?;
    let linker = linker(&args.linker, &model)?;
    let output = output(args.out.as_ref())?;
    let mut sink: Box<dyn Sink> = match (args.emit, args.format) {
        (Emit::Documents, _) => Box::new(JsonDocuments::new(output)),
        (Emit::Records, RecordFormat::Jsonl) => Box::new(JsonRecords::new(output)),
        (Emit::Records, RecordFormat::Csv) => Box::new(CsvRecords::new(output)),
        (Emit::Records, RecordFormat::Table) => Box::new(TableRecords::new(output)),
    };
    run(&args.inputs, sink.as_mut(), quiet, |documents| {
        pipeline::extract(&model, &linker, documents, args.model.batch)
    })
}

/// Runs `jalon tag`.
pub(super) fn tag(args: &Tag, quiet: bool) -> anyhow::Result<Outcome> {
    let model = model(&args.model.choice)?;
    let colours = args.out.is_none() && std::io::stdout().is_terminal();
    let output = output(args.out.as_ref())?;
    let mut sink: Box<dyn Sink> = match args.format {
        TagFormat::Jsonl => Box::new(JsonDocuments::new(output)),
        TagFormat::Conll => Box::new(ConllTags::new(output)),
        TagFormat::Text => Box::new(TextTags::new(output, colours)),
    };
    run(&args.inputs, sink.as_mut(), quiet, |documents| {
        let mentions = pipeline::tag(&model, &documents, args.model.batch)?;
        let join = |(document, mentions)| Extraction {
            document,
            mentions,
            records: Vec::new(),
            evidence: Vec::new(),
        };
        Ok(documents.into_iter().zip(mentions).map(join).collect())
    })
}

/// Reads, works and writes chunk by chunk; counts what failed and says so at the end.
fn run(
    inputs: &[PathBuf],
    sink: &mut dyn Sink,
    quiet: bool,
    work: impl Fn(Vec<crate::document::Document>) -> Result<Vec<Extraction>, crate::model::ModelError>,
) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let progress = if quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new_spinner()
    };
    progress.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}")?);
    let (mut n_documents, mut n_records, mut n_failures) = (0usize, 0usize, 0usize);
    sink.begin().context("writing the output")?;
    for chunk in pipeline::chunks(read(inputs)) {
        let mut documents = Vec::with_capacity(chunk.len());
        for document in chunk {
            match document {
                Ok(document) => documents.push(document),
                Err(error) => {
                    n_failures += 1;
                    progress.suspend(|| say(&format!("jalon: {:#}", anyhow::Error::from(error))));
                }
            }
        }
        n_documents += documents.len();
        for extraction in work(documents)? {
            n_records += extraction.records.len();
            sink.write(&extraction).context("writing the output")?;
        }
        progress.set_message(format!("{n_documents} documents, {n_records} records"));
        progress.tick();
    }
    sink.finish().context("writing the output")?;
    progress.finish_and_clear();
    if !quiet {
        say(&format!(
            "jalon: {} read, {}, {}, {:.1} s",
            counted(n_documents, "document"),
            counted(n_records, "record"),
            counted(n_failures, "failure"),
            started.elapsed().as_secs_f64()
        ));
    }
    Ok(if n_failures == 0 {
        Outcome::Done
    } else {
        Outcome::WithFailures
    })
}
