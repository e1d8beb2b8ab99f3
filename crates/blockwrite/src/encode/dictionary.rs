//! The dictionary of a chunk: each value once, in the order of appearance, and their indices.

use arrow::array::OffsetSizeTrait;
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::ArrowNativeType;

use super::values::{Strings, Values};

/// Slots at the beginning: what a few hundred entries need.
const FIRST_SLOTS: usize = 1024;

/// A search that meets so many other values ends the dictionary. By chance it never does while half
/// of the slots are free; values that were chosen to collide are not to take hours.
const MOST_PROBES: usize = 256;

/// An open-addressing table of hashes over entries that lie in the page itself.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The entries as the dictionary's page holds them.
    page: Vec<u8>,
    /// Where each entry ends in the page.
    ends: Vec<usize>,
    /// For each value the number of its entry.
    indices: Vec<u32>,
    /// The upper half of a hash and the number of an entry plus one; zero is free.
    slots: Vec<u64>,
}

/// The dictionary would be too large, or searches in it too slow.
struct Full;

impl Dictionary {
    /// Makes the dictionary of these values, as many of the first as come to so many bytes.
    pub(super) fn fill(&mut self, values: &Values, bytes: usize) {
        self.page.clear();
        self.ends.clear();
        self.indices.clear();
        self.slots.clear();
        self.slots.resize(FIRST_SLOTS, 0);
        // Where it is full, the values so far are in it.
        let _full = match values {
            Values::Int32(values) => self.numbers(values, bytes),
            Values::Uint32(values) => self.numbers(values, bytes),
            Values::Int64(values) => self.numbers(values, bytes),
            Values::Uint64(values) => self.numbers(values, bytes),
            Values::Float(values) => self.numbers(values, bytes),
            Values::Double(values) => self.numbers(values, bytes),
            Values::Bytes(values) => self.strings(values, bytes),
            Values::LargeBytes(values) => self.strings(values, bytes),
            Values::Boolean(_) => Err(Full),
        };
    }

    /// How many entries it has.
    pub(super) fn entries(&self) -> usize {
        self.ends.len()
    }

    /// Its page.
    pub(super) fn page(&self) -> &[u8] {
        &self.page
    }

    /// For each value the number of its entry.
    pub(super) fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// Bytes of its page and of the indices.
    pub(super) fn bytes(&self) -> usize {
        self.page.len() + self.indices.len() * usize::from(self.width()) / 8
    }

    /// Bits that the largest index needs.
    pub(super) fn width(&self) -> u8 {
        let largest = self.entries().saturating_sub(1);
        (usize::BITS - largest.leading_zeros()) as u8
    }

    /// What it holds on to.
    pub(super) fn memory(&self) -> usize {
        self.page.capacity()
            + self.ends.capacity() * size_of::<usize>()
            + self.indices.capacity() * size_of::<u32>()
            + self.slots.capacity() * size_of::<u64>()
    }

    fn numbers<T: ArrowNativeType>(
        &mut self,
        values: &ScalarBuffer<T>,
        bytes: usize,
    ) -> Result<(), Full> {
        let width = size_of::<T>();
        self.indices.reserve(values.len());
        // Bytes and not numbers are compared: all that is not a number, and both zeros, stay as
        // they are.
        for value in values.inner().as_slice().chunks_exact(width) {
            let mut eight = [0; 8];
            eight[..width].copy_from_slice(value);
            let hash = mix(u64::from_le_bytes(eight) ^ SEEDS[0], SEEDS[1]);
            let same = |page: &[u8], _: &[usize], entry: usize| {
                page[entry * width..(entry + 1) * width] == *value
            };
            let index = self.find_or_add(hash, same, |page| page.extend_from_slice(value))?;
            self.indices.push(index);
            if self.page.len() >= bytes {
                return Err(Full);
            }
        }
        Ok(())
    }

    fn strings<O: OffsetSizeTrait>(
        &mut self,
        values: &Strings<O>,
        bytes: usize,
    ) -> Result<(), Full> {
        self.indices.reserve(values.count());
        for value in values.iter() {
            let same = |page: &[u8], ends: &[usize], entry: usize| {
                let end = ends[entry];
                let start = entry.checked_sub(1).map_or(0, |before| ends[before]) + 4;
                page[start..end] == *value
            };
            let index = self.find_or_add(hash_of(value), same, |page| {
                page.extend_from_slice(&(value.len() as u32).to_le_bytes());
                page.extend_from_slice(value);
            })?;
            self.indices.push(index);
            if self.page.len() >= bytes {
                return Err(Full);
            }
        }
        Ok(())
    }

