//! The rows that must arrive, made by the library; Parquet read and written by the parquet crate.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use blockgen::{DatasetSpec, Generator};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;

/// Rows of `people` as the generator makes them.
pub fn people(seed: u64, rows: Range<u64>) -> RecordBatch {
    let spec = DatasetSpec::builtin("people").unwrap();
    Generator::compile(&spec, "people", seed)
        .unwrap()
        .block(rows)
        .unwrap()
}

/// All rows of a Parquet file, and its footer.
pub fn read(bytes: impl Into<Bytes>) -> (RecordBatch, ParquetMetaData) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes.into()).unwrap();
    let footer = reader.metadata().as_ref().clone();
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    (concat_batches(&schema, &batches).unwrap(), footer)
}

/// A Parquet file of these rows, with the parquet crate's own defaults.
pub fn write_parquet(path: &Path, batch: &RecordBatch) {
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// Compares rows column by column, so that a difference names its column.
#[track_caller]
pub fn assert_same(found: &RecordBatch, expected: &RecordBatch) {
    assert_eq!(found.schema().fields(), expected.schema().fields());
    assert_eq!(found.num_rows(), expected.num_rows());
    for (at, field) in expected.schema().fields().iter().enumerate() {
        assert!(
            found.column(at) == expected.column(at),
            "values of `{}` differ",
            field.name()
        );
    }
}
