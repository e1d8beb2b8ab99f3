//! Values of another table's rows, made again where they are needed.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array, make_array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, UInt64Type};

use crate::column::{Block, Column, FillError};
use crate::range::ValueRange;
use crate::rows::Rows;

/// A column of the parents' table, at the parent's row of each row.
#[derive(Debug)]
pub(crate) struct Pulled {
    column: Arc<dyn Column>,
    /// Makes the parents' rows.
    parents: Arc<dyn Column>,
    gaps: Option<Gaps>,
}

/// Where rows have no parent, there is no value.
#[derive(Debug)]
struct Gaps {
    /// How many parents there are: rows from here on are none.
    parents: u64,
    /// Refers to the parent; where it is null, there is none.
    reference: Arc<dyn Column>,
}

impl Pulled {
    /// A value also for a parent beyond the last.
    pub(crate) fn new(column: Arc<dyn Column>, parents: &Arc<dyn Column>) -> Self {
        Self {
            column,
            parents: Arc::clone(parents),
            gaps: None,
        }
    }

    /// Null where `reference` is, and where the parent is none of so many.
    pub(super) fn with_gaps(mut self, reference: Arc<dyn Column>, parents: u64) -> Self {
        self.gaps = Some(Gaps { parents, reference });
        self
    }

    fn at(&self, parents: &[u64]) -> Result<ArrayRef, FillError> {
        // Children follow one another as their parents do, also those that a `case` picks: each
        // parent's value is made once.
        if let &[first, .., last] = parents
            && parents.is_sorted()
            && last - first < parents.len() as u64
        {
            let neighbours = Rows::Run {
                start: first,
                count: (last - first) as usize + 1,
            };
            let values = self.column.fill(&Block::new(neighbours))?;
            let indices = parents.iter().map(|parent| parent - first);
            return Ok(take(
                &values,
                &UInt64Array::from_iter_values(indices),
                None,
            )?);
        }
        self.column.fill(&Block::new(Rows::Picked(parents)))
    }
}

impl Column for Pulled {
    fn data_type(&self) -> DataType {
        self.column.data_type()
    }

    fn nullable(&self) -> bool {
        self.gaps.is_some() || self.column.nullable()
    }

    fn range(&self) -> Option<ValueRange> {
        self.column.range()
    }

    fn distinct(&self) -> Option<u64> {
        let nulls = u64::from(self.gaps.is_some());
        self.column.distinct()?.checked_add(nulls)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let parents = block.values(&self.parents)?;
        let parents = parents.as_primitive::<UInt64Type>().values();
        let Some(gaps) = &self.gaps else {
            return self.at(parents);
        };
        let known = BooleanBuffer::collect_bool(parents.len(), |i| parents[i] < gaps.parents);
        let known = NullBuffer::new(known);
        let reference = block.values(&gaps.reference)?;
        // What stands in a gap is not seen; the first row can always be made.
        let parents = parents
            .iter()
            .map(|parent| if *parent < gaps.parents { *parent } else { 0 });
        let parents: Vec<u64> = parents.collect();
        let values = self.at(&parents)?;
        let valid = NullBuffer::union(Some(&known), reference.logical_nulls().as_ref());
        let valid = NullBuffer::union(valid.as_ref(), values.logical_nulls().as_ref());
        let data = values.to_data().into_builder().nulls(valid).build()?;
        Ok(make_array(data))
    }
}
