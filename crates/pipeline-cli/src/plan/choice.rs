//! Which tables of a data set are made, and how many rows each has.

use std::ops::Range;

use blockgen::{DatasetSpec, Generator, MAX_ROWS, SpecError};

use crate::byte_size::ByteSize;
use crate::dataset::Dataset;
use crate::failure::{ExitCode, Failure};
use crate::row_range::RowRange;
use crate::settings::{Amount, Settings};

/// Rows of a table of which neither the settings nor the spec say how many it has.
const DEFAULT_ROWS: u64 = 100_000;

/// A table that is to be made.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) generator: Generator,
    pub(super) wanted: Wanted,
    /// Rows there are at most: others than those that follow from its parents' a table of
    /// children does not have.
    pub(super) most: u64,
}

/// How much of a table is to be made.
#[derive(Debug)]
pub(super) enum Wanted {
    Rows(Range<u64>),
    /// So many rows, from the first, as make a file of this size.
    Size(ByteSize),
}

/// The tables of a run, in the order of the spec, and the spec with the rows that were asked for.
/// Everything that is wrong with the spec is told here, also of tables that are not made.
///
/// # Errors
///
/// [`ExitCode::Usage`] for tables that are not there and amounts that do not fit them;
/// [`ExitCode::Source`] for the spec.
pub(super) fn choose(dataset: &mut Dataset, settings: &Settings) -> Result<Vec<Chosen>, Failure> {
    let tables = picked(&dataset.spec, &settings.tables)?;
    let amount = &settings.amount;
    let from = settings.amount_origin.as_str();
    let default_rows = set_amount(dataset, &tables, amount, from)?;
    let source = |errors| dataset.failure(&errors);
    dataset.spec.check().map_err(source)?;
    let seed = dataset.seed(settings.seed);
    let chosen = tables.iter().map(|table| {
        let generator = Generator::compile(&dataset.spec, table, seed).map_err(source)?;
        let rows = generator.rows();
        let wanted = match amount {
            Amount::Range(RowRange(range)) => Wanted::Rows(range.clone()),
            Amount::Size(bytes) => Wanted::Size(*bytes),
            _ => Wanted::Rows(0..rows.unwrap_or(default_rows)),
        };
        let spec = dataset.spec.table(table);
        let is_family = spec.is_ok_and(|table| table.children.is_some());
        Ok(Chosen {
            generator,
            wanted,
            most: rows.filter(|_| is_family).unwrap_or(MAX_ROWS),
        })
    });
    chosen.collect()
}

/// The names of the tables that were asked for; all, if none was.
fn picked(spec: &DatasetSpec, asked: &[String]) -> Result<Vec<String>, Failure> {
    for table in asked {
        spec.table(table).map_err(|error| {
            Failure::new(
                ExitCode::Usage,
                anyhow::Error::new(error).context("--table"),
            )
        })?;
    }
    if asked.is_empty() {
        let written = spec.written_tables();
        return Ok(written.map(|table| table.name.clone()).collect());
    }
    let names = spec.tables.iter().map(|table| table.name.clone());
    Ok(names.filter(|name| asked.contains(name)).collect())
}

/// Sets the rows that were asked for in the spec, and says how many those tables have that say
/// nothing.
fn set_amount(
    dataset: &mut Dataset,
    tables: &[String],
    amount: &Amount,
    from: &str,
) -> Result<u64, Failure> {
    let refused = |error: SpecError| {
        let error = anyhow::Error::new(error).context(from.to_owned());
        Failure::new(ExitCode::Usage, error)
    };
    match amount {
        Amount::OfSpec => {}
        Amount::Scale(factor) => {
            dataset.spec.scale(*factor).map_err(refused)?;
            let rows = (DEFAULT_ROWS as f64 * factor).round();
            return Ok((rows.min(MAX_ROWS as f64) as u64).clamp(1, MAX_ROWS));
        }
        Amount::RowsOf(named) => {
            for (table, rows) in named {
                let set = dataset.spec.set_rows(table, *rows);
                set.map_err(|error| refused(error).advise_of_children(&dataset.spec, table))?;
            }
        }
        Amount::Rows(rows) => {
            let table = the_one(&dataset.name, tables, from)?;
            check_end(*rows)?;
            let set = dataset.spec.set_rows(table, *rows);
            set.map_err(|error| refused(error).advise_of_children(&dataset.spec, table))?;
        }
        Amount::Range(RowRange(range)) => {
            the_one(&dataset.name, tables, "--rows-range")?;
            check_end(range.end)?;
        }
        Amount::Size(_) => {
            let table = the_one(&dataset.name, tables, from)?;
            check_no_own_parent(&dataset.spec, table, from)?;
        }
    }
    Ok(DEFAULT_ROWS)
}

/// The table of a run that makes one.
fn the_one<'a>(dataset: &str, tables: &'a [String], from: &str) -> Result<&'a str, Failure> {
    match tables {
        [one] => Ok(one),
        several => {
            let sentence = format!(
                "{from}: that is for one table, and `{dataset}` has {}: {}",
                several.len(),
                several.join(", ")
            );
            let first = several.first().map_or("", String::as_str);
            Err(Failure::say(ExitCode::Usage, sentence).advise(format!(
                "Write --rows {first}=1000 for the rows of one of them, --scale 0.1 for a tenth of all, or pick a table with --table {first}."
            )))
        }
    }
}

/// A table whose rows refer to other rows of it is another table with every number of rows, so
/// that its number can't be found from its size.
fn check_no_own_parent(spec: &DatasetSpec, table: &str, from: &str) -> Result<(), Failure> {
    let hash = |rows: u64| {
        let mut spec = spec.clone();
        spec.set_rows(table, rows).ok()?;
        let generator = Generator::compile(&spec, table, 0).ok()?;
        Some(generator.provenance().spec_hash)
    };
    // What can't be compiled is told by whoever compiles it next.
    match (hash(1), hash(2)) {
        (Some(one), Some(two)) if one != two => {
            let sentence = format!(
                "{from}: the rows of table `{table}` refer to one another, so how many there are must be known first"
            );
            Err(Failure::say(ExitCode::Usage, sentence).advise("Name its rows with --rows."))
        }
        _ => Ok(()),
    }
}

fn check_end(end: u64) -> Result<(), Failure> {
    if end <= MAX_ROWS {
        return Ok(());
    }
    let sentence = format!("row {end} is asked for, and a table ends at row {MAX_ROWS}");
    Err(Failure::say(ExitCode::Usage, sentence))
}

impl Failure {
    /// What to do where the rows of a table of children were to be set.
    fn advise_of_children(self, spec: &DatasetSpec, table: &str) -> Self {
        let table = spec.table(table).ok();
        match table.and_then(|table| table.children.as_ref()) {
            Some(children) => self.advise(format!(
                "Set the rows of `{parent}`, as in --rows {parent}=1000, or take a part of the table \
                 with --rows-range.",
                parent = children.of
            )),
            None => self,
        }
    }
}
