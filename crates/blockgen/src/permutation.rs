//! Distinct values without remembering any: a keyed permutation of the whole numbers below `n`.
//!
//! A Feistel network maps the next power of two onto itself: the bits are cut into two halves, and
//! each round changes one half by a random function of the other, which can be undone because the
//! other is still there (Luby and Rackoff, "How to Construct Pseudorandom Permutations from
//! Pseudorandom Functions", 1988). What falls on `n` or above is mapped again until it falls below
//! ("cycle walking": Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). That stays
//! a permutation, because it follows the cycle that the number stands on back to where it started
//! from; and as more than half of the numbers are below `n`, fewer than two mappings are needed on
//! average.
//!
//! Nothing here may change without a new [`ALGORITHM_VERSION`](crate::ALGORITHM_VERSION).

use crate::random::{Key, Lane};

/// From six rounds on, nobody who asks for fewer values than one half can hold tells the network
/// from a random permutation (Patarin, "Security of Random Feistel Schemes with 5 or More Rounds",
/// 2004).
const ROUNDS: usize = 6;

/// Halves of up to four bits are worn out sooner. With 24 rounds it still shows that of the orders
/// of eight numbers some come more often than others, with 32 no longer.
const ROUNDS_OF_FEW_BITS: usize = 32;
const FEW_BITS: u32 = 7;

/// A permutation of the whole numbers below `n`, another one for each key.
#[derive(Clone, Debug)]
pub(crate) struct Permutation {
    /// The random function of each round.
    rounds: [Lane; ROUNDS],
    /// Those of the rounds beyond, where there are few bits.
    more_rounds: Box<[Lane]>,
    /// The highest number, `n` less one.
    last: u64,
    right_bits: u32,
    left_mask: u64,
    right_mask: u64,
}

impl Permutation {
    /// Of `0..n`; an `n` of 0 counts as 1.
    pub(crate) fn new(key: Key, n: u64) -> Self {
        Self::up_to(key, n.saturating_sub(1))
    }

    /// Of `0..=last`, so that there can be 2^64 numbers.
    pub(crate) fn up_to(key: Key, last: u64) -> Self {
        let key = key.child("permutation");
        let bits = u64::BITS - last.leading_zeros();
        let right_bits = bits / 2;
        let mask = |bits: u32| (1 << bits) - 1;
        let lane = |round: usize| key.lane(round as u64);
        let rounds = if bits <= FEW_BITS {
            ROUNDS_OF_FEW_BITS
        } else {
            ROUNDS
        };
        Self {
            rounds: std::array::from_fn(lane),
            more_rounds: (ROUNDS..rounds).map(lane).collect(),
            last,
            right_bits,
            left_mask: mask(bits - right_bits),
            right_mask: mask(right_bits),
        }
    }

    /// Where `index` goes. No two below `n` go to the same place; one that is not below `n` goes
    /// where its remainder goes.
    #[inline]
    pub(crate) fn at(&self, index: u64) -> u64 {
        self.walk(index, Self::forwards)
    }

    /// The number that [`at`](Self::at) takes to `image`.
    #[cfg(test)]
    pub(crate) fn inverse(&self, image: u64) -> u64 {
        self.walk(image, Self::backwards)
    }

    #[inline]
    fn walk(&self, mut number: u64, step: impl Fn(&Self, u64) -> u64) -> u64 {
        if number > self.last {
            // Above `n` there are cycles that never come below it. `last` is not `u64::MAX` here.
            number %= self.last + 1;
        }
        loop {
            number = step(self, number);
            if number <= self.last {
                return number;
            }
        }
    }

    #[inline]
    fn forwards(&self, number: u64) -> u64 {
        let (mut left, mut right) = self.halves(number);
        let mut run = |rounds: &[Lane]| {
            for pair in rounds.chunks_exact(2) {
                left ^= pair[0].bits(right) & self.left_mask;
                right ^= pair[1].bits(left) & self.right_mask;
            }
        };
        run(&self.rounds);
        run(&self.more_rounds);
        left << self.right_bits | right
    }

    #[cfg(test)]
    fn backwards(&self, number: u64) -> u64 {
        let (mut left, mut right) = self.halves(number);
        let mut run = |rounds: &[Lane]| {
            for pair in rounds.chunks_exact(2).rev() {
                right ^= pair[1].bits(left) & self.right_mask;
                left ^= pair[0].bits(right) & self.left_mask;
            }
        };
        run(&self.more_rounds);
        run(&self.rounds);
        left << self.right_bits | right
    }

