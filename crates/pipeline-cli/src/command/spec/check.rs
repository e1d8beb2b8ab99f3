//! `pipeline-cli spec check`: whether a spec can be used, and what would come of it.
//!
//! ```text
//! word ─▶ Dataset ─▶ Generator a table ─▶ Checked ─┬─▶ text: columns, then rows
//!                                                  └─▶ JSON
//! ```

use std::fmt::Write as _;

use arrow::array::RecordBatch;
use blockgen::{ColumnSpec, Generator, TableSpec};
use blockwrite::{RowGroupEncoder, WriteOptions};
use clap::Args;
use serde_json::{Value, json};

use super::super::head::rows_as_table::RowsAsTable;
use super::super::head::{instants, rows_as_json};
use crate::byte_size::ByteSize;
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::dataset::Dataset;
use crate::failure::{ExitCode, Failure};
use crate::standard_output::{Reader, columns, print};
use crate::text_table::{Column, TextTable, printable};
use crate::thousands::counted;

/// Examples that work when they are pasted, and what else there is to know.
const NOTES: &str = "\
Examples:
  pipeline-cli spec check shop
      a built-in spec
  pipeline-cli spec example shop > my.toml && pipeline-cli spec check my.toml
      a file, in TOML or JSON
  pipeline-cli spec check shop -n 3 --wide
      three rows of each table with all columns, nothing cut
  pipeline-cli spec check shop --json
      the same for programs: one JSON object

All that is wrong is told at once, with its line; the exit code is then 3.
Sizes are those of Parquet files as a run writes them by default, judged by
the first rows.";

/// Arguments of `spec check`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = NOTES,
    mut_arg("json", |arg| arg.help("Print one JSON object")),
)]
pub struct CheckArgs {
    /// A file, .toml or .json, or the name of a built-in spec
    #[arg(value_name = "FILE|NAME")]
    pub spec: String,

    /// How many rows of each table
    #[arg(short = 'n', long, default_value_t = 10, value_name = "N",
          value_parser = clap::value_parser!(u64).range(..=MOST_ROWS))]
    pub rows: u64,

    /// Show all columns and cut nothing, however wide the lines become
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    pub wide: bool,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Rows that are shown at most: they are made at once.
const MOST_ROWS: u64 = 10_000;

/// Rows by which the size of a table is judged.
const SAMPLE_ROWS: u64 = 4_096;

/// Checks a spec and shows what would come of it.
///
/// # Errors
///
/// All that is wrong with it; standard output can't be written.
pub fn check(args: &CheckArgs, console: &Console) -> Result<(), Failure> {
    let outcome = check_and_show(args, console);
    if console.json
        && let Err(failure) = &outcome
    {
        let error = json!({ "kind": failure.code, "message": failure.to_string() });
        let mut told = json!({ "spec": args.spec, "error": error });
        if let Some(told) = told.as_object_mut() {
            told.extend(failure.facts().clone());
        }
        print(format!("{told}\n"))?;
    }
    outcome
}

fn check_and_show(args: &CheckArgs, console: &Console) -> Result<(), Failure> {
    let dataset = Dataset::named(&args.spec)?;
    let spec = &dataset.spec;
    let names: Vec<_> = spec
        .written_tables()
        .map(|table| table.name.as_str())
        .collect();
    let generators = Generator::compile_tables(spec, &names, dataset.seed(None));
    let generators = generators.map_err(|errors| dataset.failure(&errors))?;
    let mut tables = Vec::new();
    if !console.json && print(heading(&dataset))? == Reader::Gone {
        return Ok(());
    }
    for (table, generator) in spec.written_tables().zip(generators) {
        let checked = Checked::of(table, &generator, args.rows)?;
        if console.json {
            tables.push(checked.as_json()?);
        } else if print(checked.as_text((!args.wide).then(columns))?)? == Reader::Gone {
            return Ok(());
        }
    }
    if console.json {
        let all = json!({ "spec": dataset.name, "seed": dataset.seed(None), "tables": tables });
        print(format!("{all}\n"))?;
    }
    Ok(())
}

fn heading(dataset: &Dataset) -> String {
    let tables: Vec<_> = dataset.spec.written_tables().collect();
    let columns = tables.iter().flat_map(|table| &table.columns);
    let columns = columns.filter(|column| !column.hidden).count();
    format!(
        "{}: {}, {}, seed {}\n",
        printable(&dataset.name),
        counted(tables.len() as u64, "table"),
        counted(columns as u64, "column"),
        dataset.seed(None)
    )
}

/// A table that can be made.
struct Checked<'a> {
    table: &'a TableSpec,
    generator: &'a Generator,
    /// The first rows, with instants in UTC.
    head: RecordBatch,
    /// Of the Parquet file, judged by a sample; none where the spec does not say how many rows.
    file_bytes: Option<u64>,
}

