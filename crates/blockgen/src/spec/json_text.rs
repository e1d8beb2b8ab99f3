//! JSON as a tree that knows its lines.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::limits::check_nesting;
use super::node::{Entry, Node, Value};
use super::text::LineStarts;
use crate::error::{SpecError, SpecFault};

pub(super) fn parse(text: &str) -> Result<Node, SpecFault> {
    // All of the text is checked here, so that what follows knows that it is JSON.
    let root = from_json(text, None)?;
    let reader = Reader {
        text,
        lines: LineStarts::new(text),
    };
    reader.node(root, 1)
}

/// The parser counts lines from the start of what it is given: of a part, the line is known.
fn from_json<'de, T: Deserialize<'de>>(text: &'de str, line: Option<u32>) -> Result<T, SpecFault> {
    serde_json::from_str(text).map_err(|error| {
        let line = line.or(u32::try_from(error.line()).ok());
        SpecFault::new(line, error.into())
    })
}

struct Reader<'a> {
    text: &'a str,
    lines: LineStarts,
}

impl<'a> Reader<'a> {
    fn node(&self, raw: &'a RawValue, depth: usize) -> Result<Node, SpecFault> {
        let raw = raw.get();
        let line = self.line(raw);
        check_nesting(depth, line)?;
        let value = match raw.as_bytes().first() {
            Some(b'{') => self.map(raw, line, depth)?,
            Some(b'[') => {
                let items: Vec<&RawValue> = from_json(raw, Some(line))?;
                let items = items.into_iter().map(|item| self.node(item, depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            _ => match from_json(raw, Some(line))? {
                serde_json::Value::Null => Value::Null,
                serde_json::Value::Bool(value) => Value::Bool(value),
                serde_json::Value::String(text) => Value::Text(text),
                serde_json::Value::Number(number) => match number.as_i128() {
                    Some(value) => Value::Integer(value),
                    None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
                },
                // Their first byte is another one.
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => Value::Null,
            },
        };
        Ok(Node { line, value })
    }

    fn map(&self, raw: &'a str, line: u32, depth: usize) -> Result<Value, SpecFault> {
        let Pairs(pairs) = from_json(raw, Some(line))?;
        let mut names: Vec<_> = pairs.iter().map(|(key, _)| key).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let option = twice[0].clone();
            return Err(SpecFault::new(
                Some(line),
                SpecError::DuplicateOption { option },
            ));
        }
        let entries = pairs.into_iter().map(|(key, value)| {
            Ok(Entry {
                key,
                line: self.line(value.get()),
                value: self.node(value, depth + 1)?,
            })
        });
        entries.collect::<Result<_, _>>().map(Value::Map)
    }

    /// Raw values are parts of the text: their distance from its start is their place.
    fn line(&self, part: &str) -> u32 {
        let byte = part.as_ptr().addr() - self.text.as_ptr().addr();
        self.lines.line(byte)
    }
}

/// Keys and values of an object, in their order, each value still a part of the text.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
