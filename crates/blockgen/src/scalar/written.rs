//! Values as TOML writes them: a date or time outside of quotes says itself what it is.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::value::Datetime;

use super::{Scalar, ScalarType};

/// A value, and its type where the way in which it is written tells it.
#[derive(Debug)]
pub(crate) struct Written {
    value: Scalar,
    bare: Option<ScalarType>,
}

impl Written {
    /// The value and its type: the one that is given, or that of a date or time outside of quotes.
    /// JSON has no such dates; with the type beside it, a spec that is written out there comes back
    /// as the same.
    pub(crate) fn settle<E: Error>(
        self,
        given: Option<ScalarType>,
    ) -> Result<(Scalar, Option<ScalarType>), E> {
        match (given, self.bare) {
            (Some(ScalarType::String), Some(_)) => {
                let value = self.value;
                Err(E::custom(format_args!(
                    "a text stands in quotes, and {value} was written without"
                )))
            }
            (given, bare) => Ok((self.value, given.or(bare))),
        }
    }

    /// The same for several values, whose type is that of the first date or time.
    pub(crate) fn settle_all<E: Error>(
        written: Vec<Self>,
        given: Option<ScalarType>,
    ) -> Result<(Vec<Scalar>, Option<ScalarType>), E> {
        let mut data_type = given;
        let mut values = Vec::with_capacity(written.len());
        for one in written {
            let (value, settled) = one.settle(data_type)?;
            values.push(value);
            data_type = settled;
        }
        Ok((values, data_type))
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "text, a number, true or false, a date or a time")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
                Ok(Scalar::from(text).into())
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Written, E> {
                Ok(Scalar::Whole(whole).into())
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<Written, E> {
                match i64::try_from(whole) {
                    Ok(whole) => self.visit_i64(whole),
                    Err(_) => Err(E::custom(format_args!("whole numbers end at {}", i64::MAX))),
                }
            }

            fn visit_f64<E: Error>(self, float: f64) -> Result<Written, E> {
                Ok(Scalar::Float(float).into())
            }

            fn visit_bool<E: Error>(self, bool: bool) -> Result<Written, E> {
                Ok(Scalar::Bool(bool).into())
            }

            // What TOML has outside of quotes comes as a map that only its own type reads.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                let moment = Datetime::deserialize(MapAccessDeserializer::new(map))?;
                let bare = match (moment.date, moment.time) {
                    (Some(_), None) => ScalarType::Date,
                    (None, _) => ScalarType::Time,
                    (Some(_), Some(_)) => ScalarType::Timestamp,
                };
                Ok(Written {
                    value: Scalar::Text(moment.to_string()),
                    bare: Some(bare),
                })
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl From<Scalar> for Written {
    fn from(value: Scalar) -> Self {
        Self { value, bare: None }
    }
}

/// A value alone cannot say its type.
impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { value, bare } = Written::deserialize(deserializer)?;
        match bare {
            None => Ok(value),
            Some(_) => Err(D::Error::custom("put a date or time in quotes")),
        }
    }
}
