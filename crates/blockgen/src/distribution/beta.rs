//! The beta distribution, as the share that one of two gamma variables has in both.

use std::ops::RangeInclusive;

use super::normal::standard_normal;
use super::{ATTEMPTS, Draw};
use crate::random::RowRng;

/// Shapes for which everything below stays far from overflow. With lower ones practically all
/// values are one of the ends, with higher ones all are the mean.
pub(super) const SHAPES: RangeInclusive<f64> = 0.001..=1e6;

#[derive(Debug)]
pub(super) struct Beta {
    alpha: LogGamma,
    beta: LogGamma,
    /// What 1 is scaled to.
    width: f64,
}

impl Beta {
    pub(super) fn new(alpha: f64, beta: f64, width: f64) -> Self {
        Self {
            alpha: LogGamma::new(alpha),
            beta: LogGamma::new(beta),
            width,
        }
    }
}

impl Draw for Beta {
    fn draw(&self, rng: &mut RowRng) -> f64 {
        let (x, y) = (self.alpha.draw(rng), self.beta.draw(rng));
        // x / (x + y) of the logarithms: with small shapes the gamma variables themselves are often
        // 0, both of them.
        self.width / (1.0 + libm::exp(y - x))
    }
}

/// Logarithm of a gamma variable: Marsaglia and Tsang, "A Simple Method for Generating Gamma
/// Variables" (2000).
#[derive(Debug)]
struct LogGamma {
    d: f64,
    c: f64,
    /// Where the shape is below 1, a variable of the next higher shape is multiplied by a random
    /// number to the power of this (the same paper, note 6).
    power: Option<f64>,
}

impl LogGamma {
    fn new(shape: f64) -> Self {
        let (shape, power) = if shape < 1.0 {
            (shape + 1.0, Some(1.0 / shape))
        } else {
            (shape, None)
        };
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        Self { d, c, power }
    }

    fn draw(&self, rng: &mut RowRng) -> f64 {
        let log = libm::log(self.d) + self.log_of_v(rng);
        match self.power {
            Some(power) => log + libm::log(rng.open_unit()) * power,
            None => log,
        }
    }

    fn log_of_v(&self, rng: &mut RowRng) -> f64 {
        // More than 95 of 100 tries succeed.
        for _ in 0..ATTEMPTS {
            let z = standard_normal(rng);
            let root = 1.0 + self.c * z;
            let u = rng.open_unit();
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let log_v = libm::log(v);
            if libm::log(u) < 0.5 * z * z + self.d * (1.0 - v + log_v) {
                return log_v;
            }
        }
        0.0
    }
}
