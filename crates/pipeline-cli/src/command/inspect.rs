//! `pipeline-cli inspect`: shows what is in Parquet files.

use clap::Args;

use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::settings::{Flags, Offer};

/// Arguments of `inspect`.
#[derive(Debug, Clone, Args)]
pub struct InspectArgs {
    /// Files, or objects as s3://bucket/key
    #[arg(required = true, value_name = "FILE|s3://…")]
    pub files: Vec<String>,

    /// Which S3, where one is asked.
    #[command(flatten)]
    pub settings: Flags<S3>,

    /// The file of settings.
    #[command(flatten)]
    pub file: FileArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The settings of `inspect` that have a flag.
pub enum S3 {}

impl Offer for S3 {
    const KEYS: &'static [&'static str] = &["endpoint", "region", "allow_http", "profile"];
}

/// shows what is in Parquet files.
///
/// # Errors
///
/// What kept it from doing so.
pub fn inspect(args: &InspectArgs, console: &Console) -> Result<(), Failure> {
    let _ = (args, console);
    Err(Failure::say(
        ExitCode::Internal,
        "`inspect` is not there yet",
    ))
}
