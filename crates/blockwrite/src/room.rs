//! What still fits into a row group.

use arrow::array::RecordBatch;

use crate::MAX_ROW_GROUP_ROWS;
use crate::sizing::arrow_bytes;

/// Rows and bytes that a row group still takes.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    bytes: f64,
    rows: usize,
}

impl Room {
    /// An empty row group of so many bytes of Arrow data.
    pub(crate) fn of(bytes: f64) -> Self {
        Self {
            bytes,
            rows: MAX_ROW_GROUP_ROWS as usize,
        }
    }

    /// How many rows of a block fit; at least one into an empty group.
    pub(crate) fn take(&mut self, block: &RecordBatch, empty: bool) -> usize {
        let bytes = (arrow_bytes(block) as f64).max(1.0);
        let row_bytes = bytes / block.num_rows() as f64;
        // Rounded, so that a group of rows that are all alike has the rows that were planned.
        let fit = ((self.bytes / row_bytes).round() as usize).min(self.rows);
        let rows = fit.max(usize::from(empty)).min(block.num_rows());
        self.bytes -= row_bytes * rows as f64;
        self.rows -= rows;
        rows
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes <= 0.0 || self.rows == 0
    }
}
