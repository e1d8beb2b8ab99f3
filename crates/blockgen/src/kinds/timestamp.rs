//! `timestamp`: moments in a fixed range.

use std::fmt;
use std::sync::Arc;

use arrow::array::temporal_conversions::as_datetime;
use arrow::array::timezone::Tz;
use arrow::array::{ArrayRef, TimestampMicrosecondArray};
use arrow::compute::kernels::cast_utils::string_to_datetime;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::integer::IntegerDraw;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;

const ZONE: &str = "UTC";

/// Options of [`ColumnKind::Timestamp`](crate::ColumnKind::Timestamp).
///
/// Both ends are written down: a range that ended "now" would make other values tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
/// another offset; `2020-01-01` is its midnight, and without an offset UTC is meant. What is
/// finer than a microsecond is cut off.
///
/// A spec can hold the years 0 to 9999 (in UTC), which are those that RFC 3339 can write: a
/// moment outside of them is refused when its table is compiled, and cannot be serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcMicros(pub i64);

impl UtcMicros {
    /// 0000-01-01T00:00:00Z
    const EARLIEST: Self = Self(-62_167_219_200_000_000);
    /// 9999-12-31T23:59:59.999999Z
    const LATEST: Self = Self(253_402_300_799_999_999);

    /// Whether RFC 3339 can write it.
    fn is_writable(self) -> bool {
        (Self::EARLIEST..=Self::LATEST).contains(&self)
    }

    fn parse(text: &str) -> Result<Self, ArrowError> {
        let utc: Tz = "+00:00".parse()?;
        Ok(Self(string_to_datetime(&utc, text)?.timestamp_micros()))
    }
}

/// RFC 3339 in UTC, which reads back as the same moment; outside of the years 0 to 9999 the
/// number of microseconds, which does not.
impl fmt::Display for UtcMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match as_datetime::<TimestampMicrosecondType>(self.0) {
            Some(moment) if self.is_writable() => {
                write!(f, "{}Z", moment.format("%Y-%m-%dT%H:%M:%S%.f"))
            }
            _ => write!(f, "{} µs since 1970", self.0),
        }
    }
}

impl Serialize for UtcMicros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.is_writable() {
            let years = "lies outside of the years 0 to 9999, which are what RFC 3339 can write";
            return Err(serde::ser::Error::custom(format!("{self} {years}")));
        }
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

impl JsonSchema for UtcMicros {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A moment as RFC 3339 writes it, such as 2020-01-01T00:00:00Z.",
        })
    }
}

#[derive(Debug)]
pub(super) struct Timestamp {
    draw: IntegerDraw,
}

impl Timestamp {
    pub(super) fn new(options: &TimestampOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let &TimestampOptions { from, to } = options;
        for (option, moment) in [("from", from), ("to", to)] {
            if !moment.is_writable() {
                let allowed = format!("{} to {}", UtcMicros::EARLIEST, UtcMicros::LATEST);
                return Err(scope.invalid(option, moment, allowed));
            }
        }
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

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.map(|row| self.draw.of(row));
        let array = TimestampMicrosecondArray::from(values);
        Ok(Arc::new(array.with_timezone(ZONE)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ColumnKind, ColumnSpec, DatasetSpec, Generator, SpecError, TableSpec};

    fn read_back(moment: UtcMicros) -> UtcMicros {
        let json = serde_json::to_string(&moment).unwrap();
        assert_eq!(json, format!("\"{moment}\""));
        serde_json::from_str(&json).unwrap()
    }

    fn any_writable() -> impl Strategy<Value = UtcMicros> {
        let (earliest, latest) = (UtcMicros::EARLIEST.0, UtcMicros::LATEST.0);
        // With six digits behind the point, with three, and with none.
        prop_oneof![Just(1), Just(1_000), Just(1_000_000)].prop_flat_map(move |unit| {
            (earliest / unit..=latest / unit).prop_map(move |count| UtcMicros(count * unit))
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same_moment(moment in any_writable()) {
            prop_assert_eq!(read_back(moment), moment);
        }
    }

    #[test]
    fn the_ends_of_what_can_be_written() {
        for (end, text) in [
            (UtcMicros::EARLIEST, "0000-01-01T00:00:00Z"),
            (UtcMicros::LATEST, "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(end.to_string(), text);
            assert_eq!(read_back(end), end);
        }
    }

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
            let kind = ColumnKind::Timestamp(TimestampOptions { from, to });
            let table = TableSpec::new("t", vec![ColumnSpec::new("a", kind)]);
            let error = Generator::compile(&DatasetSpec::new(vec![table]), "t", 1).unwrap_err();
            assert!(
                matches!(&error.errors()[0], SpecError::InvalidOption { option, .. } if *option == wrong),
                "{error}"
            );
        }
    }
}
