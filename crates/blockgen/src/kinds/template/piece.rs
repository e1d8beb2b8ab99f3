//! Values of another column, written as text straight from its array.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, FixedSizeBinaryArray, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int64Type, TimeUnit, UInt64Type,
};
use arrow::error::ArrowError;

use super::iso_8601::{
    Fraction, write_date, write_digits, write_duration, write_moment, write_time,
};
use super::spell;
use crate::compile::Rejected;
use crate::hexadecimal;
use crate::scope::Scope;

/// How a value is written; in a template, behind the colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Plain,
    /// Whole numbers, filled up with zeros to so many characters, the sign counted.
    Width(usize),
    /// Floats with so many decimals.
    Decimals(usize),
    /// Letters and digits of texts.
    Word,
}

impl Format {
    pub(super) const MAX_WIDTH: usize = 64;
    pub(super) const MAX_DECIMALS: usize = 15;

    pub(super) fn parse(format: &str) -> Option<Self> {
        let number = |digits: &str, most| {
            let digits = digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then_some(digits)?;
            digits.parse().ok().filter(|number| *number <= most)
        };
        if format == "word" {
            Some(Self::Word)
        } else if let Some(decimals) = format.strip_prefix('.') {
            number(decimals, Self::MAX_DECIMALS).map(Self::Decimals)
        } else {
            number(format.strip_prefix('0')?, Self::MAX_WIDTH).map(Self::Width)
        }
    }

    /// Whether values of this type can be written so.
    pub(super) fn check(
        self,
        name: &str,
        data_type: &DataType,
        scope: &Scope<'_>,
    ) -> Result<(), Rejected> {
        let (fits, format, fitting) = match self {
            Self::Plain => return Ok(()),
            Self::Width(_) => (data_type.is_integer(), "a width", "whole numbers"),
            Self::Decimals(_) => (data_type.is_floating(), "decimals", "floats"),
            Self::Word => (is_text(data_type), "`:word`", "texts"),
        };
        if fits {
            return Ok(());
        }
        let found = format!("one with {format} for `{name}`, which is of type {data_type}");
        Err(scope.invalid("template", found, format!("that for {fitting}")))
    }
}

fn is_text(data_type: &DataType) -> bool {
    use DataType::{LargeUtf8, Utf8, Utf8View};
    matches!(data_type, Utf8 | LargeUtf8 | Utf8View)
}

/// What the values of a type are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Text,
    Bool,
    Signed,
    Unsigned,
    Float32,
    Float64,
    /// With so many digits behind the point; before it, if less than 0.
    Decimal(i8),
    Date,
    Time(Fraction),
    /// With a `Z` behind it or without.
    Moment(Fraction, bool),
    Duration(Fraction),
    Bytes,
    FixedBytes,
}

impl Reading {
    /// Nothing for types whose values have no text.
    pub(super) fn of(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            data_type if is_text(data_type) => Self::Text,
            data_type if data_type.is_signed_integer() => Self::Signed,
            data_type if data_type.is_unsigned_integer() => Self::Unsigned,
            DataType::Boolean => Self::Bool,
            DataType::Float32 => Self::Float32,
            DataType::Float64 => Self::Float64,
            DataType::Decimal128(_, scale) => Self::Decimal(*scale),
            DataType::Date32 => Self::Date,
            DataType::Time32(unit) | DataType::Time64(unit) => Self::Time(fraction(*unit)),
            DataType::Timestamp(unit, zone) => Self::Moment(fraction(*unit), zone.is_some()),
            DataType::Duration(unit) => Self::Duration(fraction(*unit)),
            DataType::Binary | DataType::LargeBinary => Self::Bytes,
            DataType::FixedSizeBinary(_) => Self::FixedBytes,
            _ => return None,
        })
    }

    /// The same values in the one type that they are read from; most have it already.
    pub(super) fn readable(self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let wanted = match self {
            Self::Text => DataType::Utf8,
            Self::Unsigned => DataType::UInt64,
            Self::Bytes => DataType::Binary,
            Self::Signed | Self::Date | Self::Time(_) | Self::Moment(..) | Self::Duration(_) => {
                DataType::Int64
            }
            Self::Bool | Self::Float32 | Self::Float64 | Self::Decimal(_) | Self::FixedBytes => {
                return Ok(Arc::clone(array));
            }
        };
        match array.data_type() {
            found if *found == wanted => Ok(Arc::clone(array)),
            DataType::Time32(_) => cast(&cast(array, &DataType::Int32)?, &wanted),
            _ => cast(array, &wanted),
        }
    }
}

