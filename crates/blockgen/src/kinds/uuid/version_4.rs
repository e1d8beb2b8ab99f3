//! Random UUIDs.

use super::{LENGTH, write};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

#[derive(Debug)]
pub(super) struct Version4 {
    high: Lane,
    low: Lane,
}

impl Version4 {
    pub(super) fn new(key: Key) -> Self {
        Self {
            high: key.lane(0),
            low: key.lane(1),
        }
    }
}

impl Text for Version4 {
    fn lengths(&self) -> Lengths {
        Lengths::exact(LENGTH)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        write(4, self.high.bits(row), self.low.bits(row), out);
    }
}
