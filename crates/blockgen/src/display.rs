//! Values as people read them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

const OPTIONS: FormatOptions<'static> = FormatOptions::new();

/// An array whose values can be shown.
pub(crate) struct Shown {
    values: ArrayRef,
    nulls: Option<NullBuffer>,
}

impl Shown {
    pub(crate) fn new(values: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(Self {
            values: in_utc(values)?,
            nulls: values.logical_nulls(),
        })
    }

    /// Their texts.
    pub(crate) fn texts(&self) -> Result<Texts<'_>, ArrowError> {
        Ok(Texts {
            formatter: ArrayFormatter::try_new(&self.values, &OPTIONS)?,
            nulls: self.nulls.as_ref(),
        })
    }
}

/// The texts of an array's values.
pub(crate) struct Texts<'a> {
    formatter: ArrayFormatter<'a>,
    nulls: Option<&'a NullBuffer>,
}

impl Texts<'_> {
    /// The value at an index; none where it is null.
    pub(crate) fn at(&self, index: usize) -> Option<String> {
        let is_valid = self.nulls.is_none_or(|nulls| nulls.is_valid(index));
        is_valid.then(|| self.formatter.value(index).to_string())
    }
}

/// Moments in UTC, whichever zone they are shown in elsewhere: names of zones need a database,
/// which is not here.
fn in_utc(values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let utc = utc_type(values.data_type());
    if utc == *values.data_type() {
        return Ok(Arc::clone(values));
    }
    // All that changes is what the same bytes are called.
    let children = match values.data_type() {
        DataType::Timestamp(..) => Vec::new(),
        _ => {
            let data = values.to_data();
            let children = data.child_data().iter();
            let children = children.map(|child| Ok(in_utc(&make_array(child.clone()))?.to_data()));
            children.collect::<Result<_, ArrowError>>()?
        }
    };
    let data = values.to_data().into_builder().data_type(utc);
    Ok(make_array(data.child_data(children).build()?))
}

/// A type with UTC in place of every zone.
fn utc_type(data_type: &DataType) -> DataType {
    let inner = |field: &FieldRef| -> FieldRef {
        let data_type = utc_type(field.data_type());
        Arc::new(Field::clone(field).with_data_type(data_type))
    };
    match data_type {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        other => other.clone(),
    }
}
