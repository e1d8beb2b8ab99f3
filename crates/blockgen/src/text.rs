//! Columns of text: values are written one behind the other into the array's own buffer.

use std::fmt;
use std::ops::Add;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;

use crate::column::{Block, Column, FillError};
use crate::pool::{Pool, STEP_BYTES};

/// How many bytes a value may take. The shortest lets a hopeless block be refused at once, the
/// mean sizes the buffer, the longest is what must be free before a value is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lengths {
    pub(crate) min: usize,
    pub(crate) mean: f64,
    pub(crate) max: usize,
}

impl Lengths {
    pub(crate) const fn exact(bytes: usize) -> Self {
        Self {
            min: bytes,
            mean: bytes as f64,
            max: bytes,
        }
    }

    /// Either of two texts, equally often.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            mean: f64::midpoint(self.mean, other.mean),
            max: self.max.max(other.max),
        }
    }

    /// One of several texts, each as often as the share beside it says; the sum of shares is 1.
    pub(crate) fn weighted(texts: impl IntoIterator<Item = (Self, f64)>) -> Self {
        let weigh = |(lengths, share): (Self, f64)| Self {
            mean: lengths.mean * share,
            ..lengths
        };
        let merge = |a: Self, b: Self| Self {
            min: a.min.min(b.min),
            mean: a.mean + b.mean,
            max: a.max.max(b.max),
        };
        let merged = texts.into_iter().map(weigh).reduce(merge);
        merged.unwrap_or(Self::exact(0))
    }

    pub(crate) fn times(self, count: usize) -> Self {
        Self {
            min: self.min * count,
            mean: self.mean * count as f64,
            max: self.max * count,
        }
    }
}

/// One text behind another.
impl Add for Lengths {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            min: self.min + other.min,
            mean: self.mean + other.mean,
            max: self.max + other.max,
        }
    }
}

/// A kind whose values are text.
pub(crate) trait Text: fmt::Debug + Send + Sync + 'static {
    /// Bounds that hold for every row.
    fn lengths(&self) -> Lengths;

    /// How many different texts there are at most, where that is known.
    fn distinct(&self) -> Option<u64> {
        None
    }

    /// Appends the value of `row`.
    fn write(&self, row: u64, out: &mut TextBuffer);
}

/// Bytes under construction. The buffer is kept longer than what is in it, so that writes need
/// no growing and may overshoot: what lies past the end is overwritten or cut off.
#[derive(Debug)]
pub(crate) struct TextBuffer {
    bytes: Vec<u8>,
    len: usize,
}

impl TextBuffer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: vec![0; bytes],
            len: 0,
        }
    }

    /// Bytes written so far.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Makes room for a value of at most `bytes`.
    #[inline]
    pub(crate) fn make_room(&mut self, bytes: usize) {
        let needed = self.len + bytes + STEP_BYTES;
        if needed > self.bytes.len() {
            self.grow(needed);
        }
    }

    /// An eighth at a time: the size was estimated, it is missed by little if at all.
    #[cold]
    fn grow(&mut self, needed: usize) {
        let grown = self.bytes.len() + self.bytes.len() / 8;
        self.bytes.resize(grown.max(needed), 0);
    }

    /// Appends a text of a pool.
    #[inline]
    pub(crate) fn push(&mut self, pool: &Pool, index: usize) {
        let (source, len) = pool.get(index);
        self.push_steps(source, len);
    }

    /// Appends `len` bytes of a long text from `start` on.
    #[inline]
    pub(crate) fn push_part(&mut self, text: &[u8], start: usize, len: usize) {
        match text.get(start..start + len + STEP_BYTES) {
            Some(source) => self.push_steps(source, len),
            // So near to its end nothing may be copied past that of the part.
            None => {
                self.bytes[self.len..self.len + len].copy_from_slice(&text[start..start + len]);
                self.len += len;
            }
        }
    }

    /// Appends the first `len` bytes of a text with at least `STEP_BYTES` behind them.
    #[inline]
    fn push_steps(&mut self, source: &[u8], len: usize) {
        let target = &mut self.bytes[self.len..];
        let mut done = 0;
        loop {
            let step = done..done + STEP_BYTES;
            target[step.clone()].copy_from_slice(&source[step]);
            done += STEP_BYTES;
            if done >= len {
                break;
            }
        }
        self.len += len;
    }

    /// Appends the first `len` bytes of `bytes`.
    #[inline]
    pub(crate) fn push_bytes<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        debug_assert!(len <= N, "a value longer than its own array");
        self.bytes[self.len..self.len + N].copy_from_slice(bytes);
        self.len += len;
    }

    /// Appends `text`. A call that copies exactly its bytes: for texts that are made elsewhere.
    #[inline]
    pub(crate) fn push_str(&mut self, text: &str) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text.as_bytes());
        self.len += text.len();
    }

    /// Replaces the last byte written.
    #[inline]
    pub(crate) fn replace_last(&mut self, character: u8) {
        if let Some(last) = self.len.checked_sub(1) {
            self.bytes[last] = character;
        }
    }

    /// What was written since `start`.
    #[inline]
    pub(crate) fn since(&mut self, start: usize) -> &mut [u8] {
        &mut self.bytes[start..self.len]
    }

    fn into_buffer(mut self) -> Buffer {
        self.bytes.truncate(self.len);
        Buffer::from_vec(self.bytes)
    }
}

