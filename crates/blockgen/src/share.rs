//! A share of rows, each drawn by itself.

use crate::random::Lane;

/// As many steps as a float resolves between 0 and 1: 2^53.
const STEPS: u64 = 1 << f64::MANTISSA_DIGITS;

/// Some of all rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    lane: Lane,
    /// Draws of `0..STEPS` below this are taken.
    threshold: u64,
}

impl Share {
    /// `share` is 0 to 1.
    pub(crate) fn new(lane: Lane, share: f64) -> Self {
        Self {
            lane,
            threshold: (share * STEPS as f64) as u64,
        }
    }

    /// Whether a row is one of them.
    #[inline]
    pub(crate) fn takes(&self, row: u64) -> bool {
        self.lane.draws(row).below(STEPS) < self.threshold
    }
}
