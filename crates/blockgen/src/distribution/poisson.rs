//! The Poisson distribution, by a table of all counts that ever come.

use super::Sampler;
use crate::random::Lane;
use crate::rows::Rows;
use crate::weights::Alias;

/// With it the table has some 60,000 entries. Beyond, counts are normally distributed.
pub(super) const MAX_MEAN: f64 = 1e7;

/// Counts that are this much rarer than the most frequent one are left out: together they are
/// below what a draw resolves.
const NEGLIGIBLE: f64 = 1e-18;

#[derive(Debug)]
pub(super) struct Poisson {
    lane: Lane,
    lowest: f64,
    counts: Alias,
}

impl Poisson {
    /// Counts between the ends of a range; `None` if none comes there.
    pub(super) fn new(mean: f64, low: f64, high: f64, lane: Lane) -> Option<Self> {
        // Each probability follows from its neighbour's, p(k) = p(k - 1) · mean / k, outwards from
        // the most frequent count: no logarithms, no factorials.
        let mode = libm::floor(mean);
        let mut below = Vec::new();
        let (mut count, mut weight) = (mode, 1.0);
        while count > 0.0 && weight > NEGLIGIBLE {
            weight *= count / mean;
            count -= 1.0;
            below.push(weight);
        }
        let lowest = count.max(libm::ceil(low));
        let first = count;
        let mut weights: Vec<f64> = below.into_iter().rev().collect();
        weights.push(1.0);
        (count, weight) = (mode, 1.0);
        while weight > NEGLIGIBLE {
            count += 1.0;
            weight *= mean / count;
            weights.push(weight);
        }
        let highest = count.min(libm::floor(high));
        if lowest > highest {
            return None;
        }
        // Both are whole numbers within the table.
        let weights = &weights[(lowest - first) as usize..=(highest - first) as usize];
        let counts = Alias::new(weights).ok()?;
        Some(Self {
            lane,
            lowest,
            counts,
        })
    }
}

impl Sampler for Poisson {
    fn values(&self, rows: Rows<'_>) -> Vec<f64> {
        rows.map(|row| self.lowest + self.counts.draw(&mut self.lane.draws(row)) as f64)
    }
}
