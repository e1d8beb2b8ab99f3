//! Rows as JSON, an object a line.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;

/// One line a row, every column in each, also where it is null.
///
/// # Errors
///
/// A type that JSON has no form for.
pub fn of(batch: &RecordBatch) -> Result<String, ArrowError> {
    let mut lines = Vec::new();
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(&mut lines);
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    String::from_utf8(lines).map_err(|error| ArrowError::JsonError(error.to_string()))
}
