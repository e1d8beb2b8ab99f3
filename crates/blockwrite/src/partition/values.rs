//! Which columns can name folders, and the texts of their values.

use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Why a type can't, if it can't. What can has one text for each value, which readers turn back
/// into it.
pub(super) fn refusal(data_type: &DataType) -> Option<&'static str> {
    match data_type {
        DataType::Dictionary(_, values) => refusal(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => None,
        DataType::Boolean | DataType::Date32 => None,
        whole if whole.is_integer() => None,
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => None,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            Some("floats that look the same may differ: take whole numbers, decimals or text")
        }
        moment if moment.is_temporal() => {
            Some("rows seldom share a moment: take a date, or a part of it as a number")
        }
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => Some("bytes are no name: take text"),
        DataType::Null => Some("it has no values"),
        _ => Some("it has others within: take one that is text, a whole number or a date"),
    }
}

/// The column with each value in its own place.
pub(super) fn plain(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values),
        _ => Ok(ArrayRef::clone(column)),
    }
}

/// The text of the value in a row of a plain column; nothing for null.
pub(super) fn text(column: &ArrayRef, row: usize) -> Result<Option<String>, ArrowError> {
    if column.is_null(row) {
        return Ok(None);
    }
    let options = FormatOptions::default().with_display_error(false);
    let formatter = ArrayFormatter::try_new(column, &options)?;
    formatter.value(row).try_to_string().map(Some)
}
