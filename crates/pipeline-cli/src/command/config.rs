//! `pipeline-cli config`: every setting, its value, and where it comes from.

use clap::Args;

use super::run::Everything;
use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::settings::Flags;

/// Arguments of `config`.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// Settings.
    #[command(flatten)]
    pub settings: Flags<Everything>,

    /// The file of settings.
    #[command(flatten)]
    pub file: FileArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Shows the settings.
///
/// # Errors
///
/// Settings that can't be read.
pub fn config(args: &ConfigArgs, console: &Console) -> Result<(), Failure> {
    let _ = (args, console);
    Err(Failure::say(
        ExitCode::Internal,
        "`config` is not there yet",
    ))
}