    /// The number of the entry with this hash that is the `same`, or of a new one.
    #[inline]
    fn find_or_add(
        &mut self,
        hash: u64,
        same: impl Fn(&[u8], &[usize], usize) -> bool,
        add: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u32, Full> {
        let tag = hash & TAG;
        let mut at = self.slot_of(tag);
        for _ in 0..MOST_PROBES {
            let slot = self.slots[at];
            if slot == 0 {
                add(&mut self.page);
                return Ok(self.new_entry(tag, at));
            }
            let entry = (slot as u32).wrapping_sub(1);
            if slot & TAG == tag && same(&self.page, &self.ends, entry as usize) {
                return Ok(entry);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        Err(Full)
    }

    #[cold]
    fn new_entry(&mut self, tag: u64, at: usize) -> u32 {
        let entry = self.ends.len() as u32;
        self.ends.push(self.page.len());
        self.slots[at] = tag | u64::from(entry + 1);
        if self.ends.len() * 2 > self.slots.len() {
            self.double();
        }
        entry
    }

    /// Twice the slots; the tags say where each entry goes.
    fn double(&mut self) {
        let slots = vec![0; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, slots);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut at = self.slot_of(slot & TAG);
            while self.slots[at] != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// Where the search begins: the uppermost bits, as many as there are slots for. There are a
    /// power of two of them, and fewer than 2^32, because each entry takes a byte at least of a page
    /// that is below 2 GiB.
    #[inline]
    fn slot_of(&self, tag: u64) -> usize {
        (tag >> (64 - self.slots.len().trailing_zeros())) as usize
    }
}

/// The half of a hash that a slot keeps.
const TAG: u64 = 0xFFFF_FFFF_0000_0000;

/// Odd numbers without a pattern: digits of the golden ratio, and a multiplier of SplitMix64.
const SEEDS: [u64; 3] = [
    0x9E37_79B9_7F4A_7C15,
    0xBF58_476D_1CE4_E5B9,
    0x94D0_49BB_1331_11EB,
];

/// Both halves of a product, folded: the step of wyhash (<https://github.com/wangyi-fudan/wyhash>).
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A hash in the manner of wyhash: sixteen bytes a step, ends that overlap in place of a loop over
/// what is left.
#[inline]
fn hash_of(bytes: &[u8]) -> u64 {
    let eight = |at: usize| {
        let eight = bytes
            .get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok());
        u64::from_le_bytes(eight.unwrap_or_default())
    };
    let four = |at: usize| {
        let four = bytes
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok());
        u64::from(u32::from_le_bytes(four.unwrap_or_default()))
    };
    let length = bytes.len();
    // Spread over all bits, so that the length is not made up for by a low bit of the last bytes.
    let mut state = SEEDS[2].wrapping_mul(2 * length as u64 + 1);
    let (a, b) = match length {
        0 => (0, 0),
        1..4 => {
            let byte = |at: usize| u64::from(bytes[at]);
            (byte(0) | byte(length / 2) << 8 | byte(length - 1) << 16, 0)
        }
        4..8 => (four(0), four(length - 4)),
        8..=16 => (eight(0), eight(length - 8)),
        _ => {
            let mut at = 0;
            while at + 16 < length {
                state = mix(eight(at) ^ SEEDS[0], eight(at + 8) ^ state);
                at += 16;
            }
            (eight(length - 16), eight(length - 8))
        }
    };
    mix(a ^ SEEDS[1], b ^ state)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use super::super::values::Kind;
    use super::*;

    fn filled(values: &Values) -> Dictionary {
        let mut dictionary = Dictionary::default();
        dictionary.fill(values, 1 << 20);
        dictionary
    }

    #[test]
    fn entries_come_in_the_order_of_appearance() {
        let texts = StringArray::from(vec!["b", "", "a", "b", "", "c"]);
        let values = Values::of(Kind::Bytes, &texts).unwrap();
        let dictionary = filled(&values);
        assert_eq!(dictionary.indices(), [0, 1, 2, 0, 1, 3]);
        assert_eq!(
            dictionary.page(),
            b"\x01\0\0\0b\0\0\0\0\x01\0\0\0a\x01\0\0\0c"
        );
        assert_eq!((dictionary.entries(), dictionary.width()), (4, 2));
    }

    #[test]
    fn hashes_tell_apart_what_differs_anywhere() {
        let mut hashes = std::collections::HashSet::new();
        for length in 0..70 {
            let zeros = vec![0; length];
            assert!(hashes.insert(hash_of(&zeros)), "{length} zeros");
            for at in 0..length {
                let mut one = zeros.clone();
                one[at] = 1;
                assert!(hashes.insert(hash_of(&one)), "byte {at} of {length}");
            }
        }
    }

    #[test]
    fn values_that_were_chosen_to_collide_end_the_dictionary() {
        let upper = |value: &i64| mix(*value as u64 ^ SEEDS[0], SEEDS[1]) >> 48;
        let colliding = (0..).filter(|value| upper(value) == 0x1234);
        let colliding = Int64Array::from_iter_values(colliding.take(2 * MOST_PROBES));
        let values = Values::of(Kind::Int64 { unsigned: false }, &colliding).unwrap();
        let dictionary = filled(&values);
        assert!(dictionary.indices().len() < colliding.len());
        assert!(dictionary.indices().len() >= MOST_PROBES / 2);
    }
}
