//! `timestamp`: moments in a fixed range.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{ArrayRef, TimestampMicrosecondArray};
use arrow::compute::kernels::cast_utils::string_to_datetime;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::integer::IntegerDraw;
use crate::column::{Column, FillError};
use crate::error::SpecError;
use crate::scope::Scope;

const ZONE: &str = "UTC";

/// Options of [`ColumnKind::Timestamp`](crate::ColumnKind::Timestamp).
///
/// Both ends are written down: a range that ended "now" would make other values tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampOptions {
    /// The earliest moment.
    pub from: UtcMicros,
    /// The moment before which all values lie.
    pub to: UtcMicros,
}

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
///
/// In a spec it is an RFC 3339 string or a TOML date-time: `2020-01-01T00:00:00Z`, also with
/// another offset; `2020-01-01` is its midnight, and without an offset UTC is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcMicros(pub i64);

impl UtcMicros {
    fn parse(text: &str) -> Result<Self, ArrowError> {
        let utc: Tz = "+00:00".parse()?;
        Ok(Self(string_to_datetime(&utc, text)?.timestamp_micros()))
    }
}

/// RFC 3339 in UTC; years outside of 0 to 9999 as the number of microseconds.
impl fmt::Display for UtcMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment =
            arrow::array::temporal_conversions::as_datetime::<TimestampMicrosecondType>(self.0);
        match moment {
            Some(moment) => write!(f, "{}Z", moment.format("%Y-%m-%dT%H:%M:%S%.f")),
            None => write!(f, "{} µs since 1970", self.0),
        }
    }
}

impl Serialize for UtcMicros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcMicros {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Moment;

        impl<'de> Visitor<'de> for Moment {
            type Value = UtcMicros;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a date-time such as 2020-01-01T00:00:00Z")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<UtcMicros, E> {
                UtcMicros::parse(text).map_err(E::custom)
            }

            // A TOML date-time outside of quotes comes as a map that only its own type reads.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UtcMicros, A::Error> {
                let moment = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
                self.visit_str(&moment.to_string())
            }
        }

        deserializer.deserialize_any(Moment)
    }
}

#[derive(Debug)]
pub(super) struct Timestamp {
    draw: IntegerDraw,
}

impl Timestamp {
    pub(super) fn new(options: &TimestampOptions, scope: &Scope<'_>) -> Result<Self, SpecError> {
        let &TimestampOptions { from, to } = options;
        if to <= from {
            return Err(scope.invalid("to", to, format!("later than from ({from})")));
        }
        Ok(Self {
            draw: IntegerDraw::new(scope.key().lane(0), from.0, to.0 - 1),
        })
    }
}

impl Column for Timestamp {
    fn data_type(&self) -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, Some(ZONE.into()))
    }

    fn fill(&self, rows: Range<u64>, _count: usize) -> Result<ArrayRef, FillError> {
        let values = rows.map(|row| self.draw.of(row));
        let array = TimestampMicrosecondArray::from_iter_values(values);
        Ok(Arc::new(array.with_timezone(ZONE)))
    }
}
