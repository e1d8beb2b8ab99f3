//! `float`: numbers in a range, with a fixed number of decimals or without.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use super::integer::IntegerDraw;
use crate::column::{Column, FillError};
use crate::error::SpecError;
use crate::random::Lane;
use crate::scope::Scope;

/// Options of [`ColumnKind::Float`](crate::ColumnKind::Float).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloatOptions {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// Decimals, 0 to 15: every value is the float nearest to a number of so many decimals.
    /// Without it, any float of the range may come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
}

const MAX_DECIMALS: u8 = 15;

/// Whole numbers up to here are floats, all of them: 2^53.
const MAX_EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;

pub(super) fn compile(
    options: &FloatOptions,
    scope: &Scope<'_>,
) -> Result<Box<dyn Column>, SpecError> {
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
        return Ok(Box::new(Continuous { lane, min, width }));
    };
    if decimals > MAX_DECIMALS {
        return Err(scope.invalid("decimals", decimals, format!("0 to {MAX_DECIMALS}")));
    }
    let scale = 10u64.pow(u32::from(decimals)) as f64;
    for (option, bound) in [("min", min), ("max", max)] {
        if (bound * scale).abs() > MAX_EXACT {
            let allowed = format!(
                "at most {} to either side of zero, where a float still holds {decimals} decimals",
                MAX_EXACT / scale
            );
            return Err(scope.invalid(option, bound, allowed));
        }
    }
    let (low, high) = ((min * scale).ceil() as i64, (max * scale).floor() as i64);
    if high < low {
        let allowed = format!("more, so that a number of {decimals} decimals lies in the range");
        return Err(scope.invalid("max", max, allowed));
    }
    Ok(Box::new(Decimal {
        draw: IntegerDraw::new(lane, low, high),
        scale,
    }))
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

    fn fill(&self, rows: Range<u64>, _count: usize) -> Result<ArrayRef, FillError> {
        let values = rows.map(|row| self.draw.of(row) as f64 / self.scale);
        Ok(Arc::new(Float64Array::from_iter_values(values)))
    }
}

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

    fn fill(&self, rows: Range<u64>, _count: usize) -> Result<ArrayRef, FillError> {
        let values = rows.map(|row| {
            let fraction = (self.lane.bits(row) >> (u64::BITS - f64::MANTISSA_DIGITS)) as f64;
            self.min + self.width * (fraction / MAX_EXACT)
        });
        Ok(Arc::new(Float64Array::from_iter_values(values)))
    }
}
