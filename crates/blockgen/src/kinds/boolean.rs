//! `bool`: true with a probability.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Lane;
use crate::scope::Scope;

/// Options of [`ColumnKind::Bool`](crate::ColumnKind::Bool).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoolOptions {
    /// Probability of `true`, 0 to 1; 0.5 if not given.
    #[serde(default = "half")]
    pub probability: f64,
}

fn half() -> f64 {
    0.5
}

/// As many steps as a float resolves between 0 and 1: 2^53.
const STEPS: u64 = 1 << f64::MANTISSA_DIGITS;

#[derive(Debug)]
pub(super) struct Bool {
    lane: Lane,
    /// Draws of `0..STEPS` below this are true.
    threshold: u64,
}

impl Bool {
    pub(super) fn new(options: &BoolOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let probability = options.probability;
        if !(0.0..=1.0).contains(&probability) {
            return Err(scope.invalid("probability", probability, "0 to 1"));
        }
        Ok(Self {
            lane: scope.key().lane(0),
            threshold: (probability * STEPS as f64) as u64,
        })
    }
}

impl Column for Bool {
    fn data_type(&self) -> DataType {
        DataType::Boolean
    }

    fn distinct(&self) -> Option<u64> {
        Some(2)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block
            .rows
            .bits(|row| self.lane.draws(row).below(STEPS) < self.threshold);
        Ok(Arc::new(BooleanArray::new(values, None)))
    }
}
