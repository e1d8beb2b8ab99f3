//! Which object, and which of its fields, a decoder did not take: found by trying each alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Fields, Schema, SchemaRef};
use serde_json::value::RawValue;

use super::values::Fault;
use super::{Json, as_text, cast};
use crate::source::error::{Place, SourceError, shown};
use crate::source::text_blocks::Text;

impl Json {
    /// The first fault of a text.
    pub(super) fn find_fault(&self, text: &Text<'_>) -> Option<SourceError> {
        let mut objects = serde_json::Deserializer::from_slice(text.bytes).into_iter::<&RawValue>();
        let mut start = 0;
        while let Some(object) = objects.next() {
            let fault = match object {
                Ok(object) => self.fault_of(text, skip_space(text.bytes, start), object.get()),
                // Not the fault: the bytes end within it.
                Err(error) if error.is_eof() && !text.ends => return None,
                Err(error) => Some(syntax(text, start, &error)),
            };
            if fault.is_some() {
                return fault;
            }
            start = objects.byte_offset();
        }
        None
    }

    fn fault_of(&self, text: &Text<'_>, at: usize, object: &str) -> Option<SourceError> {
        let changed = self.changed(text, at, object);
        if changed.is_some() || takes(&self.schema, object, true) {
            return changed;
        }
        let Ok(values) = serde_json::from_str::<BTreeMap<String, &RawValue>>(object) else {
            return Some(SourceError::Malformed {
                place: text.place(at),
                what: format!("found {}, expected an object", shown(object)),
            });
        };
        let mut place = text.place(at);
        for field in self.schema.fields() {
            let alone: SchemaRef = Arc::new(Schema::new(vec![Arc::clone(field)]));
            if takes(&alone, object, false) {
                continue;
            }
            place.column = Some(field.name().clone());
            let given = self.is_given(field.name());
            return Some(SourceError::Value {
                place,
                found: shown(values.get(field.name()).map_or("", |value| value.get())),
                expected: field.data_type().clone(),
                sampled: (!given).then_some(self.sampled),
                loss: None,
            });
        }
        place.column = new_field(self.schema.fields(), object);
        Some(SourceError::NewField {
            place,
            sampled: self.sampled,
        })
    }
}

impl Json {
    /// The first value of an object that would not be kept.
    fn changed(&self, text: &Text<'_>, at: usize, object: &str) -> Option<SourceError> {
        let mut first = None;
        self.values.faults(object, &mut |path, fault| {
            first = Some(self.told(text.place(at), path, fault));
            false
        });
        first
    }

    fn told(&self, mut place: Box<Place>, path: &[&str], fault: Fault) -> SourceError {
        place.column = Some(path.join("."));
        let Fault::Loss { found, loss } = fault else {
            return SourceError::Malformed {
                place,
                what: "the field is there twice".to_owned(),
            };
        };
        let given = path.first().is_some_and(|name| self.is_given(name));
        SourceError::Value {
            place,
            found: shown(&found),
            expected: type_at(self.schema.fields(), path).unwrap_or(DataType::Null),
            sampled: (!given).then_some(self.sampled),
            loss: Some(loss),
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|given| given == name)
    }
}

/// The type of a value in an object, or of those in a list there.
fn type_at(fields: &Fields, path: &[&str]) -> Option<DataType> {
    let (name, deeper) = path.split_first()?;
    let mut data_type = fields.find(name)?.1.data_type();
    while let DataType::List(element) = data_type {
        data_type = element.data_type();
    }
    match data_type {
        DataType::Struct(fields) => type_at(fields, deeper),
        leaf => Some(leaf.clone()),
    }
}

/// The name of a field that is not among those of an object, or of an object within it.
fn new_field(known: &Fields, object: &str) -> Option<String> {
    let values: BTreeMap<String, &RawValue> = serde_json::from_str(object).ok()?;
    values.into_iter().find_map(|(name, value)| {
        let Some((_, field)) = known.find(&name) else {
            return Some(name);
        };
        new_within(field.data_type(), value.get()).map(|deeper| format!("{name}.{deeper}"))
    })
}

fn new_within(known: &DataType, value: &str) -> Option<String> {
    match known {
        DataType::Struct(fields) => new_field(fields, value),
        DataType::List(element) => {
            let elements: Vec<&RawValue> = serde_json::from_str(value).ok()?;
            let mut elements = elements.into_iter();
            elements.find_map(|value| new_within(element.data_type(), value.get()))
        }
        _ => None,
    }
}

/// Whether arrow's reader takes an object.
fn takes(schema: &SchemaRef, object: &str, strict: bool) -> bool {
    let fields: Vec<_> = schema.fields().iter().map(|field| as_text(field)).collect();
    let read_as = Arc::new(Schema::new(fields));
    let Ok(mut decoder) = Json::decoder_of(&read_as, 1, strict) else {
        return false;
    };
    let taken = decoder.decode(object.as_bytes()).is_ok();
    let block = taken.then(|| decoder.flush().ok().flatten()).flatten();
    block.is_some_and(|block| cast(block, schema).is_ok())
}

/// Where a value begins.
pub(super) fn skip_space(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

/// What serde says about the value that begins behind `start`. It counts lines from the first byte
/// of the text.
pub(super) fn syntax(text: &Text<'_>, start: usize, error: &serde_json::Error) -> SourceError {
    if error.is_eof() {
        return SourceError::Malformed {
            place: text.place(skip_space(text.bytes, start)),
            what: "the file ends within the object that begins here".to_owned(),
        };
    }
    let mut place = text.place(0);
    place.line += (error.line() as u64).saturating_sub(1);
    let said = error.to_string();
    if said.starts_with("number out of range") {
        return SourceError::Malformed {
            place,
            what: "found a number larger than float64 holds".to_owned(),
        };
    }
    // Its own numbers are those of the piece that it was given.
    let what = said
        .rsplit_once(" at line ")
        .map_or(&*said, |(what, _)| what);
    // What is said of data is said by us, of a text that is JSON.
    let no_json = if error.is_data() { "" } else { "no JSON: " };
    SourceError::Malformed {
        place,
        what: format!("{no_json}{what}"),
    }
}
