//! Deliberate damage: the last step to the rows of a table, and the only one that a ledger tells
//! of.
//!
//! ```text
//! rows ──share──▶ cells that are hit ──harm──▶ patches ──weave──▶ damaged column
//!        hits        (row, stroke)     null, out_of_range,   │
//!                                      malformed, repeats ...└──ledger──▶ row, column, damage, ...
//! ```
//!
//! Which rows are hit follows from seed, table, column and row, as all values do, and so does what
//! is done to them. Columns are made undamaged and stay so for whatever is made from them; what is
//! hit is then replaced, run by run between hits, so that a row that is not hit costs a draw and a
//! copy.

mod apply;
mod compile;
mod duplicate;
mod hits;
pub(crate) mod ledger;
mod malformed;
mod mojibake;
mod out_of_range;
mod wrong_reference;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array, new_null_array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

use self::duplicate::{Repeat, Repeated};
pub use self::ledger::Ledgers;
use self::malformed::Malformed;
use self::out_of_range::{OutOfRange, Side};
use self::wrong_reference::WrongReference;
use crate::column::{Column, FillError};
use crate::share::Share;
use crate::spec::Malformation;

/// All damage of a table.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    /// What is done to each column that is written, in the order of the spec.
    columns: Vec<Vec<Stroke>>,
    repeats: Vec<Repeat>,
}

/// One damage of one column.
#[derive(Debug)]
struct Stroke {
    /// The rows that it hits, where no stroke before it does.
    share: Share,
    harm: Harm,
}

/// What is done to a value.
#[derive(Debug)]
enum Harm {
    Null,
    /// The values of another row, by the number of the repeat.
    Repeat(usize),
    OutOfRange(OutOfRange),
    Malformed(Malformed),
    WrongReference(WrongReference),
}

/// Values to put in place of others, and what was done to each.
struct Patch {
    values: ArrayRef,
    details: Vec<Detail>,
}

/// What was done to a value, as far as the kind of damage leaves it open.
#[derive(Clone, Copy, Debug)]
enum Detail {
    Nothing,
    /// The row whose values it has.
    Row(u64),
    Beyond(Side),
    How(Malformation),
}

impl Damage {
    /// Whether it makes nulls in a column that may have none.
    pub(crate) fn makes_nulls(&self, column: usize) -> bool {
        let strokes = self.columns.get(column).into_iter().flatten();
        let mut harms = strokes.map(|stroke| &stroke.harm);
        harms.any(|harm| matches!(harm, Harm::Null))
    }

    /// The columns that have damage, of all columns of the table, with their numbers.
    pub(crate) fn damaged_columns<'a>(
        &self,
        columns: &'a [Arc<dyn Column>],
    ) -> impl Iterator<Item = (usize, &'a Arc<dyn Column>)> {
        let columns = columns.iter().enumerate().zip(&self.columns);
        columns
            .filter(|(_, strokes)| !strokes.is_empty())
            .map(|(column, _)| column)
    }

    /// Whether there is none.
    pub(crate) fn is_none(&self) -> bool {
        self.columns.iter().all(Vec::is_empty)
    }
}

impl Stroke {
    /// Whether it would hit a row.
    #[inline]
    fn hits(&self, row: u64) -> bool {
        // No row before the first could be repeated there.
        self.share.takes(row) && (row > 0 || !matches!(self.harm, Harm::Repeat(_)))
    }
}

impl Harm {
    /// As a spec names it.
    fn word(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Repeat(_) => "duplicate",
            Self::OutOfRange(_) => "out_of_range",
            Self::Malformed(_) => "malformed",
            Self::WrongReference(_) => "wrong_reference",
        }
    }

    /// What `rows`, which stand at these indices of the block, hold in place of `original`.
    fn patch(
        &self,
        column: &Arc<dyn Column>,
        original: &ArrayRef,
        indices: &[usize],
        rows: &[u64],
        repeated: &[Repeated<'_>],
    ) -> Result<Patch, FillError> {
        // What is null has no value to be damaged.
        let nulls = original.logical_nulls();
        let nulls = || {
            let nulls = nulls.as_ref()?;
            Some(NullBuffer::from_iter(
                indices.iter().map(|index| nulls.is_valid(*index)),
            ))
        };
        Ok(match self {
            Self::Null => Patch {
                values: new_null_array(original.data_type(), rows.len()),
                details: vec![Detail::Nothing; rows.len()],
            },
            Self::Repeat(repeat) => repeated[*repeat].patch(column, rows)?,
            Self::OutOfRange(out_of_range) => out_of_range.patch(rows, nulls())?,
            Self::WrongReference(wrong) => wrong.patch(rows, nulls())?,
            Self::Malformed(malformed) => {
                let indices = indices.iter().map(|index| *index as u64);
                let texts = take(original, &UInt64Array::from_iter_values(indices), None)?;
                malformed.patch(rows, texts.as_string::<i32>())?
            }
        })
    }
}
