//! Texts that the `fake` crate makes itself, a `String` a value: an allocation, and an order of
//! magnitude slower than pools. For what cannot be put into pools.

use std::fmt;

use crate::random::{Lane, RowRng};
use crate::text::{Lengths, Text, TextBuffer};

pub(super) struct Faked<F> {
    lane: Lane,
    max_bytes: usize,
    make: F,
}

impl<F: Fn(&mut RowRng) -> String> Faked<F> {
    /// No text may have more than `max_bytes`; what is longer is cut there.
    pub(super) fn new(lane: Lane, max_bytes: usize, make: F) -> Self {
        Self {
            lane,
            max_bytes,
            make,
        }
    }
}

impl<F> fmt::Debug for Faked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faked").finish_non_exhaustive()
    }
}

impl<F: Fn(&mut RowRng) -> String + Send + Sync + 'static> Text for Faked<F> {
    fn lengths(&self) -> Lengths {
        Lengths {
            min: 0,
            // Only sizes the first buffer.
            mean: self.max_bytes as f64 / 4.0,
            max: self.max_bytes,
        }
    }

    fn write(&self, row: u64, out: &mut TextBuffer) {
        let text = (self.make)(&mut self.lane.rng(row));
        let end = text.floor_char_boundary(self.max_bytes);
        out.push_str(&text[..end]);
    }
}
