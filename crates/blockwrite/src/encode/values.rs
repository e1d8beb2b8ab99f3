//! Values of a column as they lie in Parquet: without nulls, in the physical type.

use arrow::array::{Array, ArrayData, AsArray as _, OffsetSizeTrait};
use arrow::buffer::{BooleanBuffer, Buffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Int8Type, Int16Type, TimeUnit, UInt8Type,
    UInt16Type,
};
use parquet::basic::Type;

/// How an Arrow type becomes a physical type of Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Four bytes, as they are.
    Int32 {
        unsigned: bool,
    },
    /// Eight bytes, as they are.
    Int64 {
        unsigned: bool,
    },
    Float,
    Double,
    Boolean,
    /// Offsets of four bytes.
    Bytes,
    /// Offsets of eight bytes.
    LargeBytes,
    /// One or two bytes, widened to four.
    Widened,
    /// A decimal that fits into four bytes.
    Decimal32,
    /// A decimal that fits into eight bytes.
    Decimal64,
}

impl Kind {
    /// How the parquet crate's own writers do it; `None` for what they must do themselves.
    pub(super) fn of(data_type: &DataType, physical: Type) -> Option<Self> {
        // Arrow's buffers are pages only where numbers lie as Parquet wants them.
        if cfg!(target_endian = "big") {
            return None;
        }
        Some(match (data_type, physical) {
            (DataType::Int32 | DataType::Date32 | DataType::Time32(_), Type::INT32) => {
                Self::Int32 { unsigned: false }
            }
            (DataType::UInt32, Type::INT32) => Self::Int32 { unsigned: true },
            (
                DataType::Int64
                | DataType::Time64(TimeUnit::Microsecond | TimeUnit::Nanosecond)
                | DataType::Timestamp(_, _)
                | DataType::Duration(_),
                Type::INT64,
            ) => Self::Int64 { unsigned: false },
            (DataType::UInt64, Type::INT64) => Self::Int64 { unsigned: true },
            (DataType::Float32, Type::FLOAT) => Self::Float,
            (DataType::Float64, Type::DOUBLE) => Self::Double,
            (DataType::Boolean, Type::BOOLEAN) => Self::Boolean,
            (DataType::Utf8 | DataType::Binary, Type::BYTE_ARRAY) => Self::Bytes,
            (DataType::LargeUtf8 | DataType::LargeBinary, Type::BYTE_ARRAY) => Self::LargeBytes,
            (
                DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16,
                Type::INT32,
            ) => Self::Widened,
            (DataType::Decimal128(_, _), Type::INT32) => Self::Decimal32,
            (DataType::Decimal128(_, _), Type::INT64) => Self::Decimal64,
            _ => return None,
        })
    }
}

/// The values of a column.
pub(super) enum Values {
    Int32(ScalarBuffer<i32>),
    /// To be compared without a sign.
    Uint32(ScalarBuffer<u32>),
    Int64(ScalarBuffer<i64>),
    /// To be compared without a sign.
    Uint64(ScalarBuffer<u64>),
    Float(ScalarBuffer<f32>),
    Double(ScalarBuffer<f64>),
    Boolean(BooleanBuffer),
    Bytes(Strings<i32>),
    LargeBytes(Strings<i64>),
}

/// Strings, of characters or of bytes.
pub(super) struct Strings<O: OffsetSizeTrait> {
    /// Where each begins in `data`, and where the last one ends.
    pub(super) offsets: ScalarBuffer<O>,
    pub(super) data: Buffer,
}

impl Values {
    /// The values of an array without nulls, or `None` for an array of another type.
    pub(super) fn of(kind: Kind, array: &dyn Array) -> Option<Self> {
        let fits = |physical| Kind::of(array.data_type(), physical) == Some(kind);
        let data = || array.to_data();
        Some(match kind {
            Kind::Int32 { unsigned: false } if fits(Type::INT32) => Self::Int32(numbers(&data())?),
            Kind::Int32 { unsigned: true } if fits(Type::INT32) => Self::Uint32(numbers(&data())?),
            Kind::Int64 { unsigned: false } if fits(Type::INT64) => Self::Int64(numbers(&data())?),
            Kind::Int64 { unsigned: true } if fits(Type::INT64) => Self::Uint64(numbers(&data())?),
            Kind::Float if fits(Type::FLOAT) => Self::Float(numbers(&data())?),
            Kind::Double if fits(Type::DOUBLE) => Self::Double(numbers(&data())?),
            Kind::Boolean => Self::Boolean(array.as_boolean_opt()?.values().clone()),
            Kind::Bytes if fits(Type::BYTE_ARRAY) => Self::Bytes(strings(&data())?),
            Kind::LargeBytes if fits(Type::BYTE_ARRAY) => Self::LargeBytes(strings(&data())?),
            Kind::Widened => Self::Int32(match array.data_type() {
                DataType::Int8 => converted::<Int8Type, _>(array, i32::from)?,
                DataType::Int16 => converted::<Int16Type, _>(array, i32::from)?,
                DataType::UInt8 => converted::<UInt8Type, _>(array, i32::from)?,
                DataType::UInt16 => converted::<UInt16Type, _>(array, i32::from)?,
                _ => return None,
            }),
            // What has no more digits than the type promises fits; what has more is cut, as the
            // parquet crate cuts it.
            Kind::Decimal32 => {
                Self::Int32(converted::<Decimal128Type, _>(array, |value| value as i32)?)
            }
            Kind::Decimal64 => {
                Self::Int64(converted::<Decimal128Type, _>(array, |value| value as i64)?)
            }
            _ => return None,
        })
    }
}

fn numbers<T: arrow::datatypes::ArrowNativeType>(data: &ArrayData) -> Option<ScalarBuffer<T>> {
    let buffer = data.buffers().first()?.clone();
    Some(ScalarBuffer::new(buffer, data.offset(), data.len()))
}

fn strings<O: OffsetSizeTrait>(data: &ArrayData) -> Option<Strings<O>> {
    let [offsets, bytes] = data.buffers() else {
        return None;
    };
    Some(Strings {
        offsets: ScalarBuffer::new(offsets.clone(), data.offset(), data.len() + 1),
        data: bytes.clone(),
    })
}

fn converted<T: ArrowPrimitiveType, O>(
    array: &dyn Array,
    convert: impl Fn(T::Native) -> O,
) -> Option<ScalarBuffer<O>>
where
    O: arrow::datatypes::ArrowNativeType,
{
    let values = array.as_primitive_opt::<T>()?.values();
    Some(values.iter().map(|value| convert(*value)).collect())
}
