//! Which parent a child row belongs to, and which of that parent's children it is.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StructArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Fields};
use arrow::error::ArrowError;

use super::counts::{BLOCK, Counts};
use crate::column::{Block, Column, FillError};
use crate::rows::Rows;

/// The rows of a table whose rows are children of another table's, one parent's after another's.
///
/// Every block of [`BLOCK`] parents has the same number of children, so a child row names its
/// block by a division; the counts within are made once for each block that a call touches.
#[derive(Debug)]
pub(super) struct Children {
    counts: Counts,
    parents: u64,
    /// Children of a whole block of parents.
    block_rows: u64,
    /// Children of the blocks that are whole.
    whole_rows: u64,
    rows: u64,
}

impl Children {
    /// Nothing if there were more children than 64 bits count.
    pub(super) fn new(counts: Counts, parents: u64) -> Option<Self> {
        let block_rows = counts.total(BLOCK);
        let whole_rows = block_rows.checked_mul(parents / BLOCK)?;
        let rows = whole_rows.checked_add(counts.total(parents % BLOCK))?;
        Some(Self {
            counts,
            parents,
            block_rows,
            whole_rows,
            rows,
        })
    }

    /// How many children there are.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The block of parents of a row, and the row's place among that block's children.
    fn block_of(&self, row: u64) -> (u64, u64) {
        if row < self.whole_rows {
            // Not 0, or there would be no row in a whole block.
            (row / self.block_rows, row % self.block_rows)
        } else {
            (self.parents / BLOCK, row - self.whole_rows)
        }
    }

    fn counts(&self, block: u64) -> Vec<u32> {
        self.counts.of(block, self.parents_of(block))
    }

    fn parents_of(&self, block: u64) -> u64 {
        (self.parents - block * BLOCK).min(BLOCK)
    }

    /// Calls `visit` with each parent and a range of its children's numbers, in the order of the
    /// rows, so that the ranges hold `count` children from `start` on.
    fn run(&self, start: u64, count: usize, mut visit: impl FnMut(u64, std::ops::Range<u64>)) {
        let mut row = start;
        let end = start + count as u64;
        let mut counts = Vec::with_capacity(BLOCK as usize);
        while row < end {
            let (block, mut skip) = self.block_of(row);
            self.counts
                .write(block, self.parents_of(block), &mut counts);
            for (parent, &children) in (block * BLOCK..).zip(&counts) {
                let children = u64::from(children);
                if skip >= children {
                    skip -= children;
                    continue;
                }
                let here = (children - skip).min(end - row);
                visit(parent, skip..skip + here);
                row += here;
                skip = 0;
                if row == end {
                    break;
                }
            }
        }
    }

    fn places(&self, rows: Rows<'_>) -> (Vec<u64>, Vec<u64>) {
        match rows {
            Rows::Run { start, count } => {
                let mut parents = Vec::with_capacity(count);
                let mut lines = Vec::with_capacity(count);
                self.run(start, count, |parent, children| {
                    parents.resize(
                        parents.len() + (children.end - children.start) as usize,
                        parent,
                    );
                    lines.extend(children);
                });
                (parents, lines)
            }
            Rows::Picked(rows) => self.picked(rows),
        }
    }

    /// In ascending order, so that each block is made once, and walked through once.
    fn picked(&self, rows: &[u64]) -> (Vec<u64>, Vec<u64>) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        if !rows.is_sorted() {
            order.sort_unstable_by_key(|index| rows[*index]);
        }
        let (mut parents, mut lines) = (vec![0; rows.len()], vec![0; rows.len()]);
        let mut counts = Vec::new();
        let mut made = None;
        // The parent that the walk has come to, and the children of the block's parents before it.
        let (mut parent, mut before) = (0, 0);
        for index in order {
            let (block, place) = self.block_of(rows[index]);
            if made != Some(block) {
                counts = self.counts(block);
                made = Some(block);
                (parent, before) = (0, 0);
            }
            while place - before >= u64::from(counts[parent]) {
                before += u64::from(counts[parent]);
                parent += 1;
            }
            parents[index] = block * BLOCK + parent as u64;
            lines[index] = place - before;
        }
        (parents, lines)
    }
}

/// Parent and number of each row, as a column of two fields that others take theirs from: what a
/// block of rows needs of the counts is made once.
impl Column for Children {
    fn data_type(&self) -> DataType {
        DataType::Struct(fields())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        if let Some(row) = block.rows.highest().filter(|row| *row >= self.rows) {
            // A generator refuses such a range, and a table that refers to this one knows its rows.
            let message = format!("row {row} of a table that has {} rows", self.rows);
            return Err(ArrowError::InvalidArgumentError(message).into());
        }
        let (parents, lines) = self.places(block.rows);
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from(parents)),
            Arc::new(UInt64Array::from(lines)),
        ];
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

