//! Times in specs: text, or what TOML writes without quotes.

use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Deserialize, Error, MapAccess, Visitor, value::MapAccessDeserializer};

/// Something that is written as a date, a time of day, or both.
pub(super) trait Literal: Sized {
    /// What is wanted, with an example.
    const FORM: &'static str;

    type Error: Display;

    fn parse(text: &str) -> Result<Self, Self::Error>;
}

pub(super) fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Literal,
{
    struct TextOrToml<T>(PhantomData<T>);

    impl<'de, T: Literal> Visitor<'de> for TextOrToml<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::FORM)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            T::parse(text).map_err(E::custom)
        }

        // A TOML date or time outside of quotes comes as a map that only its own type reads.
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            let literal = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
            self.visit_str(&literal.to_string())
        }
    }

    deserializer.deserialize_any(TextOrToml(PhantomData))
}
