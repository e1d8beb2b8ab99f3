//! What was written, in the numbers of a report: of one file, or of several together.

use std::time::Duration;

use blockwrite::{RowGroupStats, WriteStats};

/// What was written. Of single row groups nothing is kept but the extremes. Sizes are bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of all files.
    pub rows: u64,
    /// Leaf columns of each.
    pub columns: usize,
    /// Row groups of all files.
    pub row_groups: u64,
    /// The smallest and the largest row group, if there is one.
    pub group_bytes: Option<(u64, u64)>,
    /// Blocks in memory.
    pub arrow_bytes: u64,
    /// Encoded, not compressed.
    pub uncompressed_bytes: u64,
    /// As they lie in the files.
    pub compressed_bytes: u64,
    /// All files, with their footers.
    pub file_bytes: u64,
    /// Core seconds.
    pub encode_time: Duration,
}

impl Written {
    /// One more file.
    pub fn add(&mut self, file: &WriteStats) {
        let sizes = file.row_groups.iter().map(size).chain(
            self.group_bytes
                .into_iter()
                .flat_map(|(least, most)| [least, most]),
        );
        self.group_bytes = sizes.fold(None, |extremes, size| {
            let (least, most) = extremes.unwrap_or((size, size));
            Some((least.min(size), most.max(size)))
        });
        self.rows += file.rows;
        self.columns = file.columns;
        self.row_groups += file.row_groups.len() as u64;
        self.arrow_bytes += file.arrow_bytes;
        self.uncompressed_bytes += file.uncompressed_bytes;
        self.compressed_bytes += file.compressed_bytes;
        self.file_bytes += file.file_bytes;
        self.encode_time += file.encode_time;
    }

    /// Uncompressed over compressed; one where nothing was written.
    pub fn ratio(&self) -> f64 {
        match self.compressed_bytes {
            0 => 1.0,
            compressed => self.uncompressed_bytes as f64 / compressed as f64,
        }
    }
}

fn size(group: &RowGroupStats) -> u64 {
    group.compressed_bytes
}

impl From<&WriteStats> for Written {
    fn from(file: &WriteStats) -> Self {
        let mut written = Self::default();
        written.add(file);
        written
    }
}
