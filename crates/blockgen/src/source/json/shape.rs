//! Fields and types from the first objects, in the order in which they appear.
//!
//! Arrow's own inference gives the fields in an order that changes from run to run.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::faults;
use super::values::Values;
use crate::source::error::{SourceError, shown};
use crate::source::given;
use crate::source::options::SourceOptions;
use crate::source::text_blocks::Text;

/// How many values a text begins with, counted up to a limit.
pub(super) fn count(text: &[u8], most: usize) -> usize {
    let values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    values.take(most).take_while(Result::is_ok).count()
}

/// The schema, and the rows that it was inferred from.
pub(super) fn schema(
    text: &Text<'_>,
    options: &SourceOptions,
) -> Result<(SchemaRef, u64), SourceError> {
    let mut fields = Vec::new();
    let mut rows = 0;
    let mut values = serde_json::Deserializer::from_slice(text.bytes).into_iter::<Shape>();
    let mut start = 0;
    while rows < options.infer_rows.get() as u64 {
        let Some(value) = values.next() else { break };
        let at = faults::skip_space(text.bytes, start);
        match value {
            Ok(shape) => merge_row(&mut fields, shape, text, at)?,
            // The sample ends within it.
            Err(error) if error.is_eof() && !text.ends => break,
            Err(error) => return Err(faults::syntax(text, start, &error)),
        }
        start = values.byte_offset();
        rows += 1;
    }
    if rows == 0 && !text.ends {
        return Err(text.too_long());
    }
    if fields.is_empty() {
        return Err(SourceError::NoColumns {
            file: text.file.to_owned(),
            expected: "an object with fields",
        });
    }
    let sample = &text.bytes[..start];
    let fields = fields_for(fields, sample);
    let fields = given::apply(text.file, fields, &options.types)?;
    Ok((Arc::new(Schema::new(fields)), rows))
}

/// The types of fields. Those that do not hold all numbers of the sample give way to text.
fn fields_for(mut known: Vec<(String, Shape)>, sample: &[u8]) -> Vec<Field> {
    let values = Values::of(&fields_of(&known).into(), |_| false);
    let mut lost = BTreeSet::new();
    let objects = serde_json::Deserializer::from_slice(sample).into_iter::<&RawValue>();
    for object in objects.map_while(Result::ok) {
        values.faults(object.get(), &mut |path, _| {
            lost.insert(
                path.iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            );
            true
        });
    }
    for path in &lost {
        make_text(&mut known, path);
    }
    fields_of(&known)
}

fn fields_of(known: &[(String, Shape)]) -> Vec<Field> {
    known
        .iter()
        .map(|(name, shape)| shape.field(name))
        .collect()
}

fn make_text(known: &mut [(String, Shape)], path: &[String]) {
    let Some((name, deeper)) = path.split_first() else {
        return;
    };
    if let Some((_, shape)) = known.iter_mut().find(|(known, _)| known == name) {
        shape.make_text(deeper);
    }
}

fn merge_row(
    known: &mut Vec<(String, Shape)>,
    row: Shape,
    text: &Text<'_>,
    at: usize,
) -> Result<(), SourceError> {
    let Shape::Struct(fields) = row else {
        return Err(SourceError::Malformed {
            place: text.place(at),
            what: format!("found {row}, expected an object"),
        });
    };
    merge_fields(known, fields).map_err(|Clash { path, first, then }| {
        let mut place = text.place(at);
        place.column = Some(path.join("."));
        SourceError::Malformed {
            place,
            what: format!("found {then}, expected {first} as in rows before"),
        }
    })?;
    if known.len() > MOST_FIELDS {
        return Err(SourceError::Malformed {
            place: text.place(at),
            what: too_many(),
        });
    }
    Ok(())
}

/// Most fields of an object: each is looked for among all.
const MOST_FIELDS: usize = 4_096;

fn too_many() -> String {
    format!("found more than {MOST_FIELDS} different fields, which is the most that is read")
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Null,
    Bool,
    /// An integer that 64 bits hold with a sign and without.
    Natural,
    /// One that they hold only with a sign.
    Int,
    /// One that they hold only without.
    Large,
    Float,
    Text,
    List(Box<Shape>),
    Struct(Vec<(String, Shape)>),
}

/// Two values of one field that no type holds both.
struct Clash {
    /// The field, outermost name first.
    path: Vec<String>,
    first: Shape,
    then: Shape,
}

