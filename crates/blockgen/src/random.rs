//! Random numbers by counting: a value is computed from where it stands, never from what was
//! drawn before it.
//!
//! ```text
//! seed ─▶ Key ─child(table)─▶ Key ─child(column)─▶ Key ─lane(n)─▶ Lane ─draws(row)─▶ Draws
//! ```
//!
//! Nothing here may change without a new [`ALGORITHM_VERSION`](crate::ALGORITHM_VERSION).

use rand_core::utils::fill_bytes_via_next_word;
use rand_core::{Infallible, TryRng};

/// 2^64 divided by the golden ratio, made odd: `GOLDEN_GAMMA` of Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators" (OOPSLA 2014). Steps of it spread neighbouring
/// rows over the whole 64 bits before they are mixed.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// Multipliers of "variant 13" in David Stafford's "Better Bit Mixing" (2011), found by search
/// for the best avalanche; with its shifts of 30, 27 and 31 it is also the output function of
/// SplitMix64 in the paper above.
const MULTIPLIER_1: u64 = 0xbf58_476d_1ce4_e5b9;
const MULTIPLIER_2: u64 = 0x94d0_49bb_1331_11eb;

/// Stafford's variant 13 with `tweak` put between its rounds; a bijection for every tweak.
#[inline]
const fn mix(mut z: u64, tweak: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(MULTIPLIER_1);
    // Without the tweak all lanes would walk one cycle of 2^64 values from different starts,
    // and two starts may lie close together.
    z ^= tweak;
    z = (z ^ (z >> 27)).wrapping_mul(MULTIPLIER_2);
    z ^ (z >> 31)
}

/// Identity of a source of randomness: a seed, then the names on the way down to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) const fn of_seed(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(GAMMA), 0))
    }

    /// The key of something named `name` below this one. The length goes in last, so that
    /// trailing zero bytes count, and levels cannot run into each other.
    pub(crate) fn child(self, name: &str) -> Self {
        let absorb = |state: u64, word: u64| mix(state.wrapping_add(GAMMA) ^ word, 0);
        let words = name.as_bytes().chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        });
        Self(absorb(words.fold(self.0, absorb), name.len() as u64))
    }

    /// One of the column's independent sequences; a value that is put together from draws of
    /// more than about 50 random bits takes several lanes.
    pub(crate) const fn lane(self, number: u64) -> Lane {
        let base = mix(self.0.wrapping_add(number.wrapping_mul(GAMMA)), GAMMA);
        Lane {
            offset: mix(base.wrapping_add(GAMMA), 0),
            tweak: mix(base.wrapping_add(GAMMA.wrapping_mul(2)), 0),
        }
    }
}

/// A sequence of 64 random bits per row that can be entered anywhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    offset: u64,
    tweak: u64,
}

impl Lane {
    /// 64 random bits for `row`.
    #[inline]
    pub(crate) const fn bits(self, row: u64) -> u64 {
        mix(
            self.offset.wrapping_add(row.wrapping_mul(GAMMA)),
            self.tweak,
        )
    }

    /// The same 64 bits, to be taken in several small draws.
    #[inline]
    pub(crate) const fn draws(self, row: u64) -> Draws {
        Draws {
            fraction: self.bits(row),
        }
    }

    /// One of the 2^53 evenly spaced numbers from 0 to just below 1.
    #[inline]
    pub(crate) const fn fraction(self, row: u64) -> f64 {
        const STEPS: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;
        (self.bits(row) >> (u64::BITS - f64::MANTISSA_DIGITS)) as f64 / STEPS
    }

    /// As many random bits for `row` as are asked for.
    #[inline]
    pub(crate) const fn rng(self, row: u64) -> RowRng {
        let start = self.bits(row);
        RowRng {
            counter: start,
            tweak: mix(start.wrapping_add(GAMMA), self.offset),
        }
    }
}

/// Random bits of one row without end: a `rand::Rng`, for whatever takes one or does not know how
/// much it needs.
///
/// Draw `n` is `mix(start + n·GAMMA, tweak)`, the generator of the lanes themselves with the draws
/// as its rows. Both start and tweak are mixed from the row; no two rows of a lane share a start,
/// and where two come close, their tweaks still set them apart.
#[derive(Clone, Debug)]
pub(crate) struct RowRng {
    counter: u64,
    tweak: u64,
}

impl RowRng {
    /// The next 64 bits.
    #[inline]
    pub(crate) const fn bits(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(GAMMA);
        mix(self.counter, self.tweak)
    }

