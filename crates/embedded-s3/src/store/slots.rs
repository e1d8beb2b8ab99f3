//! Parts of equal size go straight to their place in what will be the object, so that completing
//! it copies nothing.
//!
//! Sizes of parts are not known in advance, so this is a guess: the first part of a proper size
//! sets the grid, and part `n` of at most that size gets the slot at `(n - 1) × grid`. A part
//! that does not fit, or comes again, gets a file of its own, and is copied at the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempPath;

use super::completion::MIN_PART_BYTES;
use super::upload::Upload;

/// Which slots of an upload are given away.
#[derive(Debug, Default)]
pub(super) struct Slots {
    grid_bytes: Option<u64>,
    /// Never given twice: a slow writer of a part that failed could still be writing.
    taken: BTreeSet<u16>,
    /// How many are being written now.
    pub(super) writing: usize,
}

impl Slots {
    /// The offset for a part of this size, if it has a slot.
    pub(super) fn claim(&mut self, number: u16, size_bytes: u64) -> Option<u64> {
        if self.grid_bytes.is_none() && size_bytes >= MIN_PART_BYTES {
            self.grid_bytes = Some(size_bytes);
        }
        let grid_bytes = self.grid_bytes?;
        if size_bytes > grid_bytes || !self.taken.insert(number) {
            return None;
        }
        self.writing += 1;
        Some(u64::from(number - 1) * grid_bytes)
    }

    /// Notes a part that an earlier process left in a slot.
    pub(super) fn restore(&mut self, number: u16, offset: u64, size_bytes: u64) {
        self.taken.insert(number);
        match offset.checked_div(u64::from(number - 1)) {
            Some(grid_bytes) => self.grid_bytes = Some(grid_bytes),
            // Of part 1 alone the grid cannot be told; one of its size overlaps nothing.
            None => self.grid_bytes = self.grid_bytes.or(Some(size_bytes)),
        }
    }
}

/// Where a part that is arriving goes.
#[derive(Debug)]
pub(crate) enum PartPlace {
    /// A file of its own.
    Own(TempPath),
    /// Its slot.
    Slot(SlotClaim),
}

impl AsRef<Path> for PartPlace {
    fn as_ref(&self) -> &Path {
        match self {
            Self::Own(path) => path,
            Self::Slot(claim) => &claim.data,
        }
    }
}

/// A slot that is being written. Moves with the thread that writes, so that it is open for as
/// long as bytes may still fall into it.
#[derive(Debug)]
pub(crate) struct SlotClaim {
    pub(super) upload: Arc<Upload>,
    /// The file that the slot is in.
    pub(super) data: PathBuf,
    pub(super) offset: u64,
    pub(super) landed: bool,
}

impl Drop for SlotClaim {
    fn drop(&mut self) {
        if !self.landed {
            self.upload.state().slots.writing -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_do_not_overlap_and_are_given_once() {
        let mut slots = Slots::default();
        assert_eq!(slots.claim(9, 10), None, "too small to set the grid");
        assert_eq!(slots.claim(2, MIN_PART_BYTES), Some(MIN_PART_BYTES));
        assert_eq!(
            slots.claim(1, MIN_PART_BYTES + 1),
            None,
            "too large for the grid"
        );
        assert_eq!(slots.claim(1, MIN_PART_BYTES), Some(0));
        assert_eq!(slots.claim(1, MIN_PART_BYTES), None, "given before");
        assert_eq!(slots.claim(3, 10), Some(2 * MIN_PART_BYTES));
        assert_eq!(slots.writing, 3);
    }

    #[test]
    fn the_grid_is_restored() {
        for parts in [
            &[(1, 0, 7)][..],
            &[(1, 0, 5), (3, 14, 7)],
            &[(3, 14, 7), (1, 0, 5)],
        ] {
            let mut slots = Slots::default();
            for (number, offset, size) in parts {
                slots.restore(*number, *offset, *size);
            }
            assert_eq!(slots.claim(2, 7), Some(7), "{parts:?}");
            assert_eq!(slots.claim(1, 7), None);
        }
    }
}
