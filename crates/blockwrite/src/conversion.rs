//! Arrays of one type as arrays of another: exactly, or not at all.
//!
//! What types may become what is decided elsewhere ([`crate::schema_policy`],
//! [`crate::compatibility`]); here values are changed. A value is exact if it comes back the same
//! when it is changed back.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanArray, FixedSizeListArray, GenericListArray,
    MapArray, OffsetSizeTrait, RecordBatch, RecordBatchOptions, StructArray, make_array,
    new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, SchemaRef};
use arrow::error::ArrowError;

use crate::leaves::dotted;
use crate::schema_policy::{Policy, partners};
use crate::shown::shown;
use crate::{Error, Result};

/// The rows of a block with the columns of `want`.
pub(crate) fn block(policy: Policy, block: &RecordBatch, want: &SchemaRef) -> Result<RecordBatch> {
    let (have, rows) = (block.schema_ref().fields(), block.num_rows());
    let columns = columns(policy, "", have, block.columns(), rows, want.fields())?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(want.clone(), columns, &options).map_err(Error::Conversion)
}

/// The columns of a struct or a block, as `want` has them. Those that are missing are nulls.
fn columns(
    policy: Policy,
    parent: &str,
    have: &Fields,
    arrays: &[ArrayRef],
    rows: usize,
    want: &Fields,
) -> Result<Vec<ArrayRef>> {
    let partners = partners(policy, parent, have, want)?;
    let pairs = want.iter().zip(partners);
    let columns = pairs.map(|(field, partner)| match partner {
        Some(index) => {
            let path = dotted(parent, field.name());
            convert(policy, &path, &arrays[index], field)
        }
        None => Ok(new_null_array(field.data_type(), rows)),
    });
    columns.collect()
}

/// An array with the type of `want`.
fn convert(policy: Policy, path: &str, array: &ArrayRef, want: &Field) -> Result<ArrayRef> {
    use DataType::{FixedSizeList, LargeList, List, Map, Struct};
    if array.data_type() == want.data_type() {
        return Ok(array.clone());
    }
    match (array.data_type(), want.data_type()) {
        (Struct(have), Struct(wanted)) => {
            let array = array.as_struct();
            let nulls = array.nulls();
            // What is null with the struct around it may hold anything.
            let children = array.columns().iter().map(|child| masked(child, nulls));
            let children: Vec<_> = children.collect::<Result<_>>()?;
            let children = columns(policy, path, have, &children, array.len(), wanted)?;
            StructArray::try_new_with_length(wanted.clone(), children, nulls.cloned(), array.len())
                .map(|array| Arc::new(array) as ArrayRef)
                .map_err(failed)
        }
        (List(_), List(element)) => list::<i32, i32>(policy, path, array, element),
        (List(_), LargeList(element)) => list::<i32, i64>(policy, path, array, element),
        (LargeList(_), LargeList(element)) => list::<i64, i64>(policy, path, array, element),
        (FixedSizeList(..), FixedSizeList(element, size)) => {
            let list = array.as_fixed_size_list();
            let path = dotted(path, element.name());
            let values = convert(policy, &path, list.values(), element)?;
            FixedSizeListArray::try_new(element.clone(), *size, values, list.nulls().cloned())
                .map(|list| Arc::new(list) as ArrayRef)
                .map_err(failed)
        }
        (Map(..), Map(entries, sorted)) => map(policy, path, array, entries, *sorted),
        (_, wanted) => leaf(path, array, wanted),
    }
}

fn list<From: OffsetSizeTrait, To: OffsetSizeTrait>(
    policy: Policy,
    path: &str,
    array: &ArrayRef,
    element: &FieldRef,
) -> Result<ArrayRef> {
    let list = array.as_list::<From>();
    let (values, offsets) = in_use(list.values(), list.offsets(), list.nulls())?;
    let values = convert(policy, &dotted(path, element.name()), &values, element)?;
    let offsets = offsets.into_iter().map(|at| To::usize_as(at)).collect();
    let offsets = OffsetBuffer::new(offsets);
    GenericListArray::try_new(element.clone(), offsets, values, list.nulls().cloned())
        .map(|list| Arc::new(list) as ArrayRef)
        .map_err(failed)
}

