//! Definition levels of a page: which of its rows are null.

use std::ops::Range;

use arrow::buffer::NullBuffer;

use super::hybrid;

/// Appends the levels of these rows, their length in four bytes first, as data pages of the first
/// version have them. `None` stands for a column that happens to have no nulls.
pub(super) fn write(nulls: Option<&NullBuffer>, rows: Range<usize>, out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    match nulls {
        None => hybrid::repeat(rows.len(), 1, 1, out),
        Some(nulls) => {
            // Bits of an Arrow bitmap lie as the format packs levels of one bit, once the first
            // of them is the first of a byte.
            let valid = nulls.inner().slice(rows.start, rows.len());
            let words = valid.bit_chunks();
            let mut bytes = Vec::with_capacity(rows.len().div_ceil(8) + 8);
            for word in words.iter_padded() {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
            bytes.truncate(rows.len().div_ceil(8));
            hybrid::bits(&bytes, rows.len(), out);
        }
    }
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}
