//! What the buffers of a table hold, and how large the parts of an upload are.

use blockwrite::{BlockSizing, FOOTER_CHUNK_BYTES};

use super::QUEUED_GROUPS;
use super::partitions::Partitions;
use crate::settings::Settings;
use crate::upload_options::upload_options;

/// S3's limit on the parts of one object.
const MAX_PARTS: u64 = 10_000;

/// What S3 takes as a part at the least: each upload that is open holds one that is being filled.
const LEAST_PART_BYTES: u64 = 5 * 1024 * 1024;

/// Parts that are on their way at once where several uploads are open, about.
const PARTS_OF_ALL: u64 = 16;

/// How files are uploaded.
pub(super) struct Uploads {
    /// How many at once.
    pub(super) open: u64,
    pub(super) part_bytes: u64,
    /// Of one of them.
    pub(super) parts_in_flight: usize,
}

impl Uploads {
    /// One after the other, of files of `file_bytes` at most, or all partitions at once.
    pub(super) fn of(
        settings: &Settings,
        partitions: Option<&Partitions>,
        file_bytes: u64,
    ) -> Self {
        let options = upload_options(settings);
        let Some(partitions) = partitions else {
            return Self {
                open: 1,
                part_bytes: part_bytes(file_bytes, options.part_size),
                parts_in_flight: options.parts_in_flight,
            };
        };
        let open = partitions.open().max(1);
        let each = (PARTS_OF_ALL / open).clamp(1, options.parts_in_flight as u64);
        Self {
            open,
            part_bytes: settings.part_size.map_or(LEAST_PART_BYTES, |asked| asked.0),
            parts_in_flight: settings.parts_in_flight.unwrap_or(each as usize),
        }
    }

    /// What they hold at most, of a table of about `table_bytes`: parts that are being filled, and
    /// those on their way.
    fn bytes(&self, table_bytes: Option<u64>) -> u64 {
        let parts = self.open * (self.parts_in_flight as u64 + 1);
        let most = parts.saturating_mul(self.part_bytes);
        match table_bytes {
            // Of one upload a part is held whole, however little there is.
            Some(bytes) if self.open > 1 => most.min(bytes.saturating_mul(2)),
            _ => most,
        }
    }
}

/// What the buffers of a table depend on.
pub(super) struct Buffers<'a> {
    pub(super) sizing: &'a BlockSizing,
    pub(super) threads: usize,
    /// Where files go to S3.
    pub(super) uploads: Option<&'a Uploads>,
    /// Column chunks of which the footers in memory will tell.
    pub(super) footer_chunks: u64,
    /// Rows of partitions that wait, in bytes.
    pub(super) waiting_bytes: Option<u64>,
    /// Expected size of all files, if that is known.
    pub(super) file_bytes: Option<u64>,
}

impl Buffers<'_> {
    /// What they hold at most, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let sizing = self.sizing;
        // A worker holds columns, at most all of a block, and the row group that it makes of them.
        let worker = sizing.arrow_bytes + sizing.group_bytes;
        let queue = sizing.group_bytes * QUEUED_GROUPS as u64;
        // Parts hold the row groups that they lie in: the first and the last one reach beyond them.
        let upload = self.uploads.map_or(0, |uploads| {
            uploads.bytes(self.file_bytes) + 2 * sizing.group_bytes
        });
        let footer = self.footer_chunks.saturating_mul(FOOTER_CHUNK_BYTES);
        // Blocks are taken apart while others are encoded: each is there whole and in pieces.
        let parting = self.waiting_bytes.map_or(0, |waiting| {
            waiting + sizing.arrow_bytes * 2 * self.threads as u64
        });
        worker * self.threads as u64 + queue + upload + footer + parting
    }
}

/// One part size for the whole object: the wanted one, or what keeps a large one within S3's 10,000 parts,
/// with a fifth in reserve for a file that comes out larger than planned.
fn part_bytes(file_bytes: u64, wanted: u64) -> u64 {
    let needed = (file_bytes + file_bytes / 5).div_ceil(MAX_PARTS);
    wanted.max(needed.next_multiple_of(1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_within_the_limits_of_s3() {
        for (file, part) in [(0, 5 << 20), (1 << 30, 5 << 20), (5 << 40, 630 << 20)] {
            assert_eq!(part_bytes(file, 5 << 20), part, "{file}");
        }
        assert_eq!(part_bytes(1 << 30, 5_300_000), 5_300_000);
        // 5 TiB, the largest object, in parts with a fifth in reserve.
        assert!((5_u64 << 40).div_ceil(part_bytes(5 << 40, 5 << 20)) <= MAX_PARTS);
    }
}
