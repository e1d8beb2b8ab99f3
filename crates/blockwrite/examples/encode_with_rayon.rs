//! Blocks are encoded on all cores by rayon, a few at a time, and one writer puts them in order.
//!
//! `cargo run --release -p blockwrite --example encode_with_rayon [FILE]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use blockwrite::{AtomicFile, BlockWriter, ParquetBlockWriter, RowGroupEncoder, WriteOptions};
use rayon::prelude::*;

const BLOCKS: i64 = 30;
const BLOCK_ROWS: i64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = std::env::args_os()
        .nth(1)
        .map_or_else(|| folder.path().join("orders.parquet"), PathBuf::from);

    // One encoder decides what has a dictionary, for all threads.
    let encoder = RowGroupEncoder::tuned(&block(0), &WriteOptions::default())?;
    let mut writer = ParquetBlockWriter::with_encoder(AtomicFile::create(&path)?, &encoder)?;
    let indices: Vec<_> = (0..BLOCKS).collect();
    // So many groups are in memory at once; `collect` keeps their order.
    for some in indices.chunks(rayon::current_num_threads() * 2) {
        let groups = some.par_iter().map(|&index| encoder.encode(&block(index)));
        for group in groups.collect::<Result<Vec<_>, _>>()? {
            writer.append(group)?;
        }
    }
    let stats = writer.finish()?;
    // The file appears now, whole.
    if let Some(mut file) = writer.into_sink() {
        file.commit()?;
    }
    println!(
        "{} rows in {} row groups, {} bytes, {} threads",
        stats.rows,
        stats.row_groups.len(),
        stats.file_bytes,
        rayon::current_num_threads()
    );
    Ok(())
}

/// Orders; a block follows from its index.
fn block(index: i64) -> RecordBatch {
    let rows = index * BLOCK_ROWS..(index + 1) * BLOCK_ROWS;
    let customers = rows
        .clone()
        .map(|row| format!("customer {}", row * 7 % 1_000));
    let columns: [(&str, ArrayRef); 2] = [
        ("order", Arc::new(Int64Array::from_iter_values(rows))),
        (
            "customer",
            Arc::new(StringArray::from_iter_values(customers)),
        ),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}
