//! The hash of the values of a column, whatever its type.

use arrow::array::ArrayRef;
use arrow::buffer::OffsetBuffer;
use arrow::compute::{cast, filter, is_not_null};
use arrow::datatypes::DataType;
use sha2::{Digest, Sha256};

/// Which rows have a value, and those values as little-endian numbers or as length and text, not as
/// buffers: how Arrow lays an array out, and what it holds where a null is, is no part of the
/// contract.
pub fn hash_values(column: &ArrayRef, hash: &mut Sha256) {
    use arrow::array::AsArray;
    use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int64Type, UInt64Type};

    let valid = is_not_null(column).unwrap();
    for valid in valid.values() {
        hash.update([u8::from(valid)]);
    }
    let column = &filter(column, &valid).unwrap();
    match column.data_type() {
        DataType::Utf8 => {
            for text in column.as_string::<i32>().iter().flatten() {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        DataType::Float32 => {
            for value in column.as_primitive::<Float32Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::UInt64 => {
            for value in column.as_primitive::<UInt64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::Decimal128(..) => {
            for value in column.as_primitive::<Decimal128Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            hash_lengths(lists.offsets(), hash);
            hash_values(&values_of(lists.values(), lists.offsets()), hash);
        }
        DataType::Map(..) => {
            let maps = column.as_map();
            hash_lengths(maps.offsets(), hash);
            for part in [maps.keys(), maps.values()] {
                hash_values(&values_of(part, maps.offsets()), hash);
            }
        }
        DataType::Struct(_) => {
            for field in column.as_struct().columns() {
                hash_values(field, hash);
            }
        }
        DataType::Binary | DataType::FixedSizeBinary(_) => {
            let values = cast(column, &DataType::Binary).unwrap();
            for bytes in values.as_binary::<i32>().iter().flatten() {
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(bytes);
            }
        }
        DataType::Float64 => {
            for value in column.as_primitive::<Float64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        _ => {
            let numbers = cast(column, &DataType::Int64).unwrap();
            for value in numbers.as_primitive::<Int64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
    }
}

fn hash_lengths(offsets: &OffsetBuffer<i32>, hash: &mut Sha256) {
    for length in offsets.lengths() {
        hash.update((length as u64).to_le_bytes());
    }
}

/// What lies in the lists of a block.
fn values_of(values: &ArrayRef, offsets: &OffsetBuffer<i32>) -> ArrayRef {
    let (start, end) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
    values.slice(start, end - start)
}
