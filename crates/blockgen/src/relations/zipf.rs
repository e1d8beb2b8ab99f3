//! Zipf's law over any number of ranks: rank `k` comes in proportion to `k^-exponent`.
//!
//! The first ranks, which most draws fall on, stand in a table that is drawn from in one look
//! (A. J. Walker, "An Efficient Method for Generating Discrete Random Variables with General
//! Distributions", 1977, filled as in M. D. Vose, "A Linear Algorithm for Generating Random
//! Numbers with a Given Distribution", 1991). The ranks behind them are drawn as a piece of the
//! continuous law, which is inverted: between `k - 1/2` and `k + 1/2` it weighs as much as rank
//! `k`, within `exponent (exponent + 1) / 24k²` of it, as Taylor's series shows; beyond the table
//! that is less than a hundred-thousandth for any exponent allowed here.
//!
//! Nothing here may change without a new [`ALGORITHM_VERSION`](crate::ALGORITHM_VERSION).

use crate::random::{Draws, Key, Lane};

/// Ranks that stand in the table.
const TABLE: u64 = 1_024;

/// The steepest law: nearly every draw is the first rank.
pub(crate) const MAX_EXPONENT: f64 = 10.0;

/// Fractions of one are whole numbers of 2^-53.
const STEPS: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;

/// Draws ranks, each with what it stands for: the table holds the answers, not the ranks.
#[derive(Debug)]
pub(super) struct Zipf {
    first: Lane,
    second: Lane,
    columns: Box<[Column]>,
    tail: Option<Tail>,
}

/// A column of Walker's table: all are drawn equally often, and each is shared by two answers.
#[derive(Clone, Copy, Debug)]
struct Column {
    /// Of the 2^53 fractions, those below this mean the lower answer.
    threshold: u64,
    lower: Answer,
    upper: Answer,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Value(u64),
    Tail,
}

/// The ranks from `TABLE + 1` on.
#[derive(Debug)]
struct Tail {
    ranks: u64,
    /// Where the continuous law starts: half a rank before the first.
    start: f64,
    /// One less the exponent.
    power: f64,
    /// `ln(end / start)` times the power, or alone where the power is 0; of the former, `exp` less 1.
    reach: f64,
}

impl Zipf {
    /// Over the ranks `1..=ranks`, at least one; `value_of` says what a rank stands for, counted
    /// from 0. The exponent is 0 to [`MAX_EXPONENT`].
    pub(super) fn new(key: Key, ranks: u64, exponent: f64, value_of: impl Fn(u64) -> u64) -> Self {
        let listed = ranks.clamp(1, TABLE);
        let weight = |rank: u64| libm::pow((rank + 1) as f64, -exponent);
        let mut weights: Vec<f64> = (0..listed).map(weight).collect();
        let mut answers: Vec<_> = (0..listed)
            .map(|rank| Answer::Value(value_of(rank)))
            .collect();
        let mut tail = None;
        if ranks > listed {
            let (found, weight) = Tail::new(ranks, exponent);
            tail = Some(found);
            weights.push(weight);
            answers.push(Answer::Tail);
        }
        Self {
            first: key.lane(0),
            second: key.lane(1),
            columns: table(&weights, &answers),
            tail,
        }
    }

    /// What is drawn for `row`; `value_of` as it was given to [`new`](Self::new).
    #[inline]
    pub(super) fn of(&self, row: u64, value_of: impl Fn(u64) -> u64) -> u64 {
        let mut draws = self.first.draws(row);
        let column = &self.columns[draws.below(self.columns.len() as u64) as usize];
        let answer = if fraction(&mut draws) < column.threshold {
            column.lower
        } else {
            column.upper
        };
        match (answer, &self.tail) {
            (Answer::Value(value), _) => value,
            (Answer::Tail, Some(tail)) => value_of(tail.rank(&mut self.second.draws(row))),
            // Without a tail no answer points there.
            (Answer::Tail, None) => value_of(0),
        }
    }
}

#[inline]
fn fraction(draws: &mut Draws) -> u64 {
    draws.below(1 << f64::MANTISSA_DIGITS)
}

impl Tail {
    /// The tail, and its weight beside those of the ranks in the table.
    fn new(ranks: u64, exponent: f64) -> (Self, f64) {
        let start = TABLE as f64 + 0.5;
        let width = libm::log((ranks as f64 + 0.5) / start);
        let power = 1.0 - exponent;
        let (reach, weight) = if power == 0.0 {
            (width, width)
        } else {
            let reach = libm::expm1(power * width);
            (reach, libm::pow(start, power) * reach / power)
        };
        let tail = Self {
            ranks,
            start,
            power,
            reach,
        };
        (tail, weight)
    }

