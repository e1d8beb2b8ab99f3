//! `pipeline-cli upload`: uploads files that are there already.

use clap::Args;

use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::settings::{Flags, Offer};

/// Arguments of `upload`.
#[derive(Debug, Clone, Args)]
pub struct UploadArgs {
    /// Files, folders, glob patterns, and at the end the target: s3://bucket/key or s3://bucket/folder/
    #[arg(required = true, num_args = 2.., value_name = "SOURCE")]
    pub sources: Vec<String>,

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

/// The settings of `upload` that have a flag.
pub enum S3 {}

impl Offer for S3 {
    const KEYS: &'static [&'static str] = &["endpoint", "region", "allow_http", "profile"];
}

/// uploads files that are there already.
///
/// # Errors
///
/// What kept it from doing so.
pub fn upload(args: &UploadArgs, console: &Console) -> Result<(), Failure> {
    let _ = (args, console);
    Err(Failure::say(
        ExitCode::Internal,
        "`upload` is not there yet",
    ))
}