    /// A number between 0 and 1, never one of them: the middle of one of 2^52 equal parts.
    #[inline]
    pub(crate) const fn open_unit(&mut self) -> f64 {
        const PARTS: f64 = (1u64 << 52) as f64;
        ((self.bits() >> 12) as f64 + 0.5) / PARTS
    }
}

impl TryRng for RowRng {
    type Error = Infallible;

    /// The upper half of 64 bits.
    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

/// A random fraction of one, spent draw by draw.
///
/// Each draw multiplies the fraction by its bound: the whole part is the result (Lemire, "Fast
/// Random Integer Generation in an Interval", 2019, without the rejection), and what is left
/// behind the point is the fraction for the next, exactly as digits are read off a number. A
/// run of draws with bounds n₁…nₖ is uniform over all its outcomes up to n₁⋯nₖ / 2^64.
#[derive(Debug)]
pub(crate) struct Draws {
    fraction: u64,
}

impl Draws {
    /// A whole number in `0..bound`; 0 if `bound` is 0.
    #[inline]
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        let product = self.fraction as u128 * bound as u128;
        self.fraction = product as u64;
        (product >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(seed: u64, column: &str, number: u64) -> Lane {
        Key::of_seed(seed).child("table").child(column).lane(number)
    }

    /// Deviation of `counts` from evenness, in standard deviations of the chi-square statistic.
    fn unevenness(counts: &[u64]) -> f64 {
        let total: u64 = counts.iter().sum();
        let expected = total as f64 / counts.len() as f64;
        let deviation = |count: &u64| (*count as f64 - expected).powi(2) / expected;
        let chi_square: f64 = counts.iter().map(deviation).sum();
        let freedom = counts.len() as f64 - 1.0;
        (chi_square - freedom) / (2.0 * freedom).sqrt()
    }

    fn assert_even(counts: &[u64], what: &str) {
        let unevenness = unevenness(counts);
        // Too even is as suspicious as too uneven.
        assert!(unevenness.abs() < 4.5, "{what}: {unevenness}");
    }

    /// Counts how often each pair of `a` and `b`, both below 16, occurs.
    fn pairs(values: impl Iterator<Item = (u64, u64)>) -> [u64; 256] {
        let mut counts = [0; 256];
        for (a, b) in values {
            counts[(a * 16 + b) as usize] += 1;
        }
        counts
    }

    const ROWS: u64 = 200_000;

    #[test]
    fn every_byte_of_the_bits_is_even() {
        for seed in [0, 1, 42, u64::MAX] {
            let lane = lane(seed, "a", 0);
            for shift in (0..64).step_by(8) {
                let mut counts = [0; 256];
                for row in 0..ROWS {
                    counts[(lane.bits(row) >> shift) as usize & 255] += 1;
                }
                assert_even(&counts, "byte");
            }
        }
    }

    #[test]
    fn draws_are_even_for_bounds_that_do_not_divide_a_power_of_two() {
        for bound in [2, 3, 7, 10, 249, 474, 3_007] {
            let lane = lane(42, "a", 0);
            let mut counts = vec![0; bound as usize];
            let mut third = vec![0; bound as usize];
            for row in 0..ROWS {
                let mut draws = lane.draws(row);
                counts[draws.below(bound) as usize] += 1;
                draws.below(bound);
                third[draws.below(bound) as usize] += 1;
            }
            assert_even(&counts, "first draw");
            assert_even(&third, "third draw");
        }
    }

    #[test]
    fn neighbours_tell_nothing_about_each_other() {
        let high = |lane: Lane, row| lane.draws(row).below(16);
        let a = lane(42, "a", 0);
        for (what, other, step) in [
            ("next row", a, 1),
            ("row after next", a, 2),
            ("row 1,024 further", a, 1_024),
            ("next column", lane(42, "b", 0), 0),
            ("next lane", lane(42, "a", 1), 0),
            ("next seed", lane(43, "a", 0), 0),
            ("next seed and next row", lane(43, "a", 0), 1),
        ] {
            let together = (0..ROWS).map(|row| (high(a, row), high(other, row + step)));
            assert_even(&pairs(together), what);
            let low = (0..ROWS).map(|row| (a.bits(row) & 15, other.bits(row + step) & 15));
            assert_even(&pairs(low), what);
        }
        let draws = (0..ROWS).map(|row| {
            let mut draws = a.draws(row);
            (draws.below(16), draws.below(16))
        });
        assert_even(&pairs(draws), "draws of one row");
        let draws = (0..ROWS).map(|row| {
            let mut draws = a.draws(row);
            draws.below(3_007);
            draws.below(474);
            (draws.below(16), draws.below(16))
        });
        assert_even(&pairs(draws), "draws behind others");
    }

    /// The draws of one row, of neighbours, and of rows with neighbouring starts.
    #[test]
    fn a_row_has_random_bits_without_end() {
        let lane = lane(42, "a", 0);
        let mut rng = lane.rng(7);
        let mut last = rng.bits() & 15;
        let draws = (0..ROWS).map(|_| {
            let before = last;
            last = rng.bits() & 15;
            (before, last)
        });
        assert_even(&pairs(draws), "draws of one row");
        for draw in [0, 1, 9] {
            let of = |mut rng: RowRng| {
                for _ in 0..draw {
                    rng.bits();
                }
                rng.bits() >> 60
            };
            let rows = (0..ROWS).map(|row| (of(lane.rng(row)), of(lane.rng(row + 1))));
            assert_even(&pairs(rows), "neighbours");
            let with_lane = (0..ROWS).map(|row| (of(lane.rng(row)), lane.bits(row) >> 60));
            assert_even(&pairs(with_lane), "bits of the same row");
            let shared = (0..ROWS).map(|row| {
                let mut other = lane.rng(row);
                other.tweak = lane.rng(row + 1).tweak;
                (of(lane.rng(row)), of(other))
            });
            assert_even(&pairs(shared), "same start");
        }
    }

    #[test]
    fn words_and_bytes_are_the_bits() {
        use rand_core::Rng;

        let rng = || lane(42, "a", 0).rng(3);
        let mut bits = rng();
        let words = [bits.bits(), bits.bits()];
        let mut bytes = [0; 12];
        rng().fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], words[0].to_le_bytes());
        assert_eq!(bytes[8..], words[1].to_le_bytes()[..4]);
        assert_eq!(rng().next_u64(), words[0]);
        assert_eq!(rng().next_u32(), (words[0] >> 32) as u32);
    }