fn map(
    policy: Policy,
    path: &str,
    array: &ArrayRef,
    entries: &FieldRef,
    sorted: bool,
) -> Result<ArrayRef> {
    let map = array.as_map();
    let DataType::Struct(wanted) = entries.data_type() else {
        return leaf(path, array, &DataType::Map(entries.clone(), sorted));
    };
    let all: ArrayRef = Arc::new(map.entries().clone());
    let (used, offsets) = in_use(&all, map.offsets(), map.nulls())?;
    let used = used.as_struct();
    let pairs = used.columns().iter().zip(wanted);
    let columns =
        pairs.map(|(column, field)| convert(policy, &dotted(path, field.name()), column, field));
    let columns = columns.collect::<Result<_>>()?;
    let used = StructArray::try_new(wanted.clone(), columns, used.nulls().cloned());
    let offsets = offsets.into_iter().map(|at| at as i32).collect();
    used.and_then(|used| {
        MapArray::try_new(
            entries.clone(),
            OffsetBuffer::new(offsets),
            used,
            map.nulls().cloned(),
            sorted,
        )
    })
    .map(|map| Arc::new(map) as ArrayRef)
    .map_err(failed)
}

/// The elements that a list or its slice really has, and where each list begins among them. Those
/// of lists that are null are null.
fn in_use<O: OffsetSizeTrait>(
    values: &ArrayRef,
    offsets: &OffsetBuffer<O>,
    nulls: Option<&NullBuffer>,
) -> Result<(ArrayRef, Vec<usize>)> {
    let at: Vec<usize> = offsets.iter().map(|at| at.as_usize()).collect();
    let (first, last) = (
        at.first().copied().unwrap_or(0),
        at.last().copied().unwrap_or(0),
    );
    let at: Vec<_> = at.iter().map(|at| at - first).collect();
    let values = values.slice(first, last - first);
    let hidden = |lists: &NullBuffer| {
        let mut seen = vec![true; values.len()];
        for (list, range) in at.windows(2).enumerate() {
            if lists.is_null(list) {
                seen[range[0]..range[1]].fill(false);
            }
        }
        NullBuffer::new(BooleanBuffer::from(seen))
    };
    let hidden = nulls.filter(|nulls| nulls.null_count() > 0).map(hidden);
    Ok((masked(&values, hidden.as_ref())?, at))
}

/// An array that is also null where `nulls` says so.
fn masked(array: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else {
        return Ok(array.clone());
    };
    // These have no nulls of their own.
    if matches!(
        array.data_type(),
        DataType::Null | DataType::RunEndEncoded(..) | DataType::Union(..)
    ) {
        return Ok(array.clone());
    }
    let both = NullBuffer::union(array.nulls(), Some(nulls));
    let data = array.to_data().into_builder().nulls(both);
    data.build().map(make_array).map_err(failed)
}

/// Values themselves.
fn leaf(path: &str, array: &ArrayRef, want: &DataType) -> Result<ArrayRef> {
    // Packed values may hold some that no row has.
    if let DataType::Dictionary(_, values) = array.data_type()
        && !matches!(want, DataType::Dictionary(..))
    {
        return leaf(path, &cast(array, values)?, want);
    }
    if let DataType::RunEndEncoded(_, values) = array.data_type()
        && !matches!(want, DataType::RunEndEncoded(..))
    {
        return leaf(path, &cast(array, values.data_type())?, want);
    }
    if array.data_type() == want {
        return Ok(array.clone());
    }
    let changed = cast(array, want)?;
    if is_always_exact(array.data_type(), want) {
        return Ok(changed);
    }
    let back = cast(&changed, array.data_type())?;
    let differs: BooleanArray = distinct(array, &back).map_err(failed)?;
    match differs.values().set_indices().next() {
        None => Ok(changed),
        Some(position) => Err(Error::Inexact {
            field: path.to_owned(),
            position,
            value: shown(array, position),
            wanted: want.to_string(),
        }),
    }
}

/// Values that the new type does not hold become nulls, which the way back shows.
fn cast(array: &ArrayRef, want: &DataType) -> Result<ArrayRef> {
    cast_with_options(array, want, &CastOptions::default()).map_err(failed)
}

/// Where the way back would be a waste of time.
fn is_always_exact(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, FixedSizeBinary, Float32, Float64, Int8, Int16, Int32, Int64,
        LargeBinary, LargeUtf8, Null, UInt8, UInt16, UInt32, UInt64, Utf8, Utf8View,
    };
    matches!(
        (from, to),
        (Null, _)
            | (Utf8 | LargeUtf8 | Utf8View, Utf8 | LargeUtf8 | Utf8View)
            | (
                Binary | LargeBinary | BinaryView | FixedSizeBinary(_),
                Binary | LargeBinary | BinaryView,
            )
            | (Int8 | UInt8, Int16 | Int32 | Int64)
            | (Int16 | UInt16, Int32 | Int64)
            | (Int32 | UInt32, Int64)
            | (UInt8, UInt16 | UInt32 | UInt64)
            | (UInt16, UInt32 | UInt64)
            | (UInt32, UInt64)
            | (Int8 | Int16 | UInt8 | UInt16, Float32)
            | (
                Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32 | Float32,
                Float64
            )
    )
}

fn failed(source: ArrowError) -> Error {
    Error::Conversion(source)
}
