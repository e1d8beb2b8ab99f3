//! `sequence`: the row's index plus a start.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use crate::column::{Column, FillError};

/// Options of [`ColumnKind::Sequence`](crate::ColumnKind::Sequence).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceOptions {
    /// The value at row 0; 1 if not given.
    #[serde(default = "one")]
    pub start: i64,
}

fn one() -> i64 {
    1
}

#[derive(Debug)]
pub(super) struct Sequence {
    start: i64,
}

impl Sequence {
    pub(super) fn new(options: &SequenceOptions) -> Self {
        Self {
            start: options.start,
        }
    }
}

impl Column for Sequence {
    fn data_type(&self) -> DataType {
        DataType::Int64
    }

    fn fill(&self, rows: Range<u64>, _count: usize) -> Result<ArrayRef, FillError> {
        // Values grow with the row, so if the last fits, all do; no rows always fit.
        let last = rows.clone().next_back();
        if last.is_some_and(|last| self.start.checked_add_unsigned(last).is_none()) {
            return Err(FillError::SequenceOverflow { start: self.start });
        }
        let values = rows.map(|row| self.start.wrapping_add_unsigned(row));
        Ok(Arc::new(Int64Array::from_iter_values(values)))
    }
}
