//! `date`: days of the calendar, drawn from a range or in order.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::temporal::{CalendarDate, Measure, OrderedOptions, Stretch, Ticks, TimeSpan};

/// Options of [`ColumnKind::Date`](crate::ColumnKind::Date).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateOptions {
    /// The earliest day.
    pub from: CalendarDate,
    /// The day before which all values lie. May be left out with `ordered`: values then end with
    /// the year 9999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<CalendarDate>,
    /// Values lie a whole number of steps after `from`: so many days, or a text such as `1w`; one
    /// day if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<TimeSpan>,
    /// Values grow with the row; if not given, they are drawn evenly from the range. With
    /// `every = "1h"`, 24 rows share a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<OrderedOptions>,
}

#[derive(Debug)]
pub(super) struct Date {
    ticks: Ticks,
}

impl Date {
    pub(super) fn new(options: &DateOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let stretch = stretch(options, scope)?;
        let ticks = Ticks::new(scope, &stretch, options.step, options.ordered.as_ref())?;
        Ok(Self { ticks })
    }
}

fn stretch(options: &DateOptions, scope: &Scope<'_>) -> Result<Stretch, Rejected> {
    let &DateOptions { from, to, .. } = options;
    let mut rejected = false;
    for (option, date) in [("from", Some(from)), ("to", to)] {
        let Some(date) = date.filter(|date| !date.is_writable()) else {
            continue;
        };
        let allowed = format!("{} to {}", CalendarDate::EARLIEST, CalendarDate::LATEST);
        scope.invalid(option, date, allowed);
        rejected = true;
    }
    if to.is_none() && options.ordered.is_none() {
        scope.invalid(
            "to",
            "not given",
            "a date after from, unless ordered is given",
        );
        rejected = true;
    }
    if let Some(to) = to.filter(|to| *to <= from) {
        scope.invalid("to", to, format!("later than from ({from})"));
        rejected = true;
    }
    if rejected {
        return Err(Rejected);
    }
    let (last, end) = match to {
        Some(to) => (to.0 - 1, format!("before {to}")),
        None => (CalendarDate::LATEST.0, "before the year 10000".to_owned()),
    };
    Ok(Stretch {
        unit: Measure::DAY,
        first: from.0.into(),
        last: last.into(),
        end,
    })
}

impl Column for Date {
    fn data_type(&self) -> DataType {
        DataType::Date32
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.ticks.range())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.ticks.values(block.rows, |days| days as i32)?;
        Ok(Arc::new(Date32Array::from(values)))
    }
}
