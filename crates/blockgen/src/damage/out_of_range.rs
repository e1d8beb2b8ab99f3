//! Values outside of the range of their column.

mod float;
mod whole;

use std::sync::Arc;

use arrow::array::{ArrayData, ArrayRef, Float32Array, Float64Array, make_array};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::DataType;

use self::float::Float;
use self::whole::Whole;
use super::{Detail, Patch};
use crate::column::{Column, FillError};
use crate::random::{Key, Lane};
use crate::range::ValueRange;

/// How far values may lie beyond a range that ends with its type on the other side, in units of
/// the type: the width of such a range says nothing about what is near it.
const REACH_OF_OPEN: u32 = 1_000;

/// Values beyond one end of a range, or the other.
#[derive(Debug)]
pub(super) struct OutOfRange {
    data_type: DataType,
    side: Lane,
    distance: Lane,
    beyond: Beyond,
}

#[derive(Debug)]
enum Beyond {
    Whole(Whole),
    Float(Float),
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Above,
    Below,
}

impl OutOfRange {
    /// None for a column that has no range, or one that fills its type.
    pub(super) fn of(column: &dyn Column, key: Key) -> Option<Self> {
        let data_type = column.data_type();
        let beyond = match column.range()? {
            ValueRange::Whole { low, high } => Beyond::Whole(Whole::of(low, high, &data_type)?),
            ValueRange::Float { low, high, scale } => {
                let is_narrow = data_type == DataType::Float32;
                Beyond::Float(Float::of(low, high, scale, is_narrow)?)
            }
        };
        Some(Self {
            data_type,
            side: key.lane(1),
            distance: key.lane(2),
            beyond,
        })
    }

    /// The values of these rows; null where there was none before.
    pub(super) fn patch(
        &self,
        rows: &[u64],
        nulls: Option<NullBuffer>,
    ) -> Result<Patch, FillError> {
        let sides: Vec<_> = rows.iter().map(|row| self.side(*row)).collect();
        let each = rows.iter().copied().zip(sides.iter().copied());
        let values = match &self.beyond {
            Beyond::Whole(whole) => {
                let values = each.map(|(row, side)| whole.at(side, self.distance.draws(row)));
                of_width(&self.data_type, &values.collect::<Vec<_>>(), nulls)?
            }
            Beyond::Float(float) => {
                let values = each.map(|(row, side)| float.at(side, self.distance.fraction(row)));
                floats(&self.data_type, values, nulls)
            }
        };
        Ok(Patch {
            values,
            details: sides.into_iter().map(Detail::Beyond).collect(),
        })
    }

    /// Above or below, each equally often where there is room for both.
    fn side(&self, row: u64) -> Side {
        let has = |side| match &self.beyond {
            Beyond::Whole(whole) => whole.has(side),
            Beyond::Float(float) => float.has(side),
        };
        match (has(Side::Above), has(Side::Below)) {
            (true, true) if self.side.draws(row).below(2) == 0 => Side::Above,
            (true, false) => Side::Above,
            _ => Side::Below,
        }
    }
}

fn floats(
    data_type: &DataType,
    values: impl Iterator<Item = f64>,
    nulls: Option<NullBuffer>,
) -> ArrayRef {
    if *data_type == DataType::Float32 {
        let values: Vec<_> = values.map(|value| value as f32).collect();
        Arc::new(Float32Array::new(values.into(), nulls))
    } else {
        let values: Vec<_> = values.collect();
        Arc::new(Float64Array::new(values.into(), nulls))
    }
}

/// Whole numbers as an array of a type whose values are such: casts keep the low bits, which are
/// all that the type has.
fn of_width(
    data_type: &DataType,
    values: &[i128],
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, FillError> {
    let count = values.len();
    let values = values.iter();
    let buffer = match data_type.primitive_width() {
        Some(1) => Buffer::from_vec(values.map(|value| *value as i8).collect()),
        Some(2) => Buffer::from_vec(values.map(|value| *value as i16).collect()),
        Some(4) => Buffer::from_vec(values.map(|value| *value as i32).collect()),
        Some(8) => Buffer::from_vec(values.map(|value| *value as i64).collect()),
        _ => Buffer::from_vec(values.copied().collect::<Vec<i128>>()),
    };
    let data = ArrayData::builder(data_type.clone()).len(count);
    Ok(make_array(data.add_buffer(buffer).nulls(nulls).build()?))
}
