//! What a Parquet file says of itself, and its first rows, in as few bytes as that takes.
//!
//! `cargo run -p blockwrite --example look_into_a_file [FILE]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use blockwrite::{
    BlockWriter, FileReport, Footer, HeadReader, HeadStep, ParquetBlockWriter, WriteOptions,
    read_footer,
};
use bytes::Bytes;

const ROWS: u64 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = match std::env::args_os().nth(1) {
        Some(path) => PathBuf::from(path),
        None => words(&folder.path().join("words.parquet"))?,
    };
    let footer = read_footer(&path)?;
    print_report(&footer.report()?);
    print_head(&path, &footer)
}

/// A file to look into where none is named.
fn words(path: &Path) -> blockwrite::Result<PathBuf> {
    let words = ["lake", "river", "sea"];
    let rows = 0..500_000;
    let texts = rows.clone().map(|row| words[row as usize % words.len()]);
    let columns: [(&str, ArrayRef); 2] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows.clone()))),
        ("word", Arc::new(StringArray::from_iter_values(texts))),
    ];
    let block = RecordBatch::try_from_iter(columns)
        .map_err(|error| blockwrite::Error::Other(error.into()))?;
    let mut writer = ParquetBlockWriter::create(path, WriteOptions::default())?;
    writer.write_block(&block)?;
    writer.finish()?;
    Ok(path.to_owned())
}

fn print_report(report: &FileReport) {
    println!(
        "rows: {}, row groups: {}, bytes: {}, of them footer: {}\n",
        report.rows,
        report.row_groups.len(),
        report.file_bytes,
        report.footer_bytes
    );
    for field in &report.schema {
        println!("{}: {}", field.path, field.arrow_type);
    }
    println!();
    for column in &report.column_reports {
        println!(
            "{}: {} bytes, {}, {}, {} to {}",
            column.path,
            column.compressed_bytes,
            column.codecs.join(" "),
            column.encodings.join(" "),
            column.min.as_deref().unwrap_or("?"),
            column.max.as_deref().unwrap_or("?")
        );
    }
    println!();
}

fn print_head(path: &Path, footer: &Footer) -> Result<(), Box<dyn Error>> {
    let mut file = File::open(path)?;
    let mut fetched = 0;
    let mut head = HeadReader::new(footer, ROWS)?;
    loop {
        match head.step()? {
            HeadStep::Fetch(ranges) => {
                let bytes = ranges.into_iter().map(|range| read_range(&mut file, range));
                let bytes = bytes.collect::<Result<Vec<_>, _>>()?;
                fetched += bytes.iter().map(Bytes::len).sum::<usize>();
                head.push(bytes)?;
            }
            HeadStep::Rows(batch) => {
                let options = FormatOptions::default();
                // Instants in a time zone with a name are not shown: Arrow has no names for them.
                let columns = batch.columns().iter();
                let columns = columns.map(|column| ArrayFormatter::try_new(column, &options).ok());
                let columns: Vec<_> = columns.collect();
                for row in 0..batch.num_rows() {
                    let shown = |column: &Option<ArrayFormatter<'_>>| match column {
                        Some(column) => column.value(row).to_string(),
                        None => "?".to_owned(),
                    };
                    println!(
                        "{}",
                        columns.iter().map(shown).collect::<Vec<_>>().join(", ")
                    );
                }
            }
            HeadStep::Done => break,
        }
    }
    println!("\n{fetched} bytes were read for these rows");
    Ok(())
}

fn read_range(file: &mut File, range: Range<u64>) -> std::io::Result<Bytes> {
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end - range.start).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
