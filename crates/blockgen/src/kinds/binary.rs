//! `binary`: random bytes.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, FixedSizeBinaryArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::Lane;
use crate::rows::Rows;
use crate::scope::Scope;

/// Options of [`ColumnKind::Binary`](crate::ColumnKind::Binary).
///
/// Lengths of values are given as `bytes`, or as `min_bytes` and `max_bytes`; without either,
/// values have 16 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BinaryOptions {
    /// The length of every value, 0 to 2,147,483,647.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
    /// The shortest length; 0 if only `max_bytes` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_bytes: Option<u32>,
    /// The longest length, which is as frequent as any other; up to 2,147,483,647.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
    /// Whether the type is `FixedSizeBinary`: for values of one length, 1 or more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed: bool,
}

const DEFAULT_BYTES: u32 = 16;

/// Most bytes of one array: the offsets of `Binary` are 32 bits wide.
const MAX_BYTES: usize = i32::MAX as usize;

/// Bytes that one draw makes.
const WORD: usize = size_of::<u64>();

#[derive(Debug)]
pub(super) struct Binary {
    lengths: Lane,
    words: Lane,
    min: usize,
    /// How many lengths there are from `min` on.
    span: u64,
    /// Draws for the longest value. Those of different rows do not overlap.
    words_per_row: u64,
    fixed: bool,
}

impl Binary {
    pub(super) fn new(options: &BinaryOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let (min, max) = range(options, scope)?;
        let key = scope.key();
        Ok(Self {
            lengths: key.lane(0),
            words: key.lane(1),
            min: min as usize,
            span: u64::from(max - min) + 1,
            words_per_row: u64::from(max).div_ceil(WORD as u64),
            fixed: options.fixed,
        })
    }

    #[inline]
    fn length(&self, row: u64) -> usize {
        self.min + self.lengths.draws(row).below(self.span) as usize
    }

    /// Where each value ends, if all fit into one array.
    fn offsets(&self, rows: Rows<'_>) -> Result<Vec<i32>, FillError> {
        let too_long = || FillError::BytesTooLong {
            max_bytes: MAX_BYTES,
        };
        if self.min.saturating_mul(rows.len()) > MAX_BYTES {
            return Err(too_long());
        }
        let mut end = 0;
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        rows.try_each(|row| {
            end += self.length(row);
            if end > MAX_BYTES {
                return Err(too_long());
            }
            offsets.push(end as i32);
            Ok(())
        })?;
        Ok(offsets)
    }

    /// The bytes of all rows, one value behind the other.
    fn bytes(&self, rows: Rows<'_>, offsets: &[i32]) -> Buffer {
        let end = offsets.last().map_or(0, |end| *end as usize);
        // Whole words are written, the last of a value into the place of the next.
        let mut bytes = vec![0; end + WORD];
        let mut ends = offsets.iter().map(|offset| *offset as usize);
        let mut at = ends.next().unwrap_or(0);
        let mut fill = |row: u64, end: usize| {
            let mut number = row.wrapping_mul(self.words_per_row);
            while at < end {
                let word = self.words.bits(number).to_le_bytes();
                bytes[at..at + WORD].copy_from_slice(&word);
                number = number.wrapping_add(1);
                at += WORD;
            }
            at = end;
        };
        match rows {
            Rows::Run { start, .. } => (start..).zip(ends).for_each(|(row, end)| fill(row, end)),
            Rows::Picked(rows) => rows.iter().zip(ends).for_each(|(row, end)| fill(*row, end)),
        }
        bytes.truncate(end);
        Buffer::from_vec(bytes)
    }
}

/// The shortest and the longest length.
fn range(options: &BinaryOptions, scope: &Scope<'_>) -> Result<(u32, u32), Rejected> {
    let &BinaryOptions {
        bytes,
        min_bytes,
        max_bytes,
        fixed,
    } = options;
    let mut rejected = false;
    for (option, found) in [
        ("bytes", bytes),
        ("min_bytes", min_bytes),
        ("max_bytes", max_bytes),
    ] {
        if let Some(found) = found.filter(|found| *found as usize > MAX_BYTES) {
            scope.invalid(option, found, format!("0 to {MAX_BYTES}"));
            rejected = true;
        }
    }
    if bytes.is_some() {
        for (option, found) in [("min_bytes", min_bytes), ("max_bytes", max_bytes)] {
            if let Some(found) = found {
                scope.invalid(option, found, "nothing where bytes is given");
                rejected = true;
            }
        }
    }
    let (min, max) = match (bytes, min_bytes, max_bytes) {
        (Some(bytes), ..) => (bytes, bytes),
        (None, min, Some(max)) => (min.unwrap_or(0), max),
        (None, None, None) => (DEFAULT_BYTES, DEFAULT_BYTES),
        (None, Some(_), None) => {
            return Err(scope.invalid("max_bytes", "not given", "min_bytes or more"));
        }
    };
    if max < min {
        scope.invalid("max_bytes", max, format!("min_bytes ({min}) or more"));
        rejected = true;
    } else if fixed && (min < max || min == 0) {
        scope.invalid(
            "fixed",
            fixed,
            "false, unless all values have one length, 1 byte or more",
        );
        rejected = true;
    }
    if rejected {
        Err(Rejected)
    } else {
        Ok((min, max))
    }
}

impl Column for Binary {
    fn data_type(&self) -> DataType {
        if self.fixed {
            DataType::FixedSizeBinary(self.min as i32)
        } else {
            DataType::Binary
        }
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let offsets = self.offsets(block.rows)?;
        let bytes = self.bytes(block.rows, &offsets);
        if self.fixed {
            let size = self.min as i32;
            return Ok(Arc::new(FixedSizeBinaryArray::try_new(size, bytes, None)?));
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(Arc::new(BinaryArray::try_new(offsets, bytes, None)?))
    }
}
