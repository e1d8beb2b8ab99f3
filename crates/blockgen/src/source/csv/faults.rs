//! Which record, and which of its fields, a decoder did not take: found by trying each alone.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::Schema;

use super::Csv;
use super::records::{Record, Records};
use crate::source::error::{SourceError, shown};
use crate::source::from_text;
use crate::source::loss::Loss;
use crate::source::text_blocks::Text;

impl Csv {
    /// The first fault of a text.
    pub(super) fn find_fault(&self, text: &Text<'_>) -> Option<SourceError> {
        let mut records = Records::new(&self.dialect, *text);
        records.find_map(|record| self.fault_of(text, &record))
    }

    fn fault_of(&self, text: &Text<'_>, record: &Record) -> Option<SourceError> {
        if let Err(fault) = shape(text, record, self.schema.fields().len()) {
            return Some(fault);
        }
        record.fields.iter().enumerate().find_map(|(index, value)| {
            let Ok(value) = std::str::from_utf8(value) else {
                return Some(not_utf8(text, record.start));
            };
            let loss = self.loss(index, value);
            if loss.is_none() && self.takes(index, value) {
                return None;
            }
            let field = self.schema.field(index);
            let mut place = text.place(record.start);
            place.column = Some(field.name().clone());
            let given = self.given.contains(field.name());
            Some(SourceError::Value {
                place,
                found: shown(value),
                expected: field.data_type().clone(),
                sampled: (!given).then_some(self.sampled),
                loss,
            })
        })
    }

    /// What would be lost of a value.
    fn loss(&self, index: usize, value: &str) -> Option<Loss> {
        let check = self.checks[index].filter(|_| !self.dialect.is_null(value))?;
        check.loss(value)
    }

    /// Whether a value can be read as one of a column.
    fn takes(&self, index: usize, value: &str) -> bool {
        if self.dialect.is_null(value) {
            return true;
        }
        let field = Arc::clone(&self.schema.fields()[index]);
        if self.checks[index].is_some() {
            let texts: ArrayRef = Arc::new(StringArray::from(vec![value]));
            return from_text::column(&texts, field.data_type()).is_ok();
        }
        // Written so that it is one field, whatever is in it.
        let mut text = vec![self.dialect.quote];
        for byte in value.bytes() {
            if byte == self.dialect.quote || Some(byte) == self.dialect.escape {
                text.push(self.dialect.escape.unwrap_or(byte));
            }
            text.push(byte);
        }
        text.extend([self.dialect.quote, b'\n']);
        let schema = Arc::new(Schema::new(vec![field]));
        let mut decoder = self.dialect.decoder_of(schema, 1);
        decoder.decode(&text).is_ok() && decoder.flush().is_ok()
    }
}

/// What is wrong with a record before its values are looked at.
pub(super) fn shape(text: &Text<'_>, record: &Record, columns: usize) -> Result<(), SourceError> {
    if record.unclosed {
        return Err(SourceError::Malformed {
            place: text.place(record.start),
            what: "a quote in the row that begins here is not closed".to_owned(),
        });
    }
    if record.fields.len() != columns {
        return Err(SourceError::FieldCount {
            place: text.place(record.start),
            found: record.fields.len(),
            expected: columns,
        });
    }
    Ok(())
}

/// Bytes that are no text.
pub(super) fn not_utf8(text: &Text<'_>, start: usize) -> SourceError {
    SourceError::Malformed {
        place: text.place(start),
        what: "found bytes that are not UTF-8; convert the file first (iconv does)".to_owned(),
    }
}
