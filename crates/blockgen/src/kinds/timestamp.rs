//! `timestamp`: moments, drawn from a range or in order.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray,
};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::range::ValueRange;
use crate::scope::Scope;
use crate::temporal::{OrderedOptions, Stretch, Ticks, TimeSpan, TimeUnit, UtcMicros};

const UTC: &str = "UTC";

/// Options of [`ColumnKind::Timestamp`](crate::ColumnKind::Timestamp).
///
/// Both ends are written down: a range that ended "now" would make other values tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimestampOptions {
    /// The earliest moment; rounded up to a whole `unit`.
    pub from: UtcMicros,
    /// The moment before which all values lie. May be left out with `ordered`: values then end
    /// with the year 9999, or with what `unit` can count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UtcMicros>,
    /// What values are counted in: `s`, `ms`, `us` or `ns`; `us` if not given. `ns` reaches from
    /// 1677-09-21 to 2262-04-11. Parquet knows no timestamps in seconds: with `s` a file has plain
    /// whole numbers (`INT64`), which only readers of Arrow's own schema take for times.
    #[serde(default, skip_serializing_if = "TimeUnit::is_default")]
    pub unit: TimeUnit,
    /// The time zone in the column's type, in which readers show the moments: an IANA name such
    /// as `Europe/Berlin`, or an offset such as `+02:00`; `UTC` if not given. It changes no
    /// value. Which names there are is up to the reader; a misspelt one is not noticed here. `none`, or an empty text, makes a column without a zone: the clock's reading.
    #[serde(default = "utc", skip_serializing_if = "is_utc")]
    pub timezone: String,
    /// Values lie a whole number of steps after `from`, such as `15m`; one `unit` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<TimeSpan>,
    /// Values grow with the row; if not given, they are drawn evenly from the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<OrderedOptions>,
}

fn utc() -> String {
    UTC.to_owned()
}

/// Whether it is an offset of less than a day in a form that Arrow reads: `+02:00`, `+0200`, `+02`.
fn is_offset(zone: &str) -> bool {
    let two_digits = |text: &str, below: u8| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse().is_ok_and(|number: u8| number < below)
    };
    let offset = zone.strip_prefix(['+', '-']).unwrap_or_default();
    let parts = match offset.len() {
        2 => Some((offset, "00")),
        4 => offset.split_at_checked(2),
        _ => offset.split_once(':'),
    };
    parts.is_some_and(|(hours, minutes)| two_digits(hours, 24) && two_digits(minutes, 60))
}

fn is_utc(zone: &str) -> bool {
    zone == UTC
}

impl TimestampOptions {
    /// Microseconds in UTC, drawn evenly from a range.
    pub fn new(from: UtcMicros, to: UtcMicros) -> Self {
        Self {
            from,
            to: Some(to),
            unit: TimeUnit::default(),
            timezone: utc(),
            step: None,
            ordered: None,
        }
    }

    /// The zone of the type, if it has one.
    fn zone(&self, scope: &Scope<'_>) -> Result<Option<Arc<str>>, Rejected> {
        let zone = self.timezone.as_str();
        if matches!(zone, "" | "none") {
            return Ok(None);
        }
        // Which names there are changes with every release of the zone database, but not what
        // they are spelt with.
        let spelt = |byte: u8| byte.is_ascii_alphanumeric() || b"_/+-:".contains(&byte);
        let is_wrong_offset = zone.starts_with(['+', '-']) && !is_offset(zone);
        if zone.len() > 64 || !zone.bytes().all(spelt) || is_wrong_offset {
            let allowed = "an IANA name such as Europe/Berlin, an offset such as +02:00, or none";
            return Err(scope.invalid("timezone", zone, allowed));
        }
        Ok(Some(zone.into()))
    }

