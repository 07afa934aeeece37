//! Parses the command line, runs it, and exits.

fn main() -> anyhow::Result<()> {
    jalon::cli::run()
}
