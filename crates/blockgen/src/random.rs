//! Random numbers by counting: a value is computed from where it stands, never from what was
//! drawn before it.
//!
//! ```text
//! seed ─▶ Key ─child(table)─▶ Key ─child(column)─▶ Key ─lane(n)─▶ Lane ─draws(row)─▶ Draws
//! ```
//!
//! Nothing here may change without a new [`ALGORITHM_VERSION`](crate::ALGORITHM_VERSION).

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

    /// One of the column's independent sequences; a value that needs more than about 40 random
    /// bits draws from several lanes.
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
