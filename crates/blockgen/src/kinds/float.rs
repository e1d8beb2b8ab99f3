//! `float`: numbers in a range, with a fixed number of decimals or without.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, Float64Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::integer::IntegerDraw;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::distribution::{Distribution, FloatBuckets, Grid, SampleRange, Sampled};
use crate::number::readable;
use crate::random::Lane;
use crate::range::ValueRange;
use crate::rows::Rows;
use crate::scope::Scope;

/// Options of [`ColumnKind::Float`](crate::ColumnKind::Float).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FloatOptions {
    /// The smallest value. If not given: 0 for `uniform`, `beta`, `exponential` and `poisson`, 1
    /// for `zipf`, and for the others the lowest float.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest value. If not given: 1 for `uniform` and `beta`, for the others the highest
    /// float.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Decimals, 0 to 15, 0 to 6 for `float32`: every value is the float nearest to a number of so
    /// many decimals. Without it, uniform values are drawn from 2^53 evenly spaced ones, `min` the
    /// first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// The Arrow type; `float64` if not given.
    #[serde(
        rename = "type",
        default,
        skip_serializing_if = "FloatType::is_float64"
    )]
    pub data_type: FloatType,
    /// How values are spread over the range; `uniform` if not given.
    #[serde(default, skip_serializing_if = "Distribution::is_uniform")]
    pub distribution: Distribution,
}

/// The Arrow type of a float column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FloatType {
    /// `float32`: `min` and `max` are then the nearest floats of 32 bits
    Float32,
    /// `float64`
    #[default]
    Float64,
}

impl FloatType {
    /// For serde.
    fn is_float64(&self) -> bool {
        *self == Self::Float64
    }

    /// The highest float.
    fn most(self) -> f64 {
        match self {
            Self::Float32 => f32::MAX.into(),
            Self::Float64 => f64::MAX,
        }
    }

    /// Most decimals that any value can have, and the number up to which whole numbers are floats,
    /// all of them. A decimal number of six digits behind the point is rounded to 64 bits and then
    /// to 32 as if it were rounded once, because it never lies that close to the middle of two.
    fn precision(self) -> (u8, f64) {
        match self {
            Self::Float32 => (6, (1u64 << f32::MANTISSA_DIGITS) as f64),
            Self::Float64 => (15, (1u64 << f64::MANTISSA_DIGITS) as f64),
        }
    }
}

pub(super) fn compile(
    options: &FloatOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &FloatOptions {
        decimals,
        data_type,
        ..
    } = options;
    let (min, max) = ends(options, scope)?;
    let float = match decimals {
        Some(decimals) => on_grid(options, scope, (min, max), decimals)?,
        None => anywhere(options, scope, (min, max))?,
    };
    Ok(match data_type {
        FloatType::Float64 => Arc::new(float),
        FloatType::Float32 => Arc::new(Narrow(float)),
    })
}

/// The ends of the range, both finite and in order.
fn ends(options: &FloatOptions, scope: &Scope<'_>) -> Result<(f64, f64), Rejected> {
    let most = options.data_type.most();
    let bounded = matches!(
        options.distribution,
        Distribution::Uniform | Distribution::Beta { .. }
    );
    let least = match options.distribution.start() {
        Some(start) => start.into(),
        None if bounded => 0.0,
        None => -most,
    };
    let end = |option, found: Option<f64>, otherwise: f64| {
        let end = found.unwrap_or(otherwise);
        if end.abs() <= most {
            return Ok(end);
        }
        Err(match options.data_type {
            FloatType::Float64 => scope.invalid(option, readable(end), "a finite number"),
            FloatType::Float32 => {
                let (least, most) = (readable(-most), readable(most));
                let allowed = format!("{least} to {most}, which is what the type holds");
                scope.invalid(option, readable(end), allowed)
            }
        })
    };
    let min = end("min", options.min, least);
    let max = end("max", options.max, if bounded { 1.0 } else { most });
    let (min, max) = (min?, max?);
    if max < min {
        return Err(scope.invalid("max", max, format!("min ({min}) or more")));
    }
    Ok((min, max))
}

/// Values without a number of decimals.
fn anywhere(
    options: &FloatOptions,
    scope: &Scope<'_>,
    (min, max): (f64, f64),
) -> Result<Float, Rejected> {
    let (low, high) = match options.data_type {
        FloatType::Float64 => (min, max),
        // What lies between two floats of 32 bits is not rounded beyond them.
        FloatType::Float32 => ((min as f32).into(), (max as f32).into()),
    };
    if let Distribution::Weights(buckets) = &options.distribution {
        let buckets = FloatBuckets::compile(buckets, scope, (low, high))?;
        let (low, high) = buckets.ends();
        let values = Values::Buckets(buckets);
        return Ok(Float::new(values, low, high));
    }
    let range = SampleRange {
        low,
        high,
        step: 0.0,
    };
    if let Some(sampled) = options.distribution.sampler(scope, range)? {
        let values = Values::Sampled { sampled, low, high };
        return Ok(Float::new(values, low, high));
    }
    let width = high - low;
    if !width.is_finite() {
        return Err(scope.invalid(
            "max",
            readable(max),
            "a range that is itself a finite number",
        ));
    }
    let values = Values::Continuous {
        lane: scope.key().lane(0),
        min: low,
        width,
    };
    Ok(Float::new(values, low, high))
}

