//! A moment, as a spec writes it.

use std::borrow::Cow;
use std::fmt;

use arrow::array::timezone::Tz;
use arrow::compute::kernels::cast_utils::string_to_datetime;
use arrow::datatypes::TimestampMicrosecondType;
use arrow::error::ArrowError;
use arrow::temporal_conversions::as_datetime;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::literal::{self, Literal};

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
    pub(crate) const EARLIEST: Self = Self(-62_167_219_200_000_000);
    /// 9999-12-31T23:59:59.999999Z
    pub(crate) const LATEST: Self = Self(253_402_300_799_999_999);

    /// Whether RFC 3339 can write it.
    pub(crate) fn is_writable(self) -> bool {
        (Self::EARLIEST..=Self::LATEST).contains(&self)
    }
}

impl Literal for UtcMicros {
    const FORM: &'static str = "a date-time such as 2020-01-01T00:00:00Z";

    type Error = String;

    fn parse(text: &str) -> Result<Self, String> {
        let read = || -> Result<_, ArrowError> {
            let utc: Tz = "+00:00".parse()?;
            Ok(string_to_datetime(&utc, text)?.timestamp_micros())
        };
        read()
            .map(Self)
            .map_err(|_| format!("`{text}` is not {}", Self::FORM))
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
        literal::deserialize(deserializer)
    }
}

impl JsonSchema for UtcMicros {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A moment as RFC 3339 writes it, such as 2020-01-01T00:00:00Z.",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
}