fn fraction(unit: TimeUnit) -> Fraction {
    let (per_second, digits) = match unit {
        TimeUnit::Second => (1, 0),
        TimeUnit::Millisecond => (1_000, 3),
        TimeUnit::Microsecond => (1_000_000, 6),
        TimeUnit::Nanosecond => (1_000_000_000, 9),
    };
    Fraction { per_second, digits }
}

/// The values of one place in a template, ready to be written row by row.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Fixed(&'a [u8]),
    Text(&'a StringArray),
    Word(&'a StringArray),
    Bool(&'a BooleanArray),
    Signed(&'a [i64], usize),
    Unsigned(&'a [u64], usize),
    Float32(&'a [f32], Option<usize>),
    Float64(&'a [f64], Option<usize>),
    Decimal(&'a [i128], i8),
    Date(&'a [i64]),
    Time(&'a [i64], Fraction),
    Moment(&'a [i64], Fraction, bool),
    Duration(&'a [i64], Fraction),
    Bytes(&'a BinaryArray),
    FixedBytes(&'a FixedSizeBinaryArray),
}

impl<'a> Piece<'a> {
    /// Of an array that was made [readable](Reading::readable).
    pub(super) fn new(array: &'a ArrayRef, reading: Reading, format: Format) -> Self {
        let signed = || array.as_primitive::<Int64Type>().values();
        let width = match format {
            Format::Width(width) => width,
            _ => 1,
        };
        let decimals = match format {
            Format::Decimals(decimals) => Some(decimals),
            _ => None,
        };
        match reading {
            Reading::Text if format == Format::Word => Self::Word(array.as_string()),
            Reading::Text => Self::Text(array.as_string()),
            Reading::Bool => Self::Bool(array.as_boolean()),
            Reading::Signed => Self::Signed(signed(), width),
            Reading::Unsigned => Self::Unsigned(array.as_primitive::<UInt64Type>().values(), width),
            Reading::Float32 => {
                Self::Float32(array.as_primitive::<Float32Type>().values(), decimals)
            }
            Reading::Float64 => {
                Self::Float64(array.as_primitive::<Float64Type>().values(), decimals)
            }
            Reading::Decimal(scale) => {
                Self::Decimal(array.as_primitive::<Decimal128Type>().values(), scale)
            }
            Reading::Date => Self::Date(signed()),
            Reading::Time(fraction) => Self::Time(signed(), fraction),
            Reading::Moment(fraction, zone) => Self::Moment(signed(), fraction, zone),
            Reading::Duration(fraction) => Self::Duration(signed(), fraction),
            Reading::Bytes => Self::Bytes(array.as_binary()),
            Reading::FixedBytes => Self::FixedBytes(array.as_fixed_size_binary()),
        }
    }

    /// About how many bytes the texts of so many rows take.
    pub(super) fn bytes(&self, count: usize) -> usize {
        match self {
            Self::Fixed(text) => text.len() * count,
            Self::Text(texts) | Self::Word(texts) => texts.value_data().len(),
            Self::Bytes(bytes) => bytes.value_data().len() * 2,
            Self::FixedBytes(bytes) => bytes.value_data().len() * 2,
            Self::Signed(_, width) | Self::Unsigned(_, width) => count * (*width).max(8),
            _ => count * 20,
        }
    }

    /// Appends the value of the row at this place of the block.
    #[inline]
    pub(super) fn write(&self, row: usize, ascii: bool, out: &mut Vec<u8>) {
        match self {
            Self::Fixed(text) => out.extend_from_slice(text),
            Self::Text(texts) if ascii => spell(texts.value(row), out),
            Self::Text(texts) => out.extend_from_slice(texts.value(row).as_bytes()),
            Self::Word(texts) => write_word(texts.value(row), ascii, out),
            Self::Bool(values) if values.value(row) => out.extend_from_slice(b"true"),
            Self::Bool(_) => out.extend_from_slice(b"false"),
            Self::Signed(values, width) => write_signed(values[row], *width, out),
            Self::Unsigned(values, width) => write_digits(values[row], *width, out),
            Self::Float32(values, Some(decimals)) => {
                display(format_args!("{:.decimals$}", values[row]), out);
            }
            Self::Float32(values, None) => display(format_args!("{}", values[row]), out),
            Self::Float64(values, Some(decimals)) => {
                display(format_args!("{:.decimals$}", values[row]), out);
            }
            Self::Float64(values, None) => display(format_args!("{}", values[row]), out),
            Self::Decimal(values, scale) => write_decimal(values[row], *scale, out),
            Self::Date(days) => write_date(days[row], out),
            Self::Time(units, fraction) => write_time(units[row], *fraction, out),
            Self::Moment(units, fraction, zone) => {
                write_moment(units[row], *fraction, out);
                if *zone {
                    out.push(b'Z');
                }
            }
            Self::Duration(units, fraction) => write_duration(units[row], *fraction, out),
            Self::Bytes(bytes) => hexadecimal::append(bytes.value(row), out),
            Self::FixedBytes(bytes) => hexadecimal::append(bytes.value(row), out),
        }
    }
}

fn write_word(text: &str, ascii: bool, out: &mut Vec<u8>) {
    let start = out.len();
    if ascii {
        spell(text, out);
        let mut end = start;
        for at in start..out.len() {
            if out[at].is_ascii_alphanumeric() {
                out[end] = out[at];
                end += 1;
            }
        }
        out.truncate(end);
    } else {
        for character in text.chars().filter(|character| character.is_alphanumeric()) {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn write_signed(value: i64, mut width: usize, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
        width = width.saturating_sub(1);
    }
    write_digits(value.unsigned_abs(), width, out);
}

/// The standard library's texts of floats: exact, the shortest that reads back as the same float
/// where no decimals are asked for, and the same on every system.
fn display(value: std::fmt::Arguments<'_>, out: &mut Vec<u8>) {
    // A vector takes all that is written.
    let _ = out.write_fmt(value);
}

fn write_decimal(value: i128, scale: i8, out: &mut Vec<u8>) {
    // Of 39 digits at most.
    let start = out.len();
    display(format_args!("{}", value.unsigned_abs()), out);
    let scale_digits = usize::from(scale.unsigned_abs());
    if scale < 0 {
        out.resize(out.len() + scale_digits, b'0');
    } else if scale > 0 {
        let digits = out.len() - start;
        // A digit stands before the point, if only a 0.
        let missing = (scale_digits + 1).saturating_sub(digits);
        out.splice(start..start, std::iter::repeat_n(b'0', missing));
        out.insert(out.len() - scale_digits, b'.');
    }
    if value < 0 {
        out.insert(start, b'-');
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Decimal128Array, DurationSecondArray, Float32Array, Float64Array, Int8Array,
        Time32MillisecondArray, TimestampNanosecondArray, UInt16Array, UInt64Array,
    };

    use super::*;

    fn text(array: impl Array + 'static, format: &str) -> String {
        let array: ArrayRef = Arc::new(array);
        let reading = Reading::of(array.data_type()).unwrap();
        let readable = reading.readable(&array).unwrap();
        let format = match format {
            "" => Format::Plain,
            format => Format::parse(format).unwrap(),
        };
        let mut out = Vec::new();
        Piece::new(&readable, reading, format).write(0, false, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn decimal(value: i128, scale: i8) -> Decimal128Array {
        let array = Decimal128Array::from(vec![value]);
        array.with_precision_and_scale(38, scale).unwrap()
    }

    #[test]
    fn values_of_every_type() {
        for (found, expected) in [
            (text(Int8Array::from(vec![-7]), ""), "-7"),
            (text(Int8Array::from(vec![-7]), "04"), "-007"),
            (text(UInt16Array::from(vec![7]), "04"), "0007"),
            (
                text(UInt64Array::from(vec![u64::MAX]), ""),
                "18446744073709551615",
            ),
            (text(Float32Array::from(vec![0.1]), ""), "0.1"),
            (text(Float64Array::from(vec![2.5]), ".0"), "2"),
            (text(Float64Array::from(vec![-0.005]), ".2"), "-0.01"),
            (
                text(Float64Array::from(vec![1e21]), ""),
                "1000000000000000000000",
            ),
            (text(decimal(-5, 2), ""), "-0.05"),
            (text(decimal(12_345, 2), ""), "123.45"),
            (text(decimal(12, -2), ""), "1200"),
            (text(decimal(12, 0), ""), "12"),
            (text(BooleanArray::from(vec![true]), ""), "true"),
            (text(StringArray::from(vec!["d’Été 2!"]), "word"), "dÉté2"),
            (text(BinaryArray::from(vec![&b"\x00\xfe"[..]]), ""), "00fe"),
            (
                text(Time32MillisecondArray::from(vec![45_000_250]), ""),
                "12:30:00.250",
            ),
            (text(DurationSecondArray::from(vec![90]), ""), "PT90S"),
            (
                text(TimestampNanosecondArray::from(vec![1]), ""),
                "1970-01-01T00:00:00.000000001",
            ),
            (
                text(
                    TimestampNanosecondArray::from(vec![0]).with_timezone("Europe/Paris"),
                    "",
                ),
                "1970-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn formats_that_there_are_not() {
        for format in [
            "", "6", "0", "065", "0+6", ".", ".16", ".-1", "words", "0 6",
        ] {
            assert_eq!(Format::parse(format), None, "{format}");
        }
    }
}
