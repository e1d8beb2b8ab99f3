//! Columns and types from the first rows.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::Dialect;
use super::faults;
use super::records::Records;
use crate::source::error::SourceError;
use crate::source::given;
use crate::source::options::SourceOptions;
use crate::source::text_blocks::Text;
use crate::source::types::ZERO;

/// The schema, and the rows that it was inferred from.
pub(super) fn schema(
    dialect: &Dialect,
    names: Vec<String>,
    text: &Text<'_>,
    options: &SourceOptions,
) -> Result<(SchemaRef, u64), SourceError> {
    let mut looks = vec![Look::default(); names.len()];
    let (mut rows, mut end) = (0, 0);
    for record in Records::new(dialect, *text).take(options.infer_rows.get()) {
        faults::shape(text, &record, names.len())?;
        for (look, field) in looks.iter_mut().zip(&record.fields) {
            let value =
                std::str::from_utf8(field).map_err(|_| faults::not_utf8(text, record.start))?;
            if !dialect.is_null(value) {
                look.see(value);
            }
        }
        end = record.end;
        rows += 1;
    }
    let inferred = dialect
        .format()
        .infer_schema(&text.bytes[..end], None)
        .map_err(|said| SourceError::Malformed {
            place: text.place(0),
            what: said.to_string(),
        })?
        .0;
    let inferred = inferred.fields().iter().map(|field| field.data_type());
    // A file without rows has columns all the same.
    let inferred = inferred.chain(std::iter::repeat(&DataType::Null));
    let fields = names.iter().zip(inferred).zip(&looks);
    let fields: Vec<Field> = fields
        .map(|((name, inferred), look)| Field::new(name, look.widen(inferred), true))
        .collect();
    let fields = given::apply(text.file, fields, &options.types)?;
    Ok((Arc::new(Schema::new(fields)), rows))
}

/// What arrow's inference does not look at.
#[derive(Clone, Default)]
struct Look {
    /// A number that begins with a zero: a code (postal, telephone) that a number would shorten.
    leading_zero: bool,
    /// A time with a zone behind it, such as `Z` or `+02:00`: arrow's reader takes it for that
    /// instant, its inference for a time on some wall.
    zoned: bool,
    /// A time without one, or something else.
    local: bool,
}

/// Of `2024-01-31T10:00:00`, behind which stand a fraction and a zone, if there are any.
const TO_THE_SECOND: usize = 19;

impl Look {
    fn see(&mut self, value: &str) {
        let digits = value.strip_prefix('-').unwrap_or(value).as_bytes();
        self.leading_zero |= matches!(digits, [b'0', b'0'..=b'9', ..]);
        let fraction = |letter: char| letter == '.' || letter.is_ascii_digit();
        let behind = value.get(TO_THE_SECOND..).unwrap_or_default();
        match behind.trim_start_matches(fraction).is_empty() {
            true => self.local = true,
            false => self.zoned = true,
        }
    }

    fn widen(&self, inferred: &DataType) -> DataType {
        match inferred {
            DataType::Int64 | DataType::Float64 if self.leading_zero => DataType::Utf8,
            // Nothing but nulls: whatever comes later can be a text.
            DataType::Null => DataType::Utf8,
            // Instants and times on some wall: no type holds both as they are.
            DataType::Timestamp(..) if self.zoned && self.local => DataType::Utf8,
            DataType::Timestamp(unit, _) => {
                // Later rows may have finer times, which the reader would cut off without a word;
                // and Parquet has no seconds.
                let unit = match unit {
                    TimeUnit::Second | TimeUnit::Millisecond => TimeUnit::Microsecond,
                    finer => *finer,
                };
                DataType::Timestamp(unit, self.zoned.then(|| ZERO.into()))
            }
            inferred => inferred.clone(),
        }
    }
}
