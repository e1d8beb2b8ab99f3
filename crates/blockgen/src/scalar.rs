//! Single values as they stand in a spec.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::UtcMicros;
use crate::compile::Rejected;
use crate::scope::Scope;

/// A value in a spec: text, a whole number, a float, true or false. A moment is written as text.
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
}

/// Values of one type.
#[derive(Debug)]
pub(crate) enum Scalars {
    Text(Vec<String>),
    Whole(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Timestamp(Vec<UtcMicros>),
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
                let wanted = "date-times in quotes such as \"2024-05-01T12:00:00Z\"";
                Self::Timestamp(all(values, option, scope, wanted, |value| {
                    let Scalar::Text(text) = value else {
                        return None;
                    };
                    let text = StrDeserializer::<serde::de::value::Error>::new(text);
                    UtcMicros::deserialize(text).ok()
                })?)
            }
        })
    }
}

/// Each value, read; notes every one that is not what is wanted.
fn all<T>(
    values: &[Scalar],
    option: &'static str,
    scope: &Scope<'_>,
    wanted: &str,
    read: impl Fn(&Scalar) -> Option<T>,
) -> Result<Vec<T>, Rejected> {
    if values.is_empty() {
        return Err(scope.invalid(option, "empty", "at least one value"));
    }
    let read = |value| read(value).ok_or_else(|| scope.invalid(option, value, wanted));
    let read: Vec<_> = values.iter().map(read).collect();
    read.into_iter().collect()
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

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "text, a number, true or false")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(text.into())
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Scalar, E> {
                Ok(whole.into())
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<Scalar, E> {
                let whole = i64::try_from(whole);
                whole
                    .map(Scalar::Whole)
                    .map_err(|_| E::custom(format_args!("whole numbers end at {}", i64::MAX)))
            }

            fn visit_f64<E: Error>(self, float: f64) -> Result<Scalar, E> {
                Ok(float.into())
            }

            fn visit_bool<E: Error>(self, bool: bool) -> Result<Scalar, E> {
                Ok(bool.into())
            }

            // What a TOML date-time outside of quotes comes as. JSON has none, so that a spec
            // which is written out there would come back as another.
            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
                let advice = "put a date-time in quotes, and beside it `type = \"timestamp\"`";
                Err(A::Error::custom(advice))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number", "boolean"],
            "description": "Text, a number, true or false.",
        })
    }
}
