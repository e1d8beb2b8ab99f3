//! Memory for the bytes of row groups, used again and again.
//!
//! A row group of many megabytes that is allocated anew each time comes in pages that the system has
//! to find and clear first, which took a tenth of the processor time of a run over 20 million rows;
//! among the columns of blocks it would tear the allocator's arenas apart.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers that nobody uses are kept up to this number.
const MOST_IDLE: usize = 4;

/// Lends buffers for whole row groups.
#[derive(Default)]
pub(crate) struct GroupBuffers(Arc<Home>);

#[derive(Default)]
struct Home {
    /// Bytes of the last row group: what the next one will have, about.
    last: AtomicUsize,
    idle: Mutex<Vec<Vec<u8>>>,
}

impl Home {
    /// Whether a buffer is neither too small for what is to be expected nor far too large.
    fn fits(&self, capacity: usize) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        (last..=last + last / 4).contains(&capacity)
    }
}

impl GroupBuffers {
    /// An empty buffer, about as large as the row group will be.
    pub(crate) fn lend(&self) -> Vec<u8> {
        let Home { last, idle } = &*self.0;
        let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|buffer| self.0.fits(buffer.capacity()));
        if let Some(buffer) = idle.pop() {
            return buffer;
        }
        drop(idle);
        let last = last.load(Ordering::Relaxed);
        // Row groups differ a little.
        Vec::with_capacity(last + last / 16)
    }

    /// What was written into a buffer, shared by all who have it; the last of them gives the memory
    /// back.
    pub(crate) fn filled(&self, mut buffer: Vec<u8>) -> Bytes {
        self.0.last.store(buffer.len(), Ordering::Relaxed);
        if !self.0.fits(buffer.capacity()) {
            buffer.shrink_to(buffer.len() + buffer.len() / 16);
        }
        Bytes::from_owner(Filled {
            buffer,
            home: Arc::clone(&self.0),
        })
    }
}

struct Filled {
    buffer: Vec<u8>,
    home: Arc<Home>,
}

impl AsRef<[u8]> for Filled {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Filled {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let mut idle = self
            .home
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE && self.home.fits(buffer.capacity()) {
            idle.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(buffers: &GroupBuffers, bytes: usize) -> Bytes {
        let mut buffer = buffers.lend();
        assert!(buffer.is_empty());
        for byte in 0..bytes {
            buffer.push(byte as u8);
        }
        buffers.filled(buffer)
    }

    #[test]
    fn a_buffer_is_used_again_once_nobody_has_it() {
        let buffers = GroupBuffers::default();
        let first = filled(&buffers, 1_000);
        let place = first.as_ptr();
        let part = first.slice(10..20);
        drop(first);
        assert_ne!(
            filled(&buffers, 1_000).as_ptr(),
            place,
            "a part is still there"
        );
        drop(part);
        // The one that was given back last.
        assert_eq!(filled(&buffers, 1_020).as_ptr(), place);
    }

    #[test]
    fn what_does_not_fit_is_not_kept() {
        let buffers = GroupBuffers::default();
        let idle = || buffers.0.idle.lock().unwrap().len();
        let many: Vec<_> = (0..10).map(|_| filled(&buffers, 1_000)).collect();
        drop(many);
        assert_eq!(idle(), MOST_IDLE);
        // A smaller row group comes in memory of its own size, and what is far too large goes.
        drop(filled(&buffers, 10));
        let capacity = buffers.lend().capacity();
        assert!((10..20).contains(&capacity), "{capacity}");
        assert_eq!(idle(), 0);
    }
}