impl<'a> Checked<'a> {
    fn of(table: &'a TableSpec, generator: &'a Generator, head_rows: u64) -> Result<Self, Failure> {
        let all = generator.rows().unwrap_or(u64::MAX);
        let head = generator.block(0..head_rows.min(all)).map_err(unmade)?;
        let head = instants::in_utc(&head).map_err(unmade)?;
        Ok(Self {
            table,
            generator,
            head,
            file_bytes: generator
                .rows()
                .map(|rows| file_bytes(generator, rows))
                .transpose()?,
        })
    }

    fn as_text(&self, width: Option<usize>) -> Result<String, Failure> {
        let rows = match self.generator.rows() {
            Some(rows) => counted(rows, "row"),
            None => "as many rows as are asked for".to_owned(),
        };
        let size = match self.file_bytes {
            Some(bytes) => format!(", about {}", ByteSize(round(bytes))),
            None => String::new(),
        };
        let mut text = format!("\n{}: {rows}{size}\n", printable(&self.table.name));
        text += &self.columns_as_table().render(2, width);
        if self.head.num_rows() > 0 {
            let shown = self.head.num_rows() as u64;
            let rows = self.generator.rows().unwrap_or(shown);
            let mut table = RowsAsTable::new(&self.head.schema(), rows, width);
            let rows = table.rows(&self.head).map_err(unmade)?;
            let _ = write!(text, "\n{rows}{}", table.end());
        }
        Ok(text)
    }

    /// Those that the schema has.
    fn written_columns(&self) -> impl Iterator<Item = &'a ColumnSpec> {
        self.table.columns.iter().filter(|column| !column.hidden)
    }

    fn columns_as_table(&self) -> TextTable {
        let mut table = TextTable::new([
            Column::words("column"),
            Column::words("kind"),
            Column::words("type"),
            Column::words("nulls"),
        ]);
        let schema = self.generator.schema();
        for (column, field) in self.written_columns().zip(schema.fields()) {
            let nulls = match column.nulls {
                Some(share) => format!("{}%", (share * 1_000.0).round() / 10.0),
                None if field.is_nullable() => "some".to_owned(),
                None => "none".to_owned(),
            };
            let data_type = field.data_type().to_string();
            table.row([&column.name, &kind(column), &data_type, &nulls]);
        }
        table
    }

    fn as_json(&self) -> Result<Value, Failure> {
        let schema = self.generator.schema();
        let columns = self.written_columns().zip(schema.fields());
        let columns = columns.map(|(column, field)| {
            json!({
                "name": column.name,
                "kind": kind(column),
                "type": field.data_type().to_string(),
                "nullable": field.is_nullable(),
            })
        });
        let rows = rows_as_json::of(&self.head).map_err(unmade)?;
        let rows = rows.lines().map(serde_json::from_str::<Value>);
        Ok(json!({
            "name": self.table.name,
            "rows": self.generator.rows(),
            "file_bytes": self.file_bytes,
            "columns": columns.collect::<Vec<_>>(),
            "first_rows": rows.collect::<Result<Vec<_>, _>>().map_err(internal)?,
        }))
    }
}

/// The name of its kind, as the spec has it.
fn kind(column: &ColumnSpec) -> String {
    let column = serde_json::to_value(column).unwrap_or_default();
    column["kind"].as_str().unwrap_or_default().to_owned()
}

/// What a file of all rows takes, if all of them are like the first.
fn file_bytes(generator: &Generator, rows: u64) -> Result<u64, Failure> {
    let sample = generator.block(0..SAMPLE_ROWS.min(rows)).map_err(unmade)?;
    if sample.num_rows() == 0 {
        return Ok(0);
    }
    let encoder = RowGroupEncoder::new(generator.schema(), &WriteOptions::default());
    let group = encoder
        .and_then(|encoder| encoder.encode(&sample))
        .map_err(unmade)?;
    let bytes = u128::from(group.stats().compressed_bytes) * u128::from(rows);
    Ok(u64::try_from(bytes / sample.num_rows() as u128).unwrap_or(u64::MAX))
}

/// Two digits: a judgement has no more.
fn round(bytes: u64) -> u64 {
    let digits = bytes.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(1));
    (bytes / unit).saturating_mul(unit)
}

/// Rows of a spec that is right can't be made all the same.
fn unmade(error: impl Into<anyhow::Error>) -> Failure {
    Failure::new(ExitCode::Source, error)
}

fn internal(error: serde_json::Error) -> Failure {
    Failure::new(ExitCode::Internal, error)
}
