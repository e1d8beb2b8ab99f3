//! Damage, done to the columns of a block.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MutableArrayData, make_array};

use super::duplicate::{Repeated, Sources};
use super::hits::{Hit, hits};
use super::{Damage, Patch};
use crate::column::{Column, FillError};

/// Rows that repeat others are found once for all columns.
pub(crate) struct Repeats(Vec<Sources>);

impl Repeats {
    fn block(&self) -> Vec<Repeated<'_>> {
        self.0.iter().map(Repeated::new).collect()
    }
}

/// What happens to one column of a block.
pub(super) struct Wounds {
    pub(super) hits: Vec<Hit>,
    /// One for each stroke, with as many values as it has hits.
    pub(super) patches: Vec<Patch>,
}

/// Damage that is being done to one block.
pub(crate) struct BlockDamage<'a> {
    pub(super) damage: &'a Damage,
    start: u64,
    count: usize,
    repeated: Vec<Repeated<'a>>,
}

impl Damage {
    /// The repeats of `count` rows from `start` on.
    pub(crate) fn repeats(&self, start: u64, count: usize) -> Repeats {
        let repeats = self.repeats.iter();
        Repeats(
            repeats
                .map(|repeat| repeat.sources(start, count, self))
                .collect(),
        )
    }

    /// Begins with the same rows.
    pub(crate) fn of_block<'a>(
        &'a self,
        start: u64,
        count: usize,
        repeats: &'a Repeats,
    ) -> BlockDamage<'a> {
        BlockDamage {
            damage: self,
            start,
            count,
            repeated: repeats.block(),
        }
    }
}

impl BlockDamage<'_> {
    /// The values of a column, by its number in the table, with their damage.
    pub(crate) fn damaged(
        &self,
        number: usize,
        column: &Arc<dyn Column>,
        original: ArrayRef,
    ) -> Result<ArrayRef, FillError> {
        let wounds = self.wounds(number, column, &original)?;
        if wounds.hits.is_empty() {
            return Ok(original);
        }
        wounds.weave(&original)
    }

    pub(super) fn wounds(
        &self,
        number: usize,
        column: &Arc<dyn Column>,
        original: &ArrayRef,
    ) -> Result<Wounds, FillError> {
        let strokes = &self.damage.columns[number];
        let hits = hits(strokes, self.start, self.count);
        let patch = |(number, stroke): (usize, &super::Stroke)| {
            let own = hits.iter().filter(|hit| hit.stroke == number);
            let indices: Vec<_> = own.map(|hit| hit.index).collect();
            let rows: Vec<_> = indices
                .iter()
                .map(|index| self.start + *index as u64)
                .collect();
            let harm = &stroke.harm;
            harm.patch(column, original, &indices, &rows, &self.repeated)
        };
        let patches = strokes.iter().enumerate().map(patch);
        let patches = patches.collect::<Result<_, _>>()?;
        Ok(Wounds { hits, patches })
    }
}

impl Wounds {
    /// Calls `visit` with each hit, and the index of its value in the patch of its stroke.
    pub(super) fn each(&self, mut visit: impl FnMut(Hit, usize)) {
        let mut next = vec![0; self.patches.len()];
        for hit in &self.hits {
            visit(*hit, next[hit.stroke]);
            next[hit.stroke] += 1;
        }
    }

    /// The original with the patches in it.
    fn weave(&self, original: &ArrayRef) -> Result<ArrayRef, FillError> {
        let patches = self.patches.iter().map(|patch| patch.values.to_data());
        let data: Vec<_> = [original.to_data()].into_iter().chain(patches).collect();
        let mut woven = MutableArrayData::new(data.iter().collect(), false, original.len());
        let mut done = 0;
        let mut failed = Ok(());
        self.each(|hit, patch| {
            if failed.is_ok() {
                failed = woven
                    .try_extend(0, done, hit.index)
                    .and_then(|()| woven.try_extend(1 + hit.stroke, patch, patch + 1));
            }
            done = hit.index + 1;
        });
        failed?;
        woven.try_extend(0, done, original.len())?;
        Ok(make_array(woven.freeze()))
    }
}
