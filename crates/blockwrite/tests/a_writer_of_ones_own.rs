//! A writer of another format against the public interface alone.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::util::display::array_value_to_string;
use blockwrite::{BlockWriter, ByteDrain, Error, ParquetBlockWriter, RowGroupStats, WriteOptions};
use blockwrite::{Result, WriteStats};

/// Rows as lines, values between commas; a value with a comma in it is an error.
#[derive(Default)]
struct Lines {
    text: String,
    columns: usize,
    blocks: Vec<RowGroupStats>,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` has a comma in it")]
struct Comma(String);

impl BlockWriter for Lines {
    fn write_block(&mut self, block: &RecordBatch) -> Result<Option<RowGroupStats>> {
        let before = self.text.len();
        self.columns = block.num_columns();
        for row in 0..block.num_rows() {
            let mut values = Vec::new();
            for column in block.columns() {
                let value =
                    array_value_to_string(column, row).map_err(|e| Error::Other(e.into()))?;
                if value.contains(',') {
                    return Err(Error::Other(Comma(value).into()));
                }
                values.push(value);
            }
            self.text += &(values.join(",") + "\n");
        }
        let bytes = (self.text.len() - before) as u64;
        let stats = RowGroupStats {
            rows: block.num_rows() as u64,
            arrow_bytes: block.get_array_memory_size() as u64,
            uncompressed_bytes: bytes,
            compressed_bytes: bytes,
            encode_time: Duration::ZERO,
        };
        self.blocks.push(stats.clone());
        Ok(Some(stats))
    }

    fn finish(&mut self) -> Result<WriteStats> {
        let sum = |of: fn(&RowGroupStats) -> u64| self.blocks.iter().map(of).sum();
        Ok(WriteStats {
            rows: sum(|block| block.rows),
            columns: self.columns,
            arrow_bytes: sum(|block| block.arrow_bytes),
            uncompressed_bytes: sum(|block| block.uncompressed_bytes),
            compressed_bytes: sum(|block| block.compressed_bytes),
            file_bytes: self.text.len() as u64,
            encode_time: Duration::ZERO,
            elapsed: Duration::ZERO,
            row_groups: std::mem::take(&mut self.blocks),
        })
    }
}

fn block(words: &[&str]) -> RecordBatch {
    let ids = Int64Array::from_iter_values(0..words.len() as i64);
    let words = StringArray::from(words.to_vec());
    RecordBatch::try_from_iter([("id", Arc::new(ids) as _), ("word", Arc::new(words) as _)])
        .unwrap()
}

#[test]
fn it_stands_beside_the_parquet_writer() {
    let parquet = ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default());
    let writers: [Box<dyn BlockWriter>; 2] = [Box::new(Lines::default()), Box::new(parquet)];
    for mut writer in writers {
        writer.write_block(&block(&["lake", "river"])).unwrap();
        writer.write_block(&block(&["sea"])).unwrap();
        let stats = writer.finish().unwrap();
        assert_eq!((stats.rows, stats.row_groups.len()), (3, 2));
    }
}

#[test]
fn its_own_errors_come_through_whole() {
    let error = Lines::default().write_block(&block(&["a,b"])).unwrap_err();
    assert_eq!(error.to_string(), "`a,b` has a comma in it");
    let Error::Other(cause) = error else {
        panic!("{error:?}")
    };
    assert!(cause.is::<Comma>());
}