    fn halves(&self, number: u64) -> (u64, u64) {
        (number >> self.right_bits, number & self.right_mask)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn key(seed: u64) -> Key {
        Key::of_seed(seed).child("table").child("column")
    }

    /// Deviation of `counts` from evenness, in standard deviations of the chi-square statistic.
    fn unevenness<'a>(counts: impl ExactSizeIterator<Item = &'a u64> + Clone) -> f64 {
        let cells = counts.len() as f64;
        let expected = counts.clone().sum::<u64>() as f64 / cells;
        let deviation = |count: &u64| (*count as f64 - expected).powi(2) / expected;
        let chi_square: f64 = counts.map(deviation).sum();
        (chi_square - (cells - 1.0)) / (2.0 * (cells - 1.0)).sqrt()
    }

    fn assert_permutes(n: u64, seed: u64) {
        let permutation = Permutation::new(key(seed), n);
        let mut seen = vec![false; n as usize];
        for index in 0..n {
            let image = permutation.at(index);
            assert!(!seen[image as usize], "{n}: {image} twice");
            seen[image as usize] = true;
            assert_eq!(permutation.inverse(image), index, "{n}");
        }
    }

    #[test]
    fn every_number_comes_once_for_every_small_n() {
        for n in 1..600 {
            assert_permutes(n, n);
        }
    }

    #[test]
    fn every_number_comes_once_around_powers_of_two() {
        for bits in 10..=17 {
            for n in [(1 << bits) - 1, 1 << bits, (1 << bits) + 1] {
                assert_permutes(n, 42);
            }
        }
        assert_eq!(Permutation::new(key(1), 0).at(0), 0);
    }

    proptest! {
        #[test]
        fn the_inverse_leads_back_for_any_n(
            seed: u64,
            last in prop_oneof![any::<u64>(), 0u64..1_000, Just(u64::MAX), Just(1 << 63)],
            index: u64,
        ) {
            let permutation = Permutation::up_to(key(seed), last);
            let index = if index > last { index % (last + 1) } else { index };
            let image = permutation.at(index);
            prop_assert!(image <= last);
            prop_assert_eq!(permutation.inverse(image), index);
        }

        /// Nothing hangs and nothing leaves the range, whatever is asked for.
        #[test]
        fn an_index_that_is_too_high_is_folded_back(seed: u64, n in 0u64..50, index: u64) {
            let permutation = Permutation::new(key(seed), n);
            prop_assert_eq!(permutation.at(index), permutation.at(index % n.max(1)));
            prop_assert!(permutation.inverse(index) < n.max(1));
        }
    }

    /// All orders of a few numbers come, one as often as another.
    #[test]
    fn keys_choose_among_all_permutations_evenly() {
        for (n, orders) in [(2, 2), (3, 6), (4, 24), (5, 120), (6, 720), (7, 5_040)] {
            let mut counts = BTreeMap::new();
            for seed in 0..60_000 {
                let permutation = Permutation::new(key(seed), n);
                let order: Vec<_> = (0..n).map(|index| permutation.at(index)).collect();
                *counts.entry(order).or_default() += 1;
            }
            assert_eq!(counts.len(), orders, "{n}");
            let unevenness = unevenness(counts.values());
            assert!(unevenness.abs() < 4.5, "{n}: {unevenness}");
        }
    }

    /// The same for where two neighbours go, among numbers of which there are too many orders.
    #[test]
    fn keys_send_neighbours_anywhere() {
        for n in [16, 33, 128, 129, 200] {
            let mut counts = BTreeMap::new();
            for seed in 0..n * n * 20 {
                let permutation = Permutation::new(key(seed), n);
                let pair = (permutation.at(0), permutation.at(1));
                *counts.entry(pair).or_default() += 1;
            }
            assert_eq!(counts.len() as u64, n * (n - 1), "{n}");
            let unevenness = unevenness(counts.values());
            assert!(unevenness.abs() < 4.5, "{n}: {unevenness}");
        }
    }

    /// Neither an image nor the step to the next one tells anything about the index.
    #[test]
    fn there_is_no_visible_order() {
        for n in [4_096, 5_000, 65_535, 65_537, 1 << 40, 1 << 63, u64::MAX] {
            let permutation = Permutation::new(key(42), n);
            let rows = n.min(60_000);
            let part = |value: u64| (u128::from(value) * 16 / u128::from(n)) as usize;
            let mut pairs = [0; 256];
            let mut steps = [0; 16];
            for index in 0..rows {
                let (here, next) = (permutation.at(index), permutation.at((index + 1) % n));
                pairs[part(here) * 16 + part(next)] += 1;
                let step = u128::from(next) + u128::from(n) - u128::from(here);
                steps[part((step % u128::from(n)) as u64)] += 1;
            }
            // What was drawn does not come again, so small ranges are a little too even.
            let even = unevenness(pairs.iter());
            assert!(even < 4.5, "{n}: pairs {even}");
            let even = unevenness(steps.iter());
            assert!(even < 4.5, "{n}: steps {even}");
        }
    }
}
