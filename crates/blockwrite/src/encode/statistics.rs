//! Minima and maxima of a chunk, in one pass over its values.

use arrow::array::OffsetSizeTrait;
use arrow::buffer::BooleanBuffer;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::file::statistics::{Statistics, ValueStatistics};

use super::leaf::DirectLeaf;
use super::truncation;
use super::values::{Strings, Values};

/// The lowest and the highest of something.
pub(super) type Extremes<T> = Option<(T, T)>;

impl DirectLeaf {
    /// What the footer says of a chunk of these values and so many nulls.
    pub(super) fn statistics_of(&self, values: &Values, nulls: usize) -> Statistics {
        match values {
            Values::Int32(values) => self.plain_statistics(lowest_and_highest(values), nulls),
            Values::Uint32(values) => {
                let extremes = lowest_and_highest(values);
                // The bits are kept, whatever they mean with a sign.
                let extremes = extremes.map(|(low, high)| (low as i32, high as i32));
                self.plain_statistics(extremes, nulls)
            }
            Values::Int64(values) => self.plain_statistics(lowest_and_highest(values), nulls),
            Values::Uint64(values) => {
                let extremes = lowest_and_highest(values);
                let extremes = extremes.map(|(low, high)| (low as i64, high as i64));
                self.plain_statistics(extremes, nulls)
            }
            Values::Float(values) => {
                let (low, high) = numbers_of(values, f32::INFINITY, f32::NEG_INFINITY);
                let signed = |value: f32, zero: f32| if value == 0.0 { zero } else { value };
                let extremes = (low <= high).then(|| (signed(low, -0.0), signed(high, 0.0)));
                self.plain_statistics(extremes, nulls)
            }
            Values::Double(values) => {
                let (low, high) = numbers_of(values, f64::INFINITY, f64::NEG_INFINITY);
                let signed = |value: f64, zero: f64| if value == 0.0 { zero } else { value };
                let extremes = (low <= high).then(|| (signed(low, -0.0), signed(high, 0.0)));
                self.plain_statistics(extremes, nulls)
            }
            Values::Boolean(values) => self.plain_statistics(booleans(values), nulls),
            Values::Bytes(values) => self.string_statistics(strings(values), nulls),
            Values::LargeBytes(values) => self.string_statistics(strings(values), nulls),
        }
    }

    fn plain_statistics<T>(&self, extremes: Extremes<T>, nulls: usize) -> Statistics
    where
        Statistics: From<ValueStatistics<T>>,
    {
        let (low, high) = extremes.unzip();
        ValueStatistics::new(low, high, None, Some(nulls as u64), false)
            .with_backwards_compatible_min_max(self.descr.sort_order().is_signed())
            .into()
    }

    /// Statistics of strings, cut if they are long.
    pub(super) fn string_statistics(&self, extremes: Extremes<&[u8]>, nulls: usize) -> Statistics {
        let signed = self.descr.sort_order().is_signed();
        let nulls = Some(nulls as u64);
        let Some((low, high)) = extremes else {
            let none = ValueStatistics::new(None, None, None, nulls, false);
            return Statistics::ByteArray(none.with_backwards_compatible_min_max(signed));
        };
        let utf8 = self.descr.logical_type_ref() == Some(&LogicalType::String)
            || self.descr.converted_type() == ConvertedType::UTF8;
        let (low, low_cut) = truncation::lower(low, self.statistics_bytes, utf8);
        let (high, high_cut) = truncation::upper(high, self.statistics_bytes, utf8);
        let cut = ValueStatistics::new(Some(low.into()), Some(high.into()), None, nulls, signed);
        Statistics::ByteArray(cut.with_max_is_exact(!high_cut).with_min_is_exact(!low_cut))
    }
}

fn lowest_and_highest<T: Copy + Ord>(values: &[T]) -> Extremes<T> {
    let first = *values.first()?;
    let found = values.iter().fold((first, first), |(low, high), value| {
        (low.min(*value), high.max(*value))
    });
    Some(found)
}

/// Comparisons with what is no number are false, so that it is passed over.
fn numbers_of<T: Copy + PartialOrd>(values: &[T], highest: T, lowest: T) -> (T, T) {
    let found = (highest, lowest);
    values.iter().fold(found, |(low, high), value| {
        (
            if *value < low { *value } else { low },
            if *value > high { *value } else { high },
        )
    })
}

fn booleans(values: &BooleanBuffer) -> Extremes<bool> {
    (!values.is_empty()).then(|| (!values.has_false(), values.has_true()))
}

/// The lowest and the highest string by their bytes. Most are told apart by their first eight bytes,
/// compared as one number.
fn strings<O: OffsetSizeTrait>(values: &Strings<O>) -> Extremes<&[u8]> {
    let data = values.data.as_slice();
    let mut pairs = values.offsets.windows(2);
    let [first, end] = pairs.next()? else {
        return None;
    };
    let (first, end) = (first.as_usize(), end.as_usize());
    let mut low = &data[first..end];
    let mut high = low;
    let mut low_front = front(data, first, end);
    let mut high_front = low_front;
    for pair in pairs {
        let (start, end) = (pair[0].as_usize(), pair[1].as_usize());
        let this = front(data, start, end);
        if this <= low_front && (this < low_front || data[start..end] < *low) {
            (low, low_front) = (&data[start..end], this);
        }
        if this >= high_front && (this > high_front || data[start..end] > *high) {
            (high, high_front) = (&data[start..end], this);
        }
    }
    Some((low, high))
}

/// The first eight bytes as a number, zeros behind a shorter string: it never sorts against the
/// order of the strings themselves.
#[inline]
fn front(data: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    if let Some(Ok(eight)) = data.get(start..start + 8).map(<[u8; 8]>::try_from) {
        let number = u64::from_be_bytes(eight);
        return if length < 8 {
            number & !(u64::MAX >> (8 * length))
        } else {
            number
        };
    }
    let mut eight = [0; 8];
    let some = length.min(8);
    eight[..some].copy_from_slice(&data[start..start + some]);
    u64::from_be_bytes(eight)
}
