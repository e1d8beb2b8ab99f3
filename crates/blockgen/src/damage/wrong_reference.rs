//! Keys that no row of the parents' table has.

use std::sync::Arc;

use arrow::array::{Array, make_array};
use arrow::buffer::NullBuffer;

use super::{Detail, Patch};
use crate::column::{Block, Column, FillError};
use crate::random::{Key, Lane};
use crate::rows::Rows;

/// The keys that the parents' table would have if it went on behind its last row.
#[derive(Debug)]
pub(super) struct WrongReference {
    keys: Arc<dyn Column>,
    /// How many rows the parents' table has, at least one.
    parents: u64,
    which: Lane,
}

impl WrongReference {
    pub(super) fn new(keys: Arc<dyn Column>, parents: u64, key: Key) -> Self {
        let which = key.lane(1);
        Self {
            keys,
            parents,
            which,
        }
    }

    /// The values of these rows; null where there was none before.
    pub(super) fn patch(
        &self,
        rows: &[u64],
        nulls: Option<NullBuffer>,
    ) -> Result<Patch, FillError> {
        let parents = self.parents;
        let behind = rows
            .iter()
            .map(|row| parents + self.which.draws(*row).below(parents));
        let behind: Vec<_> = behind.collect();
        let values = self.keys.fill(&Block::new(Rows::Picked(&behind)))?;
        let nulls = NullBuffer::union(nulls.as_ref(), values.logical_nulls().as_ref());
        let data = values.to_data().into_builder().nulls(nulls).build()?;
        Ok(Patch {
            values: make_array(data),
            details: vec![Detail::Nothing; rows.len()],
        })
    }
}
