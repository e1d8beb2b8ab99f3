//! Columns that are read as text first, to be held against it.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::loss::Number;

/// Makes a column of texts one of a type. What does not fit is an error and no null.
pub(super) fn column(texts: &ArrayRef, data_type: &DataType) -> Result<ArrayRef, ArrowError> {
    match data_type {
        DataType::Decimal128(precision, scale) => decimals(texts, *precision, *scale),
        data_type => {
            let strict = CastOptions {
                safe: false,
                ..CastOptions::default()
            };
            cast_with_options(texts, data_type, &strict)
        }
    }
}

/// Arrow's own readers of decimals count digits in eight bits, and cut off what is too fine.
fn decimals(texts: &ArrayRef, precision: u8, scale: i8) -> Result<ArrayRef, ArrowError> {
    let values = texts.as_string::<i32>().iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        let value = Number::parse(text).and_then(|number| number.decimal(precision, scale));
        value.map(Some).ok_or_else(|| {
            ArrowError::CastError(format!("{text} is no decimal({precision},{scale})"))
        })
    });
    let values = values.collect::<Result<Decimal128Array, _>>()?;
    Ok(Arc::new(values.with_precision_and_scale(precision, scale)?))
}
