//! Columns and types from the first rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::Dialect;
use super::faults;
use super::records::Records;
use crate::source::error::SourceError;
use crate::source::from_text;
use crate::source::given;
use crate::source::loss::{Check, has_zone};
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
    let sample = Sampled::read(dialect, names.len(), text, options)?;
    let inferred = dialect
        .format()
        .infer_schema(&text.bytes[..sample.end], None)
        .map_err(|said| SourceError::Malformed {
            place: text.place(0),
            what: said.to_string(),
        })?
        .0;
    let inferred = inferred.fields().iter().map(|field| field.data_type());
    // A file without rows has columns all the same.
    let inferred = inferred.chain(std::iter::repeat(&DataType::Null));
    let fields = names.iter().zip(inferred).zip(&sample.columns);
    let fields =
        fields.map(|((name, inferred), texts)| Field::new(name, widened(inferred, texts), true));
    let fields = given::apply(text.file, fields.collect(), &options.types)?;
    Ok((Arc::new(Schema::new(fields)), sample.rows))
}

/// The rows that are looked at.
struct Sampled {
    rows: u64,
    /// Behind the last of them.
    end: usize,
    /// Their values, column by column.
    columns: Vec<ArrayRef>,
}

impl Sampled {
    fn read(
        dialect: &Dialect,
        columns: usize,
        text: &Text<'_>,
        options: &SourceOptions,
    ) -> Result<Self, SourceError> {
        let mut builders: Vec<_> = (0..columns)
            .map(|_| StringBuilder::with_capacity(0, 0))
            .collect();
        let (mut rows, mut end) = (0, 0);
        for record in Records::new(dialect, *text).take(options.infer_rows.get()) {
            faults::shape(text, &record, columns)?;
            for (builder, field) in builders.iter_mut().zip(&record.fields) {
                let value =
                    std::str::from_utf8(field).map_err(|_| faults::not_utf8(text, record.start))?;
                builder.append_option((!dialect.is_null(value)).then_some(value));
            }
            end = record.end;
            rows += 1;
        }
        let columns = builders.iter_mut();
        Ok(Self {
            rows,
            end,
            columns: columns
                .map(|builder| Arc::new(builder.finish()) as ArrayRef)
                .collect(),
        })
    }
}

/// A type that holds all values of the sample, and what later rows of such a file are likely to
/// have.
fn widened(inferred: &DataType, texts: &ArrayRef) -> DataType {
    let data_type = match inferred {
        DataType::Timestamp(unit, None) => {
            // Later rows may have finer times; and Parquet has no seconds.
            let unit = match unit {
                TimeUnit::Nanosecond => TimeUnit::Nanosecond,
                _ => TimeUnit::Microsecond,
            };
            DataType::Timestamp(unit, zone(texts.as_string()))
        }
        // Nothing but nulls: whatever comes later can be a text.
        DataType::Null => DataType::Utf8,
        inferred => inferred.clone(),
    };
    match Check::new(&data_type, true) {
        Some(check) if !holds(check, &data_type, texts) => DataType::Utf8,
        _ => data_type,
    }
}

/// Times with zones are instants, which are told in UTC.
fn zone(texts: &StringArray) -> Option<Arc<str>> {
    let any = texts.iter().flatten().any(has_zone);
    any.then(|| Arc::from(ZERO))
}

fn holds(check: Check, data_type: &DataType, texts: &ArrayRef) -> bool {
    check.keeps_all(texts.as_string()) && from_text::column(texts, data_type).is_ok()
}
