//! A share of the calls fails, as on a bad network: for measuring what that costs a client.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Call, Fault, Faults};
use crate::operation::Operation;

/// The connection is cut behind so many bytes of a body: enough that a client is in the middle.
const CUT_AFTER_BYTES: u64 = 1 << 20;

/// Fails a share of the calls of one operation.
///
/// Which of them is drawn from a seed, by their order of arrival. One third each is answered
/// `SlowDown` and `InternalError` once its body has been read, and cut in mid-body.
///
/// ```
/// use embedded_s3::{FaultShare, Operation};
///
/// let one_in_ten = FaultShare::of(Operation::UploadPart, 0.1, 7);
/// ```
#[derive(Debug)]
pub struct FaultShare {
    operation: Operation,
    share: f64,
    seed: u64,
    calls: AtomicU64,
    failed: AtomicU64,
}

impl FaultShare {
    /// Fails this share of the calls, from 0 for none to 1 for all.
    #[must_use]
    pub fn of(operation: Operation, share: f64, seed: u64) -> Self {
        Self {
            operation,
            share,
            seed,
            calls: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }
}

impl Faults for FaultShare {
    fn next(&self, call: &Call<'_>) -> Option<Fault> {
        if call.operation != self.operation {
            return None;
        }
        let place = self.calls.fetch_add(1, Ordering::Relaxed);
        if draw(self.seed, place) >= self.share {
            return None;
        }
        Some(match self.failed.fetch_add(1, Ordering::Relaxed) % 3 {
            0 => Fault::slow_down(),
            1 => Fault::internal_error(),
            _ => Fault::CutRequest {
                after_bytes: CUT_AFTER_BYTES,
            },
        })
    }
}

/// A number from 0 to 1, always the same for these two: SplitMix64 of
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), at any place.
fn draw(seed: u64, place: u64) -> f64 {
    let mut z = seed.wrapping_add(place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    // The upper 53 bits are as many as a float holds.
    (z >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(operation: Operation, share: f64, seed: u64) -> Vec<u64> {
        let faults = FaultShare::of(Operation::UploadPart, share, seed);
        let call = Call {
            operation,
            bucket: None,
            key: None,
            part_number: None,
        };
        (0..10_000)
            .filter(|_| faults.next(&call).is_some())
            .collect()
    }

    #[test]
    fn the_share_holds_and_the_seed_decides_who_is_in_it() {
        let tenth = failed(Operation::UploadPart, 0.1, 1);
        assert!((900..1_100).contains(&tenth.len()), "{}", tenth.len());
        assert_eq!(tenth, failed(Operation::UploadPart, 0.1, 1));
        assert_ne!(tenth, failed(Operation::UploadPart, 0.1, 2));
        assert_eq!(failed(Operation::UploadPart, 1.0, 1).len(), 10_000);
        assert_eq!(failed(Operation::UploadPart, 0.0, 1).len(), 0);
        assert_eq!(failed(Operation::PutObject, 1.0, 1).len(), 0);
    }
}
