//! Rows that repeat another.

use std::sync::Arc;

use arrow::array::UInt64Array;
use arrow::compute::take;

use super::{Damage, Detail, Patch};
use crate::column::{Block, Column, FillError};
use crate::random::{Key, Lane};
use crate::rows::Rows;
use crate::share::Share;

/// Rows that are drawn to find one that is itself undamaged. Where half of all rows are damaged,
/// all of them are in one of 65,536 cases.
const TRIES: usize = 16;

/// A damage that repeats rows.
#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) share: Share,
    which: [Lane; TRIES],
    /// The columns whose values are repeated.
    pub(super) columns: Vec<usize>,
}

impl Repeat {
    pub(super) fn new(key: Key, share: f64, columns: Vec<usize>) -> Self {
        Self {
            share: Share::new(key.lane(0), share),
            which: std::array::from_fn(|attempt| key.lane(1 + attempt as u64)),
            columns,
        }
    }

    /// The row that `row`, above 0, repeats: one before it, and one that shows its own values, if
    /// there is one among those drawn.
    fn source(&self, row: u64, damage: &Damage) -> u64 {
        let mut drawn = self.which.iter().map(|lane| lane.draws(row).below(row));
        let clean = drawn.find(|source| !damage.touches(*source, &self.columns));
        clean.unwrap_or_else(|| self.which[0].draws(row).below(row))
    }

    /// The rows from `start` on that repeat another, and for each the one it repeats.
    pub(super) fn sources(&self, start: u64, count: usize, damage: &Damage) -> Sources {
        let rows = start..start + count as u64;
        let rows: Vec<_> = rows
            .filter(|row| *row > 0 && self.share.takes(*row))
            .collect();
        let of = rows.iter().map(|row| self.source(*row, damage)).collect();
        Sources { rows, of }
    }
}

/// Rows of a block, each with the row that it repeats.
pub(super) struct Sources {
    rows: Vec<u64>,
    of: Vec<u64>,
}

/// The values of these rows, each column made when it is first asked for.
pub(super) struct Repeated<'a> {
    sources: &'a Sources,
    block: Block<'a>,
}

impl<'a> Repeated<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            block: Block::new(Rows::Picked(&sources.of)),
        }
    }

    /// The values for some of the rows, in ascending order.
    pub(super) fn patch(&self, column: &Arc<dyn Column>, rows: &[u64]) -> Result<Patch, FillError> {
        let Sources { rows: all, of } = self.sources;
        // Those that are left out have been damaged otherwise before.
        let at = rows.iter().filter_map(|row| all.binary_search(row).ok());
        let at: Vec<_> = at.collect();
        let indices = UInt64Array::from_iter_values(at.iter().map(|index| *index as u64));
        Ok(Patch {
            values: take(&self.block.values(column)?, &indices, None)?,
            details: at.iter().map(|index| Detail::Row(of[*index])).collect(),
        })
    }
}
