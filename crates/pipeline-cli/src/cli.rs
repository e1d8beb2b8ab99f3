//! The command line: its commands, and what is the same for all of them.
//!
//! The arguments of a command stand beside what it does, in `command/`; flags that are settings
//! are made from the table of settings.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::command::completions::CompletionsArgs;
use crate::command::config::ConfigArgs;
use crate::command::head::HeadArgs;
use crate::command::help;
use crate::command::inspect::InspectArgs;
use crate::command::man::ManArgs;
use crate::command::run::RunArgs;
use crate::command::serve::ServeArgs;
use crate::command::upload::UploadArgs;

/// Fills a data lake with realistic test data: generates rows, writes Parquet, uploads to S3.
#[derive(Debug, Parser)]
#[command(
    name = "pipeline-cli",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = help::EXAMPLES,
    after_long_help = help::everything(),
    max_term_width = 100,
)]
pub struct Cli {
    /// What to do; without one: `run`.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Arguments of `run`.
    #[command(flatten)]
    pub run: RunArgs,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate, write and upload (the default)
    Run(Box<RunArgs>),
    /// Upload files that are there already
    Upload(UploadArgs),
    /// Keep the embedded S3 up, and print how to reach it
    Serve(ServeArgs),
    /// Show what is in Parquet files: schema, row groups, columns, statistics
    Inspect(InspectArgs),
    /// Show the first rows of a Parquet file
    Head(HeadArgs),
    /// Show every setting, its value, and where it comes from
    Config(ConfigArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands into a folder
    Man(ManArgs),
}

/// From which file settings are read.
#[derive(Debug, Clone, Args)]
pub struct FileArgs {
    /// Read settings from a TOML file [variable: PIPELINE_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub config: Option<PathBuf>,
}

/// What is said, and how.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Print one JSON event a line on standard output, the last of them `summary`
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Say more (-vv: everything); RUST_LOG has the last word
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,

    /// Say only what went wrong
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
