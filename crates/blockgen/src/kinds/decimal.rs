//! `decimal`: exact decimal numbers, such as amounts of money.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::distribution::{Distribution, Grid};
use crate::number::{Number, decimal};
use crate::random::Lane;
use crate::range::ValueRange;
use crate::scope::Scope;

/// Options of [`ColumnKind::Decimal`](crate::ColumnKind::Decimal).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecimalOptions {
    /// Digits in all, 1 to 38; 18 if not given.
    #[serde(default = "eighteen")]
    pub precision: u8,
    /// Digits behind the point, 0 to `precision`; 2 if not given.
    #[serde(default = "two")]
    pub scale: u8,
    /// The smallest value, of at most `scale` digits behind the point. If not given: 0 for
    /// `uniform`, `beta`, `exponential` and `poisson`, 1 for `zipf`, and for the others the lowest
    /// that `precision` has room for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The largest value, likewise; the highest that `precision` has room for if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// How values are spread over the range; `uniform` if not given. Others than `uniform` and
    /// `weights` are computed as floats: they are exact, but beyond 15 digits not every value comes.
    #[serde(default, skip_serializing_if = "Distribution::is_uniform")]
    pub distribution: Distribution,
}

fn eighteen() -> u8 {
    18
}

fn two() -> u8 {
    2
}

impl Default for DecimalOptions {
    fn default() -> Self {
        Self {
            precision: eighteen(),
            scale: two(),
            min: None,
            max: None,
            distribution: Distribution::Uniform,
        }
    }
}

/// Of `Decimal128`.
const MAX_PRECISION: u8 = 38;

#[derive(Debug)]
pub(super) struct Decimal {
    precision: u8,
    scale: u8,
    values: Values,
    range: ValueRange,
}

#[derive(Debug)]
enum Values {
    Uniform(UnitsDraw),
    Distributed(Grid),
}

impl Decimal {
    pub(super) fn new(options: &DecimalOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let &DecimalOptions {
            precision, scale, ..
        } = options;
        if !(1..=MAX_PRECISION).contains(&precision) {
            return Err(scope.invalid("precision", precision, format!("1 to {MAX_PRECISION}")));
        }
        if scale > precision {
            return Err(scope.invalid("scale", scale, format!("0 to precision ({precision})")));
        }
        let most = 10i128.pow(precision.into()) - 1;
        let least = match options.distribution {
            Distribution::Uniform | Distribution::Beta { .. } => 0,
            ref other => match other.start() {
                Some(start) => i128::from(start) * 10i128.pow(scale.into()),
                None => -most,
            },
        };
        let bound = |option, found: Option<&Number>, otherwise: i128| {
            let Some(found) = found else {
                return Ok(otherwise);
            };
            let units = found.units(scale);
            let units = units.filter(|units| units.abs() <= most);
            units.ok_or_else(|| {
                let (least, most) = (decimal(-most, scale), decimal(most, scale));
                let allowed = format!(
                    "{least} to {most}, in quotes if it has more than 15 digits, and with at most \
                     {scale} of them behind the point"
                );
                scope.invalid(option, found, allowed)
            })
        };
        let min = bound("min", options.min.as_ref(), least);
        let max = bound("max", options.max.as_ref(), most);
        let (min, max) = (min?, max?);
        if max < min {
            let allowed = format!("min ({}) or more", decimal(min, scale));
            return Err(scope.invalid("max", decimal(max, scale), allowed));
        }
        let values = match Grid::compile(&options.distribution, scope, (min, max), scale)? {
            Some(grid) => Values::Distributed(grid),
            None => Values::Uniform(UnitsDraw::new(scope, min, max)),
        };
        let (low, high) = match &values {
            Values::Distributed(grid) => grid.ends(),
            Values::Uniform(_) => (min, max),
        };
        Ok(Self {
            precision,
            scale,
            values,
            range: ValueRange::Whole { low, high },
        })
    }
}

impl Column for Decimal {
    fn data_type(&self) -> DataType {
        // No precision above 38 is let in.
        DataType::Decimal128(self.precision, self.scale as i8)
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.range)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = match &self.values {
            Values::Uniform(draw) => match u64::try_from(draw.span) {
                Ok(span) if span < u64::MAX => block.rows.map(|row| draw.narrow(row, span)),
                _ => block.rows.map(|row| draw.wide(row)),
            },
            Values::Distributed(grid) => grid.map(block.rows, |units| units),
        };
        let array = Decimal128Array::from(values);
        let array = array.with_precision_and_scale(self.precision, self.scale as i8)?;
        Ok(Arc::new(array))
    }
}

/// Units of `0..=span` above `min`.
#[derive(Debug)]
struct UnitsDraw {
    high: Lane,
    low: Lane,
    min: i128,
    span: u128,
}

impl UnitsDraw {
    /// Neither is further from 0 than 10^38, so that nothing here overflows.
    fn new(scope: &Scope<'_>, min: i128, max: i128) -> Self {
        Self {
            high: scope.key().lane(0),
            low: scope.key().lane(1),
            min,
            span: max.abs_diff(min),
        }
    }

    /// Where 64 random bits are enough.
    #[inline]
    fn narrow(&self, row: u64, span: u64) -> i128 {
        self.min + i128::from(self.high.draws(row).below(span + 1))
    }

    /// Where they are not: the whole part of a fraction of 128 random bits times the number of
    /// values, as `Draws::below` has it for 64.
    fn wide(&self, row: u64) -> i128 {
        let fraction = u128::from(self.high.bits(row)) << 64 | u128::from(self.low.bits(row));
        self.min
            .wrapping_add_unsigned(high_half(fraction, self.span + 1))
    }
}

/// The upper 128 bits of a product of 256, by long multiplication.
fn high_half(a: u128, b: u128) -> u128 {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0) = (a >> 64, a & LOW);
    let (b1, b0) = (b >> 64, b & LOW);
    let middle = a1 * b0 + ((a0 * b0) >> 64);
    let crossed = a0 * b1 + (middle & LOW);
    a1 * b1 + (middle >> 64) + (crossed >> 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_half_of_a_product() {
        assert_eq!(high_half(u128::MAX, u128::MAX), u128::MAX - 1);
        assert_eq!(high_half(1 << 127, 10), 5);
        assert_eq!(high_half(u128::MAX, 1), 0);
        assert_eq!(high_half(1 << 64, (1 << 64) + 7), 1);
        assert_eq!(high_half(u128::MAX, 3 << 70), (3 << 70) - 1);
    }
}
