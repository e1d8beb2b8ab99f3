//! Values in the words of an error.

use arrow::array::{Array as _, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// The value in a row; where it has no better form, as the number that stands for it.
pub(crate) fn shown(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return "null".to_owned();
    }
    let value = array.slice(row, 1);
    let value = match value.data_type() {
        // Names of zones can't be read without a library of them; instants are shown in UTC.
        DataType::Timestamp(unit, Some(_)) => {
            let offset = DataType::Timestamp(*unit, Some("+00:00".into()));
            cast(&value, &offset).unwrap_or(value)
        }
        _ => value,
    };
    as_text(&value)
        .or_else(|| as_text(&cast(&value, &DataType::Int64).ok()?))
        .unwrap_or_else(|| "a value that can't be shown".to_owned())
}

fn as_text(value: &ArrayRef) -> Option<String> {
    let options = FormatOptions::default().with_display_error(false);
    let formatter = ArrayFormatter::try_new(value.as_ref(), &options).ok()?;
    formatter.value(0).try_to_string().ok()
}
