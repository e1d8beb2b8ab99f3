//! How large each part is, so that 10,000 of them hold any object that S3 can hold.

use std::ops::RangeInclusive;

/// S3's smallest part, but for the last.
pub(crate) const MIN_PART: u64 = 5 << 20;
/// S3's largest part.
pub(crate) const MAX_PART: u64 = 5 << 30;
/// The sizes in bytes that S3 takes for a part; the last one of an object may be smaller.
pub const PART_BYTES: RangeInclusive<u64> = MIN_PART..=MAX_PART;
/// S3's highest part number.
pub(crate) const MAX_PARTS: u32 = 10_000;
/// S3's largest object.
pub(crate) const MAX_OBJECT: u64 = 5 << 40;

/// The parts of the base size: a known object is planned within them, and the other half of the
/// numbers is there for a stream that outlives its estimate.
const LEVEL: u32 = 5_000;

/// Behind them, the size doubles each so many parts: eleven times, so that even the smallest base
/// reaches the largest part.
const STEP: u32 = 450;

/// The sizes of an upload's parts, by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartSizes {
    base: u64,
}

impl PartSizes {
    /// One size for the whole object if its size is known, else for the first 5,000 parts.
    pub fn new(part_size: u64, expected: Option<u64>) -> Self {
        let expected = expected.unwrap_or(0).min(MAX_OBJECT);
        let whole_mib = expected.div_ceil(u64::from(LEVEL)).div_ceil(1 << 20) << 20;
        Self {
            base: part_size.max(whole_mib).clamp(MIN_PART, MAX_PART),
        }
    }

    /// The size of part `number`, counted from 1; the last part of an object may be smaller.
    pub fn of(&self, number: u32) -> u64 {
        if number <= LEVEL {
            return self.base;
        }
        let doublings = 1 + (number - LEVEL - 1) / STEP;
        (self.base << doublings.min(11)).min(MAX_PART)
    }

    /// How many parts may be in flight when part `number` joins them, where `allowed` are while
    /// parts have the base size: as many as weigh no more than those, and at least one.
    pub fn in_flight(&self, number: u32, allowed: usize) -> usize {
        let grown = self.of(number) / self.base;
        allowed
            .checked_div(usize::try_from(grown).unwrap_or(usize::MAX))
            .unwrap_or(1)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capacity(sizes: PartSizes) -> u64 {
        (1..=MAX_PARTS).map(|number| sizes.of(number)).sum()
    }

    #[test]
    fn an_unknown_length_never_meets_part_10001() {
        for base in [MIN_PART, 8 << 20, 64 << 20, MAX_PART] {
            let sizes = PartSizes::new(base, None);
            assert!(capacity(sizes) >= MAX_OBJECT, "{base}");
            assert!((1..=MAX_PARTS).all(|n| (MIN_PART..=MAX_PART).contains(&sizes.of(n))));
        }
    }

    #[test]
    fn bytes_in_flight_do_not_grow_with_the_parts() {
        for base in [MIN_PART, 8 << 20, MAX_PART] {
            let sizes = PartSizes::new(base, None);
            for number in 1..=MAX_PARTS {
                let parts = sizes.in_flight(number, 6);
                let bytes = parts as u64 * sizes.of(number);
                assert!(bytes <= 6 * base || parts == 1, "{base} {number}");
                assert!(number > LEVEL || parts == 6);
            }
        }
    }

    #[test]
    fn a_known_length_is_cut_into_equal_parts() {
        for expected in [1, 8 << 20, 1 << 30, 100 << 30, 1 << 40, MAX_OBJECT] {
            let sizes = PartSizes::new(8 << 20, Some(expected));
            let parts = expected.div_ceil(sizes.of(1));
            assert!(parts <= u64::from(LEVEL));
            assert_eq!(sizes.of(u32::try_from(parts).unwrap()), sizes.of(1));
            // However wrong the estimate is, the rest still fits.
            assert!(capacity(sizes) >= MAX_OBJECT, "{expected}");
        }
        assert_eq!(PartSizes::new(8 << 20, Some(39 << 30)).of(1), 8 << 20);
    }
}
