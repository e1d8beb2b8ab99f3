//! The text of a spec as a tree that knows its lines, whichever format it was written in.

use serde::Deserializer;
use serde::de::value::{
    BorrowedStrDeserializer, Error, MapAccessDeserializer, MapDeserializer, SeqDeserializer,
};
use serde::de::{Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::DeValue;

/// A value and the line, counted from 1, at which it starts.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// A date, a time, or both, as TOML has them outside of quotes.
    Moment(toml::value::Datetime),
    List(Vec<Node>),
    /// In the order of the text.
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Of the key.
    pub(super) line: u32,
    pub(super) value: Node,
}

impl Node {
    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().find(|entry| entry.key == key);
        found.map(|entry| &entry.value)
    }

    /// The text that stands under a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list that stands under a key, or an empty one.
    pub(super) fn list(&self, key: &str) -> &[Node] {
        match self.get(key).map(|node| &node.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The line at which the reader of an error looks for a table or a column: that of its name.
    pub(super) fn name_line(&self) -> u32 {
        let named = self.entries().iter().find(|entry| entry.key == "name");
        named.map_or(self.line, |entry| entry.line)
    }

    /// Takes a key out of a map.
    pub(super) fn take_out(&mut self, key: &str) {
        if let Value::Map(entries) = &mut self.value {
            entries.retain(|entry| entry.key != key);
        }
    }

    /// The same map with an empty list where a list stands under a key.
    pub(super) fn empty_list(&self, key: &str) -> Self {
        if !matches!(self.value, Value::Map(_)) {
            return self.clone();
        }
        let entries = self.entries().iter().map(|entry| {
            let value = match entry.value.value {
                Value::List(_) if entry.key == key => Value::List(Vec::new()),
                _ => return entry.clone(),
            };
            let line = entry.value.line;
            Entry {
                value: Self { line, value },
                ..entry.clone()
            }
        });
        Self {
            line: self.line,
            value: Value::Map(entries.collect()),
        }
    }
}

impl Value {
    /// What it is, in the words of those who write specs.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Moment(_) => "a date or time outside of quotes",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            // The smaller type first: what buffers values knows no 128 bits.
            Value::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => visitor.visit_i128(*value),
            },
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            // As the TOML reader hands it on, as a map: types that tell it from a text rely on that.
            Value::Moment(moment) => Spanned::new(0..0, DeValue::Datetime(*moment))
                .into_deserializer()
                .deserialize_any(visitor)
                .map_err(|error| Error::custom(error.message())),
            Value::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            Value::Map(entries) => visitor.visit_map(map(entries)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::<Error>::new(text)),
            Value::Map(entries) => visitor.visit_enum(MapAccessDeserializer::new(map(entries))),
            other => Err(Error::custom(format!(
                "{} is no choice; a text or a map is expected",
                other.describe()
            ))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

type Pair<'de> = (BorrowedStrDeserializer<'de, Error>, &'de Node);

type Pairs<'de> = std::iter::Map<std::slice::Iter<'de, Entry>, fn(&'de Entry) -> Pair<'de>>;

fn map(entries: &[Entry]) -> MapDeserializer<'_, Pairs<'_>, Error> {
    fn pair(entry: &Entry) -> Pair<'_> {
        (BorrowedStrDeserializer::new(&entry.key), &entry.value)
    }
    let pair: fn(&Entry) -> Pair<'_> = pair;
    MapDeserializer::new(entries.iter().map(pair))
}
