//! Parse, run, exit code.

use clap::Parser as _;

fn main() {
    let cli = pipeline_cli::Cli::parse();
    std::process::exit(pipeline_cli::run(&cli.into_run()));
}
