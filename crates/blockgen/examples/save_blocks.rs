//! Blocks of a built-in table, saved as an Arrow IPC file, which PyArrow, Polars and DuckDB read
//! without a conversion.
//!
//! `cargo run -p blockgen --example save_blocks [TABLE [ROWS [BLOCK_ROWS [FILE]]]]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroU64;
use std::path::PathBuf;

use arrow::ipc::writer::FileWriter;
use blockgen::{DatasetSpec, Generator};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let table = arguments.next().unwrap_or_else(|| "people".to_owned());
    let rows: u64 = arguments.next().map_or(Ok(10_000), |rows| rows.parse())?;
    let block_rows: NonZeroU64 = arguments
        .next()
        .map_or("4096".parse(), |rows| rows.parse())?;
    let path: PathBuf = match arguments.next() {
        Some(path) => path.into(),
        None => format!("{table}.arrow").into(),
    };

    let spec = DatasetSpec::builtin(data_set_of(&table)?)?;
    let generator = Generator::compile(&spec, &table, 42)?;
    let file = BufWriter::new(File::create(&path)?);
    let mut writer = FileWriter::try_new(file, &generator.schema())?;
    for block in generator.blocks(0..rows, block_rows) {
        writer.write(&block?)?;
    }
    writer.finish()?;
    println!("{rows} rows of {table} in {}", path.display());
    Ok(())
}

/// The built-in data set that has this table.
fn data_set_of(table: &str) -> Result<&'static str, Box<dyn std::error::Error>> {
    for name in DatasetSpec::builtin_names() {
        let spec = DatasetSpec::builtin(name)?;
        if spec.written_tables().any(|one| one.name == table) {
            return Ok(name);
        }
    }
    Err(format!("no built-in data set has a table `{table}`").into())
}
