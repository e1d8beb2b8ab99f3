//! A source of blocks of one's own: the lines of a text, as rows, written as Parquet.
//!
//! A source is any `RecordBatchReader`: a schema, and an iterator of batches with it. The
//! generator's `Blocks` and the readers of `blockgen::source` are nothing else.
//!
//! `cargo run -p pipeline-cli --example a_source_of_ones_own [TEXT [FILE]]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchReader, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use blockwrite::{BlockWriter, ParquetBlockWriter, WriteOptions, WriteStats};

/// The lines of a text with their numbers, 1,000 a block.
struct NumberedLines<R> {
    lines: std::iter::Enumerate<Lines<R>>,
    schema: SchemaRef,
}

impl<R: BufRead> NumberedLines<R> {
    fn new(text: R) -> Self {
        let number = Field::new("number", DataType::UInt64, false);
        let line = Field::new("line", DataType::Utf8, false);
        let schema = Arc::new(Schema::new(vec![number, line]));
        let lines = text.lines().enumerate();
        Self { lines, schema }
    }
}

impl<R: BufRead> Iterator for NumberedLines<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for (index, line) in self.lines.by_ref().take(1_000) {
            match line {
                Ok(line) => texts.push(line),
                Err(error) => return Some(Err(error.into())),
            }
            numbers.push(index as u64 + 1);
        }
        let numbers: ArrayRef = Arc::new(UInt64Array::from(numbers));
        let texts: ArrayRef = Arc::new(StringArray::from(texts));
        let rows = !numbers.is_empty();
        rows.then(|| RecordBatch::try_new(Arc::clone(&self.schema), vec![numbers, texts]))
    }
}

impl<R: BufRead> RecordBatchReader for NumberedLines<R> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Each block becomes a row group.
fn write(source: impl RecordBatchReader, path: &PathBuf) -> Result<WriteStats, Box<dyn Error>> {
    let mut writer = ParquetBlockWriter::create(path, WriteOptions::default())?;
    for block in source {
        writer.write_block(&block?)?;
    }
    Ok(writer.finish()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut named = std::env::args_os().skip(1).map(PathBuf::from);
    let text = named.next();
    let path = named
        .next()
        .unwrap_or_else(|| folder.path().join("lines.parquet"));
    let text: Box<dyn BufRead> = match text {
        Some(text) => Box::new(BufReader::new(File::open(text)?)),
        // Its own source, as long as nobody names another.
        None => Box::new(include_str!("a_source_of_ones_own.rs").as_bytes()),
    };

    let stats = write(NumberedLines::new(text), &path)?;
    println!(
        "{} lines in {} row groups, {} bytes",
        stats.rows,
        stats.row_groups.len(),
        stats.file_bytes
    );

    // What was written is a source, too.
    let mut again = blockgen::source::Source::open(&path, &Default::default())?;
    let first = again.next_block()?;
    println!(
        "read back: {} in the first block",
        first.map_or(0, |block| block.num_rows())
    );
    Ok(())
}
