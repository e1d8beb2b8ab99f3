//! Values outside of the range of their column.

use std::sync::Arc;

use arrow::array::{ArrayData, ArrayRef, Float32Array, Float64Array, make_array};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::{DataType, TimeUnit};

use super::{Detail, Patch};
use crate::column::{Column, FillError};
use crate::random::{Key, Lane};
use crate::range::ValueRange;
use crate::temporal::{CalendarDate, UtcMicros};

/// How far values may lie beyond a range that ends with its type on one side: its width says
/// nothing about what is near it.
const REACH_OF_OPEN: u64 = 1_000;

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
    /// How far values may lie above and below: nothing where the type has no room.
    Whole {
        low: i128,
        high: i128,
        above: Option<u64>,
        below: Option<u64>,
    },
    Float {
        low: f64,
        high: f64,
        scale: Option<f64>,
        /// The highest of the type; the lowest is its negative.
        most: f64,
        reach: f64,
    },
}

impl OutOfRange {
    /// None for a column that has no range, or one that fills its type.
    pub(super) fn of(column: &dyn Column, key: Key) -> Option<Self> {
        let data_type = column.data_type();
        let beyond = match column.range()? {
            ValueRange::Whole { low, high } => {
                let (least, most) = limits(&data_type)?;
                let open = low <= least || high >= most;
                let width = high.abs_diff(low).max(1);
                let reach = if open {
                    REACH_OF_OPEN.into()
                } else {
                    width.min(u64::MAX.into())
                };
                let up_to = |room: Option<i128>| {
                    let room = room.filter(|room| *room > 0)?.unsigned_abs();
                    u64::try_from(room.min(reach)).ok()
                };
                // Where they overflow there is more room than any reach.
                let above = most.checked_sub(high).unwrap_or(i128::MAX);
                let below = low.checked_sub(least).unwrap_or(i128::MAX);
                let (above, below) = (up_to(Some(above)), up_to(Some(below)));
                above.or(below)?;
                Beyond::Whole {
                    low,
                    high,
                    above,
                    below,
                }
            }
            ValueRange::Float { low, high, scale } => {
                let most = match data_type {
                    DataType::Float32 => f32::MAX.into(),
                    _ => f64::MAX,
                };
                if high >= most && low <= -most {
                    return None;
                }
                let open = high >= most || low <= -most;
                let width = high - low;
                let reach = match width {
                    _ if open => REACH_OF_OPEN as f64,
                    0.0 => 1.0,
                    // Overflowed.
                    _ if !width.is_finite() => most,
                    _ => width,
                };
                Beyond::Float {
                    low,
                    high,
                    scale,
                    most,
                    reach,
                }
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
        let details: Vec<_> = rows.iter().map(|row| self.side(*row)).collect();
        let sides = rows.iter().zip(&details);
        let values = match self.beyond {
            Beyond::Whole { .. } => {
                let values: Vec<_> = sides.map(|(row, side)| self.whole(*row, *side)).collect();
                of_width(&self.data_type, &values, nulls)?
            }
            Beyond::Float { .. } => {
                let values = sides.map(|(row, side)| self.float(*row, *side));
                let array: ArrayRef = match self.data_type {
                    DataType::Float32 => {
                        let values: Vec<_> = values.map(|value| value as f32).collect();
                        Arc::new(Float32Array::new(values.into(), nulls))
                    }
                    _ => Arc::new(Float64Array::new(values.collect::<Vec<_>>().into(), nulls)),
                };
                array
            }
        };
        Ok(Patch { values, details })
    }

    /// Above or below, each equally often where there is room for both.
    fn side(&self, row: u64) -> Detail {
        let (above, below) = match self.beyond {
            Beyond::Whole { above, below, .. } => (above.is_some(), below.is_some()),
            Beyond::Float {
                low, high, most, ..
            } => (high < most, low > -most),
        };
        let is_above = above && (!below || self.side.draws(row).below(2) == 0);
        if is_above {
            Detail::Above
        } else {
            Detail::Below
        }
    }

    fn whole(&self, row: u64, side: Detail) -> i128 {
        let Beyond::Whole {
            low,
            high,
            above,
            below,
        } = self.beyond
        else {
            return 0;
        };
        let beyond = |reach: Option<u64>| {
            let further = self.distance.draws(row).below(reach.unwrap_or(1));
            i128::from(further) + 1
        };
        // Within the type, and so without overflow.
        match side {
            Detail::Above => high.saturating_add(beyond(above)),
            _ => low.saturating_sub(beyond(below)),
        }
    }

    fn float(&self, row: u64, side: Detail) -> f64 {
        let Beyond::Float {
            low,
            high,
            scale,
            most,
            reach,
        } = self.beyond
        else {
            return 0.0;
        };
        // Below is above, seen in a mirror.
        let (end, sign) = match side {
            Detail::Above => (high, 1.0),
            _ => (-low, -1.0),
        };
        let distance = reach * (1.0 - self.distance.fraction(row));
        let value = match scale {
            Some(scale) => {
                let step = libm::rint((end + distance) * scale);
                step.max(libm::rint(end * scale) + 1.0) / scale
            }
            None => end + distance,
        };
        let next = match self.data_type {
            DataType::Float32 => f64::from((end as f32).next_up()),
            _ => end.next_up(),
        };
        let value = match self.data_type {
            DataType::Float32 => f64::from(value as f32),
            _ => value,
        };
        sign * value.max(next).min(most)
    }
}

/// The lowest and the highest value of a type that damage makes.
fn limits(data_type: &DataType) -> Option<(i128, i128)> {
    const SECONDS_OF_DAY: i128 = 86_400;
    Some(match data_type {
        DataType::Int8 => (i8::MIN.into(), i8::MAX.into()),
        DataType::Int16 => (i16::MIN.into(), i16::MAX.into()),
        DataType::Int32 => (i32::MIN.into(), i32::MAX.into()),
        DataType::Int64 | DataType::Duration(_) => (i64::MIN.into(), i64::MAX.into()),
        DataType::UInt8 => (0, u8::MAX.into()),
        DataType::UInt16 => (0, u16::MAX.into()),
        DataType::UInt32 => (0, u32::MAX.into()),
        DataType::UInt64 => (0, u64::MAX.into()),
        // Beyond these years hardly any reader of files agrees with another.
        DataType::Date32 => (
            CalendarDate::EARLIEST.0.into(),
            CalendarDate::LATEST.0.into(),
        ),
        DataType::Timestamp(unit, _) => {
            let count = |micros: UtcMicros| i128::from(micros.0) * per_second(*unit) / 1_000_000;
            let within = |count: i128| count.clamp(i64::MIN.into(), i64::MAX.into());
            let (earliest, latest) = (count(UtcMicros::EARLIEST), count(UtcMicros::LATEST));
            (within(earliest), within(latest))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            (0, SECONDS_OF_DAY * per_second(*unit) - 1)
        }
        DataType::Decimal128(precision, _) => {
            let most = 10i128.checked_pow((*precision).into())? - 1;
            (-most, most)
        }
        _ => return None,
    })
}

fn per_second(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Whole numbers as an array of a type whose values are such: casts keep the low bits, which are
/// all there are.
fn of_width(
    data_type: &DataType,
    values: &[i128],
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, FillError> {
    let values = values.iter();
    let buffer = match data_type.primitive_width() {
        Some(1) => Buffer::from_vec(values.map(|value| *value as i8).collect()),
        Some(2) => Buffer::from_vec(values.map(|value| *value as i16).collect()),
        Some(4) => Buffer::from_vec(values.map(|value| *value as i32).collect()),
        Some(8) => Buffer::from_vec(values.map(|value| *value as i64).collect()),
        _ => Buffer::from_vec(values.copied().collect::<Vec<i128>>()),
    };
    let bytes = data_type.primitive_width().unwrap_or(size_of::<i128>());
    let data = ArrayData::builder(data_type.clone())
        .len(buffer.len() / bytes)
        .add_buffer(buffer)
        .nulls(nulls)
        .build()?;
    Ok(make_array(data))
}
