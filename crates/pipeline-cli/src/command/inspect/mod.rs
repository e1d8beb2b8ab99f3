//! `pipeline-cli inspect`: shows what is in Parquet files, from their footers alone.
//!
//! ```text
//! name ─▶ Source ─▶ Footer ─▶ FileReport ─┬─▶ text, a section a question
//!                                         └─▶ JSON, a line a file
//! ```

mod group_sizes;
mod text;

use blockwrite::FileReport;
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use super::in_runtime;
use crate::byte_ranges::{SourceArgs, Sources};
use crate::byte_size::ByteSize;
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::made_by::MADE_BY;
use crate::report;
use crate::standard_output::{Reader, columns, print};
use group_sizes::GroupSizes;

/// Examples that work when they are pasted, and what else there is to know.
const NOTES: &str = "\
Examples:
  pipeline-cli --to people.parquet && pipeline-cli inspect people.parquet
      make a file and look at it
  pipeline-cli --to s3://lake/people.parquet --endpoint embedded
  pipeline-cli inspect s3://lake/people.parquet --endpoint embedded
      an object in the S3 inside the program; of AWS and others likewise
  pipeline-cli inspect people.parquet --target 4MiB
      judge the row groups by another size than the one they were made for
  pipeline-cli inspect --json people.parquet
      the same for programs: one JSON object a line for each file, in this order

Of an object no more is read than its footer. The exit code is that of the
worst file: 3 for a file that can't be read or is no Parquet, 5 where S3
refuses. With --json such a file has a line, too, with `file` and `error`.";

/// Arguments of `inspect`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = NOTES,
    mut_arg("json", |arg| arg.help("Print one JSON object a line for each file")),
)]
pub struct InspectArgs {
    /// Files, or objects as s3://bucket/key
    #[arg(required = true, value_name = "FILE|s3://…")]
    pub files: Vec<String>,

    /// Wanted size of a row group [default: what the file itself says in `pipeline.block-bytes`]
    #[arg(long, value_name = "SIZE")]
    pub target: Option<ByteSize>,

    /// Cut nothing, however wide the lines become
    #[arg(long, help_heading = "Output")]
    pub wide: bool,

    /// Which S3, where one is asked.
    #[command(flatten)]
    pub source: SourceArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What is known of a file, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Inspected<'a> {
    /// As it was named.
    file: &'a str,
    #[serde(flatten)]
    report: FileReport,
    group_sizes: GroupSizes,
    /// The command that makes the file again, where it says so itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
}

/// Shows what is in Parquet files.
///
/// # Errors
///
/// The failure of the one file, or the worst of several: those have been reported one by one.
pub fn inspect(args: &InspectArgs, console: &Console) -> Result<(), Failure> {
    in_runtime(async |interrupt| {
        let mut sources = Sources::new(&args.source);
        let outcome = tokio::select! {
            outcome = all(args, console, &mut sources) => outcome,
            () = interrupt.asked() => Err(Failure::say(ExitCode::Interrupted, "interrupted")),
        };
        sources.close().await;
        outcome
    })
}

async fn all(
    args: &InspectArgs,
    console: &Console,
    sources: &mut Sources<'_>,
) -> Result<(), Failure> {
    let mut worst: Option<ExitCode> = None;
    let mut failed = 0;
    for (at, name) in args.files.iter().enumerate() {
        let shown = match one(name, args, sources).await {
            Ok(inspected) if console.json => json_line(&inspected)?,
            Ok(inspected) => {
                let width = (!args.wide).then(columns);
                let gap = if at == 0 { "" } else { "\n" };
                format!("{gap}{}", text::of(&inspected, width))
            }
            Err(failure) => {
                let line = json_line(&not_read(name, &failure))?;
                let only = args.files.len() == 1;
                if !only {
                    report::failed(&failure, false);
                }
                if console.json && print(line)? == Reader::Gone {
                    break;
                }
                if only {
                    return Err(failure);
                }
                failed += 1;
                // Of two codes the higher is the worse.
                if worst.is_none_or(|worst| failure.code as i32 > worst as i32) {
                    worst = Some(failure.code);
                }
                continue;
            }
        };
        if print(shown)? == Reader::Gone {
            break;
        }
    }
    match worst {
        None => Ok(()),
        Some(code) => Err(Failure::say(
            code,
            format!("{failed} of {} files could not be read", args.files.len()),
        )),
    }
}

async fn one<'a>(
    name: &'a str,
    args: &InspectArgs,
    sources: &mut Sources<'_>,
) -> Result<Inspected<'a>, Failure> {
    let source = sources.open(name).await?;
    let footer = source.footer().await?;
    let report = match footer.report() {
        Ok(report) => report,
        Err(error) => return Err(source.undecodable(error).await),
    };
    let target = args.target.map(|ByteSize(bytes)| bytes);
    Ok(Inspected {
        file: name,
        group_sizes: GroupSizes::of(&report, target),
        made_by: report.key_value_metadata.get(MADE_BY).cloned(),
        report,
    })
}

/// The line of a file that can't be read: there is one for every file, in the order of the names.
fn not_read(name: &str, failure: &Failure) -> Value {
    let error = json!({ "kind": failure.code, "message": failure.to_string() });
    json!({ "file": name, "error": error })
}

fn json_line(value: &impl Serialize) -> Result<String, Failure> {
    let line =
        serde_json::to_string(value).map_err(|error| Failure::new(ExitCode::Internal, error))?;
    Ok(line + "\n")
}
