//! `pipeline-cli verify`: holds objects in S3 against the receipts of their uploads.
//!
//! ```text
//! FILE … ─▶ receipts, once each ─▶ HEAD ─▶ a line an object ─▶ exit code 0 or 7
//! ```

mod receipts;

use std::path::PathBuf;

use clap::Args;
use futures::stream::{self, StreamExt as _};
use s3up::{Difference, Receipt, Uploader};
use serde_json::{Value, json};

use super::in_runtime;
use crate::byte_ranges::{SourceArgs, open_session};
use crate::byte_size::decimal;
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::s3_session::s3_failure;
use crate::standard_output::{Reader, print};
use crate::text_table::printable;
use crate::thousands::{counted, grouped};

/// Objects that are looked at at the same time.
const AT_ONCE: usize = 16;

/// Examples that work when they are pasted one after the other, and what else there is to know.
const NOTES: &str = "\
Examples:
  pipeline-cli --to s3://lake/p.parquet --endpoint embedded --json > run.jsonl
      upload, and keep what is told of it: the receipts are among the events
  pipeline-cli verify run.jsonl --endpoint embedded
      later: are the objects there still, as they were uploaded?
  pipeline-cli verify --json run.jsonl --endpoint embedded
      the same for programs: one JSON object a line for each object

Receipts are found wherever they stand in the JSON of a file: the events that
`run` and `upload` print with --json, one receipt alone, or a list of them.
An object holds if it bears the random mark of that very upload, and has its
size, its ETag and its metadata. One HEAD request each; no byte is read.

Exit codes:
  0    all objects are as they were uploaded
  2    usage or configuration
  3    a file can't be read, or no receipt is in it
  5    S3 refuses or can't be reached
  7    an object is gone, or is another one";

/// Arguments of `verify`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = NOTES,
    mut_arg("json", |arg| arg.help("Print one JSON object a line for each object")),
)]
pub struct VerifyArgs {
    /// Files with receipts, as --json prints them
    #[arg(required = true, value_name = "RECEIPTS")]
    pub files: Vec<PathBuf>,

    /// Which S3.
    #[command(flatten)]
    pub source: SourceArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Checks that objects are as they were uploaded.
///
/// # Errors
///
/// [`ExitCode::Verification`] if some are not; what kept it from looking.
pub fn verify(args: &VerifyArgs, console: &Console) -> Result<(), Failure> {
    let receipts = receipts::read(&args.files)?;
    in_runtime(async |interrupt| {
        let session = tokio::select! {
            session = open_session(&args.source) => session?,
            () = interrupt.asked() => return Err(interrupted()),
        };
        let outcome = tokio::select! {
            outcome = all(session.uploader(), receipts, console) => outcome,
            () = interrupt.asked() => Err(interrupted()),
        };
        session.close().await;
        outcome
    })
}

fn interrupted() -> Failure {
    Failure::say(ExitCode::Interrupted, "interrupted")
}

/// One after the other is told, in the order of the receipts.
async fn all(
    uploader: &Uploader,
    receipts: Vec<Receipt>,
    console: &Console,
) -> Result<(), Failure> {
    let all = receipts.len() as u64;
    let mut looks = stream::iter(receipts)
        .map(|receipt| async {
            let differences = uploader.verify(&receipt).await;
            (receipt, differences)
        })
        .buffered(AT_ONCE);
    let (mut differ, mut reader) = (0, Reader::There);
    while let Some((receipt, differences)) = looks.next().await {
        let differences = differences.map_err(s3_failure)?;
        differ += u64::from(!differences.is_empty());
        let line = match console.json {
            true => format!("{}\n", event(&receipt, &differences)),
            false => line(&receipt, &differences),
        };
        // Whoever reads no further wants the verdict still.
        if reader != Reader::Gone {
            reader = print(line)?;
        }
    }
    match differ {
        0 => Ok(()),
        _ => Err(Failure::say(ExitCode::Verification, verdict(differ, all))),
    }
}

fn verdict(differ: u64, all: u64) -> String {
    match (differ, all) {
        (1, 1) => "the object is not as it was uploaded".to_owned(),
        (1, all) => format!("1 of {} is not as it was uploaded", counted(all, "object")),
        (differ, all) => format!(
            "{} of {} are not as they were uploaded",
            grouped(differ),
            counted(all, "object")
        ),
    }
}

fn line(receipt: &Receipt, differences: &[Difference]) -> String {
    let said = match differences {
        [] => format!("as it was uploaded, {}", decimal(receipt.size)),
        differences => texts(differences).join("; "),
    };
    let object = format!("s3://{}/{}", receipt.bucket, receipt.key);
    format!("{}: {said}\n", printable(&object))
}

fn event(receipt: &Receipt, differences: &[Difference]) -> Value {
    json!({
        "object": format!("s3://{}/{}", receipt.bucket, receipt.key),
        "size": receipt.size,
        "verified": differences.is_empty(),
        "differences": texts(differences),
    })
}

fn texts(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}
