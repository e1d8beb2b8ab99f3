//! `uuid`: random UUIDs.

use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

const LENGTH: usize = 36;

/// Where the 16 bytes stand in the text, two digits each.
const POSITIONS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The two digits of every byte.
static DIGITS: [[u8; 2]; 256] = {
    let hex = b"0123456789abcdef";
    let mut digits = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        digits[byte] = [hex[byte >> 4], hex[byte & 15]];
        byte += 1;
    }
    digits
};

#[derive(Debug)]
pub(super) struct Uuid {
    high: Lane,
    low: Lane,
}

impl Uuid {
    pub(super) fn new(key: Key) -> Self {
        Self {
            high: key.lane(0),
            low: key.lane(1),
        }
    }
}

impl Text for Uuid {
    fn lengths(&self) -> Lengths {
        Lengths::exact(LENGTH)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.high.bits(row).to_be_bytes());
        bytes[8..].copy_from_slice(&self.low.bits(row).to_be_bytes());
        // Version 4 (random) and variant 1, as RFC 9562 places them.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = [b'-'; LENGTH];
        for (position, byte) in POSITIONS.into_iter().zip(bytes) {
            text[position..position + 2].copy_from_slice(&DIGITS[usize::from(byte)]);
        }
        out.push_bytes(&text, LENGTH);
    }
}
