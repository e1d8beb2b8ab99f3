//! Memory that is used again, page after page and block after block.

use std::sync::{Mutex, PoisonError};

use super::codec::Codecs;
use super::dictionary::Dictionary;

/// What one thread needs while it encodes a block.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(super) page: PageBuffer,
    pub(super) packed: PageBuffer,
    pub(super) levels: Vec<u8>,
    pub(super) codecs: Codecs,
    pub(super) dictionary: Dictionary,
}

impl Scratch {
    /// Whether it is worth being kept: what a column of giant strings once needed is not.
    fn is_small(&self) -> bool {
        let pages = self.page.bytes.len() + self.packed.bytes.len() + self.levels.capacity();
        pages + self.dictionary.memory() <= KEPT_BYTES
    }
}

/// A page of the default size before and after compression comes to 3 MiB, a large dictionary with
/// the indices of a few hundred thousand rows to 8 MiB.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// Scratches that no thread uses at present: as many as threads that have encoded at once.
#[derive(Default)]
pub(crate) struct ScratchPool(Mutex<Vec<Scratch>>);

impl ScratchPool {
    /// Does `work` with a scratch of its own.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        // A panic elsewhere leaves at worst a scratch too few.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = lock().pop().unwrap_or_default();
        let result = work(&mut scratch);
        if scratch.is_small() {
            lock().push(scratch);
        }
        result
    }
}

/// Bytes that grow and are forgotten, without being cleared for each use.
#[derive(Default)]
pub(super) struct PageBuffer {
    bytes: Vec<u8>,
    used: usize,
}

impl PageBuffer {
    /// Forgets what is in it.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// What is in it.
    pub(super) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }

    /// Room for `most` bytes behind what is in it, filled with whatever was there; how many of them
    /// belong to it [`advance`](Self::advance) says.
    pub(super) fn room(&mut self, most: usize) -> &mut [u8] {
        let end = self.used + most;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.used..end]
    }

    /// Takes in so many bytes of the room.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.bytes.len());
    }

    /// Adds a few bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.advance(bytes.len());
    }
}
