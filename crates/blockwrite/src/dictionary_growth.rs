//! How large a dictionary becomes with more rows than were sampled.

/// A first quarter that comes so near to what its half and its whole let expect was drawn from one pool.
const FROM_ONE_POOL: f64 = 0.02;

/// Bytes of a dictionary by rows, through those of a sample and its first parts.
///
/// Values drawn from one pool become known: each quarter of a sample adds less than the one before, by
/// the same factor. Columns are often made of several kinds of values, some of them from a pool and
/// some that are new in nearly every row: what these add does not become less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DictionaryGrowth {
    /// What each quarter of the sample adds for ever.
    new_bytes: f64,
    /// What a pool holds…
    pool_bytes: f64,
    /// …and how much of it is still unknown behind each quarter, of what was before it.
    unknown: f64,
}

impl DictionaryGrowth {
    /// Through the bytes in a sample, in its first half, and if that was measured in its first quarter.
    pub(crate) fn through(quarter: Option<f64>, half: f64, whole: f64) -> Self {
        let one_pool = Self::of_one_pool(half, whole);
        match quarter {
            Some(quarter)
                if (one_pool.bytes(1.0) / quarter.max(1.0) - 1.0).abs() > FROM_ONE_POOL =>
            {
                Self::of_a_pool_and_new(quarter, half, whole).unwrap_or(one_pool)
            }
            _ => one_pool,
        }
    }

    /// After so many quarters of the sample.
    pub(crate) fn bytes(&self, quarters: f64) -> f64 {
        self.new_bytes * quarters + self.pool_bytes * (1.0 - self.unknown.powf(quarters))
    }

    fn of_new(whole: f64) -> Self {
        Self {
            new_bytes: whole / 4.0,
            pool_bytes: 0.0,
            unknown: 0.0,
        }
    }

    fn of_one_pool(half: f64, whole: f64) -> Self {
        // Of the first half's values so many were new in the second one.
        let unknown = (whole / half.max(1.0) - 1.0).clamp(0.0, 1.0);
        if half <= 0.0 || unknown > 0.999 {
            return Self::of_new(whole);
        }
        Self {
            new_bytes: 0.0,
            pool_bytes: whole / (1.0 - unknown * unknown),
            unknown: unknown.sqrt(),
        }
    }

    /// With `n` new bytes a quarter, a pool of `p` and `u` of it unknown behind each, the quarters add
    /// `n + p (1 - u)`, `n + p u (1 - u)`, and the last two of them `2 n + p u² (1 - u²)`. The first less
    /// the second, times `u (u + 2)`, is then twice the second less the last two.
    fn of_a_pool_and_new(quarter: f64, half: f64, whole: f64) -> Option<Self> {
        let (first, second, last_two) = (quarter, half - quarter, whole - half);
        let less = first - second;
        if less <= 0.0 || last_two > 2.0 * second {
            return None;
        }
        let unknown = (1.0 + (2.0 * second - last_two) / less).sqrt() - 1.0;
        let of_pool = less / (1.0 - unknown);
        let new_bytes = second - of_pool * unknown;
        (unknown < 0.999 && new_bytes >= 0.0).then_some(Self {
            new_bytes,
            pool_bytes: of_pool / (1.0 - unknown),
            unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes after 3,500, 7,000 and 14,000 rows, and what is expected of 56,000.
    fn expected([quarter, half, whole]: [f64; 3]) -> f64 {
        DictionaryGrowth::through(Some(quarter), half, whole).bytes(16.0)
    }

    /// The columns `job` and `company` of the built-in people: one pool, and one beside family names.
    #[test]
    fn dictionaries_of_pools_and_of_new_values_are_foreseen() {
        let job = expected([86_333.0, 136_440.0, 184_834.0]);
        assert!((job / 209_259.0 - 1.0).abs() < 0.02, "{job}");
        let company = expected([68_248.0, 123_576.0, 224_439.0]);
        assert!((company / 804_973.0 - 1.0).abs() < 0.02, "{company}");
    }

    #[test]
    fn growth_goes_through_what_was_measured() {
        for samples in [
            [86_333.0, 136_440.0, 184_834.0],
            [68_248.0, 123_576.0, 224_439.0],
            [10.0, 20.0, 40.0],
            [10.0, 10.0, 10.0],
            [1.0, 10.0, 100.0],
            [9.0, 10.0, 19.0],
            [0.0, 0.0, 0.0],
        ] {
            let growth = DictionaryGrowth::through(Some(samples[0]), samples[1], samples[2]);
            let off = (growth.bytes(4.0) - samples[2]).abs();
            assert!(off <= samples[2] * 0.001 + 1e-9, "{samples:?}: {growth:?}");
            assert!(growth.bytes(8.0) >= growth.bytes(4.0), "{samples:?}");
        }
    }

    #[test]
    fn without_a_quarter_all_is_one_pool() {
        let growth = DictionaryGrowth::through(None, 4_000.0, 6_000.0);
        assert_eq!(growth.bytes(6.0).round(), 7_000.0);
        assert_eq!(growth.bytes(400.0).round(), 8_000.0);
        let new = DictionaryGrowth::through(None, 4_000.0, 8_000.0);
        assert_eq!(new.bytes(16.0), 32_000.0);
    }
}