fn fields() -> Fields {
    let field = |name| Field::new(name, DataType::UInt64, false);
    Fields::from(vec![field("parent"), field("line")])
}

/// One of the two fields of [`Children`].
#[derive(Debug)]
pub(super) struct Place {
    children: Arc<dyn Column>,
    field: usize,
}

impl Place {
    /// The row of the parent.
    pub(super) fn parent(children: &Arc<Children>) -> Self {
        Self::field(children, 0)
    }

    /// The number among the parent's children, from 0.
    pub(super) fn line(children: &Arc<Children>) -> Self {
        Self::field(children, 1)
    }

    fn field(children: &Arc<Children>, field: usize) -> Self {
        let children = Arc::clone(children) as Arc<dyn Column>;
        Self { children, field }
    }
}

impl Column for Place {
    fn data_type(&self) -> DataType {
        DataType::UInt64
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let places = block.values(&self.children)?;
        Ok(Arc::clone(places.as_struct().column(self.field)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Key;

    fn children(min: u32, max: u32, mean: f64, parents: u64) -> Children {
        let key = Key::of_seed(42).child("children");
        Children::new(Counts::new(key, min, max, mean), parents).unwrap()
    }

    fn run(children: &Children, start: u64, count: usize) -> Vec<(u64, u64)> {
        let (parents, lines) = children.places(Rows::Run { start, count });
        parents.into_iter().zip(lines).collect()
    }

    #[test]
    fn every_parent_has_its_children_in_order_and_they_add_up() {
        for parents in [0, 1, 2, 1_023, 1_024, 1_025, 100_000] {
            for (min, max, mean) in [(1, 7, 4.0), (0, 3, 0.4), (2, 2, 2.0), (1, 9, 1.7)] {
                let children = children(min, max, mean, parents);
                let rounded = |parents: u64| (parents as f64 * mean).round() as u64;
                let expected = parents / BLOCK * rounded(BLOCK) + rounded(parents % BLOCK);
                assert_eq!(children.rows(), expected, "{parents} {mean}");

                let all = run(&children, 0, expected as usize);
                let mut counts = vec![0; parents as usize];
                let mut last = 0;
                for (parent, line) in all {
                    assert!(parent >= last);
                    assert_eq!(line, counts[parent as usize]);
                    counts[parent as usize] += 1;
                    last = parent;
                }
                let range = u64::from(min)..=u64::from(max);
                assert!(
                    counts.iter().all(|count| range.contains(count)),
                    "{parents} {mean}"
                );
            }
        }
    }

    proptest! {
        /// A run is what its parts are, and what its rows are one by one, in any order.
        #[test]
        fn rows_know_their_place_however_they_are_asked_for(
            parents in 1u64..5_000,
            min in 0u32..4,
            more in 0u32..6,
            at in 0.0f64..1.0,
            count in 0usize..9_000,
            cut in 0.0f64..1.0,
            picks in prop::collection::vec(0.0f64..1.0, 0..50),
        ) {
            let max = min + more;
            let children = children(min, max, f64::midpoint(min.into(), max.into()), parents);
            let start = (children.rows() as f64 * at) as u64;
            let count = count.min((children.rows() - start) as usize);
            let whole = run(&children, start, count);
            let middle = (count as f64 * cut) as usize;
            let mut parts = run(&children, start, middle);
            parts.extend(run(&children, start + middle as u64, count - middle));
            prop_assert_eq!(&whole, &parts);
            if count > 0 {
                let picks = picks.iter().map(|pick| (count as f64 * pick) as usize);
                let picks: Vec<_> = picks.collect();
                let rows: Vec<_> = picks.iter().map(|pick| start + *pick as u64).collect();
                let (parents, lines) = children.places(Rows::Picked(&rows));
                for ((pick, parent), line) in picks.into_iter().zip(parents).zip(lines) {
                    prop_assert_eq!(whole[pick], (parent, line));
                }
            }
        }
    }

    #[test]
    fn the_last_rows_of_the_largest_tables_are_as_near_as_the_first() {
        let children = children(1, 7, 4.0, 1 << 60);
        assert_eq!(children.rows(), 1 << 62);
        let (parent, _) = run(&children, (1 << 62) - 1, 1)[0];
        assert_eq!(parent, (1 << 60) - 1);
        let key = Key::of_seed(1);
        assert!(Children::new(Counts::new(key, 9, 9, 9.0), u64::MAX / 8).is_none());
    }
}
