//! The budget that all files of one batch share.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::buffers::Buffers;
use crate::options::UploadOptions;

/// Bytes are counted in units of this many, so that the largest part fits the counter.
const UNIT: u64 = 4 << 10;

/// What a batch may hold at once.
pub(super) struct Budget {
    /// Bytes read and not yet sent, in units.
    bytes: Arc<Semaphore>,
    all: u32,
    /// Multipart uploads. More of them would not be faster: each by itself may use all bytes.
    open: Arc<Semaphore>,
    pub buffers: Buffers,
}

/// A share of a budget, given back on drop.
#[derive(Default)]
pub(crate) struct Room {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub fn new(options: &UploadOptions) -> Self {
        let bytes = (options.parts_in_flight as u64).saturating_mul(options.part_size);
        let all = units(bytes).max(1);
        Self {
            bytes: Arc::new(Semaphore::new(all as usize)),
            all,
            open: Arc::new(Semaphore::new(
                options.parts_in_flight.clamp(1, Semaphore::MAX_PERMITS),
            )),
            buffers: Buffers::new(options.part_size),
        }
    }

    /// Waits for room for so many bytes. What is larger than the whole budget waits for all of it.
    pub async fn room_for(&self, bytes: u64) -> Room {
        let units = units(bytes).min(self.all);
        Room {
            _permit: Arc::clone(&self.bytes).acquire_many_owned(units).await.ok(),
        }
    }

    /// Waits until one more multipart upload may be open.
    pub async fn slot(&self) -> Room {
        Room {
            _permit: Arc::clone(&self.open).acquire_owned().await.ok(),
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn no_more_is_given_than_there_is() {
        let options = UploadOptions {
            part_size: 5 << 20,
            parts_in_flight: 2,
            ..UploadOptions::default()
        };
        let budget = Budget::new(&options);
        let taken = budget.room_for(6 << 20).now_or_never().unwrap();
        let rest = budget.room_for(4 << 20).now_or_never().unwrap();
        assert!(budget.room_for(1).now_or_never().is_none());
        drop(rest);
        assert!(budget.room_for(1).now_or_never().is_some());
        // A part that is larger than the budget goes alone.
        assert!(budget.room_for(1 << 40).now_or_never().is_none());
        drop(taken);
        let all = budget.room_for(1 << 40).now_or_never().unwrap();
        assert!(budget.room_for(1).now_or_never().is_none());
        drop(all);
    }
}
