//! `pipeline-cli spec`: all that helps to write the spec of a data set, one command a file.
//!
//! ```text
//! kinds, schema ─▶ what a spec can say ─┐
//! example ───────▶ a spec to begin with ┼─▶ my.toml ─▶ check ─▶ tables, types, sizes, rows
//! from FILE ─────▶ a spec of that shape ┘
//! ```

mod check;
mod example;
mod from;
mod kinds;
mod schema;

use clap::{Args, Subcommand};

use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::Failure;

/// Examples that work when they are pasted.
const EXAMPLES: &str = "\
Examples:
  pipeline-cli spec example shop > my.toml
      begin with a spec that is built in, and change it
  pipeline-cli spec check my.toml
      is it right? Its tables, and ten rows of each
  pipeline-cli spec kinds
      what columns there are
  pipeline-cli spec from people.parquet > like-people.toml
      a spec for data of the same shape as a file's";

/// Arguments of `spec`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = EXAMPLES,
    arg_required_else_help = true,
    disable_help_subcommand = true,
)]
pub struct SpecArgs {
    /// What is asked of a spec.
    #[command(subcommand)]
    pub command: SpecCommand,
}

/// What can be asked.
#[derive(Debug, Clone, Subcommand)]
pub enum SpecCommand {
    /// Show the kinds of columns, or one with all its options
    Kinds(kinds::KindsArgs),
    /// Print a built-in spec, or list them
    Example(example::ExampleArgs),
    /// Check a spec, and show its tables and their first rows
    Check(check::CheckArgs),
    /// Propose a spec for data like that of a file
    From(from::FromArgs),
    /// Print the JSON Schema of specs, by which editors complete and check them
    Schema(schema::SchemaArgs),
}

impl SpecArgs {
    /// What is said.
    pub fn output(&self) -> OutputArgs {
        match &self.command {
            SpecCommand::Kinds(args) => args.output.clone(),
            SpecCommand::Example(args) => args.output.clone(),
            SpecCommand::Check(args) => args.output.clone(),
            SpecCommand::From(args) => args.output.clone(),
            SpecCommand::Schema(_) => OutputArgs::default(),
        }
    }
}

/// Does what is asked.
///
/// # Errors
///
/// What kept it from doing so.
pub fn spec(args: &SpecArgs, console: &Console) -> Result<(), Failure> {
    match &args.command {
        SpecCommand::Kinds(args) => kinds::kinds(args, console),
        SpecCommand::Example(args) => example::example(args, console),
        SpecCommand::Check(args) => check::check(args, console),
        SpecCommand::From(args) => from::from(args, console),
        SpecCommand::Schema(_) => schema::schema(),
    }
}
