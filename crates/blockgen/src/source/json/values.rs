//! The numbers and times of objects as they are written, held against the types that they become.
//!
//! Arrow's reader keeps of a number what its type holds, and of a name that an object has twice the
//! last value. So the text of a block is gone through once more.

use std::fmt;

use arrow::datatypes::{DataType, Field, Fields};
use arrow::error::ArrowError;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::de::StrRead;
use serde_json::value::RawValue;

use crate::source::loss::{Check, Loss};

/// What the values of a file's objects are held against.
pub(super) struct Values(Value);

enum Value {
    /// It keeps whatever its reader takes.
    Any,
    Checked(Check),
    List(Box<Value>),
    Object(Vec<(String, Value)>),
}

/// What is wrong with an object.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// A value that its type does not hold, and what would be lost of it.
    Loss { found: String, loss: Loss },
    /// A field that is there twice.
    Twice,
}

/// Told with the field, names from the outermost; whether to go on.
type Tell<'a> = dyn FnMut(&[&str], Fault) -> bool + 'a;

impl Values {
    pub fn of(fields: &Fields, given: impl Fn(&str) -> bool) -> Self {
        let fields = fields.iter().map(|field| {
            let value = Value::of(field, !given(field.name()));
            (field.name().clone(), value)
        });
        Self(Value::Object(fields.collect()))
    }

    /// Goes through so many objects, up to the first fault. What it is, and where, is found out by
    /// going through each alone.
    pub fn check(&self, text: &[u8], objects: usize) -> Result<(), ArrowError> {
        let refused = |said: &dyn fmt::Display| ArrowError::JsonError(said.to_string());
        let text = std::str::from_utf8(text).map_err(|said| refused(&said))?;
        let mut values = serde_json::Deserializer::from_str(text);
        for _ in 0..objects {
            self.walk(&mut values, &mut |_, _| false)
                .map_err(|said| refused(&said))?;
        }
        Ok(())
    }

    /// Goes through one object, and tells of each fault until it is told to stop.
    pub fn faults(&self, object: &str, tell: &mut Tell<'_>) {
        // An error is either a stop that was asked for, or for who reads the text as JSON to tell.
        let _ = self.walk(&mut serde_json::Deserializer::from_str(object), tell);
    }

    fn walk<'de>(
        &self,
        from: &mut serde_json::Deserializer<StrRead<'de>>,
        tell: &mut Tell<'_>,
    ) -> serde_json::Result<()> {
        let path = &mut Vec::new();
        let walk = Walk {
            value: &self.0,
            path,
            tell,
        };
        walk.deserialize(from)
    }
}

impl Value {
    fn of(field: &Field, inferred: bool) -> Self {
        match field.data_type() {
            DataType::List(element) => Self::List(Box::new(Self::of(element, inferred))),
            DataType::Struct(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|field| (field.name().clone(), Self::of(field, inferred)));
                Self::Object(fields.collect())
            }
            other => Check::new(other, inferred).map_or(Self::Any, Self::Checked),
        }
    }
}

/// What would be lost of a value.
fn loss(check: Check, value: &str) -> Option<Loss> {
    match value.as_bytes() {
        [b'-' | b'0'..=b'9', ..] => check.loss_of_number(value),
        // Escapes are for letters that neither numbers nor times have.
        [b'"', .., b'"'] => check.loss_of_quoted(&value[1..value.len() - 1]),
        _ => None,
    }
}

/// A walk through a text, at a value.
struct Walk<'w, 'v, 't> {
    value: &'v Value,
    path: &'w mut Vec<&'v str>,
    tell: &'w mut Tell<'t>,
}

impl<'v, 't> Walk<'_, 'v, 't> {
    /// At a value within this one.
    fn at(&mut self, value: &'v Value) -> Walk<'_, 'v, 't> {
        Walk {
            value,
            path: self.path,
            tell: self.tell,
        }
    }

    fn tell<E: Error>(&mut self, fault: Fault) -> Result<(), E> {
        if (self.tell)(self.path, fault) {
            return Ok(());
        }
        Err(E::custom("a value would be changed"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, from: D) -> Result<(), D::Error> {
        match self.value {
            Value::Any => IgnoredAny::deserialize(from).map(|_| ()),
            Value::Checked(check) => {
                let found = <&RawValue>::deserialize(from)?.get();
                match loss(*check, found) {
                    None => Ok(()),
                    Some(loss) => self.tell(Fault::Loss {
                        found: found.to_owned(),
                        loss,
                    }),
                }
            }
            Value::List(_) | Value::Object(_) => from.deserialize_any(self),
        }
    }
}

/// Values of other types than expected are passed over: arrow's reader refuses them.
impl<'de> Visitor<'de> for Walk<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let element = match self.value {
            Value::List(element) => element,
            _ => &Value::Any,
        };
        while elements.next_element_seed(self.at(element))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        let fields: &[(String, Value)] = match self.value {
            Value::Object(fields) => fields,
            _ => &[],
        };
        let mut seen = vec![false; fields.len()];
        let mut next = 0;
        while let Some(index) = object.next_key_seed(Name { fields, next })? {
            let Some(index) = index else {
                object.next_value::<IgnoredAny>()?;
                continue;
            };
            let (name, value) = &fields[index];
            next = index + 1;
            self.path.push(name);
            if std::mem::replace(&mut seen[index], true) {
                self.tell(Fault::Twice)?;
            }
            object.next_value_seed(self.at(value))?;
            self.path.pop();
        }
        Ok(())
    }
}

/// Finds the name of a field: most likely the one that follows the last.
struct Name<'v> {
    fields: &'v [(String, Value)],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let is = |(field, _): &(String, Value)| field == name;
        if self.fields.get(self.next).is_some_and(is) {
            return Ok(Some(self.next));
        }
        Ok(self.fields.iter().position(is))
    }
}
