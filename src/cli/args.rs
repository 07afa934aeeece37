//! What was typed; touches no disk.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Reads French news and returns commitment records: who creates how many jobs or invests how much, where, by when.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Worker threads [default: one a core]; the output does not depend on it
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// A verb.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Extract commitment records from articles
    Extract(Extract),
    /// Tag organisations, places, amounts, job counts and dates
    Tag(Tag),
    /// Read the values of mentions: amounts, job counts, dates, names
    Normalise(Normalise),
    /// Link the records of many articles: one key for each organisation and each commitment, later figures as updates
    Link(Link),
    /// Score predictions, or a model, against a gold set
    Evaluate(Evaluate),
    /// Train the tagger on labelled documents
    Train(Config),
    /// Pre-train the encoder on raw text
    Pretrain(Config),
    /// Fit the linker on labelled documents
    TrainLinker(TrainLinker),
    /// Check, compile, show or compare labelled documents
    #[command(subcommand)]
    Labels(Labels),
}

/// Which model, in which arithmetic.
#[derive(Debug, Args)]
pub struct ModelChoice {
    /// Model folder, or `hf:OWNER/NAME` for a checkpoint of the hub [default: the shipped model]
    #[arg(long, value_name = "DIR")]
    pub model: Option<String>,
    /// Arithmetic of the model's layers; a checkpoint of the hub is always computed in f32
    #[arg(long, value_enum, default_value_t = Precision::Auto)]
    pub precision: Precision,
}

/// Arithmetic of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// Eight bits on a processor with instructions for them (AVX-512 VNNI), else f32
    Auto,
    /// Weights and activations rounded to eight bits
    Int8,
    /// Floats of 32 bits, as it was trained
    F32,
}

/// Which model, and how it is run.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// The model.
    #[command(flatten)]
    pub choice: ModelChoice,
    /// Windows computed together; the output does not depend on it
    #[arg(long, value_name = "N", default_value_t = crate::pipeline::DEFAULT_BATCH)]
    pub batch: usize,
}

/// Which linker.
#[derive(Debug, Args)]
pub struct LinkerArgs {
    /// Linker folder, as `jalon train-linker` writes it [default: the shipped one, whose role model serves the shipped
    /// model alone]
    #[arg(long, value_name = "DIR")]
    pub linker: Option<PathBuf>,
}

/// `jalon extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// The linker.
    #[command(flatten)]
    pub linker: LinkerArgs,
    /// What to write
    #[arg(long, value_enum, default_value_t = Emit::Records)]
    pub emit: Emit,
    /// How to write it
    #[arg(long, value_enum, default_value_t = RecordFormat::Jsonl)]
    pub format: RecordFormat,
    /// File to write to [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Files (.txt, .jsonl), folders of them, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

/// What `extract` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// One record a line
    Records,
    /// One document a line, with its mentions and records
    Documents,
}

/// How `extract` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// JSON Lines
    Jsonl,
    /// Comma-separated values, records only
    Csv,
    /// Aligned columns for people, records only
    Table,
}

/// `jalon tag`.
#[derive(Debug, Args)]
pub struct Tag {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// How to write the mentions
    #[arg(long, value_enum, default_value_t = TagFormat::Jsonl)]
    pub format: TagFormat,
    /// File to write to [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Files (.txt, .jsonl), folders of them, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
}

/// How `tag` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TagFormat {
    /// One document a line, offsets in code points
    Jsonl,
    /// One word and its tag a line
    Conll,
    /// The text, mentions highlighted
    Text,
}

/// `jalon normalise`.
#[derive(Debug, Args)]
#[command(after_help = NORMALISE_EXAMPLE)]
pub struct Normalise {
    /// File to write to [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// JSON Lines of `text`, `start`, `end` (code points, `end` exclusive), `label`, optional `published` and
    /// `country` (ISO 3166); `-` for standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
}

/// What a line in and a line out look like.
const NORMALISE_EXAMPLE: &str = r#"In:  {"text": "plus de 350 MDH", "start": 8, "end": 15, "label": "MONEY", "country": "MA"}
Out: {"label":"MONEY","mention":"350 MDH","value":{"min":350000000,"max":null,"approx":false,"currency":"MAD","inferred":false}}
A mention that has no value gets `refused` and the reason instead."#;

/// `jalon link`.
#[derive(Debug, Args)]
pub struct Link {
    /// Records or documents as `jalon extract` writes them (.jsonl), or folders of them
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub across: Vec<PathBuf>,
    /// Table of names of organisations: a name, a tab, the canonical name it goes by
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = EmitLinked::Records)]
    pub emit: EmitLinked,
    /// File to write to [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
}

/// What `link` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmitLinked {
    /// The lines read, in order of their ids, their records with keys and links
    Records,
    /// One commitment a line, with its reports in order of announcement
    Commitments,
}

/// `jalon evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// Labelled documents (.jsonl), or a folder of them
    #[arg(long, value_name = "FILE")]
    pub gold: PathBuf,
    /// Predicted documents to score; without it a model is run on the gold texts
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "linker", "gold_mentions"])]
    pub predictions: Option<PathBuf>,
    /// Link the gold mentions instead of the model's: measures the linker alone. The model is run only for a
    /// linker whose role model reads its states
    #[arg(long)]
    pub gold_mentions: bool,
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// The linker.
    #[command(flatten)]
    pub linker: LinkerArgs,
    /// Write every figure as JSON
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Write the tables as Markdown
    #[arg(long)]
    pub markdown: bool,
    /// Also list this many differences between gold and predictions
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub errors: usize,
}

/// `jalon train` and `jalon pretrain`.
#[derive(Debug, Args)]
pub struct Config {
    /// TOML file with every setting; paths in it are relative to the current folder
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `jalon train-linker`.
#[derive(Debug, Args)]
pub struct TrainLinker {
    /// Labelled documents (.jsonl), or a folder of them
    #[arg(long, value_name = "FILE")]
    pub labels: PathBuf,
    /// Linker folder to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The model whose mentions it will link.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `jalon labels`.
#[derive(Debug, Subcommand)]
pub enum Labels {
    /// Validate labelled documents and count what they hold
    Check {
        /// Labelled documents (.jsonl), or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Compile documents written in the labelling markup to JSON Lines, on standard output
    Compile {
        /// Markup files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show labelled documents in the labelling markup
    Show {
        /// Labelled documents (.jsonl), or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Look for gold documents that training labels give away: shared names and wordings
    Leaks {
        /// Labelled documents trained on
        #[arg(long, value_name = "FILE")]
        training: PathBuf,
        /// Labelled documents measured on
        #[arg(long, value_name = "FILE")]
        gold: PathBuf,
    },
}
