//! What to expect of row groups: their rows, their sizes, and the limits on both.

use arrow::array::{Array as _, RecordBatch};
use serde::Serialize;

/// A row group holds at most so many rows, whatever size was wanted: readers (and the parallel
/// plans of Spark and DuckDB) expect groups of this order.
pub const MAX_ROW_GROUP_ROWS: u64 = 1_048_576;

/// A row group holds at most about so much Arrow data, whatever size was wanted: it bounds the
/// memory of whoever encodes or decodes it. 64 MiB. Held by rows of the heaviest sample; a block
/// whose rows are heavier than those of every sample exceeds it.
pub const MAX_ROW_GROUP_ARROW_BYTES: u64 = 64 * 1024 * 1024;

/// A limit that made row groups smaller than was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeLimit {
    /// [`MAX_ROW_GROUP_ROWS`].
    Rows,
    /// [`MAX_ROW_GROUP_ARROW_BYTES`].
    ArrowBytes,
}

/// The outcome of [`Sizer::solve`](crate::Sizer::solve): rows a group, and what sizes to expect.
/// Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockSizing {
    /// Rows of each row group but the last.
    pub block_rows: u64,
    /// Expected size of such a row group in the file.
    pub group_bytes: u64,
    /// Expected size of such a block in memory, as Arrow arrays, with the heaviest rows that the
    /// samples showed.
    pub arrow_bytes: u64,
    /// Expected size of a row in the file, footer excluded.
    pub row_bytes: f64,
    /// What each row group adds to the footer.
    pub footer_group_bytes: u64,
    /// Footer and magic bytes of a file without row groups, key-value metadata included.
    pub footer_fixed_bytes: u64,
    /// What kept the groups below the wanted size, if anything did; nothing where the table ends
    /// before the limit does.
    pub limited_by: Option<SizeLimit>,
    /// Size of a group with fewer rows than the others.
    #[serde(skip)]
    pub(crate) curve: SizeCurve,
}

/// Size of a group by its rows, near a measured point.
///
/// A power law: dictionaries make small groups dearer a row than large ones, so that half the
/// rows are more than half the bytes, and no rows are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SizeCurve {
    rows: f64,
    bytes: f64,
    exponent: f64,
}

impl SizeCurve {
    /// The curve through the size of a group of `rows`, and of one with half as many.
    pub(crate) fn through(rows: u64, size: impl Fn(u64) -> f64) -> Self {
        let rows = rows.max(1);
        let half = (rows / 2).max(1);
        let (bytes, half_bytes) = (size(rows).max(1.0), size(half).max(1.0));
        let exponent = if half == rows {
            1.0
        } else {
            (bytes / half_bytes).ln() / (rows as f64 / half as f64).ln()
        };
        Self {
            rows: rows as f64,
            bytes,
            exponent: exponent.clamp(0.1, 1.5),
        }
    }

    fn bytes(&self, rows: u64) -> f64 {
        self.bytes * (rows as f64 / self.rows).powf(self.exponent)
    }

    fn rows(&self, bytes: f64) -> f64 {
        self.rows * (bytes.max(0.0) / self.bytes).powf(1.0 / self.exponent)
    }
}

impl BlockSizing {
    /// Row groups of a file of so many rows.
    pub fn row_groups(&self, rows: u64) -> u64 {
        rows.div_ceil(self.block_rows)
    }

    /// Expected size of a file of so many rows.
    pub fn file_bytes(&self, rows: u64) -> u64 {
        let (full, rest) = (rows / self.block_rows, rows % self.block_rows);
        let pages = full * self.group_bytes + self.curve.bytes(rest).round() as u64;
        pages + self.footer_fixed_bytes + self.row_groups(rows) * self.footer_group_bytes
    }

    /// Rows of a file of the wanted size; at least one.
    pub fn rows_for_file(&self, file_bytes: u64) -> u64 {
        let left = file_bytes.saturating_sub(self.footer_fixed_bytes);
        let group = (self.group_bytes + self.footer_group_bytes).max(1);
        let (full, rest) = (left / group, left % group);
        let rest = rest.saturating_sub(self.footer_group_bytes) as f64;
        let rest = (self.curve.rows(rest).round() as u64).min(self.block_rows);
        full.saturating_mul(self.block_rows)
            .saturating_add(rest)
            .max(1)
    }
}

/// The most rows a group may have, and which limit says so.
pub(crate) fn most_rows(arrow_row_bytes: f64) -> (u64, SizeLimit) {
    let by_bytes = (MAX_ROW_GROUP_ARROW_BYTES as f64 / arrow_row_bytes.max(1e-9)) as u64;
    if by_bytes < MAX_ROW_GROUP_ROWS {
        (by_bytes.max(1), SizeLimit::ArrowBytes)
    } else {
        (MAX_ROW_GROUP_ROWS, SizeLimit::Rows)
    }
}

/// Bytes of a block's values, offsets and validity, without spare capacity.
pub(crate) fn arrow_bytes(block: &RecordBatch) -> u64 {
    block
        .columns()
        .iter()
        .map(|column| {
            let data = column.to_data();
            data.get_slice_memory_size()
                .unwrap_or_else(|_| column.get_array_memory_size()) as u64
        })
        .sum()
}
