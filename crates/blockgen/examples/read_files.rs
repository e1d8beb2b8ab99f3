//! What is in CSV, JSON, Parquet or Arrow files: columns, rows, and the first of them.
//!
//! `cargo run -p blockgen --features sources --example read_files [FILE...]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::path::PathBuf;

use arrow::array::RecordBatchReader;
use arrow::util::pretty::pretty_format_batches;
use blockgen::source::{Source, SourceOptions};

const RIVERS: &str =
    "name,km,mouth\nDanube,2850,Black Sea\n\"Nile, Blue\",1450,\nRhine,1230,North Sea\n";

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let options = SourceOptions::default();
    let mut source = if files.is_empty() {
        Source::from_stream("rivers.csv", RIVERS.as_bytes(), &options)?
    } else {
        Source::open_all(files, &options)?
    };

    for field in source.schema().fields() {
        println!("{}: {}", field.name(), field.data_type());
    }
    let (mut rows, mut blocks) = (0, 0);
    while let Some(block) = source.next_block()? {
        if blocks == 0 {
            let first = block.slice(0, block.num_rows().min(3));
            println!("{}", pretty_format_batches(&[first])?);
        }
        rows += block.num_rows();
        blocks += 1;
    }
    println!(
        "{rows} rows in {blocks} blocks, {} bytes read",
        source.bytes_read().get()
    );
    Ok(())
}
