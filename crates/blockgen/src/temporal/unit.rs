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
        let (name, nanos) = match self {
            Self::Second => ("s", 1_000_000_000),
            Self::Millisecond => ("ms", 1_000_000),
            Self::Microsecond => ("us", 1_000),
            Self::Nanosecond => ("ns", 1),
        };
        Measure { name, nanos }
    }

    /// For options that are left out where they say what is so anyway.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A unit of time by its name in spans and its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) nanos: i128,
}

impl Measure {
    pub(crate) const DAY: Self = Self {
        name: "d",
        nanos: 86_400_000_000_000,
    };
}