impl Shape {
    /// A shape that holds both.
    fn merge(&mut self, other: Self) -> Result<(), Clash> {
        use Shape::{Bool, Float, Int, Large, List, Natural, Null, Struct, Text};
        let merged = match (&mut *self, other) {
            (_, Null) => return Ok(()),
            (Null, other) => other,
            (List(element), List(other)) => return element.merge(*other),
            (Struct(fields), Struct(others)) => return merge_fields(fields, others),
            (first, then) if *first == then => return Ok(()),
            (Natural, Int) | (Int, Natural) => Int,
            (Natural, Large) | (Large, Natural) => Large,
            (Natural | Int | Large | Float, Natural | Int | Large | Float) => Float,
            (
                Bool | Natural | Int | Large | Float | Text,
                Bool | Natural | Int | Large | Float | Text,
            ) => Text,
            (first, then) => {
                return Err(Clash {
                    path: Vec::new(),
                    first: first.clone(),
                    then,
                });
            }
        };
        *self = merged;
        Ok(())
    }

    /// Makes a value a text: this one, that of a field in it, or those of a list.
    fn make_text(&mut self, path: &[String]) {
        match self {
            Self::List(element) => element.make_text(path),
            Self::Struct(fields) => make_text(fields, path),
            value => *value = Self::Text,
        }
    }

    fn field(&self, name: &str) -> Field {
        Field::new(name, self.data_type(), true)
    }

    fn data_type(&self) -> DataType {
        match self {
            // Nothing but nulls, or nothing in it: whatever comes later can be a text.
            Self::Null | Self::Text => DataType::Utf8,
            Self::Bool => DataType::Boolean,
            Self::Natural | Self::Int => DataType::Int64,
            Self::Large => DataType::UInt64,
            Self::Float => DataType::Float64,
            Self::List(element) => {
                DataType::List(Arc::new(element.field(Field::LIST_FIELD_DEFAULT_NAME)))
            }
            // Parquet has no group without fields; of an object that is always empty nothing is
            // known, as of a null.
            Self::Struct(fields) if fields.is_empty() => DataType::Utf8,
            Self::Struct(fields) => DataType::Struct(fields_of(fields).into()),
        }
    }
}

fn merge_fields(
    known: &mut Vec<(String, Shape)>,
    fields: Vec<(String, Shape)>,
) -> Result<(), Clash> {
    for (index, (name, shape)) in fields.into_iter().enumerate() {
        // Most objects have their fields in the same order.
        let same_place = known.get(index).is_some_and(|(known, _)| *known == name);
        let at = if same_place {
            Some(index)
        } else {
            known.iter().position(|(known, _)| *known == name)
        };
        let Some(at) = at else {
            known.push((name, shape));
            continue;
        };
        known[at].1.merge(shape).map_err(|mut clash| {
            clash.path.insert(0, name);
            clash
        })?;
    }
    Ok(())
}

/// The word for it in an error.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Natural | Self::Int | Self::Large | Self::Float => "a number",
            Self::Text => "a text",
            Self::List(_) => "a list",
            Self::Struct(_) => "an object",
        })
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Bool)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Shape, E> {
        Ok(if value < 0 {
            Shape::Int
        } else {
            Shape::Natural
        })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        Ok(if i64::try_from(value).is_ok() {
            Shape::Natural
        } else {
            Shape::Large
        })
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Float)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Shape, A::Error> {
        let mut all = Shape::Null;
        while let Some(element) = elements.next_element::<Shape>()? {
            all.merge(element).map_err(|Clash { first, then, .. }| {
                serde::de::Error::custom(format!("found {then} in a list that begins with {first}"))
            })?;
        }
        Ok(Shape::List(Box::new(all)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Shape, A::Error> {
        let (mut fields, mut names) = (Vec::new(), BTreeSet::new());
        while let Some(field) = object.next_entry::<String, Shape>()? {
            // Readers differ in which value they take.
            if !names.insert(field.0.clone()) {
                let name = shown(&field.0);
                return Err(serde::de::Error::custom(format!(
                    "found the field {name} twice"
                )));
            }
            fields.push(field);
            if fields.len() > MOST_FIELDS {
                return Err(serde::de::Error::custom(too_many()));
            }
        }
        Ok(Shape::Struct(fields))
    }
}
