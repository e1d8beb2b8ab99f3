//! `template`: text with the values of other columns of the same row in it.

mod iso_8601;
mod parse;
mod piece;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use deunicode::AsciiChars;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::parse::{Part, parse};
use self::piece::{Format, Piece, Reading};
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;

/// Options of [`ColumnKind::Template`](crate::ColumnKind::Template).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateOptions {
    /// The text, up to 4,096 bytes, with names of columns of the same table, or of fields of the
    /// same struct, in braces: `{first_name}.{last_name}@{domain}`. `{{` and `}}` are braces.
    ///
    /// Text, numbers, decimals, booleans (`true`), dates (`2024-05-01`), times (`12:30:00.250`),
    /// timestamps (`2024-05-01T12:30:00Z`; with a time zone in UTC and with `Z`, else without),
    /// durations (`PT90.5S`) and bytes (hexadecimal) can be named. Fractions of a second are
    /// written where there are any, with 3, 6 or 9 digits.
    ///
    /// Behind a colon: `{id:06}` fills a whole number up with zeros to 6 characters, `{price:.2}`
    /// rounds a float to 2 decimals, `{city:word}` leaves nothing but letters and digits of a text;
    /// unless there is a column of just that name, colon and all.
    pub template: String,
    /// Whether the whole text is put into lower or upper case; as it is if not given.
    #[serde(default)]
    pub case: TemplateCase,
    /// Whether the whole text is spelt in ASCII: `é` as `e`, `ß` as `ss`, and so on for every
    /// script. What has no such spelling is left out. False if not given.
    #[serde(default)]
    pub ascii: bool,
    /// What is written in place of a null. If not given, a row in which a column named is null is
    /// itself null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_text: Option<String>,
}

/// The case of a template's letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TemplateCase {
    /// As they are.
    #[default]
    Asis,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
}

const MAX_TEXT_BYTES: usize = 4_096;

pub(super) fn compile(
    options: &TemplateOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    for (option, text) in [
        ("template", Some(&options.template)),
        ("null_text", options.null_text.as_ref()),
    ] {
        if let Some(text) = text.filter(|text| text.len() > MAX_TEXT_BYTES) {
            let found = format!("a text of {} bytes", text.len());
            return Err(scope.invalid(option, found, format!("at most {MAX_TEXT_BYTES}")));
        }
    }
    let mut steps = Vec::new();
    let mut rejected = None;
    for part in parse(&options.template, scope)? {
        match part {
            Part::Text(text) => steps.push(Step::Text(fixed(&text, options.ascii))),
            Part::Column { name, format } => match column(&name, format, scope) {
                Ok(step) => steps.push(step),
                Err(why) => rejected = Some(why),
            },
        }
    }
    if let Some(rejected) = rejected {
        return Err(rejected);
    }
    let null_text = options.null_text.as_deref();
    Ok(Arc::new(Template {
        steps,
        case: options.case,
        ascii: options.ascii,
        null_text: null_text.map(|text| fixed(text, options.ascii)),
        max_bytes: i32::MAX as usize,
    }))
}

fn column(name: &str, format: Format, scope: &Scope<'_>) -> Result<Step, Rejected> {
    let column = scope.sibling("template", name)?;
    let data_type = column.data_type();
    let Some(reading) = Reading::of(&data_type) else {
        let found = format!("one with `{name}`, which is of type {data_type}");
        let allowed = "text, numbers, decimals, booleans, dates, times, durations and bytes";
        return Err(scope.invalid("template", found, allowed));
    };
    format.check(name, &data_type, scope)?;
    Ok(Step::Column(column, reading, format))
}

/// The bytes of a text that stands in every row.
fn fixed(text: &str, ascii: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    match ascii {
        true => spell(text, &mut bytes),
        false => bytes.extend_from_slice(text.as_bytes()),
    }
    bytes
}

/// Appends `text` in ASCII.
fn spell(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
    } else {
        for spelt in text.ascii_chars().flatten() {
            out.extend_from_slice(spelt.as_bytes());
        }
    }
}

#[derive(Debug)]
enum Step {
    Text(Vec<u8>),
    Column(Arc<dyn Column>, Reading, Format),
}

