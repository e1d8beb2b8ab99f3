//! What the buffers of a table hold, and how large the parts of an upload are.

use blockwrite::{BlockSizing, FOOTER_CHUNK_BYTES};

use super::QUEUED_GROUPS;
use super::partitions::Partitions;
use crate::settings::Settings;
use crate::upload_options::upload_options;

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
                part_bytes: options.part_size_of(file_bytes),
                parts_in_flight: options.parts_in_flight,
            };
        };
        let open = partitions.open().max(1);
        let each = (PARTS_OF_ALL / open).clamp(1, options.parts_in_flight as u64);
        Self {
            open,
            part_bytes: options.part_size,
            parts_in_flight: settings.parts_in_flight.unwrap_or(each as usize),
        }
    }

    /// What they hold at most, of a table of about `table_bytes`: parts that are being filled, those
    /// on their way, and what reaches beyond them of the row groups that they begin and end in.
    fn bytes(&self, table_bytes: Option<u64>, group_bytes: u64) -> u64 {
        let parts = (self.parts_in_flight as u64 + 1).saturating_mul(self.part_bytes);
        let most = self.open.saturating_mul(parts + 2 * group_bytes);
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
        let upload = self.uploads.map_or(0, |uploads| {
            uploads.bytes(self.file_bytes, sizing.group_bytes)
        });
        let footer = self.footer_chunks.saturating_mul(FOOTER_CHUNK_BYTES);
        // Blocks are taken apart while others are encoded: each is there whole and in pieces.
        let parting = self.waiting_bytes.map_or(0, |waiting| {
            waiting + sizing.arrow_bytes * 2 * self.threads as u64
        });
        worker * self.threads as u64 + queue + upload + footer + parting
    }
}
