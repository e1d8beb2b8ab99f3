//! Single values as they stand in a spec.

mod written;

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize, Serializer};

pub(crate) use self::written::Written;
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::{CalendarDate, DayTime, UtcMicros};

/// A value in a spec: text, a whole number, a float, true or false. Dates and times are text, of
/// which [`ScalarType`] says what it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A float.
    Float(f64),
    /// True or false.
    Bool(bool),
}

/// What values of a spec are, where that is not plain from how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScalarType {
    /// `string`: `Utf8`
    String,
    /// `integer`: `Int64`
    Integer,
    /// `float`: `Float64`; whole numbers are floats, too
    Float,
    /// `bool`: `Boolean`
    Bool,
    /// `timestamp`: `Timestamp(Microsecond, "UTC")`, from text such as `"2024-05-01T12:00:00Z"`
    Timestamp,
    /// `date`: `Date32`, from text such as `"2024-05-01"`
    Date,
    /// `time`: `Time64(Microsecond)`, from text such as `"08:30:00"`
    Time,
}

/// Values of one type.
#[derive(Debug)]
pub(crate) enum Scalars {
    Text(Vec<String>),
    Whole(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Timestamp(Vec<UtcMicros>),
    Date(Vec<CalendarDate>),
    /// In microseconds.
    Time(Vec<i64>),
}

impl Scalars {
    /// The values, if there are any and all are of the type, or of one if none is given; `option`
    /// is where they stand.
    pub(crate) fn new(
        values: &[Scalar],
        data_type: Option<ScalarType>,
        option: &'static str,
        scope: &Scope<'_>,
    ) -> Result<Self, Rejected> {
        let Some(data_type) = data_type.or_else(|| common_type(values)) else {
            return Err(scope.invalid(option, "empty", "at least one value"));
        };
        Ok(match data_type {
            ScalarType::String => Self::Text(all(values, option, scope, "text", |value| {
                let Scalar::Text(text) = value else {
                    return None;
                };
                Some(text.clone())
            })?),
            ScalarType::Integer => {
                Self::Whole(all(values, option, scope, "whole numbers", |value| {
                    let Scalar::Whole(whole) = value else {
                        return None;
                    };
                    Some(*whole)
                })?)
            }
            ScalarType::Float => Self::Float(all(
                values,
                option,
                scope,
                "finite numbers",
                |value| match value {
                    Scalar::Float(float) => float.is_finite().then_some(*float),
                    Scalar::Whole(whole) => Some(*whole as f64),
                    _ => None,
                },
            )?),
            ScalarType::Bool => Self::Bool(all(values, option, scope, "true or false", |value| {
                let Scalar::Bool(bool) = value else {
                    return None;
                };
                Some(*bool)
            })?),
            ScalarType::Timestamp => {
                let wanted = "date-times such as \"2024-05-01T12:00:00Z\"";
                Self::Timestamp(all(values, option, scope, wanted, literal)?)
            }
            ScalarType::Date => {
                let wanted = "dates such as \"2024-05-01\"";
                Self::Date(all(values, option, scope, wanted, literal)?)
            }
            ScalarType::Time => {
                let wanted = "times of day such as \"08:30:00\", 00:00 to 23:59:59.999999";
                let micros = |value: &Scalar| {
                    let time: DayTime = literal(value)?;
                    let whole = time < DayTime::END && time.0.is_multiple_of(1_000);
                    whole.then_some((time.0 / 1_000) as i64)
                };
                Self::Time(all(values, option, scope, wanted, micros)?)
            }
        })
    }
}

/// Each value, read; notes every one that is not what is wanted.
fn all<'a, T>(
    values: &'a [Scalar],
    option: &'static str,
    scope: &Scope<'_>,
    wanted: &str,
    read: impl Fn(&'a Scalar) -> Option<T>,
) -> Result<Vec<T>, Rejected> {
    if values.is_empty() {
        return Err(scope.invalid(option, "empty", "at least one value"));
    }
    let read = |value: &'a Scalar| read(value).ok_or_else(|| scope.invalid(option, value, wanted));
    let read: Vec<_> = values.iter().map(read).collect();
    read.into_iter().collect()
}

/// A date or a time, from its text.
fn literal<'de, T: Deserialize<'de>>(value: &'de Scalar) -> Option<T> {
    let Scalar::Text(text) = value else {
        return None;
    };
    let text = StrDeserializer::<serde::de::value::Error>::new(text);
    T::deserialize(text).ok()
}

/// The type of the first value; if that is a whole number and there are floats, theirs.
fn common_type(values: &[Scalar]) -> Option<ScalarType> {
    Some(match values.first()? {
        Scalar::Text(_) => ScalarType::String,
        Scalar::Bool(_) => ScalarType::Bool,
        Scalar::Float(_) => ScalarType::Float,
        Scalar::Whole(_) => {
            let is_float = |value: &Scalar| matches!(value, Scalar::Float(_));
            if values.iter().any(is_float) {
                ScalarType::Float
            } else {
                ScalarType::Integer
            }
        }
    })
}

/// As it is written in a spec.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Whole(whole) => whole.fmt(f),
            Self::Float(float) => write!(f, "{float:?}"),
            Self::Bool(bool) => bool.fmt(f),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Scalar {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

impl From<f64> for Scalar {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl From<bool> for Scalar {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(whole) => serializer.serialize_i64(*whole),
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
        }
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number", "boolean"],
            "description": "Text, a number, true or false; in TOML also a date or time.",
        })
    }
}
