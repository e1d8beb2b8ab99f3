//! `float`: numbers in a range, with a fixed number of decimals or without.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::integer::IntegerDraw;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Lane;
use crate::scope::Scope;

/// Options of [`ColumnKind::Float`](crate::ColumnKind::Float).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FloatOptions {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// Decimals, 0 to 15: every value is the float nearest to a number of so many decimals.
    /// Without it, values are drawn from 2^53 evenly spaced ones, `min` the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
}

const MAX_DECIMALS: u8 = 15;

/// Whole numbers up to here are floats, all of them: 2^53.
const MAX_EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;

pub(super) fn compile(
    options: &FloatOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &FloatOptions { min, max, decimals } = options;
    for (option, bound) in [("min", min), ("max", max)] {
        if !bound.is_finite() {
            return Err(scope.invalid(option, bound, "a finite number"));
        }
    }
    if max < min {
        return Err(scope.invalid("max", max, format!("min ({min}) or more")));
    }
    let lane = scope.key().lane(0);
    let Some(decimals) = decimals else {
        let width = max - min;
        if !width.is_finite() {
            return Err(scope.invalid("max", max, "a range that is itself a finite number"));
        }
        return Ok(Arc::new(Continuous { lane, min, width }));
    };
    if decimals > MAX_DECIMALS {
        return Err(scope.invalid("decimals", decimals, format!("0 to {MAX_DECIMALS}")));
    }
    let scale = 10u64.pow(u32::from(decimals)) as f64;
    for (option, bound) in [("min", min), ("max", max)] {
        if (bound * scale).abs() > MAX_EXACT {
            let allowed = format!(
                "at most {} to either side of zero: beyond, floats are too far apart for decimals \
                 ({decimals})",
                MAX_EXACT / scale
            );
            return Err(scope.invalid(option, bound, allowed));
        }
    }
    let (low, high) = steps_within(min, max, scale);
    if high < low {
        let lowest = low as f64 / scale;
        let allowed = format!(
            "{lowest} or more, the lowest value that min ({min}) and decimals ({decimals}) leave"
        );
        return Err(scope.invalid("max", max, allowed));
    }
    Ok(Arc::new(Decimal {
        draw: IntegerDraw::new(lane, low, high),
        scale,
    }))
}

/// The lowest and the highest whole number which, divided by `scale`, lies in the range.
///
/// The division decides, because it is what makes the values. The product is itself rounded and
/// only tells where to look: 19.99 × 100 is a little less than 1999, yet 1999 / 100 is 19.99.
fn steps_within(min: f64, max: f64, scale: f64) -> (i64, i64) {
    let value = |step: i64| step as f64 / scale;
    let mut low = (min * scale).floor() as i64 - 1;
    while value(low) < min {
        low += 1;
    }
    let mut high = (max * scale).ceil() as i64 + 1;
    while value(high) > max {
        high -= 1;
    }
    (low, high)
}

/// Whole numbers of hundredths, say, divided at the end: a division of two exact numbers is
/// rounded once, to the float nearest to the decimal number.
#[derive(Debug)]
struct Decimal {
    draw: IntegerDraw,
    scale: f64,
}

impl Column for Decimal {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.map(|row| self.draw.of(row) as f64 / self.scale);
        Ok(Arc::new(Float64Array::from(values)))
    }
}

/// Never above the largest value: the width may have been rounded up by half a step between
/// floats, but the highest fraction, 1 − 2^-53, takes a whole one off.
#[derive(Debug)]
struct Continuous {
    lane: Lane,
    min: f64,
    width: f64,
}

impl Column for Continuous {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.map(|row| {
            let fraction = (self.lane.bits(row) >> (u64::BITS - f64::MANTISSA_DIGITS)) as f64;
            self.min + self.width * (fraction / MAX_EXACT)
        });
        Ok(Arc::new(Float64Array::from(values)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Bounds that can be written with so many decimals are themselves values.
        #[test]
        fn decimal_bounds_belong_to_the_range(
            decimals in 0..=u32::from(MAX_DECIMALS),
            // Fifteen digits, which every float tells apart.
            low in -500_000_000_000_000i64..500_000_000_000_000,
            steps in 0i64..500_000_000_000_000,
        ) {
            let scale = 10u64.pow(decimals) as f64;
            let high = low + steps;
            let within = steps_within(low as f64 / scale, high as f64 / scale, scale);
            prop_assert_eq!(within, (low, high));
        }

        /// Whatever the bounds: the ends lie inside, and their neighbours outside.
        #[test]
        fn nothing_in_the_range_is_left_out(
            decimals in 0..=u32::from(MAX_DECIMALS),
            // Up to 8, floats lie closer together than numbers of fifteen decimals.
            bounds in [-8.0f64..8.0, -8.0f64..8.0],
        ) {
            let scale = 10u64.pow(decimals) as f64;
            let (min, max) = (bounds[0].min(bounds[1]), bounds[0].max(bounds[1]));
            let (low, high) = steps_within(min, max, scale);
            let value = |step: i64| step as f64 / scale;
            prop_assert!(value(low - 1) < min && min <= value(low), "{low}");
            prop_assert!(value(high) <= max && max < value(high + 1), "{high}");
        }

        #[test]
        fn the_highest_fraction_stays_at_or_below_the_largest_value(
            a in -1e300f64..1e300,
            b: f64,
            shrink in -320i32..0,
        ) {
            let a = a * 10f64.powi(shrink);
            let (min, max) = (a.min(b), a.max(b));
            let width = max - min;
            prop_assume!(width.is_finite());
            let highest = min + width * ((MAX_EXACT - 1.0) / MAX_EXACT);
            prop_assert!((min..=max).contains(&highest), "{highest}");
        }
    }
}