    /// A rank, counted from 0.
    #[inline]
    fn rank(&self, draws: &mut Draws) -> u64 {
        let share = fraction(draws) as f64 / STEPS;
        let exponent = if self.power == 0.0 {
            share * self.reach
        } else {
            libm::log1p(share * self.reach) / self.power
        };
        // The first rank is `start` plus a half, counted from 1; a cast never leaves its type.
        let rank = (self.start * libm::exp(exponent) - 0.5) as u64;
        rank.clamp(TABLE, self.ranks - 1)
    }
}

/// Vose's filling: columns that lack weight are topped up from those that have too much.
fn table(weights: &[f64], answers: &[Answer]) -> Box<[Column]> {
    let sum: f64 = weights.iter().sum();
    let mean = sum / weights.len() as f64;
    let mut shares: Vec<f64> = weights.iter().map(|weight| weight / mean).collect();
    let mut columns: Vec<_> = answers
        .iter()
        .map(|answer| Column {
            threshold: STEPS as u64,
            lower: *answer,
            upper: *answer,
        })
        .collect();
    let (mut poor, mut rich): (Vec<_>, Vec<_>) =
        (0..shares.len()).partition(|column| shares[*column] < 1.0);
    while let (Some(&lacking), Some(&giver)) = (poor.last(), rich.last()) {
        poor.pop();
        columns[lacking].threshold = (shares[lacking] * STEPS) as u64;
        columns[lacking].upper = answers[giver];
        shares[giver] -= 1.0 - shares[lacking];
        if shares[giver] < 1.0 {
            rich.pop();
            poor.push(giver);
        }
    }
    columns.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: u64 = 400_000;

    fn counts(ranks: u64, exponent: f64) -> Vec<u64> {
        let key = Key::of_seed(42).child("zipf");
        let zipf = Zipf::new(key, ranks, exponent, |rank| rank);
        let mut counts = vec![0; ranks as usize];
        for row in 0..ROWS {
            counts[zipf.of(row, |rank| rank) as usize] += 1;
        }
        counts
    }

    /// Ranks are put together until forty draws are expected of each group.
    fn unevenness(counts: &[u64], exponent: f64) -> f64 {
        let weight = |rank: usize| (rank as f64 + 1.0).powf(-exponent);
        let sum: f64 = (0..counts.len()).map(weight).sum();
        let (mut chi_square, mut groups) = (0.0, 0.0);
        let (mut found, mut expected) = (0.0, 0.0);
        for (rank, count) in counts.iter().enumerate() {
            found += *count as f64;
            expected += weight(rank) / sum * ROWS as f64;
            if expected >= 40.0 {
                chi_square += (found - expected).powi(2) / expected;
                groups += 1.0;
                (found, expected) = (0.0, 0.0);
            }
        }
        if groups < 2.0 {
            return 0.0;
        }
        (chi_square - (groups - 1.0)) / (2.0 * (groups - 1.0)).sqrt()
    }

    #[test]
    fn ranks_follow_the_law() {
        for ranks in [1, 2, 10, 1_023, 1_024, 1_025, 1_100, 5_000, 200_000] {
            for exponent in [0.0, 0.3, 0.8, 1.0, 1.05, 1.5, 3.0, 10.0] {
                let unevenness = unevenness(&counts(ranks, exponent), exponent);
                assert!(unevenness < 4.5, "{ranks} {exponent}: {unevenness}");
            }
        }
    }

    /// Whatever is drawn is a rank, at the ends of what is allowed.
    #[test]
    fn ranks_stay_in_their_range() {
        let key = Key::of_seed(1).child("zipf");
        for ranks in [1_025, 1 << 40, i64::MAX as u64, u64::MAX] {
            for exponent in [0.0, 1e-300, 0.5, 1.0 - 1e-16, 1.0, 1.0 + 1e-15, 2.0, 10.0] {
                let (tail, weight) = Tail::new(ranks, exponent);
                assert!(weight.is_finite() && weight >= 0.0, "{ranks} {exponent}");
                let zipf = Zipf::new(key, ranks, exponent, |rank| rank);
                for row in 0..2_000 {
                    assert!(zipf.of(row, |rank| rank) < ranks);
                    let rank = tail.rank(&mut key.lane(2).draws(row));
                    assert!((TABLE..ranks).contains(&rank), "{ranks} {exponent}");
                }
            }
        }
    }
}
