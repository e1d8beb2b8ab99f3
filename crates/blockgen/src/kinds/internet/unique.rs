//! Numbers of which no two rows have the same, as short as the row's index allows.

use crate::permutation::Permutation;
use crate::random::Key;
use crate::text::{Lengths, TextBuffer};

/// Numbers of rows below 10^4 have four digits, zeros in front if need be.
const FEWEST_DIGITS: u32 = 4;

/// As many as 2^64 − 1 has.
const MOST_DIGITS: usize = 20;

/// What to size buffers for: rows in the millions.
const USUAL_DIGITS: f64 = 7.0;

/// The row's index, permuted among those that have as many digits: distinct, because numbers of
/// different lengths differ, and no row needs to know how many rows there are.
#[derive(Debug)]
pub(super) struct UniqueNumber {
    /// For four digits, five, and so on.
    permutations: Box<[(u64, Permutation)]>,
}

impl UniqueNumber {
    pub(super) fn new(key: Key) -> Self {
        let key = key.child("unique");
        let tiers = FEWEST_DIGITS..=MOST_DIGITS as u32;
        let permutations = tiers.map(|digits| {
            let first = match digits {
                FEWEST_DIGITS => 0,
                _ => 10u64.pow(digits - 1),
            };
            let end = 10u64.checked_pow(digits);
            let last = end.map_or(u64::MAX, |end| end - 1);
            let key = key.child(&digits.to_string());
            (first, Permutation::up_to(key, last - first))
        });
        Self {
            permutations: permutations.collect(),
        }
    }

    pub(super) fn lengths() -> Lengths {
        Lengths {
            min: FEWEST_DIGITS as usize,
            mean: USUAL_DIGITS,
            max: MOST_DIGITS,
        }
    }

    #[inline]
    pub(super) fn write(&self, row: u64, out: &mut TextBuffer) {
        let digits = row.checked_ilog10().map_or(1, |log| log + 1);
        let digits = digits.max(FEWEST_DIGITS);
        let (first, permutation) = &self.permutations[(digits - FEWEST_DIGITS) as usize];
        let mut number = first + permutation.at(row - first);
        let mut text = [b'0'; MOST_DIGITS];
        for place in text[..digits as usize].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
        out.push_bytes(&text, digits as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn write(numbers: &UniqueNumber, row: u64) -> String {
        let mut out = TextBuffer::with_capacity(0);
        out.make_room(MOST_DIGITS);
        numbers.write(row, &mut out);
        String::from_utf8(out.since(0).to_vec()).unwrap()
    }

    #[test]
    fn no_number_comes_twice_and_none_is_longer_than_its_row() {
        let numbers = UniqueNumber::new(Key::of_seed(1));
        let mut seen = BTreeSet::new();
        for row in (0..120_000).chain(u64::MAX - 1_000..=u64::MAX) {
            let number = write(&numbers, row);
            assert_eq!(number.len(), row.to_string().len().max(4), "{row}");
            assert!(seen.insert(number), "{row}");
        }
    }
}