    #[test]
    fn the_open_unit_has_no_ends() {
        let mut rng = RowRng {
            counter: 0,
            tweak: 0,
        };
        assert!((0..ROWS).all(|_| (f64::MIN_POSITIVE..1.0).contains(&rng.open_unit())));
        let highest = ((u64::MAX >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
        assert_eq!(highest, 1.0 - f64::EPSILON / 2.0);
    }

    /// Each bit of row or seed, changed, changes each bit of the result half of the time.
    #[test]
    fn avalanche() {
        let a = lane(42, "a", 0);
        let of_row = |trial: u64, flip: u64| a.bits(trial ^ flip);
        let of_seed = |trial: u64, flip: u64| lane(trial ^ flip, "a", 0).bits(7);
        assert_avalanche("row", of_row);
        assert_avalanche("seed", of_seed);
    }

    fn assert_avalanche(what: &str, function: impl Fn(u64, u64) -> u64) {
        const TRIALS: u64 = 4_000;
        for input in 0..64 {
            let mut flips = [0u64; 64];
            for trial in 0..TRIALS {
                let changed = function(trial, 0) ^ function(trial, 1 << input);
                for (output, flips) in flips.iter_mut().enumerate() {
                    *flips += changed >> output & 1;
                }
            }
            for (output, flips) in flips.into_iter().enumerate() {
                // Half, within six standard deviations: 8,192 bits are looked at.
                let off = flips.abs_diff(TRIALS / 2) as f64 / (TRIALS as f64 / 4.0).sqrt();
                assert!(off < 6.0, "{what} bit {input} → bit {output}: {off}");
            }
        }
    }

    #[test]
    fn names_are_told_apart_however_they_are_cut() {
        let root = Key::of_seed(1);
        let keys = [
            root,
            root.child(""),
            root.child("").child(""),
            root.child("ab").child("c"),
            root.child("a").child("bc"),
            root.child("abc"),
            root.child("abc\0"),
            root.child("abcdefgh"),
            root.child("abcdefgh\0"),
            root.child("abcdefgh").child(""),
        ];
        for (i, one) in keys.iter().enumerate() {
            assert!(!keys[..i].contains(one), "{i}");
        }
    }

    #[test]
    fn a_draw_stays_below_its_bound() {
        for fraction in [0, 1, u64::MAX / 2, u64::MAX] {
            for bound in [1, 2, 249, u64::MAX] {
                let mut draws = Draws { fraction };
                assert!(draws.below(bound) < bound);
                assert!(draws.below(bound) < bound);
            }
            assert_eq!(Draws { fraction }.below(0), 0);
        }
    }
}
