//! `pipeline-cli spec example`: the specs that are built in.

use std::fmt::Write as _;

use blockgen::{DatasetSpec, Generator, SpecError};
use clap::Args;
use serde::Serialize;

use crate::cli::OutputArgs;
use crate::console::Console;
use crate::dataset::Dataset;
use crate::failure::{ExitCode, Failure};
use crate::standard_output::{columns, print};
use crate::text_table::{Column, TextTable};
use crate::thousands::grouped;
use crate::wrapped::wrapped;

/// Examples that work when they are pasted.
const EXAMPLES: &str = "\
Examples:
  pipeline-cli spec example
      which there are
  pipeline-cli spec example shop > my.toml && pipeline-cli spec check my.toml
      begin a spec of one's own";

/// Arguments of `spec example`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = EXAMPLES,
    mut_arg("json", |arg| arg.help("List them as one JSON object").conflicts_with("name")),
)]
pub struct ExampleArgs {
    /// Which one; without it: a line on each
    pub name: Option<String>,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prints one, or lists all.
///
/// # Errors
///
/// There is none of that name; standard output can't be written.
pub fn example(args: &ExampleArgs, console: &Console) -> Result<(), Failure> {
    let Some(name) = &args.name else {
        return list(console);
    };
    let text = DatasetSpec::builtin_toml(name).map_err(|error| match error {
        SpecError::UnknownBuiltin { name, hint } => {
            let sentence = format!("there is no built-in spec `{name}`; {hint}");
            Failure::say(ExitCode::Usage, sentence)
        }
        other => Failure::new(ExitCode::Internal, other),
    })?;
    print(text).map(drop)
}

/// A built-in spec in a line.
#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    tables: usize,
    columns: usize,
    /// Of all tables of which the spec says how many.
    rows: u64,
    holds: String,
}

impl Line {
    fn of(name: &'static str) -> Result<Self, Failure> {
        let dataset = Dataset::named(name)?;
        let (spec, seed) = (&dataset.spec, dataset.seed(None));
        let columns = spec.written_tables().flat_map(|table| &table.columns);
        let rows = spec.written_tables().map(|table| {
            let generator = Generator::compile(spec, &table.name, seed);
            let generator = generator.map_err(|errors| dataset.failure(&errors))?;
            Ok(generator.rows().unwrap_or(0))
        });
        let text = DatasetSpec::builtin_toml(name).unwrap_or_default();
        Ok(Self {
            name,
            tables: spec.written_tables().count(),
            columns: columns.filter(|column| !column.hidden).count(),
            rows: rows.sum::<Result<_, Failure>>()?,
            holds: holds(text),
        })
    }
}

/// What a spec says of itself: the first sentence of its comment, behind its name.
fn holds(text: &str) -> String {
    let comment: Vec<_> = text
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let comment = comment.join(" ");
    let said = comment.split_once("`: ").map_or("", |(_, said)| said);
    let sentence = said.split(". ").next().unwrap_or(said);
    sentence.trim_end_matches('.').to_owned()
}

/// What stands in front of what a spec holds.
const INDENT: usize = 4;

fn list(console: &Console) -> Result<(), Failure> {
    let lines = DatasetSpec::builtin_names().map(Line::of);
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    if console.json {
        let text = serde_json::to_string(&serde_json::json!({ "specs": lines }));
        let text = text.map_err(|error| Failure::new(ExitCode::Internal, error))?;
        return print(text + "\n").map(drop);
    }
    let mut table = TextTable::new([
        Column::words("name").at_least(usize::MAX),
        Column::numbers("tables"),
        Column::numbers("columns"),
        Column::numbers("rows"),
    ]);
    let mut said = Vec::new();
    for line in lines {
        let rows = match line.rows {
            0 => "as asked for".to_owned(),
            rows => grouped(rows),
        };
        let counts = [line.tables, line.columns].map(|count| grouped(count as u64));
        let [tables, columns] = counts;
        table.row([line.name, &tables, &columns, &rows]);
        said.push(line.holds);
    }
    // What a spec holds is a sentence, and stands below its line: no column has room for it.
    let table = table.render(0, None);
    let mut rows = table.lines();
    let mut text = rows
        .next()
        .map_or(String::new(), |titles| format!("{titles}\n"));
    for (row, holds) in rows.zip(said) {
        let holds = wrapped(&holds, INDENT, columns());
        let _ = writeln!(text, "{row}\n{:INDENT$}{holds}", "");
    }
    print(text).map(drop)
}
