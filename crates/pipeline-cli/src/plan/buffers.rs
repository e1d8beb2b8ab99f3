//! What the buffers of a table hold, and how large the parts of an upload are.

use blockwrite::BlockSizing;

use super::{PARTS_IN_FLIGHT, QUEUED_GROUPS};

/// Smaller parts would only cost more requests.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// S3's limit on the parts of one object.
const MAX_PARTS: u64 = 10_000;

/// The footer is kept in memory until the end, as structures several times its size in the file:
/// about so much for each column chunk.
const FOOTER_CHUNK_MEMORY: u64 = 600;

/// What the buffers of a table depend on.
pub(super) struct Buffers<'a> {
    pub(super) sizing: &'a BlockSizing,
    pub(super) threads: usize,
    pub(super) part_bytes: u64,
    pub(super) to_s3: bool,
    /// Column chunks of which the footer will tell.
    pub(super) footer_chunks: u64,
}

impl Buffers<'_> {
    /// What they hold at most, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let sizing = self.sizing;
        // A worker holds a block, its pages before compression, and the encoded group; a group
        // is copied once when it is spliced.
        let worker = sizing.arrow_bytes * 2 + sizing.group_bytes;
        let queue = sizing.group_bytes * (QUEUED_GROUPS as u64 + 2);
        let upload = match self.to_s3 {
            true => self.part_bytes * (PARTS_IN_FLIGHT as u64 + 1),
            false => 0,
        };
        let footer = self.footer_chunks * FOOTER_CHUNK_MEMORY;
        worker * self.threads as u64 + queue + upload + footer
    }
}

/// One part size for the whole object: ours, or what keeps a large one within S3's 10,000 parts,
/// with a fifth in reserve for a file that comes out larger than planned.
pub(super) fn part_bytes(file_bytes: u64) -> u64 {
    let needed = (file_bytes + file_bytes / 5).div_ceil(MAX_PARTS);
    needed.max(PART_BYTES).next_multiple_of(1024 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_within_the_limits_of_s3() {
        for (file, part) in [(0, 8 << 20), (1 << 30, 8 << 20), (5 << 40, 630 << 20)] {
            assert_eq!(part_bytes(file), part, "{file}");
        }
        // 5 TiB, the largest object, in parts with a fifth in reserve.
        assert!((5_u64 << 40).div_ceil(part_bytes(5 << 40)) <= MAX_PARTS);
    }
}