/// A text kind as a column of `Utf8`.
#[derive(Debug)]
pub(crate) struct TextColumn<T> {
    text: T,
    /// Most bytes one array may hold: its offsets are 32 bits wide.
    max_bytes: usize,
}

impl<T: Text> TextColumn<T> {
    pub(crate) fn new(text: T) -> Self {
        Self {
            text,
            max_bytes: i32::MAX as usize,
        }
    }
}

impl<T: Text> Column for TextColumn<T> {
    fn data_type(&self) -> DataType {
        DataType::Utf8
    }

    fn distinct(&self) -> Option<u64> {
        self.text.distinct()
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let count = block.rows.len();
        let lengths = self.text.lengths();
        if lengths.min.saturating_mul(count) > self.max_bytes {
            return Err(FillError::TextTooLong {
                max_bytes: self.max_bytes,
            });
        }
        // Two per cent above the mean is enough for any block of more than a few hundred rows.
        let expected = (lengths.mean * count as f64 * 1.02) as usize;
        let capacity = expected.min(self.max_bytes) + 2 * lengths.max + STEP_BYTES;
        let mut out = TextBuffer::with_capacity(capacity);
        let mut offsets = Vec::with_capacity(count + 1);
        offsets.push(0i32);
        block.rows.try_each(|row| {
            out.make_room(lengths.max);
            let start = out.len();
            self.text.write(row, &mut out);
            debug_assert!(
                (lengths.min..=lengths.max).contains(&(out.len() - start)),
                "{:?} is not as long as it says",
                self.text
            );
            if out.len() > self.max_bytes {
                return Err(FillError::TextTooLong {
                    max_bytes: self.max_bytes,
                });
            }
            offsets.push(out.len() as i32);
            Ok(())
        })?;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(Arc::new(StringArray::try_new(
            offsets,
            out.into_buffer(),
            None,
        )?))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;
    use crate::rows::Rows;

    /// Row 3 is an outlier: the estimate from the mean is far too small.
    #[derive(Debug)]
    struct Outlier;

    impl Text for Outlier {
        fn lengths(&self) -> Lengths {
            Lengths {
                min: 1,
                mean: 1.0,
                max: 100,
            }
        }

        fn write(&self, row: u64, out: &mut TextBuffer) {
            let len = if row % 8 == 3 { 100 } else { 1 };
            out.push_bytes(&[b'x'; 100], len);
        }
    }

    fn block(count: usize) -> Block<'static> {
        Block::new(Rows::Run { start: 0, count })
    }

    fn lengths(array: &ArrayRef) -> Vec<usize> {
        let texts = array.as_string::<i32>().iter();
        texts.map(|text| text.map_or(0, str::len)).collect()
    }

    #[test]
    fn a_buffer_that_was_estimated_too_small_grows() {
        let array = TextColumn::new(Outlier).fill(&block(800)).unwrap();
        let expected: Vec<_> = (0..800)
            .map(|row| if row % 8 == 3 { 100 } else { 1 })
            .collect();
        assert_eq!(lengths(&array), expected);
    }

    #[test]
    fn an_array_may_be_filled_to_the_last_byte_and_no_further() {
        let column = TextColumn {
            text: Outlier,
            max_bytes: 103,
        };
        assert_eq!(column.fill(&block(4)).unwrap().len(), 4);
        assert!(matches!(
            column.fill(&block(5)),
            Err(FillError::TextTooLong { max_bytes: 103 })
        ));
    }
}
