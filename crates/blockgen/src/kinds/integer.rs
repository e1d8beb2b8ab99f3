//! `integer`: whole numbers in a range.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{
    DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::distribution::{Distribution, Grid};
use crate::number::Number;
use crate::permutation::Permutation;
use crate::random::Lane;
use crate::range::ValueRange;
use crate::rows::Rows;
use crate::scope::Scope;

/// Options of [`ColumnKind::Integer`](crate::ColumnKind::Integer).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntegerOptions {
    /// The smallest value. If not given, it is where the distribution starts (0 for `exponential`
    /// and `poisson`, 1 for `zipf`), and otherwise the smallest of the type. What TOML cannot hold
    /// stands in quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The largest value; the largest of the type if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// The Arrow type; `int64` if not given.
    #[serde(rename = "type", default)]
    pub data_type: IntegerType,
    /// How values are spread over the range; `uniform` if not given.
    #[serde(default, skip_serializing_if = "Distribution::is_uniform")]
    pub distribution: Distribution,
    /// Whether no value comes twice, whatever the number of rows; false if not given. The range must
    /// then hold at least as many values as the table has rows. Only uniform values can be unique.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
}

/// The Arrow type of an integer column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum IntegerType {
    /// `int8`: -128 to 127
    Int8,
    /// `int16`: -32768 to 32767
    Int16,
    /// `int32`: -2147483648 to 2147483647
    Int32,
    /// `int64`: -9223372036854775808 to 9223372036854775807
    #[default]
    Int64,
    /// `uint8`: 0 to 255
    UInt8,
    /// `uint16`: 0 to 65535
    UInt16,
    /// `uint32`: 0 to 4294967295
    UInt32,
    /// `uint64`: 0 to 18446744073709551615
    UInt64,
}

pub(super) fn compile(
    options: &IntegerOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    match options.data_type {
        IntegerType::Int8 => column::<Int8Type>(options, scope),
        IntegerType::Int16 => column::<Int16Type>(options, scope),
        IntegerType::Int32 => column::<Int32Type>(options, scope),
        IntegerType::Int64 => column::<Int64Type>(options, scope),
        IntegerType::UInt8 => column::<UInt8Type>(options, scope),
        IntegerType::UInt16 => column::<UInt16Type>(options, scope),
        IntegerType::UInt32 => column::<UInt32Type>(options, scope),
        IntegerType::UInt64 => column::<UInt64Type>(options, scope),
    }
}

/// An Arrow type of whole numbers.
trait Whole: ArrowPrimitiveType + std::fmt::Debug {
    const LEAST: i128;
    const MOST: i128;

    /// The value that has these lowest bits.
    fn of_bits(bits: i64) -> Self::Native;
}

macro_rules! whole {
    ($($arrow:ty: $native:ty),*) => {
        $(impl Whole for $arrow {
            const LEAST: i128 = <$native>::MIN as i128;
            const MOST: i128 = <$native>::MAX as i128;

            #[inline]
            fn of_bits(bits: i64) -> $native {
                bits as $native
            }
        })*
    };
}

whole!(
    Int8Type: i8, Int16Type: i16, Int32Type: i32, Int64Type: i64,
    UInt8Type: u8, UInt16Type: u16, UInt32Type: u32, UInt64Type: u64
);

/// Values of `0..=span` above `min`.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntegerDraw {
    lane: Lane,
    min: i64,
    span: u64,
}

impl IntegerDraw {
    /// The largest value must not be below the smallest. Both may also be the bits of unsigned
    /// ones: the steps between them are the same.
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

fn column<T: Whole>(
    options: &IntegerOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let start = options.distribution.start().map(i128::from);
    let least = start.unwrap_or(T::LEAST);
    let min = bound::<T>(scope, "min", options.min.as_ref(), least);
    let max = bound::<T>(scope, "max", options.max.as_ref(), T::MOST);
    let (min, max) = (min?, max?);
    if max < min {
        return Err(scope.invalid("max", max, format!("min ({min}) or more")));
    }
    let grid = Grid::compile(&options.distribution, scope, (min, max), 0)?;
    // As bits: those of an unsigned type above the range of `i64` become negative, and back.
    let (low, high) = (min as i64, max as i64);
    let values = match grid {
        Some(_) if options.unique => {
            let allowed =
                "false, or true with uniform values: others come more than once by design";
            return Err(scope.invalid("unique", true, allowed));
        }
        Some(grid) => Values::Distributed(grid),
        None if options.unique => {
            let values = (max - min) as u128 + 1;
            if let Some(rows) = scope.known_rows().filter(|rows| u128::from(*rows) > values) {
                let allowed = format!(
                    "false, or a range of at least as many values as rows are asked for ({rows}): \
                     min ({min}) to max ({max}) are {values}"
                );
                return Err(scope.invalid("unique", true, allowed));
            }
            let last = high.wrapping_sub(low) as u64;
            Values::Unique {
                min: low,
                last,
                order: Permutation::up_to(scope.key(), last),
            }
        }
        None => Values::Uniform(IntegerDraw::new(scope.key().lane(0), low, high)),
    };
    let (low, high) = match &values {
        Values::Distributed(grid) => grid.ends(),
        _ => (min, max),
    };
    Ok(Arc::new(Integer::<T> {
        values,
        range: ValueRange::Whole { low, high },
        of_bits: std::marker::PhantomData,
    }))
}

/// One end of the range.
fn bound<T: Whole>(
    scope: &Scope<'_>,
    option: &'static str,
    found: Option<&Number>,
    otherwise: i128,
) -> Result<i128, Rejected> {
    let Some(found) = found else {
        return Ok(otherwise);
    };
    let Some(whole) = found.whole() else {
        return Err(scope.invalid(option, found, "a whole number, in quotes if it is large"));
    };
    if !(T::LEAST..=T::MOST).contains(&whole) {
        let allowed = format!("{} to {}, which is what the type holds", T::LEAST, T::MOST);
        return Err(scope.invalid(option, whole, allowed));
    }
    Ok(whole)
}

#[derive(Debug)]
struct Integer<T> {
    values: Values,
    range: ValueRange,
    of_bits: std::marker::PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum Values {
    Uniform(IntegerDraw),
    Distributed(Grid),
    Unique {
        min: i64,
        /// The highest step above `min`.
        last: u64,
        order: Permutation,
    },
}

impl<T: Whole> Column for Integer<T> {
    fn data_type(&self) -> DataType {
        T::DATA_TYPE
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.range)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = match &self.values {
            Values::Uniform(draw) => block.rows.map(|row| T::of_bits(draw.of(row))),
            Values::Distributed(grid) => grid.map(block.rows, |value| T::of_bits(value as i64)),
            Values::Unique { min, last, order } => {
                check_rows(block.rows, *last)?;
                let value = |row| T::of_bits(min.wrapping_add_unsigned(order.at(row)));
                block.rows.map(value)
            }
        };
        Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), None)))
    }
}

/// Unique values come in an order, of which the row is the place.
fn check_rows(rows: Rows<'_>, last: u64) -> Result<(), FillError> {
    match rows.highest() {
        Some(row) if row > last => Err(FillError::UniqueExhausted {
            values: u128::from(last) + 1,
            row,
        }),
        _ => Ok(()),
    }
}
