//! `pipeline-cli man`.

use clap::Args;

use crate::cli::OutputArgs;
use crate::failure::{ExitCode, Failure};

/// Arguments of `man`.
#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl ManArgs {
    /// Prints it.
    ///
    /// # Errors
    ///
    /// Standard output can't be written.
    pub fn print(&self) -> Result<(), Failure> {
        Err(Failure::say(ExitCode::Internal, "`man` is not there yet"))
    }
}
