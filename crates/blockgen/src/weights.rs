//! Choices with weights: one draw, whatever the number of choices.

use std::fmt;

use crate::random::Draws;

/// What all weights together are scaled to, so that from here on they are whole numbers and the
/// same everywhere: as many steps as a float resolves between 0 and 1, 2^53.
const TOTAL: u64 = 1 << f64::MANTISSA_DIGITS;

/// A table of one box a choice, each as large as the next: a box holds a part of its own choice,
/// and is filled up with a part of one other ("alias method": Walker, 1977; this way of building
/// it: Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", 1991).
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    boxes: Box<[Share]>,
}

#[derive(Clone, Copy, Debug)]
struct Share {
    /// How much of the box, of `TOTAL`, is its own choice's.
    own: u64,
    /// Whose the rest is.
    other: usize,
}

/// Weights that cannot be used: which one, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WeightError {
    Empty,
    NotAWeight { index: usize, weight: f64 },
    AllZero,
    TooLarge,
}

/// What is allowed.
impl fmt::Display for WeightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "at least one weight",
            Self::NotAWeight { .. } => "weights of 0 or more",
            Self::AllZero => "at least one weight above 0",
            Self::TooLarge => "weights whose sum is a finite number",
        })
    }
}

impl Alias {
    pub(crate) fn new(weights: &[f64]) -> Result<Self, WeightError> {
        let shares = shares_of_total(weights)?;
        let count = shares.len() as u128;
        // In units in which all boxes together, and so each of them, are whole numbers.
        let mut left: Vec<u128> = shares
            .iter()
            .map(|share| u128::from(*share) * count)
            .collect();
        let full = u128::from(TOTAL);
        let boxes = (0..left.len()).map(|other| Share { own: TOTAL, other });
        let mut boxes: Box<[Share]> = boxes.collect();
        let (mut small, mut large): (Vec<_>, Vec<_>) =
            (0..left.len()).partition(|index| left[*index] < full);
        // What one is short of, one that has more than its box gives: all end up full.
        while let (Some(index), Some(donor)) = (small.pop(), large.pop()) {
            boxes[index] = Share {
                own: left[index] as u64,
                other: donor,
            };
            left[donor] -= full - left[index];
            if left[donor] < full {
                small.push(donor);
            } else {
                large.push(donor);
            }
        }
        Ok(Self { boxes })
    }

    /// How often each choice comes, of 1.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let box_size = TOTAL as f64 * self.boxes.len() as f64;
        let mut shares = vec![0.0; self.boxes.len()];
        for (index, share) in self.boxes.iter().enumerate() {
            shares[index] += share.own as f64 / box_size;
            shares[share.other] += (TOTAL - share.own) as f64 / box_size;
        }
        shares
    }

    /// The number of a choice.
    #[inline]
    pub(crate) fn draw(&self, draws: &mut Draws) -> usize {
        let index = draws.below(self.boxes.len() as u64) as usize;
        let share = self.boxes[index];
        if draws.below(TOTAL) < share.own {
            index
        } else {
            share.other
        }
    }
}

/// Weights as parts of `TOTAL` that add up to it exactly: the differences between rounded sums.
/// Sums and quotients of floats are the same on every system.
fn shares_of_total(weights: &[f64]) -> Result<Vec<u64>, WeightError> {
    if weights.is_empty() {
        return Err(WeightError::Empty);
    }
    let wrong = |weight: &f64| !(weight.is_finite() && *weight >= 0.0);
    if let Some(index) = weights.iter().position(wrong) {
        let weight = weights[index];
        return Err(WeightError::NotAWeight { index, weight });
    }
    let sum: f64 = weights.iter().sum();
    if !sum.is_finite() {
        return Err(WeightError::TooLarge);
    }
    if sum == 0.0 {
        return Err(WeightError::AllZero);
    }
    let (mut so_far, mut before) = (0.0, 0);
    let share = |weight: &f64| {
        so_far += weight;
        let now = (so_far / sum * TOTAL as f64) as u64;
        now - std::mem::replace(&mut before, now)
    };
    Ok(weights.iter().map(share).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Key;

    /// What the table makes of each choice, of `TOTAL` times the number of choices.
    fn parts(alias: &Alias) -> Vec<u128> {
        let mut parts = vec![0; alias.boxes.len()];
        for (index, share) in alias.boxes.iter().enumerate() {
            parts[index] += u128::from(share.own);
            parts[share.other] += u128::from(TOTAL - share.own);
        }
        parts
    }

    proptest! {
        #[test]
        fn the_table_holds_each_weight_to_the_last_step(
            weights in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1e3, 0.0..1e-12], 1..50),
        ) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let shares = shares_of_total(&weights).unwrap();
            prop_assert_eq!(shares.iter().sum::<u64>(), TOTAL);
            for (share, weight) in shares.iter().zip(&weights) {
                // Nobody draws what has no weight.
                prop_assert!(*weight > 0.0 || *share == 0);
            }
            let alias = Alias::new(&weights).unwrap();
            let count = weights.len() as u128;
            let expected: Vec<_> = shares.iter().map(|s| u128::from(*s) * count).collect();
            prop_assert_eq!(parts(&alias), expected);
        }
    }

    #[test]
    fn choices_come_as_often_as_their_weights_say() {
        let weights = [5.0, 0.0, 1.0, 0.5, 3.5];
        let alias = Alias::new(&weights).unwrap();
        let lane = Key::of_seed(1).lane(0);
        let mut counts = [0; 5];
        for row in 0..100_000 {
            counts[alias.draw(&mut lane.draws(row))] += 1;
        }
        for (count, weight) in counts.into_iter().zip(weights) {
            assert!(
                (f64::from(count) - weight * 1e4).abs() < 700.0,
                "{counts:?}"
            );
        }
        assert_eq!(counts[1], 0);
    }

    #[test]
    fn weights_that_are_none() {
        for (weights, error) in [
            (&[][..], WeightError::Empty),
            (&[0.0, -0.0], WeightError::AllZero),
            (&[f64::MAX, f64::MAX], WeightError::TooLarge),
            (
                &[1.0, -1.0],
                WeightError::NotAWeight {
                    index: 1,
                    weight: -1.0,
                },
            ),
        ] {
            assert_eq!(Alias::new(weights).unwrap_err(), error);
        }
        for bad in [f64::NAN, f64::INFINITY] {
            let error = Alias::new(&[bad]).unwrap_err();
            assert!(matches!(error, WeightError::NotAWeight { index: 0, .. }));
        }
        // One choice of the smallest weight there is.
        assert_eq!(parts(&Alias::new(&[5e-324]).unwrap()), [u128::from(TOTAL)]);
    }
}
