//! A length of time, as a spec writes it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::unit::Measure;

/// A length of time. In a spec it is a string of whole numbers, each with its unit, such as
/// `1h30m`, `15m`, `250ms` or `-2d`; the units are `w`, `d` (24 hours), `h`, `m`, `s`, `ms`,
/// `us` and `ns`. A number alone counts units of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSpan {
    /// So many units of the column.
    Units(i64),
    /// So many nanoseconds.
    Nanos(i128),
}

/// The units, longest first.
const UNITS: [(&str, i128); 8] = [
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

const FORM: &str = "a length of time such as 1h30m, 15m or 250ms (units: w, d, h, m, s, ms, us, \
                    ns), or a number of the column's unit";

impl TimeSpan {
    /// In nanoseconds, where a number alone counts `unit`; clipped at the ends of 128 bits.
    pub(crate) fn nanos(self, unit: Measure) -> i128 {
        match self {
            Self::Units(count) => i128::from(count).saturating_mul(unit.nanos),
            Self::Nanos(nanos) => nanos,
        }
    }

    /// How many of `unit` it is, if that is a whole number of 64 bits.
    pub(crate) fn count(self, unit: Measure) -> Option<i64> {
        let nanos = self.nanos(unit);
        let whole = nanos % unit.nanos == 0;
        whole
            .then(|| i64::try_from(nanos / unit.nanos).ok())
            .flatten()
    }

    /// For options that are left out where they say what is so anyway.
    pub(crate) fn is_zero(&self) -> bool {
        matches!(self, Self::Units(0) | Self::Nanos(0))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not {FORM}");
        let (sign, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let mut total = 0i128;
        loop {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = rest.split_at(digits);
            let letters = tail.len()
                - tail
                    .trim_start_matches(|c: char| c.is_ascii_lowercase())
                    .len();
            let (name, tail) = tail.split_at(letters);
            let unit = UNITS.iter().find(|unit| unit.0 == name);
            let number = number.parse::<i128>().ok();
            let nanos = number.zip(unit).and_then(|(n, unit)| n.checked_mul(unit.1));
            let sum = nanos.and_then(|nanos| total.checked_add(nanos));
            total = sum.ok_or_else(wrong)?;
            rest = tail;
            if rest.is_empty() {
                return Ok(Self::Nanos(sign * total));
            }
        }
    }
}

/// As a spec writes it, longest units first; reads back as itself.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = match *self {
            Self::Units(count) => return write!(f, "{count}"),
            Self::Nanos(0) => return f.write_str("0s"),
            Self::Nanos(nanos) => nanos,
        };
        if nanos < 0 {
            f.write_str("-")?;
        }
        let mut left = nanos.unsigned_abs();
        // Days and not weeks: "10d" says more than "1w3d".
        for (name, nanos) in &UNITS[1..] {
            let count = left / nanos.unsigned_abs();
            left %= nanos.unsigned_abs();
            if count > 0 {
                write!(f, "{count}{name}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Units(count) => serializer.serialize_i64(*count),
            Self::Nanos(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Span;

        impl Visitor<'_> for Span {
            type Value = TimeSpan;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORM)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<TimeSpan, E> {
                TimeSpan::parse(text).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, count: i64) -> Result<TimeSpan, E> {
                Ok(TimeSpan::Units(count))
            }

            fn visit_u64<E: Error>(self, count: u64) -> Result<TimeSpan, E> {
                let fits = i64::try_from(count).map(TimeSpan::Units);
                fits.map_err(|_| E::custom(format!("{count} is more than a column can count")))
            }
        }

        deserializer.deserialize_any(Span)
    }
}

impl JsonSchema for TimeSpan {
    fn schema_name() -> Cow<'static, str> {
        "TimeSpan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time such as 1h30m, or a number of the column's unit.",
            "anyOf": [
                { "type": "string", "pattern": r"^-?(\d+(w|d|h|m|s|ms|us|ns))+$" },
                { "type": "integer" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, nanos, written) in [
            ("1h30m", 5_400_000_000_000, "1h30m"),
            ("90m", 5_400_000_000_000, "1h30m"),
            ("1w", 604_800_000_000_000, "7d"),
            ("250ms", 250_000_000, "250ms"),
            ("1m1ms", 60_001_000_000, "1m1ms"),
            ("3us7ns", 3_007, "3us7ns"),
            ("-2d", -172_800_000_000_000, "-2d"),
            ("0m", 0, "0s"),
        ] {
            assert_eq!(TimeSpan::parse(text), Ok(TimeSpan::Nanos(nanos)), "{text}");
            assert_eq!(TimeSpan::Nanos(nanos).to_string(), written);
        }
        for text in [
            "",
            "-",
            "15",
            "m",
            "1.5h",
            "1h 30m",
            "1H",
            "1min",
            "1h30",
            "--1h",
            "+1h",
            "1é",
            "999999999999999999999999999999999999d",
        ] {
            let error = TimeSpan::parse(text).unwrap_err();
            assert!(error.starts_with(&format!("`{text}` is not a length of time")));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(nanos in -(i128::MAX)..=i128::MAX, shift in 0..127u32) {
            let span = TimeSpan::Nanos(nanos >> shift);
            prop_assert_eq!(TimeSpan::parse(&span.to_string()), Ok(span));
        }

        #[test]
        fn no_text_panics(text in ".{0,20}|-?([0-9]{1,40}[a-zµ]{0,3}){0,4}") {
            let _ = TimeSpan::parse(&text);
        }
    }
}
