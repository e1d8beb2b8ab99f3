//! `latitude`, `longitude` and `geohash`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Lane;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// Steps in a degree: six decimals, a tenth of a metre.
const STEPS: i64 = 1_000_000;

/// Uniform over degrees, not over the area of the globe: it takes no trigonometry, and no two
/// columns need to know of each other.
#[derive(Debug)]
pub(in crate::kinds) struct Degrees {
    lane: Lane,
    /// The highest; the lowest is its negative.
    highest: i64,
}

impl Degrees {
    pub(in crate::kinds) fn latitude(scope: &Scope<'_>) -> Self {
        Self {
            lane: scope.key().lane(0),
            highest: 90,
        }
    }

    pub(in crate::kinds) fn longitude(scope: &Scope<'_>) -> Self {
        Self {
            lane: scope.key().lane(0),
            highest: 180,
        }
    }
}

impl Column for Degrees {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn range(&self) -> Option<ValueRange> {
        let highest = self.highest as f64;
        Some(ValueRange::Float {
            low: -highest,
            high: highest,
            scale: Some(STEPS as f64),
        })
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let highest = self.highest * STEPS;
        let values = block.rows.map(|row| {
            let step = self.lane.draws(row).below(2 * highest as u64 + 1) as i64 - highest;
            // Both are exact, so that this is the float nearest to the decimal number.
            step as f64 / STEPS as f64
        });
        Ok(Arc::new(Float64Array::from(values)))
    }
}

/// Options of [`ColumnKind::Geohash`](crate::ColumnKind::Geohash).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeohashOptions {
    /// Characters, 1 to 12; 9 if not given, a cell of about 5 by 5 metres.
    #[serde(default = "nine")]
    pub precision: u8,
}

fn nine() -> u8 {
    9
}

/// Five bits each: twelve fit into one draw of 64.
const MAX_PRECISION: usize = 12;

/// The alphabet of geohashes: digits and letters without a, i, l and o.
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

#[derive(Debug)]
struct Geohash {
    lane: Lane,
    precision: usize,
}

pub(in crate::kinds) fn geohash(
    options: &GeohashOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let precision = usize::from(options.precision);
    if !(1..=MAX_PRECISION).contains(&precision) {
        return Err(scope.invalid("precision", precision, format!("1 to {MAX_PRECISION}")));
    }
    let lane = scope.key().lane(0);
    Ok(Arc::new(TextColumn::new(Geohash { lane, precision })))
}

impl Text for Geohash {
    fn lengths(&self) -> Lengths {
        Lengths::exact(self.precision)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut bits = self.lane.bits(row);
        let mut text = [0; MAX_PRECISION];
        for character in &mut text {
            *character = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        out.push_bytes(&text, self.precision);
    }
}
