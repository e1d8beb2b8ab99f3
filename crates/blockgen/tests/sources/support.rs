//! A source in a test: from text to rows, or to what is said.

use std::error::Error as _;
use std::io::Cursor;
use std::num::NonZeroUsize;

use arrow::array::{RecordBatch, RecordBatchReader as _};
use arrow::compute::concat_batches;
use arrow::util::pretty::pretty_format_batches;
use blockgen::source::{Source, SourceError, SourceOptions};

/// Options with small blocks, so that a few rows are several of them.
pub fn options() -> SourceOptions {
    SourceOptions {
        block_rows: number(3),
        ..SourceOptions::default()
    }
}

pub fn number(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

pub fn source(name: &str, bytes: &[u8], options: &SourceOptions) -> Result<Source, SourceError> {
    Source::from_stream(name, Cursor::new(bytes.to_vec()), options)
}

/// All rows as one block.
pub fn read(mut source: Source) -> Result<RecordBatch, SourceError> {
    let mut blocks = Vec::new();
    while let Some(block) = source.next_block()? {
        blocks.push(block);
    }
    Ok(concat_batches(&source.schema(), &blocks).unwrap())
}

/// The schema and the rows, or all that is said.
pub fn told(source: Result<Source, SourceError>) -> String {
    match source.and_then(read) {
        Ok(rows) => {
            let fields = rows.schema();
            let fields = fields
                .fields()
                .iter()
                .map(|field| format!("{}: {}\n", field.name(), field.data_type()));
            let table = pretty_format_batches(std::slice::from_ref(&rows)).unwrap();
            format!("{}{table}\n", fields.collect::<String>())
        }
        Err(error) => said(&error),
    }
}

pub fn said(error: &SourceError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}\n"),
        None => format!("{error}\n"),
    }
}
