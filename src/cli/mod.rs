//! The command line: what was typed, and one file per verb.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Args { #[command(subcommand)] verb: Verb }
#[derive(Subcommand)]
enum Verb { Pretrain { #[arg(long)] config: PathBuf } }

/// Runs.
#[expect(clippy::print_stderr, reason = "progress")]
pub fn run() -> anyhow::Result<()> {
    crate::pipeline::set_up(2);
    match Args::parse().verb {
        Verb::Pretrain { config } => {
            let config = crate::train::PretrainConfig::load(&config)?;
            crate::train::pretrain(&config, |p| eprintln!("{p:?}"))?;
        }
    }
    Ok(())
}
