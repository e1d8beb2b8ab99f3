//! How large each part is, so that 10,000 of them hold any object that S3 can hold.

/// S3's smallest part, but for the last.
pub(crate) const MIN_PART: u64 = 5 << 20;
/// S3's largest part.
pub(crate) const MAX_PART: u64 = 5 << 30;
/// S3's highest part number.
pub(crate) const MAX_PARTS: u32 = 10_000;
/// S3's largest object.
pub(crate) const MAX_OBJECT: u64 = 5 << 40;

/// Doublings after growth has begun: with eleven, even the smallest base reaches 5 GiB.
const DOUBLINGS: u32 = 11;

/// The sizes of an upload's parts, by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartSizes {
    base: u64,
    /// The last part of the base size.
    level_until: u32,
    /// Behind it, the size doubles each so many parts.
    step: u32,
}

impl PartSizes {
    /// One size for the whole object if its size is known; else one size for the first 5,000
    /// parts. A stream that outlives its estimate meets growing parts.
    pub fn new(part_size: u64, expected: Option<u64>) -> Self {
        let expected = expected.unwrap_or(0).min(MAX_OBJECT);
        // Room for growth is kept unless the object is so large that there is none to keep.
        let needed = expected.div_ceil(9_000);
        let whole_mib = needed.div_ceil(1 << 20) << 20;
        let base = part_size.max(whole_mib).clamp(MIN_PART, MAX_PART);
        let planned = u32::try_from(expected.div_ceil(base)).unwrap_or(9_000);
        let level_until = planned.clamp(5_000, 9_000);
        Self {
            base,
            level_until,
            step: (MAX_PARTS - level_until) / DOUBLINGS,
        }
    }

    /// The size of part `number`, counted from 1; the last part of an object may be smaller.
    pub fn of(&self, number: u32) -> u64 {
        if number <= self.level_until {
            return self.base;
        }
        let doublings = 1 + (number - self.level_until - 1) / self.step;
        self.base
            .checked_shl(doublings)
            .unwrap_or(MAX_PART)
            .min(MAX_PART)
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
    fn a_known_length_is_cut_into_equal_parts() {
        for expected in [1, 8 << 20, 1 << 30, 100 << 30, 1 << 40, MAX_OBJECT] {
            let sizes = PartSizes::new(8 << 20, Some(expected));
            let parts = expected.div_ceil(sizes.of(1));
            assert!(parts <= 9_000);
            assert_eq!(sizes.of(u32::try_from(parts).unwrap()), sizes.of(1));
            // Wrong by a factor of forty, and it still fits.
            assert!(
                capacity(sizes) >= (expected * 40).min(MAX_OBJECT),
                "{expected}"
            );
        }
        assert_eq!(PartSizes::new(8 << 20, Some(60 << 30)).of(1), 8 << 20);
    }
}
