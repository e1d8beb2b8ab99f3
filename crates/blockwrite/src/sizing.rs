//! What to expect of row groups: their rows, their sizes, and the limits on both.

use std::ops::Range;

use arrow::array::{Array as _, ArrayRef, RecordBatch};
use serde::Serialize;

use crate::drift::Drift;

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
    /// Rows of each row group but the last; where the table drifts, of the average one.
    pub block_rows: u64,
    /// Expected size of such a row group in the file.
    pub group_bytes: u64,
    /// Expected size of such a block in memory, as Arrow arrays, with the heaviest rows that the
    /// samples showed.
    pub arrow_bytes: u64,
    /// The same with average rows.
    #[serde(skip)]
    pub mean_arrow_bytes: u64,
    /// Expected size of a row in the file, footer excluded.
    pub row_bytes: f64,
    /// What each row group adds to the footer.
    pub footer_group_bytes: u64,
    /// Footer and magic bytes of a file without row groups, key-value metadata included.
    pub footer_fixed_bytes: u64,
    /// What kept the groups below the wanted size, if anything did; nothing where the table ends
    /// before the limit does.
    pub limited_by: Option<SizeLimit>,
    /// Where rows grow or shrink along the table: how many make a group at which place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
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

/// Cuts that come to less than this share of a group behind the last whole one are a matter of
/// floating point.
const NO_GROUP: f64 = 1e-6;

impl BlockSizing {
    /// The rows of each row group of a file that holds `rows` of the table.
    pub fn cuts(&self, rows: Range<u64>) -> impl Iterator<Item = Range<u64>> + Send + use<> {
        let (drift, block_rows) = (self.drift.clone(), self.block_rows.max(1));
        let groups = self.row_groups(rows.clone());
        let mut start = rows.start;
        (1..=groups).map_while(move |group| {
            let end = match &drift {
                _ if group == groups => rows.end,
                None => start + block_rows,
                Some(drift) => drift.end(&rows, group as f64),
            };
            let cut = start..end.clamp((start + 1).min(rows.end), rows.end);
            start = cut.end;
            (!cut.is_empty()).then_some(cut)
        })
    }

    /// Row groups of a file that holds `rows` of the table.
    pub fn row_groups(&self, rows: Range<u64>) -> u64 {
        let count = rows.end.saturating_sub(rows.start);
        match &self.drift {
            Some(drift) if count > 0 => {
                let groups = (drift.groups(&rows) - NO_GROUP).ceil() as u64;
                groups.clamp(1, count)
            }
            _ => count.div_ceil(self.block_rows.max(1)),
        }
    }

    /// Expected size of a file that holds `rows` of the table.
    pub fn file_bytes(&self, rows: Range<u64>) -> u64 {
        let count = rows.end.saturating_sub(rows.start);
        let pages = match &self.drift {
            Some(drift) => drift.bytes(&rows).round() as u64,
            None => {
                let block_rows = self.block_rows.max(1);
                let (full, rest) = (count / block_rows, count % block_rows);
                full * self.group_bytes + self.curve.bytes(rest).round() as u64
            }
        };
        pages + self.footer_fixed_bytes + self.row_groups(rows) * self.footer_group_bytes
    }

    /// Rows of a file of the wanted size that begins with the row `first`; at least one.
    pub fn rows_for_file(&self, first: u64, file_bytes: u64) -> u64 {
        if self.drift.is_some() {
            return self.drifting_rows_for_file(first, file_bytes);
        }
        let left = file_bytes.saturating_sub(self.footer_fixed_bytes);
        let group = (self.group_bytes + self.footer_group_bytes).max(1);
        let (full, rest) = (left / group, left % group);
        let rest = rest.saturating_sub(self.footer_group_bytes) as f64;
        let rest = (self.curve.rows(rest).round() as u64).min(self.block_rows);
        full.saturating_mul(self.block_rows)
            .saturating_add(rest)
            .max(1)
    }

    /// More rows are never fewer bytes: a search by halves.
    fn drifting_rows_for_file(&self, first: u64, file_bytes: u64) -> u64 {
        // As many rows as the file has bytes and more no file has.
        let (mut low, mut high) = (1, file_bytes.clamp(1, u64::MAX - first));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.file_bytes(first..first + middle) < file_bytes {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
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
    block.columns().iter().map(column_bytes).sum()
}

/// The same of one column.
pub(crate) fn column_bytes(column: &ArrayRef) -> u64 {
    let data = column.to_data();
    data.get_slice_memory_size()
        .unwrap_or_else(|_| column.get_array_memory_size()) as u64
}
