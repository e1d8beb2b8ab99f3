//! Distributions that one formula turns a random number into.

use super::Draw;
use super::normal::standard_normal;
use crate::random::RowRng;

#[derive(Debug)]
pub(super) struct Normal {
    pub(super) mean: f64,
    pub(super) std_dev: f64,
}

impl Draw for Normal {
    #[inline]
    fn draw(&self, rng: &mut RowRng) -> f64 {
        self.mean + self.std_dev * standard_normal(rng)
    }
}

#[derive(Debug)]
pub(super) struct LogNormal {
    pub(super) mu: f64,
    pub(super) sigma: f64,
}

impl Draw for LogNormal {
    #[inline]
    fn draw(&self, rng: &mut RowRng) -> f64 {
        libm::exp(self.mu + self.sigma * standard_normal(rng))
    }
}

/// The quantile of the exponential distribution; `ln(u)` and `ln(1 - u)` are distributed alike.
#[derive(Debug)]
pub(super) struct Exponential {
    pub(super) rate: f64,
}

impl Draw for Exponential {
    #[inline]
    fn draw(&self, rng: &mut RowRng) -> f64 {
        -libm::log(rng.open_unit()) / self.rate
    }
}

/// Its logarithm is exponentially distributed above that of `scale`.
#[derive(Debug)]
pub(super) struct Pareto {
    pub(super) scale: f64,
    pub(super) shape: f64,
}

impl Draw for Pareto {
    #[inline]
    fn draw(&self, rng: &mut RowRng) -> f64 {
        self.scale * libm::exp(-libm::log(rng.open_unit()) / self.shape)
    }
}
