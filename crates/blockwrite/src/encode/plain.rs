//! Values as the format's encoding PLAIN has them.

use std::ops::Range;

use arrow::array::OffsetSizeTrait;
use arrow::buffer::{BooleanBuffer, ScalarBuffer};
use arrow::datatypes::ArrowNativeType;

use super::scratch::PageBuffer;
use super::values::Strings;

/// A column that can be written so, value by value.
pub(super) trait Plain {
    /// How many bytes these values take.
    fn bytes(&self, values: Range<usize>) -> usize;

    /// How many values from this one on take no more than so many bytes; one if even it takes more.
    fn fitting(&self, from: usize, bytes: usize) -> usize;

    /// These values, where they lie in memory as they are to be written.
    fn as_they_are(&self, values: Range<usize>) -> Option<&[u8]>;

    /// Appends these values.
    fn write(&self, values: Range<usize>, page: &mut PageBuffer);

    /// Bytes of these values without their lengths, if they are of different lengths.
    fn byte_array_bytes(&self, values: Range<usize>) -> Option<i64>;
}

impl<T: ArrowNativeType> Plain for ScalarBuffer<T> {
    fn bytes(&self, values: Range<usize>) -> usize {
        values.len() * size_of::<T>()
    }

    fn fitting(&self, _: usize, bytes: usize) -> usize {
        (bytes / size_of::<T>()).max(1)
    }

    fn as_they_are(&self, values: Range<usize>) -> Option<&[u8]> {
        let width = size_of::<T>();
        let bytes = self.inner().as_slice();
        bytes.get(values.start * width..values.end * width)
    }

    fn write(&self, values: Range<usize>, page: &mut PageBuffer) {
        if let Some(bytes) = self.as_they_are(values) {
            page.extend(bytes);
        }
    }

    fn byte_array_bytes(&self, _: Range<usize>) -> Option<i64> {
        None
    }
}

impl Plain for BooleanBuffer {
    fn bytes(&self, values: Range<usize>) -> usize {
        values.len().div_ceil(8)
    }

    fn fitting(&self, _: usize, bytes: usize) -> usize {
        bytes.saturating_mul(8).max(1)
    }

    fn as_they_are(&self, _: Range<usize>) -> Option<&[u8]> {
        None
    }

    fn write(&self, values: Range<usize>, page: &mut PageBuffer) {
        let bytes = values.len().div_ceil(8);
        let bits = self.slice(values.start, values.len());
        let words = bits.bit_chunks();
        // The last word is filled up with zeros.
        for (at, word) in words.iter_padded().enumerate() {
            let word = word.to_le_bytes();
            page.extend(&word[..bytes.saturating_sub(at * 8).min(8)]);
        }
    }

    fn byte_array_bytes(&self, _: Range<usize>) -> Option<i64> {
        None
    }
}

/// Each string stands behind its length in four bytes.
const LENGTH: usize = 4;

/// Short strings are copied in pieces of this size, whatever is behind them, because a copy of a
/// known length is a single instruction, and a call otherwise.
const PIECE: usize = 16;

impl<O: OffsetSizeTrait> Strings<O> {
    /// How many strings there are.
    pub(super) fn count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Where one begins.
    fn start(&self, at: usize) -> usize {
        self.offsets[at].as_usize()
    }

    /// One after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let data = self.data.as_slice();
        let pairs = self.offsets.windows(2);
        pairs.map(move |pair| &data[pair[0].as_usize()..pair[1].as_usize()])
    }
}

impl<O: OffsetSizeTrait> Plain for Strings<O> {
    fn bytes(&self, values: Range<usize>) -> usize {
        self.start(values.end) - self.start(values.start) + values.len() * LENGTH
    }

    fn fitting(&self, from: usize, bytes: usize) -> usize {
        let start = self.start(from);
        let fits = |(count, end): (usize, &O)| end.as_usize() - start + count * LENGTH <= bytes;
        // The bytes grow with every value, so that the last one that fits is found by halving.
        let ends = &self.offsets[from + 1..];
        let (mut least, mut most) = (0, ends.len());
        while least < most {
            let middle = least + (most - least) / 2;
            if fits((middle + 1, &ends[middle])) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least.max(1)
    }

    fn as_they_are(&self, _: Range<usize>) -> Option<&[u8]> {
        None
    }

    fn write(&self, values: Range<usize>, page: &mut PageBuffer) {
        let mut start = self.start(values.start);
        let bytes = self.bytes(values.clone());
        let data = self.data.as_slice();
        let room = page.room(bytes + 2 * PIECE);
        let mut at = 0;
        for end in &self.offsets[values.start + 1..=values.end] {
            let end = end.as_usize();
            let length = end - start;
            room[at..at + LENGTH].copy_from_slice(&(length as u32).to_le_bytes());
            at += LENGTH;
            copy(data, start, length, &mut room[at..]);
            at += length;
            start = end;
        }
        page.advance(bytes);
    }

    fn byte_array_bytes(&self, values: Range<usize>) -> Option<i64> {
        Some((self.start(values.end) - self.start(values.start)) as i64)
    }
}

/// Copies a string to the front of `to`, which has two pieces more room than it needs.
#[inline]
fn copy(data: &[u8], start: usize, length: usize, to: &mut [u8]) {
    if length <= 2 * PIECE
        && let Some(from) = data.get(start..start + 2 * PIECE)
    {
        to[..PIECE].copy_from_slice(&from[..PIECE]);
        if length > PIECE {
            to[PIECE..2 * PIECE].copy_from_slice(&from[PIECE..]);
        }
        return;
    }
    to[..length].copy_from_slice(&data[start..start + length]);
}
