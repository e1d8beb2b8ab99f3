//! `pipeline-cli head`: shows the first rows of a Parquet file, from no more of it than they need.
//!
//! ```text
//! name ─▶ Source ─▶ Footer ─▶ HeadReader ─batch─┬─▶ table, columns that line up
//!                     ▲          │ ranges       └─▶ JSON, a line a row
//!                     └──Source──┘
//! ```

pub(super) mod instants;
pub(super) mod rows_as_json;
pub(super) mod rows_as_table;

use arrow::array::RecordBatch;
use blockwrite::{HeadReader, HeadStep};
use clap::Args;

use super::in_runtime;
use crate::byte_ranges::{Source, SourceArgs, Sources};
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::standard_output::{Reader, columns, print};
use rows_as_table::RowsAsTable;

/// Examples that work when they are pasted, and what else there is to know.
const NOTES: &str = "\
Examples:
  pipeline-cli --to people.parquet && pipeline-cli head people.parquet
      make a file and look at its first ten rows
  pipeline-cli --to s3://lake/people.parquet --endpoint embedded
  pipeline-cli head s3://lake/people.parquet --endpoint embedded
      an object in the S3 inside the program; of AWS and others likewise
  pipeline-cli head people.parquet -n 3 --wide
      three rows with all columns, nothing cut
  pipeline-cli head --json -n 1000 people.parquet > people.ndjson
      for programs: one JSON object a row

A table shows as many columns as the terminal has room for, and as 80
characters have where there is none. Instants are told in UTC. Of an object no
more is read than the footer and the pages that hold these rows. What goes
wrong is told on standard error and by the exit code, also with --json.";

/// Arguments of `head`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = NOTES,
    mut_arg("json", |arg| arg.help("Print one JSON object a row")),
)]
pub struct HeadArgs {
    /// A file, or an object as s3://bucket/key
    #[arg(value_name = "FILE|s3://…")]
    pub name: String,

    /// How many rows
    #[arg(short = 'n', long, default_value_t = 10, value_name = "N")]
    pub rows: u64,

    /// Show all columns and cut nothing, however wide the lines become
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    pub wide: bool,

    /// Which S3, where one is asked.
    #[command(flatten)]
    pub source: SourceArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Shows the first rows of a Parquet file.
///
/// # Errors
///
/// What kept it from doing so.
pub fn head(args: &HeadArgs, console: &Console) -> Result<(), Failure> {
    in_runtime(async |interrupt| {
        let mut sources = Sources::new(&args.source);
        let outcome = tokio::select! {
            outcome = show(args, console, &mut sources) => outcome,
            () = interrupt.asked() => Err(Failure::say(ExitCode::Interrupted, "interrupted")),
        };
        sources.close().await;
        outcome
    })
}

async fn show(
    args: &HeadArgs,
    console: &Console,
    sources: &mut Sources<'_>,
) -> Result<(), Failure> {
    let source = sources.open(&args.name).await?;
    let footer = source.footer().await?;
    let mut reader = match HeadReader::new(&footer, args.rows) {
        Ok(reader) => reader,
        Err(error) => return Err(source.undecodable(error).await),
    };
    let width = (!args.wide).then(columns);
    let mut table = RowsAsTable::new(footer.schema(), footer.rows(), width);
    let mut shown = |batch: &RecordBatch| {
        let text = instants::in_utc(batch).and_then(|batch| {
            if console.json {
                rows_as_json::of(&batch)
            } else {
                table.rows(&batch)
            }
        });
        print(text.map_err(|error| unshowable(&source, error))?)
    };
    // A batch is held back until it is known that it was the last, and that what was read belongs
    // together: so of a few rows none is shown that is of another file.
    let mut held: Option<RecordBatch> = None;
    loop {
        match reader.step() {
            Ok(HeadStep::Fetch(ranges)) => {
                let fetched = source.read_all(&ranges).await?;
                if let Err(error) = reader.push(fetched) {
                    return Err(source.undecodable(error).await);
                }
            }
            Ok(HeadStep::Rows(batch)) => {
                if let Some(before) = held.replace(batch)
                    && shown(&before)? == Reader::Gone
                {
                    return Ok(());
                }
            }
            Ok(HeadStep::Done) => break,
            Err(error) => return Err(source.undecodable(error).await),
        }
    }
    source.unchanged().await?;
    if let Some(last) = held
        && shown(&last)? == Reader::Gone
    {
        return Ok(());
    }
    if !console.json {
        print(table.end())?;
    }
    Ok(())
}

/// A type of values that can't be put in words.
fn unshowable(source: &Source, error: arrow::error::ArrowError) -> Failure {
    Failure::new(
        ExitCode::Source,
        anyhow::Error::new(error).context(format!("could not show the rows of `{source}`")),
    )
}
