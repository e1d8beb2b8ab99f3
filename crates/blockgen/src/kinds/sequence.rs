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
        let overflow = FillError::SequenceOverflow { start: self.start };
        let Some(end) = self.start.checked_add_unsigned(rows.end) else {
            return Err(overflow);
        };
        // No larger than `end`, so it fits too.
        let first = self.start.wrapping_add_unsigned(rows.start);
        Ok(Arc::new(Int64Array::from_iter_values(first..end)))
    }
}