/// Values of fixed decimals.
fn on_grid(
    options: &FloatOptions,
    scope: &Scope<'_>,
    (min, max): (f64, f64),
    decimals: u8,
) -> Result<Float, Rejected> {
    let (max_decimals, max_exact) = options.data_type.precision();
    if decimals > max_decimals {
        return Err(scope.invalid("decimals", decimals, format!("0 to {max_decimals}")));
    }
    let scale = 10u64.pow(u32::from(decimals)) as f64;
    let mut range = [min, max];
    let given = [options.min.is_some(), options.max.is_some()];
    for ((option, bound), given) in ["min", "max"].into_iter().zip(&mut range).zip(given) {
        if (*bound * scale).abs() <= max_exact {
            continue;
        }
        if given {
            let allowed = format!(
                "at most {} to either side of zero: beyond, floats are too far apart for decimals \
                 ({decimals})",
                max_exact / scale
            );
            return Err(scope.invalid(option, *bound, allowed));
        }
        // The type's own end.
        *bound = bound.signum() * (max_exact / scale);
    }
    let [min, max] = range;
    let (low, high) = steps_within(min, max, scale);
    if high < low {
        let lowest = low as f64 / scale;
        let allowed = format!(
            "{lowest} or more, the lowest value that min ({min}) and decimals ({decimals}) leave"
        );
        return Err(scope.invalid("max", max, allowed));
    }
    let ends = (i128::from(low), i128::from(high));
    let grid = Grid::compile(&options.distribution, scope, ends, decimals)?;
    let (least, most) = grid.as_ref().map_or(ends, Grid::ends);
    let values = match grid {
        Some(grid) => Values::Grid { grid, scale },
        None => Values::Decimal {
            draw: IntegerDraw::new(scope.key().lane(0), low, high),
            scale,
        },
    };
    Ok(Float {
        values,
        range: ValueRange::Float {
            low: least as f64 / scale,
            high: most as f64 / scale,
            scale: Some(scale),
        },
    })
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

#[derive(Debug)]
enum Values {
    /// Never above the largest value: the width may have been rounded up by half a step between
    /// floats, but the highest fraction, 1 − 2^-53, takes a whole one off.
    Continuous {
        lane: Lane,
        min: f64,
        width: f64,
    },
    /// Whole numbers of hundredths, say, divided at the end: a division of two exact numbers is
    /// rounded once, to the float nearest to the decimal number.
    Decimal {
        draw: IntegerDraw,
        scale: f64,
    },
    /// The same, from a distribution.
    Grid {
        grid: Grid,
        scale: f64,
    },
    Sampled {
        sampled: Sampled,
        low: f64,
        high: f64,
    },
    Buckets(FloatBuckets),
}

impl Values {
    /// A value for each row, cast to the column's type at once.
    fn map<T>(&self, rows: Rows<'_>, cast: impl Fn(f64) -> T) -> Vec<T> {
        match self {
            Self::Continuous { lane, min, width } => {
                rows.map(|row| cast(min + width * lane.fraction(row)))
            }
            Self::Decimal { draw, scale } => rows.map(|row| cast(draw.of(row) as f64 / scale)),
            Self::Grid { grid, scale } => grid.map(rows, |step| cast(step as f64 / scale)),
            Self::Sampled { sampled, low, high } => {
                let values = sampled.sampler.values(rows).into_iter();
                let from = if sampled.from_low { *low } else { 0.0 };
                // The sum may have been rounded beyond the end.
                values
                    .map(|value| cast((from + value).min(*high)))
                    .collect()
            }
            Self::Buckets(buckets) => rows.map(|row| cast(buckets.of(row))),
        }
    }
}

#[derive(Debug)]
struct Float {
    values: Values,
    range: ValueRange,
}

impl Float {
    fn new(values: Values, low: f64, high: f64) -> Self {
        let scale = None;
        let range = ValueRange::Float { low, high, scale };
        Self { values, range }
    }
}

impl Column for Float {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.range)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.values.map(block.rows, |value| value);
        Ok(Arc::new(Float64Array::from(values)))
    }
}

/// Of 32 bits: rounded at the end, which keeps their order and so the ends of the range.
#[derive(Debug)]
struct Narrow(Float);

impl Column for Narrow {
    fn data_type(&self) -> DataType {
        DataType::Float32
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.0.range)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.0.values.map(block.rows, |value| value as f32);
        Ok(Arc::new(Float32Array::from(values)))
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
            decimals in 0..=15u32,
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
            decimals in 0..=15u32,
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
            let highest = min + width * (1.0 - f64::EPSILON / 2.0);
            prop_assert!((min..=max).contains(&highest), "{highest}");
        }
    }
}
