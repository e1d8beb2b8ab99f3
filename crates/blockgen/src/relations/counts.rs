//! How many children each parent has: any number from a least to a most, with a fixed sum for
//! every block of parents.
//!
//! The sum is what makes children seekable: without it, where the children of parent `n` start
//! would depend on the counts of all parents before. Within a block each parent draws its count
//! for itself; what the draws lack or exceed is then settled in steps as small as possible, on
//! parents in a shuffled order, so that no count pays visibly for another's.
//!
//! Nothing here may change without a new [`ALGORITHM_VERSION`](crate::ALGORITHM_VERSION).

use crate::permutation::Permutation;
use crate::random::{Key, Lane};

/// Parents in a block.
pub(super) const BLOCK: u64 = 1_024;

#[derive(Debug)]
pub(super) struct Counts {
    draws: Lane,
    starts: Lane,
    /// The parents of a block, shuffled.
    order: Box<[u16]>,
    min: u32,
    max: u32,
    mean: f64,
    shape: Shape,
}

/// How the counts lie between the least and the most.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// All equally often.
    Even,
    /// Each count is `exp(-decay)` times as frequent as the one before, seen from the least or,
    /// if `from_most`, from the most: of all distributions with that mean, the one that assumes
    /// no more (that of maximum entropy).
    Falling { decay: f64, from_most: bool },
}

impl Counts {
    /// `min <= mean <= max`.
    pub(super) fn new(key: Key, min: u32, max: u32, mean: f64) -> Self {
        let shuffled = Permutation::new(key.child("order"), BLOCK);
        Self {
            draws: key.lane(0),
            starts: key.lane(1),
            order: (0..BLOCK).map(|index| shuffled.at(index) as u16).collect(),
            min,
            max,
            mean,
            shape: Shape::new(min, max, mean),
        }
    }

    /// How many children so many parents of one block have: parents times mean, rounded to the
    /// nearest whole number.
    pub(super) fn total(&self, parents: u64) -> u64 {
        let exact = (parents as f64 * self.mean).round() as u64;
        exact.clamp(parents * u64::from(self.min), parents * u64::from(self.max))
    }

    /// The counts of a block of `parents`, which is `BLOCK` for all but the last.
    pub(super) fn of(&self, block: u64, parents: u64) -> Vec<u32> {
        let mut counts = Vec::new();
        self.write(block, parents, &mut counts);
        counts
    }

    /// The same in place of what `counts` holds, whose memory serves for many blocks.
    pub(super) fn write(&self, block: u64, parents: u64, counts: &mut Vec<u32>) {
        let first = block * BLOCK;
        counts.clear();
        match self.shape {
            Shape::Even => {
                let span = u64::from(self.max - self.min) + 1;
                let draw = |parent| self.min + self.draws.draws(parent).below(span) as u32;
                counts.extend((first..first + parents).map(draw));
            }
            Shape::Falling { decay, from_most } => {
                let draw = |parent| {
                    let above = falling(self.draws.bits(parent), decay, self.max - self.min);
                    if from_most {
                        self.max - above
                    } else {
                        self.min + above
                    }
                };
                counts.extend((first..first + parents).map(draw));
            }
        }
        self.settle(counts, self.total(parents), block);
    }

    /// Raises or lowers counts until their sum is the total.
    fn settle(&self, counts: &mut [u32], total: u64, block: u64) {
        let sum: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        let raise = sum < total;
        let room = |count: u32| {
            if raise {
                self.max - count
            } else {
                count - self.min
            }
        };
        let start = self.starts.draws(block).below(BLOCK) as usize;
        let mut left = sum.abs_diff(total);
        // A round leaves less than one for each that has room, or leaves fewer that have room.
        while left > 0 {
            let open = counts.iter().filter(|count| room(**count) > 0).count() as u64;
            if open == 0 {
                // Not for a total between so many times the least and so many times the most.
                break;
            }
            let step = (left / open).max(1);
            let (before, from) = self.order.split_at(start);
            for &parent in from.iter().chain(before) {
                let Some(count) = counts.get_mut(usize::from(parent)) else {
                    continue;
                };
                // At most the room, which is no more than 32 bits.
                let change = step.min(left).min(u64::from(room(*count))) as u32;
                *count = if raise {
                    *count + change
                } else {
                    *count - change
                };
                left -= u64::from(change);
                if left == 0 {
                    break;
                }
            }
        }
    }
}

/// A number of `0..=most`, each `exp(-decay)` times as frequent as the one before: the inverse of
/// the cumulative sum, a geometric series.
#[inline]
fn falling(bits: u64, decay: f64, most: u32) -> u32 {
    let fraction =
        (bits >> (u64::BITS - f64::MANTISSA_DIGITS)) as f64 / (1u64 << f64::MANTISSA_DIGITS) as f64;
    let numbers = f64::from(most) + 1.0;
    let at = libm::log1p(fraction * libm::expm1(-decay * numbers)) / -decay;
    (at as u32).min(most)
}

