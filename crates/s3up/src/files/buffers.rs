//! Memory for parts, used again and again.
//!
//! An allocator keeps for each thread what it once held there, and parts are read on whichever
//! thread is free: allocated anew each time, they came to more than twice the memory in use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Lends buffers of one size. Clones lend the same ones.
#[derive(Clone)]
pub(crate) struct Buffers {
    size: usize,
    idle: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// A buffer, given back on drop.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    home: Buffers,
}

impl Buffers {
    /// Lends buffers for parts of this many bytes.
    pub fn new(part_size: u64) -> Self {
        Self {
            // What does not fit the address space fails where it is allocated.
            size: usize::try_from(part_size).unwrap_or(usize::MAX),
            idle: Arc::default(),
        }
    }

    /// A buffer of `len` bytes, whatever they are.
    pub(super) fn lend(&self, len: usize) -> Buffer {
        // The lock is not held while memory is allocated or freed.
        let idle = self.idle().pop();
        let bytes = match idle {
            Some(mut bytes) if self.fits(len) => {
                bytes.resize(len, 0);
                bytes
            }
            // It makes room for what it does not fit.
            idle => {
                drop(idle);
                let mut bytes = vec![0; if self.fits(len) { self.size } else { len }];
                bytes.truncate(len);
                bytes
            }
        };
        Buffer {
            bytes,
            home: self.clone(),
        }
    }

    /// Whether so many bytes fill at least half of one; fewer would waste what was counted.
    fn fits(&self, len: usize) -> bool {
        (self.size.div_ceil(2)..=self.size).contains(&len)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    pub fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The bytes, shared by all who send them; the last gives the buffer back.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.capacity() == self.home.size {
            self.home.idle().push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_once_nobody_has_it() {
        let buffers = Buffers::new(1_000);
        let first = buffers.lend(1_000).freeze();
        let place = first.as_ptr();
        let again = first.clone();
        assert_ne!(buffers.lend(1_000).as_ref().as_ptr(), place);
        drop((first, again));
        // The last part of a file is shorter.
        let last = buffers.lend(600);
        assert_eq!((last.as_ref().as_ptr(), last.as_ref().len()), (place, 600));
        drop(last);
        assert_eq!(buffers.lend(1_000).as_ref().len(), 1_000);
    }

    #[test]
    fn no_more_is_kept_than_was_lent_at_once() {
        let buffers = Buffers::new(1_000);
        for _ in 0..3 {
            drop([buffers.lend(1_000), buffers.lend(900)]);
        }
        assert_eq!(buffers.idle().len(), 2);
        // What has another size takes the place of one, and is not kept.
        drop([buffers.lend(10), buffers.lend(5_000)]);
        assert_eq!(buffers.idle().len(), 0);
    }
}
