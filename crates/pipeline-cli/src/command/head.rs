//! `pipeline-cli head`: shows the first rows of a Parquet file.

use clap::Args;

use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::settings::{Flags, Offer};

/// Arguments of `head`.
#[derive(Debug, Clone, Args)]
pub struct HeadArgs {
    /// A file, or an object as s3://bucket/key
    #[arg(value_name = "FILE|s3://…")]
    pub file_name: String,

    /// How many rows
    #[arg(short = 'n', long, default_value_t = 10, value_name = "N")]
    pub rows: u64,

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

/// The settings of `head` that have a flag.
pub enum S3 {}

impl Offer for S3 {
    const KEYS: &'static [&'static str] = &["endpoint", "region", "allow_http", "profile"];
}

/// shows the first rows of a Parquet file.
///
/// # Errors
///
/// What kept it from doing so.
pub fn head(args: &HeadArgs, console: &Console) -> Result<(), Failure> {
    let _ = (args, console);
    Err(Failure::say(ExitCode::Internal, "`head` is not there yet"))
}
