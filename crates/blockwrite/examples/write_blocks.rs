//! Three blocks made by hand become three row groups; a fourth of another schema is refused.
//!
//! `cargo run -p blockwrite --example write_blocks [FILE]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use blockwrite::{BlockWriter, ParquetBlockWriter, RowGroupStats, WriteOptions, WriteStats};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let path = named
        .clone()
        .unwrap_or_else(|| folder.path().join("scores.parquet"));

    let mut writer = ParquetBlockWriter::create(&path, WriteOptions::default())?;
    for block in [
        scores(&[(1, "Ada", 97.5), (2, "Blaise", 88.0), (3, "Carl", 91.25)])?,
        scores(&[(4, "Daniel", 79.0), (5, "Emmy", 99.0)])?,
        scores(&[(6, "Felix", 84.5), (7, "Grace", 95.0)])?,
    ] {
        writer.write_block(&block)?;
    }

    // The first block fixed the schema. A block that differs is refused, and nothing of it is
    // written, so the writer goes on.
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["eight"]));
    let other = RecordBatch::try_from_iter([("id", ids)])?;
    if let Err(error) = writer.write_block(&other) {
        println!("A block of another schema is refused: {error}\n");
    }

    let stats = writer.finish()?;
    print_table(&stats);
    println!(
        "\n{} rows in {} columns, {} bytes",
        stats.rows, stats.columns, stats.file_bytes
    );
    match named {
        Some(path) => println!("in {}", path.display()),
        None => println!("in a temporary folder; name a file to keep one"),
    }
    Ok(())
}

fn scores(rows: &[(i64, &str, f64)]) -> Result<RecordBatch, Box<dyn Error>> {
    let ids = Int64Array::from_iter_values(rows.iter().map(|row| row.0));
    let names = StringArray::from_iter_values(rows.iter().map(|row| row.1));
    let scores = Float64Array::from_iter_values(rows.iter().map(|row| row.2));
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(ids)),
        ("name", Arc::new(names)),
        ("score", Arc::new(scores)),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

fn print_table(stats: &WriteStats) {
    println!("row group  rows  arrow bytes  encoded  in the file");
    for (index, group) in stats.row_groups.iter().enumerate() {
        let RowGroupStats {
            rows,
            arrow_bytes,
            uncompressed_bytes,
            compressed_bytes,
            ..
        } = group;
        println!(
            "{index:>9}  {rows:>4}  {arrow_bytes:>11}  {uncompressed_bytes:>7}  \
             {compressed_bytes:>11}"
        );
    }
    println!(
        "{:>9}  {:>4}  {:>11}  {:>7}  {:>11}",
        "all", stats.rows, stats.arrow_bytes, stats.uncompressed_bytes, stats.compressed_bytes
    );
}
