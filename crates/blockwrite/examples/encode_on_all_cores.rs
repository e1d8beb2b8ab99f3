//! Blocks are made and encoded on every core, and one writer puts them in order: the file is the
//! same to the byte, whatever the number of threads.
//!
//! `cargo run --release -p blockwrite --example encode_on_all_cores [FILE]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use blockwrite::{
    AtomicFile, BlockWriter, ParquetBlockWriter, RowGroupEncoder, WriteOptions, WriteStats,
};

const BLOCKS: i64 = 32;
const BLOCK_ROWS: i64 = 50_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = std::env::args_os()
        .nth(1)
        .map_or_else(|| folder.path().join("readings.parquet"), PathBuf::from);
    let cores = thread::available_parallelism()?.get();

    println!("threads  seconds  core seconds    rows/s  same bytes");
    let mut first = None;
    for threads in [1, cores] {
        let stats = write(&path, threads)?;
        let bytes = std::fs::read(&path)?;
        let same = *first.get_or_insert_with(|| bytes.clone()) == bytes;
        let seconds = stats.elapsed.as_secs_f64();
        println!(
            "{threads:>7}  {seconds:>7.2}  {:>12.2}  {:>8.0}  {same:>10}",
            stats.encode_time.as_secs_f64(),
            stats.rows as f64 / seconds
        );
    }
    Ok(())
}

fn write(path: &Path, threads: usize) -> Result<WriteStats, Box<dyn Error>> {
    // One encoder decides what has a dictionary, for all threads.
    let encoder = RowGroupEncoder::tuned(&block(0)?, &WriteOptions::default())?;
    let mut writer = ParquetBlockWriter::with_encoder(AtomicFile::create(path)?, &encoder)?;
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        // Of n threads, thread k makes every n-th block from k on, and waits until it is taken: that bounds
        // the memory, and taking from the threads in turn keeps the order.
        let ready: Vec<_> = (0..threads)
            .map(|k| {
                let (send, ready) = sync_channel(0);
                let encoder = encoder.clone();
                scope.spawn(move || {
                    for index in (0..BLOCKS).skip(k).step_by(threads) {
                        let group = block(index)
                            .map_err(|error| blockwrite::Error::Other(error.into()))
                            .and_then(|block| encoder.encode(&block));
                        // The writer is gone where it failed.
                        if send.send(group).is_err() {
                            break;
                        }
                    }
                });
                ready
            })
            .collect();
        for index in 0..BLOCKS {
            writer.append(ready[index as usize % threads].recv()??)?;
        }
        Ok(())
    })?;
    let stats = writer.finish()?;
    if let Some(mut file) = writer.into_sink() {
        file.commit()?;
    }
    Ok(stats)
}

/// Readings of a hundred sensors; a block follows from its index.
fn block(index: i64) -> Result<RecordBatch, ArrowError> {
    let rows = index * BLOCK_ROWS..(index + 1) * BLOCK_ROWS;
    let sensors = rows.clone().map(|row| format!("sensor {:02}", row % 100));
    let values = rows.clone().map(|row| (row as f64 / 1000.0).sin() * 20.0);
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows))),
        ("sensor", Arc::new(StringArray::from_iter_values(sensors))),
        ("value", Arc::new(Float64Array::from_iter_values(values))),
    ];
    RecordBatch::try_from_iter(columns)
}
