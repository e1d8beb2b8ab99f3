//! `integer`: whole numbers in a range.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Lane;
use crate::scope::Scope;

/// Options of [`ColumnKind::Integer`](crate::ColumnKind::Integer).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntegerOptions {
    /// The smallest value.
    pub min: i64,
    /// The largest value.
    pub max: i64,
    /// The Arrow type; `int64` if not given.
    #[serde(rename = "type", default)]
    pub data_type: IntegerType,
}

/// The Arrow type of an integer column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum IntegerType {
    /// `int32`
    Int32,
    /// `int64`
    #[default]
    Int64,
}

pub(super) fn compile(
    options: &IntegerOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    Ok(match options.data_type {
        IntegerType::Int32 => Arc::new(Integer::<Int32Type>::new(options, scope, |n| n as i32)?),
        IntegerType::Int64 => Arc::new(Integer::<Int64Type>::new(options, scope, |n| n)?),
    })
}

/// Values of `0..=span` above `min`.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntegerDraw {
    lane: Lane,
    min: i64,
    span: u64,
}

impl IntegerDraw {
    /// The largest value must not be below the smallest.
    pub(super) fn new(lane: Lane, min: i64, max: i64) -> Self {
        let span = max.wrapping_sub(min) as u64;
        Self { lane, min, span }
    }

    #[inline]
    pub(super) fn of(&self, row: u64) -> i64 {
        let above = match self.span.checked_add(1) {
            Some(bound) => self.lane.draws(row).below(bound),
            None => self.lane.bits(row),
        };
        self.min.wrapping_add_unsigned(above)
    }
}

struct Integer<T: ArrowPrimitiveType> {
    draw: IntegerDraw,
    narrow: fn(i64) -> T::Native,
}

impl<T> Integer<T>
where
    T: ArrowPrimitiveType,
    T::Native: TryFrom<i64>,
{
    fn new(
        options: &IntegerOptions,
        scope: &Scope<'_>,
        narrow: fn(i64) -> T::Native,
    ) -> Result<Self, Rejected> {
        let &IntegerOptions { min, max, .. } = options;
        for (option, bound) in [("min", min), ("max", max)] {
            if T::Native::try_from(bound).is_err() {
                let (least, most) = (T::Native::MIN_TOTAL_ORDER, T::Native::MAX_TOTAL_ORDER);
                let allowed = format!("{least:?} to {most:?}, which is what the type holds");
                return Err(scope.invalid(option, bound, allowed));
            }
        }
        if max < min {
            return Err(scope.invalid("max", max, format!("min ({min}) or more")));
        }
        Ok(Self {
            draw: IntegerDraw::new(scope.key().lane(0), min, max),
            narrow,
        })
    }
}

impl<T: ArrowPrimitiveType> fmt::Debug for Integer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integer")
            .field("type", &T::DATA_TYPE)
            .field("draw", &self.draw)
            .finish()
    }
}

impl<T: ArrowPrimitiveType> Column for Integer<T> {
    fn data_type(&self) -> DataType {
        T::DATA_TYPE
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.map(|row| (self.narrow)(self.draw.of(row)));
        Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), None)))
    }
}
