//! `line_number`: the number of a row among its parent's children.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array};
use arrow::datatypes::{DataType, UInt64Type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::spec::MAX_CHILDREN;

/// Options of [`ColumnKind::LineNumber`](crate::ColumnKind::LineNumber).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineNumberOptions {
    /// The number of a parent's first child; 1 if not given.
    #[serde(default = "one")]
    pub start: i32,
}

fn one() -> i32 {
    1
}

/// So that no number leaves its 32 bits.
const MAX_START: i32 = i32::MAX - MAX_CHILDREN as i32;

#[derive(Debug)]
pub(super) struct LineNumber {
    start: i32,
    lines: Arc<dyn Column>,
}

impl LineNumber {
    pub(super) fn new(options: &LineNumberOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let start = options.start;
        if start > MAX_START {
            let allowed = format!("{} to {MAX_START}", i32::MIN);
            return Err(scope.invalid("start", start, allowed));
        }
        let lines = super::parent::family("line_number", scope)?.lines;
        Ok(Self { start, lines })
    }
}

impl Column for LineNumber {
    fn data_type(&self) -> DataType {
        DataType::Int32
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let lines = block.values(&self.lines)?;
        let lines = lines.as_primitive::<UInt64Type>().values().iter();
        let numbers = lines.map(|line| self.start.wrapping_add(*line as i32));
        Ok(Arc::new(Int32Array::from_iter_values(numbers)))
    }
}