#[derive(Debug)]
struct Template {
    steps: Vec<Step>,
    case: TemplateCase,
    ascii: bool,
    null_text: Option<Vec<u8>>,
    /// Most bytes one array may hold: its offsets are 32 bits wide.
    max_bytes: usize,
}

impl Column for Template {
    fn data_type(&self) -> DataType {
        DataType::Utf8
    }

    fn nullable(&self) -> bool {
        let from_nulls = |step: &Step| match step {
            Step::Text(_) => false,
            Step::Column(column, ..) => column.nullable(),
        };
        self.null_text.is_none() && self.steps.iter().any(from_nulls)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let mut arrays = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            if let Step::Column(column, reading, _) = step {
                arrays.push(reading.readable(&block.values(column)?)?);
            }
        }
        let mut readable = arrays.iter();
        let pieces = self.steps.iter().filter_map(|step| match step {
            Step::Text(text) => Some((Piece::Fixed(text), None)),
            Step::Column(_, reading, format) => readable.next().map(|array| {
                let nulls = array.nulls().filter(|_| self.null_text.is_some());
                (Piece::new(array, *reading, *format), nulls)
            }),
        });
        let pieces: Vec<_> = pieces.collect();
        let nulls = match self.null_text {
            Some(_) => None,
            None => NullBuffer::union_many(arrays.iter().map(|array| array.nulls())),
        };
        self.write(block.rows.len(), &pieces, nulls)
    }
}

impl Template {
    fn write(
        &self,
        count: usize,
        pieces: &[(Piece<'_>, Option<&NullBuffer>)],
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, FillError> {
        let expected: usize = pieces.iter().map(|(piece, _)| piece.bytes(count)).sum();
        let mut out = Vec::with_capacity(expected.min(self.max_bytes));
        let mut offsets = Vec::with_capacity(count + 1);
        offsets.push(0i32);
        let null_text = self.null_text.as_deref().unwrap_or_default();
        let mut scratch = String::new();
        for row in 0..count {
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                let start = out.len();
                for (piece, nulls) in pieces {
                    match nulls {
                        Some(nulls) if nulls.is_null(row) => out.extend_from_slice(null_text),
                        _ => piece.write(row, self.ascii, &mut out),
                    }
                    // Also within a row: templates of templates double quickly.
                    self.check(out.len())?;
                }
                self.put_into_case(start, &mut out, &mut scratch);
                self.check(out.len())?;
            }
            offsets.push(out.len() as i32);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(Arc::new(StringArray::try_new(offsets, out.into(), nulls)?))
    }

    fn check(&self, bytes: usize) -> Result<(), FillError> {
        let max_bytes = self.max_bytes;
        match bytes > max_bytes {
            true => Err(FillError::TextTooLong { max_bytes }),
            false => Ok(()),
        }
    }

    /// The text from `start` on.
    fn put_into_case(&self, start: usize, out: &mut Vec<u8>, scratch: &mut String) {
        let text = &mut out[start..];
        match self.case {
            TemplateCase::Asis => {}
            TemplateCase::Lower if text.is_ascii() => text.make_ascii_lowercase(),
            TemplateCase::Upper if text.is_ascii() => text.make_ascii_uppercase(),
            case => {
                scratch.clear();
                for character in str::from_utf8(text).unwrap_or_default().chars() {
                    match case {
                        TemplateCase::Lower => scratch.extend(character.to_lowercase()),
                        _ => scratch.extend(character.to_uppercase()),
                    }
                }
                out.truncate(start);
                out.extend_from_slice(scratch.as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_may_be_filled_to_the_last_byte_and_no_further() {
        let template = Template {
            steps: Vec::new(),
            case: TemplateCase::Asis,
            ascii: false,
            null_text: None,
            max_bytes: 12,
        };
        let pieces = [(Piece::Fixed(b"abc"), None)];
        assert_eq!(template.write(4, &pieces, None).unwrap().len(), 4);
        assert!(matches!(
            template.write(5, &pieces, None),
            Err(FillError::TextTooLong { max_bytes: 12 })
        ));
    }
}
