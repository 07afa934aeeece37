//! The command line: what was typed, one file per verb, exit codes. Only this folder prints.

pub mod args;
mod documents;
mod evaluate;
mod extract;
mod labels;
mod link;
mod normalise;
mod train;

use std::io::Write as _;
use std::process::ExitCode;

use args::{Cli, Verb};
use clap::Parser as _;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was read and written: exit code 0.
    Done,
    /// Some inputs failed, each named on standard error; the rest is done: exit code 1.
    WithFailures,
}

/// Parses the command line and runs it. A closed pipe is a success; what cannot run at all is exit code 2.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    crate::pipeline::set_up(cli.threads.map_or(cores, usize::from));
    let outcome = match &cli.verb {
        Verb::Extract(args) => extract::extract(args, cli.quiet),
        Verb::Tag(args) => extract::tag(args, cli.quiet),
        Verb::Normalise(args) => normalise::run(args),
        Verb::Link(args) => link::run(args, cli.quiet),
        Verb::Evaluate(args) => evaluate::run(args),
        Verb::Train(args) => train::train(args, cli.quiet),
        Verb::Pretrain(args) => train::pretrain(args, cli.quiet),
        Verb::TrainLinker(args) => train::train_linker(args, cli.quiet),
        Verb::Labels(args) => labels::run(args),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::WithFailures) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("jalon: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Writes a line for people, on standard error.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A number of things: `1 record`, `2 records`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// True when whoever read our output has left.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        let csv = cause.downcast_ref::<csv::Error>().is_some_and(
            |e| matches!(e.kind(), csv::ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::BrokenPipe),
        );
        io.or(json) == Some(std::io::ErrorKind::BrokenPipe) || csv
    })
}
