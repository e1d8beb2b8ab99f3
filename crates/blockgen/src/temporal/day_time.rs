//! A time of day, as a spec writes it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::literal::{self, Literal};
use super::unit::Measure;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A time of day, in nanoseconds since midnight. In a spec it is a string or a TOML time:
/// `08:30`, `08:30:00`, `08:30:00.25`, with up to nine decimals; `24:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayTime(pub u64);

impl DayTime {
    /// 00:00:00
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00:00
    pub const END: Self = Self(Measure::DAY.nanos as u64);

    /// The two digits of `text` that start at `at`, if they are below `bound`.
    fn digits(text: &str, at: usize, bound: u64) -> Option<u64> {
        let two = text.get(at..at + 2)?;
        let number = two.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.then(|| two.parse().ok()).flatten()?;
        (number < bound).then_some(number)
    }

    fn read(text: &str) -> Option<Self> {
        let colon = |at: usize| text.as_bytes().get(at) == Some(&b':');
        let hours = Self::digits(text, 0, 25)?;
        let minutes = colon(2).then(|| Self::digits(text, 3, 60)).flatten()?;
        let seconds = match text.len() {
            5 => 0,
            _ => colon(5).then(|| Self::digits(text, 6, 60)).flatten()?,
        };
        let fraction = match text.get(8..).unwrap_or_default() {
            "" => 0,
            rest => {
                let digits = rest.strip_prefix('.')?;
                let wanted = (1..=9).contains(&digits.len());
                let wanted = wanted && digits.bytes().all(|byte| byte.is_ascii_digit());
                wanted
                    .then(|| format!("{digits:0<9}").parse().ok())
                    .flatten()?
            }
        };
        let time = ((hours * 60 + minutes) * 60 + seconds) * NANOS_PER_SECOND + fraction;
        (time <= Self::END.0).then_some(Self(time))
    }
}

impl Literal for DayTime {
    const FORM: &'static str = "a time of day such as 08:30:00, 00:00 to 24:00";

    type Error = String;

    fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("`{text}` is not {}", Self::FORM))
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, fraction) = (self.0 / NANOS_PER_SECOND, self.0 % NANOS_PER_SECOND);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        write!(f, "{:02}:{:02}:{seconds:02}", minutes / 60, minutes % 60)?;
        if fraction > 0 {
            let digits = format!("{fraction:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl Serialize for DayTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self > Self::END {
            let error = format!("{} ns since midnight lie beyond the day", self.0);
            return Err(serde::ser::Error::custom(error));
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DayTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        literal::deserialize(deserializer)
    }
}

impl JsonSchema for DayTime {
    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\d\d:\d\d(:\d\d(\.\d{1,9})?)?$",
            "description": "A time of day such as 08:30 or 08:30:00.25; 24:00 is its end.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, nanos, written) in [
            ("00:00", 0, "00:00:00"),
            ("08:30", 30_600_000_000_000, "08:30:00"),
            ("08:30:01", 30_601_000_000_000, "08:30:01"),
            ("08:30:01.25", 30_601_250_000_000, "08:30:01.25"),
            (
                "23:59:59.999999999",
                DayTime::END.0 - 1,
                "23:59:59.999999999",
            ),
            ("24:00", DayTime::END.0, "24:00:00"),
        ] {
            let time = DayTime::parse(text).unwrap();
            assert_eq!(time.0, nanos, "{text}");
            assert_eq!(time.to_string(), written);
            assert_eq!(DayTime::parse(written), Ok(time));
        }
        for text in [
            "24:00:01",
            "25:00",
            "8:30",
            "08:60",
            "08:30:60",
            "08:30:00.",
            "08:30:00.1234567890",
            "08:30:0",
            "08:3",
            "08-30",
            "+8:30",
            "08:30:00x",
            "é8:30",
            "",
        ] {
            assert_eq!(
                DayTime::parse(text).unwrap_err(),
                format!("`{text}` is not a time of day such as 08:30:00, 00:00 to 24:00")
            );
        }
    }
}
