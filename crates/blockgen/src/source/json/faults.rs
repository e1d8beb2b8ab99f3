//! Which object, and which of its fields, a decoder did not take: found by trying each alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use serde_json::value::RawValue;

use super::{Json, as_text, cast};
use crate::source::error::{SourceError, shown};
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
        if takes(&self.schema, object, true) {
            return None;
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
            let given = self.given.contains(field.name());
            return Some(SourceError::Value {
                place,
                found: shown(values.get(field.name()).map_or("", |value| value.get())),
                expected: field.data_type().clone(),
                sampled: (!given).then_some(self.sampled),
            });
        }
        let known = |name: &String| self.schema.column_with_name(name).is_some();
        let new = values.into_keys().find(|name| !known(name));
        // Else it lies deeper, in a field that is an object itself.
        place.column = new.or_else(|| self.nested_with_new_field(object));
        Some(SourceError::NewField {
            place,
            sampled: self.sampled,
        })
    }

    fn nested_with_new_field(&self, object: &str) -> Option<String> {
        let values: BTreeMap<String, &RawValue> = serde_json::from_str(object).ok()?;
        let refused = values.into_iter().find(|(name, value)| {
            let Ok(field) = self.schema.field_with_name(name) else {
                return false;
            };
            let alone: SchemaRef = Arc::new(Schema::new(vec![field.clone()]));
            let name = serde_json::Value::from(name.as_str());
            !takes(&alone, &format!("{{{name}:{value}}}"), true)
        });
        refused.map(|(name, _)| name)
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

/// What serde says about the value that begins at `start`, or behind white space from there; it
/// counts lines from the start of what it was given.
pub(super) fn syntax(text: &Text<'_>, start: usize, error: &serde_json::Error) -> SourceError {
    let mut place = text.place(if error.is_eof() { start } else { 0 });
    if error.is_eof() {
        place = text.place(skip_space(text.bytes, start));
        return SourceError::Malformed {
            place,
            what: "the file ends within the object that begins here".to_owned(),
        };
    }
    place.line += (error.line() as u64).saturating_sub(1);
    let said = error.to_string();
    // Its own numbers are those of the piece that it was given.
    let what = said
        .rsplit_once(" at line ")
        .map_or(&*said, |(what, _)| what);
    SourceError::Malformed {
        place,
        what: what.to_owned(),
    }
}
