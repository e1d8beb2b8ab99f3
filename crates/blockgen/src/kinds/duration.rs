//! `duration`: lengths of time.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, DurationMicrosecondArray, DurationMillisecondArray, DurationNanosecondArray,
    DurationSecondArray,
};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::temporal::{Stretch, Ticks, TimeSpan, TimeUnit};

/// Options of [`ColumnKind::Duration`](crate::ColumnKind::Duration).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DurationOptions {
    /// The shortest: a text such as `1h30m`, or a number of `unit`; may be negative.
    pub min: TimeSpan,
    /// The longest; it may occur.
    pub max: TimeSpan,
    /// What values are counted in: `s`, `ms`, `us` or `ns`; `us` if not given. Parquet knows no
    /// durations: a file has plain whole numbers (`INT64`) of this unit, which only readers of
    /// Arrow's own schema take for durations.
    #[serde(default, skip_serializing_if = "TimeUnit::is_default")]
    pub unit: TimeUnit,
    /// Values lie a whole number of steps above `min`, such as `15m`; one `unit` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<TimeSpan>,
}

#[derive(Debug)]
pub(super) struct Duration {
    ticks: Ticks,
    unit: TimeUnit,
}

impl Duration {
    pub(super) fn new(options: &DurationOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let &DurationOptions { min, max, unit, .. } = options;
        let measure = unit.measure();
        let count = |option, span: TimeSpan| {
            // The lowest number has no positive counterpart: without it, every duration has one,
            // and no range has as many as 2^64 values.
            let count = span.count(measure).filter(|count| *count > i64::MIN);
            count.ok_or_else(|| {
                let allowed = format!(
                    "a whole number of {}s, fewer than 2^63 to either side of 0",
                    measure.word
                );
                scope.invalid(option, span, allowed)
            })
        };
        let (first, last) = (count("min", min), count("max", max));
        let (first, last) = (first?, last?);
        if last < first {
            return Err(scope.invalid("max", max, format!("min ({min}) or more")));
        }
        let stretch = Stretch {
            unit: measure,
            first,
            last,
            end: format!("up to {max}"),
        };
        let ticks = Ticks::new(scope, &stretch, options.step, None)?;
        Ok(Self { ticks, unit })
    }
}

impl Column for Duration {
    fn data_type(&self) -> DataType {
        DataType::Duration(self.unit.arrow())
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.ticks.range())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.ticks.values(block.rows, |value| value)?;
        Ok(match self.unit {
            TimeUnit::Second => Arc::new(DurationSecondArray::from(values)),
            TimeUnit::Millisecond => Arc::new(DurationMillisecondArray::from(values)),
            TimeUnit::Microsecond => Arc::new(DurationMicrosecondArray::from(values)),
            TimeUnit::Nanosecond => Arc::new(DurationNanosecondArray::from(values)),
        })
    }
}