impl Shape {
    fn new(min: u32, max: u32, mean: f64) -> Self {
        let most = f64::from(max - min);
        let above = (mean - f64::from(min)).clamp(0.0, most);
        let from_most = above > most / 2.0;
        let wanted = if from_most { most - above } else { above };
        let numbers = most + 1.0;
        // So close to the middle nobody sees a slope, and the mean is settled anyway.
        if most / 2.0 - wanted <= 1e-6 * numbers {
            return Self::Even;
        }
        // The mean of a geometric series that is cut off falls as the decay grows.
        let mean_of =
            |decay: f64| 1.0 / libm::expm1(decay) - numbers / libm::expm1(decay * numbers);
        let (mut gentle, mut steep) = (1e-18f64, 700.0f64);
        // Each halving of a range of 10^21 between them, in logarithms.
        for _ in 0..100 {
            let between = (gentle * steep).sqrt();
            if mean_of(between) > wanted {
                gentle = between;
            } else {
                steep = between;
            }
        }
        Self::Falling {
            decay: steep,
            from_most,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(min: u32, max: u32, mean: f64) -> Counts {
        Counts::new(Key::of_seed(42).child("counts"), min, max, mean)
    }

    fn sum(counts: &[u32]) -> u64 {
        counts.iter().map(|count| u64::from(*count)).sum()
    }

    proptest! {
        /// Whatever is asked for: each count in its range, the sum as announced, and an end.
        #[test]
        fn counts_keep_their_range_and_their_sum(
            bounds in prop_oneof![
                (0u32..10, 0u32..10),
                (0u32..1_000_000_000, 0u32..1_000_000_000),
                Just((0, 1_000_000_000)),
            ],
            share in prop_oneof![0.0f64..=1.0, Just(0.0), Just(1.0), Just(0.5), Just(1e-9)],
            block in 0u64..1 << 50,
            parents in 1u64..=BLOCK,
        ) {
            let (min, max) = (bounds.0.min(bounds.1), bounds.0.max(bounds.1));
            let mean = f64::from(min) + f64::from(max - min) * share;
            let all = counts(min, max, mean);
            let found = all.of(block, parents);
            prop_assert_eq!(found.len() as u64, parents);
            prop_assert!(found.iter().all(|count| (min..=max).contains(count)));
            prop_assert_eq!(sum(&found), all.total(parents));
            let exact = mean * parents as f64;
            prop_assert!((all.total(parents) as f64 - exact).abs() <= 0.5 + exact * 1e-15);
        }
    }

    /// Shares of the counts from `min` on, over many blocks.
    fn shares(all: &Counts) -> Vec<f64> {
        const BLOCKS: u64 = 200;
        let mut found = vec![0.0; (all.max - all.min + 1) as usize];
        for block in 0..BLOCKS {
            for count in all.of(block, BLOCK) {
                found[(count - all.min) as usize] += 1.0 / (BLOCKS * BLOCK) as f64;
            }
        }
        found
    }

    #[test]
    fn counts_are_even_without_a_mean_and_fall_or_rise_towards_one() {
        for share in shares(&counts(1, 7, 4.0)) {
            assert!((share - 1.0 / 7.0).abs() < 0.006, "{share}");
        }
        let falling = shares(&counts(0, 9, 2.0));
        let rising = shares(&counts(0, 9, 7.0));
        for (few, many) in falling.iter().zip(&falling[1..]) {
            assert!((many / few - 0.73).abs() < 0.08, "{falling:?}");
        }
        for (few, many) in falling.iter().zip(rising.iter().rev()) {
            assert!((few - many).abs() < 0.006, "{falling:?} {rising:?}");
        }
    }

    /// The count of a parent tells nothing about the next one's, nor about that at its place in
    /// the next block: not even in the sum, which settling fixes.
    #[test]
    fn counts_do_not_depend_on_each_other() {
        let all = counts(1, 7, 4.0);
        let centred = |block: u64| -> Vec<f64> {
            let counts = all.of(block, BLOCK);
            counts.iter().map(|count| f64::from(*count) - 4.0).collect()
        };
        let blocks: Vec<_> = (0..200).map(centred).collect();
        for distance in [1usize, 2, 3, 4, 7, 8, 16, 32, 64, 256, 512] {
            let pairs = blocks
                .iter()
                .flat_map(|block| block.iter().zip(&block[distance..]));
            let (mut product, mut count) = (0.0, 0.0);
            for (a, b) in pairs {
                product += a * b / 4.0;
                count += 1.0;
            }
            // Within five standard deviations, and one part in 1,023 that a fixed sum costs.
            let correlation: f64 = product / count;
            let bound = 5.0 / f64::sqrt(count) + 2e-3;
            assert!(correlation.abs() < bound, "{distance}: {correlation}");
        }
        let next = blocks.iter().zip(&blocks[1..]);
        let products = next.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b / 4.0));
        let products: Vec<f64> = products.collect();
        let correlation = products.iter().sum::<f64>() / products.len() as f64;
        assert!(correlation.abs() < 0.012, "{correlation}");
    }
}
