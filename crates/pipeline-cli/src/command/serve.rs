//! `pipeline-cli serve`: keeps the embedded S3 up.

use clap::Args;

use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};

/// Arguments of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Serves until it is told to end.
///
/// # Errors
///
/// What kept it from doing so.
pub fn serve(args: &ServeArgs, console: &Console) -> Result<(), Failure> {
    let _ = (args, console);
    Err(Failure::say(ExitCode::Internal, "`serve` is not there yet"))
}
