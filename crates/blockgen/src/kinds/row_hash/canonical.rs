//! Values as bytes that can be made again elsewhere; [`RowHashOptions`](super::RowHashOptions)
//! says how.

use std::io::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType,
    Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use crate::hexadecimal;
use crate::temporal::civil::civil_from_days;

const SECONDS_PER_DAY: i64 = 86_400;

/// Whether values of a type can be written.
pub(super) fn has_text(data_type: &DataType) -> bool {
    use DataType::{
        Binary, Boolean, Date32, Decimal32, Decimal64, Decimal128, Decimal256, Duration,
        FixedSizeBinary, FixedSizeList, LargeBinary, LargeList, LargeUtf8, List, Map, Null, Struct,
        Time32, Time64, Timestamp, Utf8,
    };

    match data_type {
        Null | Boolean | Utf8 | LargeUtf8 | Binary | LargeBinary | FixedSizeBinary(_) | Date32
        | Time32(_) | Time64(_) | Timestamp(..) | Duration(_) | Decimal32(..) | Decimal64(..)
        | Decimal128(..) | Decimal256(..) => true,
        List(item) | LargeList(item) | FixedSizeList(item, _) | Map(item, _) => {
            has_text(item.data_type())
        }
        Struct(fields) => fields.iter().all(|field| has_text(field.data_type())),
        DataType::Float16 => false,
        other => other.is_primitive() && other.is_numeric(),
    }
}

/// Appends the value at `index`, with its length before it, or the mark of a null.
pub(super) fn write(array: &ArrayRef, index: usize, out: &mut Vec<u8>) {
    if array.is_null(index) || *array.data_type() == DataType::Null {
        out.extend_from_slice(b"-,");
        return;
    }
    let start = out.len();
    write_value(array, index, out);
    let mut digits = [0; 20];
    let length = decimal((out.len() - start) as u64, &mut digits);
    out.extend_from_slice(length);
    out.push(b':');
    let prefix = length.len() + 1;
    out[start..].rotate_right(prefix);
    out.push(b',');
}

/// The digits of a number.
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[at..];
        }
    }
}

fn write_value(array: &ArrayRef, i: usize, out: &mut Vec<u8>) {
    /// Appends what `Display` makes of a value.
    macro_rules! show {
        ($value:expr) => {
            write!(out, "{}", $value).expect("a vector takes all that is written")
        };
    }
    macro_rules! primitive {
        ($type:ty) => {
            array.as_primitive::<$type>().value(i)
        };
    }
    macro_rules! scaled {
        ($type:ty) => {
            show!(array.as_primitive::<$type>().value_as_string(i))
        };
    }

    match array.data_type() {
        DataType::Utf8 => out.extend_from_slice(array.as_string::<i32>().value(i).as_bytes()),
        DataType::LargeUtf8 => out.extend_from_slice(array.as_string::<i64>().value(i).as_bytes()),
        DataType::Binary => hexadecimal::append(array.as_binary::<i32>().value(i), out),
        DataType::LargeBinary => hexadecimal::append(array.as_binary::<i64>().value(i), out),
        DataType::FixedSizeBinary(_) => {
            hexadecimal::append(array.as_fixed_size_binary().value(i), out);
        }
        DataType::Boolean => show!(array.as_boolean().value(i)),
        DataType::Int8 => show!(primitive!(Int8Type)),
        DataType::Int16 => show!(primitive!(Int16Type)),
        DataType::Int32 => show!(primitive!(Int32Type)),
        DataType::Int64 => show!(primitive!(Int64Type)),
        DataType::UInt8 => show!(primitive!(UInt8Type)),
        DataType::UInt16 => show!(primitive!(UInt16Type)),
        DataType::UInt32 => show!(primitive!(UInt32Type)),
        DataType::UInt64 => show!(primitive!(UInt64Type)),
        // The language guarantees what the options promise: `Display` of floats has no exponent,
        // and no more digits than reading back takes.
        DataType::Float32 => show!(primitive!(Float32Type)),
        DataType::Float64 => show!(primitive!(Float64Type)),
        DataType::Decimal32(..) => scaled!(Decimal32Type),
        DataType::Decimal64(..) => scaled!(Decimal64Type),
        DataType::Decimal128(..) => scaled!(Decimal128Type),
        DataType::Decimal256(..) => scaled!(Decimal256Type),
        DataType::Date32 => write_date(primitive!(Date32Type).into(), out),
        DataType::Time32(TimeUnit::Second) => {
            write_time(primitive!(Time32SecondType).into(), 0, out);
        }
        DataType::Time32(_) => write_time(primitive!(Time32MillisecondType).into(), 3, out),
        DataType::Time64(TimeUnit::Nanosecond) => {
            write_time(primitive!(Time64NanosecondType), 9, out);
        }
        DataType::Time64(_) => write_time(primitive!(Time64MicrosecondType), 6, out),
        DataType::Timestamp(unit, zone) => {
            let (value, decimals) = match unit {
                TimeUnit::Second => (primitive!(TimestampSecondType), 0),
                TimeUnit::Millisecond => (primitive!(TimestampMillisecondType), 3),
                TimeUnit::Microsecond => (primitive!(TimestampMicrosecondType), 6),
                TimeUnit::Nanosecond => (primitive!(TimestampNanosecondType), 9),
            };
            let day = SECONDS_PER_DAY * 10i64.pow(decimals);
            write_date(value.div_euclid(day), out);
            out.push(b'T');
            write_time(value.rem_euclid(day), decimals, out);
            if zone.is_some() {
                out.push(b'Z');
            }
        }
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => show!(primitive!(DurationSecondType)),
            TimeUnit::Millisecond => show!(primitive!(DurationMillisecondType)),
            TimeUnit::Microsecond => show!(primitive!(DurationMicrosecondType)),
            TimeUnit::Nanosecond => show!(primitive!(DurationNanosecondType)),
        },
        DataType::List(_) => write_all(&array.as_list::<i32>().value(i), out),
        DataType::LargeList(_) => write_all(&array.as_list::<i64>().value(i), out),
        DataType::FixedSizeList(..) => write_all(&array.as_fixed_size_list().value(i), out),
        DataType::Struct(_) => {
            for field in array.as_struct().columns() {
                write(field, i, out);
            }
        }
        DataType::Map(..) => {
            let entries: ArrayRef = std::sync::Arc::new(array.as_map().value(i));
            write_all(&entries, out);
        }
        // Refused when the column was compiled.
        _ => {}
    }
}

/// Appends each value of an array.
fn write_all(values: &ArrayRef, out: &mut Vec<u8>) {
    for index in 0..values.len() {
        write(values, index, out);
    }
}

fn write_date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil_from_days(days);
    write!(out, "{year:04}-{month:02}-{day:02}").expect("a vector takes all that is written");
}

/// Appends a time of day, counted in units of so many decimals of a second.
fn write_time(units: i64, decimals: u32, out: &mut Vec<u8>) {
    let scale = 10i64.pow(decimals);
    let (seconds, fraction) = (units / scale, units % scale);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    write!(out, "{hours:02}:{minutes:02}:{seconds:02}")
        .expect("a vector takes all that is written");
    if decimals > 0 {
        let width = decimals as usize;
        write!(out, ".{fraction:0width$}").expect("a vector takes all that is written");
    }
}
