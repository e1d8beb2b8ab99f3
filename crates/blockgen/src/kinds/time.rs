//! `time`: times of day.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Time32MillisecondArray, Time32SecondArray, Time64MicrosecondArray,
    Time64NanosecondArray,
};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::temporal::{DayTime, Stretch, Ticks, TimeSpan, TimeUnit};

/// Options of [`ColumnKind::Time`](crate::ColumnKind::Time).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOptions {
    /// The earliest time of day, rounded up to a whole `unit`; `00:00` if not given.
    #[serde(default = "midnight", skip_serializing_if = "is_midnight")]
    pub from: DayTime,
    /// The time of day before which all values lie; `24:00` if not given.
    #[serde(default = "end", skip_serializing_if = "is_end")]
    pub to: DayTime,
    /// What values are counted in: `s`, `ms`, `us` or `ns`; `us` if not given. Seconds and
    /// milliseconds take 32 bits a value, the others 64.
    #[serde(default, skip_serializing_if = "TimeUnit::is_default")]
    pub unit: TimeUnit,
    /// Values lie a whole number of steps after `from`, such as `15m`; one `unit` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<TimeSpan>,
}

fn midnight() -> DayTime {
    DayTime::MIDNIGHT
}

fn is_midnight(time: &DayTime) -> bool {
    *time == DayTime::MIDNIGHT
}

fn end() -> DayTime {
    DayTime::END
}

fn is_end(time: &DayTime) -> bool {
    *time == DayTime::END
}

/// Microseconds of the whole day.
impl Default for TimeOptions {
    fn default() -> Self {
        Self {
            from: DayTime::MIDNIGHT,
            to: DayTime::END,
            unit: TimeUnit::default(),
            step: None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Time {
    ticks: Ticks,
    unit: TimeUnit,
}

impl Time {
    pub(super) fn new(options: &TimeOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let &TimeOptions { from, to, unit, .. } = options;
        let measure = unit.measure();
        if to > DayTime::END {
            return Err(scope.invalid("to", to, format!("{} or earlier", DayTime::END)));
        }
        if to <= from {
            return Err(scope.invalid("to", to, format!("later than from ({from})")));
        }
        let whole = |time: DayTime| time.0.div_ceil(measure.nanos as u64) as i64;
        let (first, last) = (whole(from), whole(to) - 1);
        if last < first {
            let allowed = format!(
                "late enough for one whole {} after from ({from})",
                measure.word
            );
            return Err(scope.invalid("to", to, allowed));
        }
        let stretch = Stretch {
            unit: measure,
            first,
            last,
            end: format!("before {to}"),
        };
        let ticks = Ticks::new(scope, &stretch, options.step, None)?;
        Ok(Self { ticks, unit })
    }
}

impl Column for Time {
    fn data_type(&self) -> DataType {
        match self.unit {
            TimeUnit::Second | TimeUnit::Millisecond => DataType::Time32(self.unit.arrow()),
            TimeUnit::Microsecond | TimeUnit::Nanosecond => DataType::Time64(self.unit.arrow()),
        }
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.ticks.range())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let narrow = || self.ticks.values(block.rows, |value| value as i32);
        let wide = || self.ticks.values(block.rows, |value| value);
        Ok(match self.unit {
            TimeUnit::Second => Arc::new(Time32SecondArray::from(narrow()?)),
            TimeUnit::Millisecond => Arc::new(Time32MillisecondArray::from(narrow()?)),
            TimeUnit::Microsecond => Arc::new(Time64MicrosecondArray::from(wide()?)),
            TimeUnit::Nanosecond => Arc::new(Time64NanosecondArray::from(wide()?)),
        })
    }
}
