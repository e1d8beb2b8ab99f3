//! `pipeline-cli completions`.

use clap::Args;

use crate::cli::OutputArgs;
use crate::failure::{ExitCode, Failure};

/// Arguments of `completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl CompletionsArgs {
    /// Prints it.
    ///
    /// # Errors
    ///
    /// Standard output can't be written.
    pub fn print(&self) -> Result<(), Failure> {
        Err(Failure::say(
            ExitCode::Internal,
            "`completions` is not there yet",
        ))
    }
}
