//! `sequence`: the row's index plus a start.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};

/// Options of [`ColumnKind::Sequence`](crate::ColumnKind::Sequence).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        // Values grow with the row, so if the highest fits, all do; no rows always fit.
        let highest = block.rows.highest();
        if highest.is_some_and(|highest| self.start.checked_add_unsigned(highest).is_none()) {
            return Err(FillError::SequenceOverflow { start: self.start });
        }
        let values = block.rows.map(|row| self.start.wrapping_add_unsigned(row));
        Ok(Arc::new(Int64Array::from(values)))
    }
}
