//! Bytes in hexadecimal: addresses of machines and colours.

use std::sync::Arc;

use crate::column::Column;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// Room for an address of version 6: 32 digits and 7 colons.
const WIDTH: usize = 40;

/// Random bytes at fixed places of a text.
#[derive(Debug)]
struct Hex {
    high: Lane,
    low: Lane,
    digits: &'static [u8; 16],
    text: [u8; WIDTH],
    len: usize,
    /// Where the two digits of each byte begin; 16 at most.
    places: Box<[u8]>,
}

/// A column of texts in which each `00` of the pattern is a byte.
fn compile(scope: &Scope<'_>, digits: &'static [u8; 16], pattern: &str) -> Arc<dyn Column> {
    let mut text = [0; WIDTH];
    text[..pattern.len()].copy_from_slice(pattern.as_bytes());
    let places = pattern.match_indices("00").map(|(place, _)| place as u8);
    Arc::new(TextColumn::new(Hex {
        high: scope.key().lane(0),
        low: scope.key().lane(1),
        digits,
        text,
        len: pattern.len(),
        places: places.collect(),
    }))
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// `ipv6`: all eight groups written out, so that all are of one length, where RFC 5952 would leave
/// out zeros; in lower case, as it recommends.
pub(super) fn ipv6(scope: &Scope<'_>) -> Arc<dyn Column> {
    compile(scope, LOWER, "0000:0000:0000:0000:0000:0000:0000:0000")
}

/// `mac`: in upper case with colons.
pub(super) fn mac(scope: &Scope<'_>) -> Arc<dyn Column> {
    compile(scope, UPPER, "00:00:00:00:00:00")
}

/// `hex_color`, in lower case.
pub(super) fn color(scope: &Scope<'_>) -> Arc<dyn Column> {
    compile(scope, LOWER, "#000000")
}

impl Text for Hex {
    fn lengths(&self) -> Lengths {
        Lengths {
            // All of the room is copied.
            max: WIDTH,
            ..Lengths::exact(self.len)
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.high.bits(row).to_be_bytes());
        if self.places.len() > 8 {
            bytes[8..].copy_from_slice(&self.low.bits(row).to_be_bytes());
        }
        let mut text = self.text;
        for (place, byte) in self.places.iter().zip(bytes) {
            let place = usize::from(*place);
            text[place] = self.digits[usize::from(byte >> 4)];
            text[place + 1] = self.digits[usize::from(byte & 15)];
        }
        out.push_bytes(&text, self.len);
    }
}
