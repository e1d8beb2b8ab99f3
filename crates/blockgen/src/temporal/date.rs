//! A day of the calendar, as a spec writes it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::civil::{civil_from_days, days_from_civil};
use super::literal::{self, Literal};

/// A date, in days since 1970-01-01. In a spec it is an ISO 8601 string or a TOML date, such as
/// `2024-05-01`, of the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarDate(pub i32);

impl CalendarDate {
    /// 0000-01-01
    pub(crate) const EARLIEST: Self = Self(days_from_civil(0, 1, 1) as i32);
    /// 9999-12-31
    pub(crate) const LATEST: Self = Self(days_from_civil(9_999, 12, 31) as i32);

    /// Whether a spec can hold it.
    pub(crate) fn is_writable(self) -> bool {
        (Self::EARLIEST..=Self::LATEST).contains(&self)
    }
}

impl Literal for CalendarDate {
    const FORM: &'static str = "a date such as 2024-05-01";

    type Error = String;

    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not {}", Self::FORM);
        let digits = text.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !digits {
            return Err(wrong());
        }
        let number = |part: &str| part.parse::<u32>().map_err(|_| wrong());
        let (year, month) = (i64::from(number(&text[..4])?), number(&text[5..7])?);
        let day = number(&text[8..])?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(wrong());
        }
        let days = days_from_civil(year, month, day);
        // What the calendar does not have, such as the 30th of February, would be another day.
        if civil_from_days(days) != (year, month, day) {
            return Err(wrong());
        }
        Ok(Self(days as i32))
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_writable() {
            return write!(f, "{} days since 1970", self.0);
        }
        let (year, month, day) = civil_from_days(i64::from(self.0));
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for CalendarDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.is_writable() {
            let years = "lies outside of the years 0 to 9999";
            return Err(serde::ser::Error::custom(format!("{self} {years}")));
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CalendarDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        literal::deserialize(deserializer)
    }
}

impl JsonSchema for CalendarDate {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date",
            "description": "A date as ISO 8601 writes it, such as 2024-05-01.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("0000-01-01", CalendarDate::EARLIEST.0),
            ("9999-12-31", CalendarDate::LATEST.0),
        ] {
            let date = CalendarDate::parse(text).unwrap();
            assert_eq!(date.0, days, "{text}");
            assert_eq!(date.to_string(), text);
        }
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "2023-1-1",
            "2023-01-01T00:00",
            "+023-01-01",
            "2023-01-0é",
            "",
        ] {
            assert_eq!(
                CalendarDate::parse(text).unwrap_err(),
                format!("`{text}` is not a date such as 2024-05-01")
            );
        }
        assert!(serde_json::to_string(&CalendarDate(i32::MAX)).is_err());
    }
}
