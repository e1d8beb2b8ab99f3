//! `pipeline-cli spec from`: a spec for data like that of a file, proposed from a look at it.
//!
//! ```text
//! name ─▶ Source ─┬─ Parquet: footer, first rows ───────┐
//!                 └─ CSV, JSON, Arrow: rows in order ───┴─▶ Proposer ─▶ TOML
//! ```

mod parquet;
mod rows;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use blockgen::source::SourceFormat;
use blockgen::{ProposeOptions, Proposer};
use blockwrite::AtomicFile;
use clap::Args;

use super::super::in_runtime;
use crate::byte_ranges::{SourceArgs, Sources};
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::source::{parse_delimiter, table_name};
use crate::standard_output::print;
use crate::thousands::{counted, grouped};

/// Examples that work when they are pasted, and what else there is to know.
const NOTES: &str = "\
Examples:
  pipeline-cli --rows 5000 --to people.parquet
  pipeline-cli spec from people.parquet > like-people.toml
      make a file, and a spec for data like it
  pipeline-cli spec check like-people.toml
      look at what it makes, and change it by hand
  pipeline-cli spec from orders.csv --no-values -o orders.toml
      a CSV, whose first line names the columns; no value of it is told
  pipeline-cli spec from export.csv.gz --delimiter ';' --no-header
      packed, and with no names: columns are column_1, column_2, …
  pipeline-cli spec from s3://lake/orders.parquet --sample 10000
      an object, and no more of it than its footer and these rows

Of a Parquet file the footer and the first rows are read (100,000 unless
--sample says otherwise); of CSV, JSON and Arrow IPC, packed or not, all rows.
Each column of the spec has a comment on what was seen. Columns are not related
to one another: references are yours to write.

Of the data itself the spec tells names and types, ranges of numbers and times,
lengths and forms of texts, shares of nulls, and the values of columns that have
few different ones, with their frequencies. A value that came but once is not
told; with --no-values, none is. Look at a spec before you pass it on.";

/// Arguments of `spec from`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = NOTES,
    mut_arg("json", |arg| arg.help("Report errors as JSON")),
)]
pub struct FromArgs {
    /// Parquet, CSV, JSON or Arrow, as its name tells; also s3://bucket/key
    #[arg(value_name = "FILE|s3://…")]
    pub file: String,

    /// Look at so many rows and no more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: Option<u64>,

    /// What divides the fields of a CSV: one character, or \t [default: as the first line
    /// tells; of a packed file a comma, in .tsv a tab]
    #[arg(long, value_name = "CHAR", value_parser = parse_delimiter)]
    pub delimiter: Option<u8>,

    /// The first line of a CSV is a row; columns are named column_1, column_2, …
    #[arg(long)]
    pub no_header: bool,

    /// Let no value of the data stand in the spec, also where a column has few different ones
    #[arg(long)]
    pub no_values: bool,

    /// Write the spec into this file, which must not be there yet
    #[arg(short, long = "output", value_name = "FILE", help_heading = "Output",
          value_hint = clap::ValueHint::FilePath)]
    pub output_file: Option<PathBuf>,

    /// Which S3, where one is asked.
    #[command(flatten)]
    pub source: SourceArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What a look at a file has shown.
struct Look {
    proposer: Proposer,
    /// Of the file, as far as they are known.
    rows: Option<u64>,
}

/// Proposes a spec.
///
/// # Errors
///
/// What kept it from doing so.
pub fn from(args: &FromArgs, _: &Console) -> Result<(), Failure> {
    let text = in_runtime(async |interrupt| {
        let mut sources = Sources::new(&args.source);
        let outcome = tokio::select! {
            outcome = propose(args, &mut sources) => outcome,
            () = interrupt.asked() => Err(Failure::say(ExitCode::Interrupted, "interrupted")),
        };
        sources.close().await;
        outcome
    });
    let text = text?;
    match &args.output_file {
        Some(path) => keep(path, &text),
        None => print(text).map(drop),
    }
}

async fn propose(args: &FromArgs, sources: &mut Sources<'_>) -> Result<String, Failure> {
    let format = SourceFormat::of_file_name(&args.file);
    if format != Some(SourceFormat::Csv) && (args.delimiter.is_some() || args.no_header) {
        let sentence = format!("`{}` is not named as a CSV is", args.file);
        return Err(Failure::say(ExitCode::Usage, sentence)
            .advise("--delimiter and --no-header say how a CSV is written; leave them out."));
    }
    let source = sources.open(&args.file).await?;
    let look = match format {
        None | Some(SourceFormat::Parquet) => parquet::look(&source, args.sample).await?,
        Some(format) => rows::look(&source, format, args).await?,
    };
    let Look { proposer, rows } = look;
    let seen = proposer.rows();
    let mut options = ProposeOptions::new(table_name(&args.file));
    options.rows = Some(rows.unwrap_or(seen));
    options.values = !args.no_values;
    options.title = title(&args.file, seen, rows);
    proposer
        .propose(&options)
        .with_context(|| format!("could not propose a spec for `{source}`"))
        .map_err(|error| Failure::new(ExitCode::Source, error))
}

fn title(name: &str, seen: u64, rows: Option<u64>) -> String {
    let of_all = match rows {
        Some(rows) if rows == seen => format!("after a look at all {}", counted(rows, "row")),
        Some(rows) => format!(
            "after a look at {} of {}",
            grouped(seen),
            counted(rows, "row")
        ),
        None => format!("after a look at its first {}", counted(seen, "row")),
    };
    // Not the folders that it lies in: specs are passed on.
    let name = Path::new(name).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    format!(
        "A spec for data like that of {name},\n{of_all}. A proposal: change what you know \
         better.\n\n`pipeline-cli spec kinds` shows what columns there are, and\n`pipeline-cli \
         spec check` what comes of them."
    )
}

/// Writes a file that was not there: a spec that somebody changed by hand is not to be lost.
fn keep(path: &Path, text: &str) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        let sentence = format!("`{}` is there already", path.display());
        return Err(Failure::say(ExitCode::LocalWrite, sentence)
            .advise("Name another file, or remove that one."));
    }
    let written = AtomicFile::create(path).map_err(anyhow::Error::new);
    let written = written.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync()?;
        Ok(file.commit()?)
    });
    written
        .with_context(|| format!("could not write `{}`", path.display()))
        .map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
    log::info!("a spec is in `{}`", path.display());
    Ok(())
}