    fn stretch(&self, scope: &Scope<'_>) -> Result<Stretch, Rejected> {
        let from = self.from;
        let mut rejected = false;
        for (option, moment) in [("from", Some(from)), ("to", self.to)] {
            let Some(moment) = moment.filter(|moment| !moment.is_writable()) else {
                continue;
            };
            let allowed = format!("{} to {}", UtcMicros::EARLIEST, UtcMicros::LATEST);
            scope.invalid(option, moment, allowed);
            rejected = true;
        }
        if self.to.is_none() && self.ordered.is_none() {
            scope.invalid(
                "to",
                "not given",
                "a moment after from, unless ordered is given",
            );
            rejected = true;
        }
        if rejected {
            return Err(Rejected);
        }
        if let Some(to) = self.to.filter(|to| *to <= from) {
            return Err(scope.invalid("to", to, format!("later than from ({from})")));
        }
        let unit = self.unit.measure();
        let first = self.ceiling(scope, "from", from)?;
        let (last, end) = match self.to {
            Some(to) => (self.ceiling(scope, "to", to)? - 1, format!("before {to}")),
            // The last moment and not the one after it, which no spec can write.
            None => {
                let latest = i128::from(UtcMicros::LATEST.0) * 1_000 / unit.nanos;
                let last = i64::try_from(latest).unwrap_or(i64::MAX);
                (
                    last,
                    match i64::try_from(latest) {
                        Ok(_) => "before the year 10000".to_owned(),
                        Err(_) => format!("within what 64 bits of {}s can count", unit.word),
                    },
                )
            }
        };
        if last < first {
            let to = self.to.map_or_else(String::new, |to| to.to_string());
            let allowed = format!(
                "late enough for one whole {} after from ({from})",
                unit.word
            );
            return Err(scope.invalid("to", to, allowed));
        }
        Ok(Stretch {
            unit,
            first,
            last,
            end,
        })
    }

    /// The first whole unit at or after a moment.
    fn ceiling(
        &self,
        scope: &Scope<'_>,
        option: &'static str,
        moment: UtcMicros,
    ) -> Result<i64, Rejected> {
        let unit = self.unit.measure();
        let nanos = i128::from(moment.0) * 1_000;
        // Arithmetic of signed numbers rounds towards zero: whole units before, and one more for
        // what is left.
        let units = nanos.div_euclid(unit.nanos) + i128::from(nanos.rem_euclid(unit.nanos) > 0);
        i64::try_from(units).map_err(|_| {
            let most = UtcMicros(i64::MAX / 1_000);
            let least = UtcMicros(i64::MIN / 1_000);
            let allowed = format!(
                "{least} to {most}, which is what 64 bits of {}s can count",
                unit.word
            );
            scope.invalid(option, moment, allowed)
        })
    }
}

#[derive(Debug)]
pub(super) struct Timestamp {
    ticks: Ticks,
    unit: TimeUnit,
    zone: Option<Arc<str>>,
}

impl Timestamp {
    pub(super) fn new(options: &TimestampOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let zone = options.zone(scope);
        let ticks = options.stretch(scope).and_then(|stretch| {
            Ticks::new(scope, &stretch, options.step, options.ordered.as_ref())
        });
        Ok(Self {
            ticks: ticks?,
            unit: options.unit,
            zone: zone?,
        })
    }
}

impl Column for Timestamp {
    fn data_type(&self) -> DataType {
        DataType::Timestamp(self.unit.arrow(), self.zone.clone())
    }

    fn range(&self) -> Option<ValueRange> {
        Some(self.ticks.range())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = self.ticks.values(block.rows, |value| value)?;
        let zone = self.zone.clone();
        Ok(match self.unit {
            TimeUnit::Second => {
                Arc::new(TimestampSecondArray::from(values).with_timezone_opt(zone))
            }
            TimeUnit::Millisecond => {
                Arc::new(TimestampMillisecondArray::from(values).with_timezone_opt(zone))
            }
            TimeUnit::Microsecond => {
                Arc::new(TimestampMicrosecondArray::from(values).with_timezone_opt(zone))
            }
            TimeUnit::Nanosecond => {
                Arc::new(TimestampNanosecondArray::from(values).with_timezone_opt(zone))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnKind, ColumnSpec, DatasetSpec, Generator, SpecError, TableSpec};

    #[test]
    fn a_moment_that_cannot_be_written_is_refused() {
        let (before, after) = (UtcMicros::EARLIEST.0 - 1, UtcMicros::LATEST.0 + 1);
        for (from, to, wrong) in [
            (before, 0, "from"),
            (i64::MIN, 0, "from"),
            (0, after, "to"),
            (0, i64::MAX, "to"),
        ] {
            let (from, to) = (UtcMicros(from), UtcMicros(to));
            assert_eq!(
                serde_json::to_string(&from).is_err(),
                wrong == "from",
                "{from}"
            );
            let kind = ColumnKind::Timestamp(TimestampOptions::new(from, to));
            let table = TableSpec::new("t", vec![ColumnSpec::new("a", kind)]);
            let error = Generator::compile(&DatasetSpec::new(vec![table]), "t", 1).unwrap_err();
            assert!(
                matches!(&error.errors()[0], SpecError::InvalidOption { option, .. } if *option == wrong),
                "{error}"
            );
        }
    }
}
