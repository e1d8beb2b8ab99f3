//! The hybrid of runs and packed bits in which Parquet stores levels and dictionary indices:
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>.

/// Packed runs are no longer, in groups of eight values: the parquet crate and parquet-java make
/// them so, because their headers then have one byte, and some readers may rely on it.
const MOST_GROUPS: usize = 63;

/// A byte of eight equal bits goes to a run only if so many of them come at once: a run costs two
/// bytes and ends the packed one.
const LEAST_EQUAL_BYTES: usize = 4;

/// Appends a run of one value.
pub(super) fn repeat(count: usize, value: u32, width: u8, out: &mut Vec<u8>) {
    varint((count as u64) << 1, out);
    let bytes = usize::from(width).div_ceil(8);
    out.extend_from_slice(&value.to_le_bytes()[..bytes]);
}

/// Appends values of `width` bits, from 0 to 32.
pub(super) fn values(values: &[u32], width: u8, out: &mut Vec<u8>) {
    let mut packed_from = 0;
    let mut at = 0;
    while let Some(group) = values.get(at..at + 8) {
        let first = group[0];
        if group.iter().any(|value| *value != first) {
            at += 8;
            continue;
        }
        pack(&values[packed_from..at], width, out);
        let more = values[at + 8..].iter().take_while(|value| **value == first);
        let count = 8 + more.count();
        repeat(count, first, width, out);
        at += count;
        packed_from = at;
    }
    pack(&values[packed_from..], width, out);
}

/// Appends `count` values of one bit, which are packed already.
pub(super) fn bits(bytes: &[u8], count: usize, out: &mut Vec<u8>) {
    let whole = count / 8;
    let mut packed_from = 0;
    let mut at = 0;
    while at < whole {
        let first = bytes[at];
        let equal = bytes[at..whole].iter().take_while(|byte| **byte == first);
        let equal = equal.count();
        if equal >= LEAST_EQUAL_BYTES && (first == 0 || first == 0xFF) {
            packed_bytes(&bytes[packed_from..at], out);
            repeat(equal * 8, u32::from(first & 1), 1, out);
            packed_from = at + equal;
        }
        at += equal;
    }
    packed_bytes(&bytes[packed_from..], out);
}

/// Appends packed runs; the last of them is filled up with zeros.
fn pack(values: &[u32], width: u8, out: &mut Vec<u8>) {
    for run in values.chunks(MOST_GROUPS * 8) {
        header(run.len().div_ceil(8), out);
        let (groups, rest) = run.as_chunks::<8>();
        for group in groups {
            pack_group(group, width, out);
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            pack_group(&last, width, out);
        }
    }
}

/// Appends packed runs of bytes that are packed already, a group each.
fn packed_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    for run in bytes.chunks(MOST_GROUPS) {
        header(run.len(), out);
        out.extend_from_slice(run);
    }
}

/// Eight values in `width` bytes, the first in the lowest bits.
#[inline]
fn pack_group(group: &[u32; 8], width: u8, out: &mut Vec<u8>) {
    let bits = u32::from(width);
    if width <= 16 {
        let mut packed: u128 = 0;
        for (place, value) in group.iter().enumerate() {
            packed |= u128::from(*value) << (place as u32 * bits);
        }
        out.extend_from_slice(&packed.to_le_bytes()[..usize::from(width)]);
        return;
    }
    let (mut waiting, mut held) = (0_u64, 0);
    for value in group {
        waiting |= u64::from(*value) << held;
        held += bits;
        while held >= 8 {
            out.push(waiting as u8);
            waiting >>= 8;
            held -= 8;
        }
    }
}

fn header(groups: usize, out: &mut Vec<u8>) {
    varint(((groups as u64) << 1) | 1, out);
}

/// A number, seven bits a byte.
pub(super) fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
