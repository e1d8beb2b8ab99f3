//! What times are counted in.

use arrow::datatypes::TimeUnit as ArrowUnit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the values of a column of times are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TimeUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Second,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Millisecond,
    /// Microseconds.
    #[default]
    #[serde(rename = "us")]
    Microsecond,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanosecond,
}

impl TimeUnit {
    pub(crate) fn arrow(self) -> ArrowUnit {
        match self {
            Self::Second => ArrowUnit::Second,
            Self::Millisecond => ArrowUnit::Millisecond,
            Self::Microsecond => ArrowUnit::Microsecond,
            Self::Nanosecond => ArrowUnit::Nanosecond,
        }
    }

    pub(crate) fn measure(self) -> Measure {
        let (name, word, nanos) = match self {
            Self::Second => ("s", "second", 1_000_000_000),
            Self::Millisecond => ("ms", "millisecond", 1_000_000),
            Self::Microsecond => ("us", "microsecond", 1_000),
            Self::Nanosecond => ("ns", "nanosecond", 1),
        };
        Measure { name, word, nanos }
    }

    /// For options that are left out where they say what is so anyway.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Digits behind the point that seconds have in a unit.
pub(crate) fn fraction_digits(unit: ArrowUnit) -> u8 {
    match unit {
        ArrowUnit::Second => 0,
        ArrowUnit::Millisecond => 3,
        ArrowUnit::Microsecond => 6,
        ArrowUnit::Nanosecond => 9,
    }
}

/// A unit of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    /// Its name in spans.
    pub(crate) name: &'static str,
    /// Its name in sentences.
    pub(crate) word: &'static str,
    pub(crate) nanos: i128,
}

impl Measure {
    pub(crate) const DAY: Self = Self {
        name: "d",
        word: "day",
        nanos: 86_400_000_000_000,
    };
}
