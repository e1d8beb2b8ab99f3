//! `pipeline-cli serve`: keeps the embedded S3 up.
//!
//! ```text
//! folder ─▶ embedded S3 ─▶ standard output: lines for a shell and for `.env`, or one event
//!    │                 └─▶ standard error:  blocks for DuckDB and PyArrow, a line a request (-v)
//!    └─ newest Parquet file, for the examples
//! ```

#[cfg(feature = "embedded")]
mod example_object;
#[cfg(feature = "embedded")]
mod paste;
#[cfg(feature = "embedded")]
mod serving;

use std::path::PathBuf;

use clap::Args;

use crate::cli::OutputArgs;
use crate::console::Console;
use crate::destination::EMBEDDED_ROOT;
use crate::failure::Failure;

/// In blocks, of which the manual page makes sections.
const NOTES: &str = "\
Examples:
  pipeline-cli serve | tee serve.env
      keep the lines for other terminals: `. ./serve.env` there
  pipeline-cli serve --dir lake --port 9000
      the folders in `lake` as buckets, at the same address every time

What it prints:
  On standard output, lines for a shell; `.env` takes them, too. On standard
  error, blocks to paste into DuckDB and Python. The keys are made for this
  process and worth nothing elsewhere; the server listens on 127.0.0.1 only.

Exit codes:
  0    ended by Ctrl-C or SIGTERM, as a server ends well: requests under way
       get 3 seconds
  2    usage
  4    the folder can't be used, or standard output can't be written
  5    the folder is served already, or the port can't be had
  130  ended at once, by a second signal";

/// Arguments of `serve`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NOTES)]
pub struct ServeArgs {
    /// Port to listen on, of 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "N", help_heading = "Server")]
    pub port: Option<u16>,

    /// Folder that holds the buckets; made if it is not there
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = EMBEDDED_ROOT,
        help_heading = "Server"
    )]
    pub dir: PathBuf,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Serves until it is told to end.
///
/// # Errors
///
/// A folder that is served already or can't be used, a port that can't be had, a standard output
/// that takes nothing.
#[cfg(feature = "embedded")]
pub fn serve(args: &ServeArgs, console: &Console) -> Result<(), Failure> {
    super::in_runtime(async |interrupt| serving::serve(args, console, interrupt).await)
}

/// Says that this program has no server.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "embedded"))]
pub fn serve(_: &ServeArgs, _: &Console) -> Result<(), Failure> {
    Err(Failure::say(
        crate::failure::ExitCode::Usage,
        "this program was built without the embedded S3",
    )
    .advise("Build it with the feature `embedded`."))
}
