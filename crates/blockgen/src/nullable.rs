//! A share of nulls over any column.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::nullif;
use arrow::datatypes::DataType;

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Key;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::share::Share;

/// The values of another column, some of them taken away.
#[derive(Debug)]
pub(crate) struct Nullable {
    values: Arc<dyn Column>,
    nulls: Share,
}

impl Nullable {
    /// The column as it is where no share is given.
    pub(crate) fn over(
        values: Result<Arc<dyn Column>, Rejected>,
        share: Option<f64>,
        scope: &Scope<'_>,
    ) -> Result<Arc<dyn Column>, Rejected> {
        let Some(share) = share else {
            return values;
        };
        if !(0.0..=1.0).contains(&share) {
            return Err(scope.invalid("nulls", share, "a share, 0 to 1"));
        }
        Ok(Arc::new(Self::new(values?, scope.key(), share)))
    }

    /// `share` is 0 to 1. The key of nulls lies beside the column's own, so that the values that
    /// stay are those of the column without nulls.
    fn new(values: Arc<dyn Column>, key: Key, share: f64) -> Self {
        Self {
            values,
            nulls: Share::new(key.child("nulls").lane(0), share),
        }
    }
}

impl Column for Nullable {
    fn data_type(&self) -> DataType {
        self.values.data_type()
    }

    fn nullable(&self) -> bool {
        true
    }

    fn range(&self) -> Option<ValueRange> {
        self.values.range()
    }

    fn distinct(&self) -> Option<u64> {
        self.values.distinct()?.checked_add(1)
    }

    fn end(&self) -> Option<u64> {
        self.values.end()
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.values.fill(block)?;
        let taken = block.rows.bits(|row| self.nulls.takes(row));
        // Not through a builder, which would look at every byte of a text once more.
        Ok(nullif(&values, &BooleanArray::new(taken, None))?)
    }
}
