//! The first rows of a reader, counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

/// How many rows were read; shared with who tells of it.
#[derive(Debug, Clone, Default)]
pub struct RowsRead(Arc<AtomicU64>);

impl RowsRead {
    /// Rows so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// At most so many rows of a reader. Once it has them it asks for no more.
#[derive(Debug)]
pub struct Limited<R> {
    blocks: R,
    most: Option<u64>,
    rows: RowsRead,
}

impl<R> Limited<R> {
    /// All rows of `blocks`, or the first `most`.
    pub fn new(blocks: R, most: Option<u64>) -> Self {
        Self {
            blocks,
            most,
            rows: RowsRead::default(),
        }
    }

    /// How many rows were read.
    pub fn rows_read(&self) -> RowsRead {
        self.rows.clone()
    }
}

impl<R: RecordBatchReader> Iterator for Limited<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let left = self.most.map(|most| most.saturating_sub(self.rows.get()));
        if left == Some(0) {
            return None;
        }
        let block = match self.blocks.next()? {
            Ok(block) => block,
            error => return Some(error),
        };
        let rows = match left.and_then(|left| usize::try_from(left).ok()) {
            Some(left) => left.min(block.num_rows()),
            None => block.num_rows(),
        };
        self.rows.0.fetch_add(rows as u64, Ordering::Relaxed);
        Some(Ok(block.slice(0, rows)))
    }
}

impl<R: RecordBatchReader> RecordBatchReader for Limited<R> {
    fn schema(&self) -> SchemaRef {
        self.blocks.schema()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, RecordBatchIterator};

    use super::*;

    #[test]
    fn what_stands_behind_the_limit_is_not_asked_for() {
        let block = || {
            let ids: Int64Array = [1, 2, 3].into_iter().collect();
            RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])
        };
        let read = |most| {
            let bad = Err(ArrowError::CsvError("bad".to_owned()));
            let blocks = [block(), block(), bad];
            let reader = RecordBatchIterator::new(blocks, block().unwrap().schema());
            let limited = Limited::new(reader, most);
            let rows = limited.rows_read();
            let all: Result<Vec<_>, _> = limited.collect();
            (rows.get(), all.is_ok())
        };
        for (most, rows, whole) in [
            (Some(0), 0, true),
            (Some(2), 2, true),
            (Some(4), 4, true),
            (Some(6), 6, true),
            (Some(7), 6, false),
            (None, 6, false),
        ] {
            assert_eq!(read(most), (rows, whole), "{most:?}");
        }
    }
}
