//! `offset`: a date or a timestamp at a random distance from another column's.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Date32Type, TimeUnit as ArrowUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::integer::IntegerDraw;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::temporal::{Measure, TimeSpan, TimeUnit};

/// Options of [`ColumnKind::Offset`](crate::ColumnKind::Offset).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffsetOptions {
    /// The column of the same table, of dates or timestamps, from which values are counted. They
    /// are of its type, and null where it is.
    pub of: String,
    /// The least distance: a text such as `1d` or `-2h`, where negative ones lie before; or a
    /// number of days, or of the column's unit.
    pub min: TimeSpan,
    /// The largest distance, `min` or more, which may still come. All distances come equally often:
    /// of dates whole days, of timestamps any.
    pub max: TimeSpan,
}

#[derive(Debug)]
pub(super) struct Offset {
    of: Arc<dyn Column>,
    draw: IntegerDraw,
}

impl Offset {
    pub(super) fn new(options: &OffsetOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let of = scope.sibling("of", &options.of)?;
        let unit = match of.data_type() {
            DataType::Date32 => Measure::DAY,
            DataType::Timestamp(ArrowUnit::Second, _) => TimeUnit::Second.measure(),
            DataType::Timestamp(ArrowUnit::Millisecond, _) => TimeUnit::Millisecond.measure(),
            DataType::Timestamp(ArrowUnit::Microsecond, _) => TimeUnit::Microsecond.measure(),
            DataType::Timestamp(ArrowUnit::Nanosecond, _) => TimeUnit::Nanosecond.measure(),
            other => {
                let found = format!("`{}`, which is of type {other}", options.of);
                return Err(scope.invalid("of", found, "a column of dates or timestamps"));
            }
        };
        let count = |option, span: TimeSpan| {
            let count = span.count(unit);
            // No more than 10,000 years to either side, so that sums stay far from overflow.
            let most = (10_000 * 366 * Measure::DAY.nanos / unit.nanos).min(i64::MAX.into());
            let count = count.filter(|count| i128::from(*count).abs() <= most);
            count.ok_or_else(|| {
                let allowed = format!("whole {}s, of 10,000 years at most", unit.word);
                scope.invalid(option, span, allowed)
            })
        };
        let (min, max) = (count("min", options.min), count("max", options.max));
        let (min, max) = (min?, max?);
        if max < min {
            let allowed = format!("min ({}) or more", options.min);
            return Err(scope.invalid("max", options.max, allowed));
        }
        let draw = IntegerDraw::new(scope.key().lane(0), min, max);
        Ok(Self { of, draw })
    }

    fn shifted<T: ArrowPrimitiveType>(
        &self,
        block: &Block<'_>,
        from: &ArrayRef,
        sum: impl Fn(T::Native, i64) -> Option<T::Native>,
    ) -> Result<ArrayRef, FillError> {
        let from = from.as_primitive::<T>();
        let mut values = from.values().iter();
        let mut fits = true;
        let shifted = block.rows.map(|row| {
            let value = values.next().copied().unwrap_or_default();
            let shifted = sum(value, self.draw.of(row));
            fits &= shifted.is_some();
            shifted.unwrap_or_default()
        });
        if !fits {
            return Err(FillError::ExpressionOverflow);
        }
        let array = PrimitiveArray::<T>::new(shifted.into(), from.nulls().cloned());
        Ok(Arc::new(array.with_data_type(self.of.data_type())))
    }
}

impl Column for Offset {
    fn data_type(&self) -> DataType {
        self.of.data_type()
    }

    fn nullable(&self) -> bool {
        self.of.nullable()
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let from = block.values(&self.of)?;
        let sum = i64::checked_add;
        match from.data_type() {
            DataType::Timestamp(ArrowUnit::Second, _) => {
                self.shifted::<TimestampSecondType>(block, &from, sum)
            }
            DataType::Timestamp(ArrowUnit::Millisecond, _) => {
                self.shifted::<TimestampMillisecondType>(block, &from, sum)
            }
            DataType::Timestamp(ArrowUnit::Microsecond, _) => {
                self.shifted::<TimestampMicrosecondType>(block, &from, sum)
            }
            DataType::Timestamp(ArrowUnit::Nanosecond, _) => {
                self.shifted::<TimestampNanosecondType>(block, &from, sum)
            }
            _ => self.shifted::<Date32Type>(block, &from, |date, days| {
                i32::try_from(i64::from(date) + days).ok()
            }),
        }
    }
}
