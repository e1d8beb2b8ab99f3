//! What was written, in numbers that add up.

use std::time::Duration;

use serde::Serialize;

/// Statistics of one row group. All sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowGroupStats {
    /// Rows in the group.
    pub rows: u64,
    /// The block in memory, as Arrow arrays.
    pub arrow_bytes: u64,
    /// Pages with their headers, encoded but not compressed.
    pub uncompressed_bytes: u64,
    /// Pages with their headers as they lie in the file.
    pub compressed_bytes: u64,
    /// Time one core took to encode and compress the block.
    #[serde(rename = "encode_seconds", serialize_with = "seconds")]
    pub encode_time: Duration,
}

/// Statistics of a finished file. All sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriteStats {
    /// Rows in the file.
    pub rows: u64,
    /// Leaf columns in the file.
    pub columns: usize,
    /// Row groups, in the order of the file.
    pub row_groups: Vec<RowGroupStats>,
    /// Sum over the row groups.
    pub arrow_bytes: u64,
    /// Sum over the row groups.
    pub uncompressed_bytes: u64,
    /// Sum over the row groups.
    pub compressed_bytes: u64,
    /// The whole file: row groups, footer and magic bytes.
    pub file_bytes: u64,
    /// Sum over the row groups: core seconds, more than `elapsed` where several cores encoded.
    #[serde(rename = "encode_seconds", serialize_with = "seconds")]
    pub encode_time: Duration,
    /// Wall time from the writer's creation to the end of `finish`.
    #[serde(rename = "elapsed_seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
}

fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

impl RowGroupStats {
    /// Uncompressed over compressed: 2.0 means that compression halves the bytes.
    pub fn ratio(&self) -> f64 {
        ratio(self.uncompressed_bytes, self.compressed_bytes)
    }
}

impl WriteStats {
    /// Uncompressed over compressed: 2.0 means that compression halves the bytes.
    pub fn ratio(&self) -> f64 {
        ratio(self.uncompressed_bytes, self.compressed_bytes)
    }

    pub(crate) fn of(
        row_groups: Vec<RowGroupStats>,
        columns: usize,
        file_bytes: u64,
        elapsed: Duration,
    ) -> Self {
        let sum = |of: fn(&RowGroupStats) -> u64| row_groups.iter().map(of).sum();
        Self {
            rows: sum(|group| group.rows),
            columns,
            arrow_bytes: sum(|group| group.arrow_bytes),
            uncompressed_bytes: sum(|group| group.uncompressed_bytes),
            compressed_bytes: sum(|group| group.compressed_bytes),
            encode_time: row_groups.iter().map(|group| group.encode_time).sum(),
            file_bytes,
            elapsed,
            row_groups,
        }
    }
}

/// One where nothing was written: nothing was saved.
fn ratio(before: u64, after: u64) -> f64 {
    if after == 0 {
        1.0
    } else {
        before as f64 / after as f64
    }
}
