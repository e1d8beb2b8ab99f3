//! The Zipf distribution over any number of ranks, without a table.

use super::{ATTEMPTS, Draw};
use crate::random::RowRng;

/// Far beyond it, all values are the first rank anyway.
pub(super) const MAX_EXPONENT: f64 = 100.0;

/// Rejection-inversion: Hörmann and Derflinger, "Rejection-Inversion to Generate Variates from
/// Monotone Discrete Distributions" (1996). A rank is drawn by inverting H, the integral of
/// x^-exponent, and kept if the point lies under the bar of the rank; at worst every second is.
#[derive(Debug)]
pub(super) struct Zipf {
    exponent: f64,
    ranks: f64,
    /// Where the points under the curve start, all of the first rank's bar included.
    first: f64,
    /// Where they end.
    last: f64,
    /// Closer than this to its rank, a point is kept without a look at the bar.
    near: f64,
}

impl Zipf {
    pub(super) fn new(ranks: f64, exponent: f64) -> Self {
        let mut zipf = Self {
            exponent,
            ranks,
            first: 0.0,
            last: 0.0,
            near: 0.0,
        };
        zipf.first = zipf.integral(1.5) - 1.0;
        zipf.last = zipf.integral(ranks + 0.5);
        zipf.near = 2.0 - zipf.inverse(zipf.integral(2.5) - zipf.bar(2.0));
        zipf
    }

    /// x^-exponent.
    fn bar(&self, x: f64) -> f64 {
        libm::exp(-self.exponent * libm::log(x))
    }

    /// H(x) = (x^(1 - exponent) - 1) / (1 - exponent), which is ln(x) where the exponent is 1.
    fn integral(&self, x: f64) -> f64 {
        let log = libm::log(x);
        log * ratio((1.0 - self.exponent) * log, libm::expm1)
    }

    fn inverse(&self, y: f64) -> f64 {
        // By rounding it may come to lie below -1, where there is no logarithm.
        let t = (y * (1.0 - self.exponent)).max(-1.0);
        libm::exp(y * ratio(t, libm::log1p))
    }
}

/// f(x) / x, for functions that touch the diagonal in 0: also where x is 0 or nearly so.
fn ratio(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    if x.abs() < 1e-300 { 1.0 } else { f(x) / x }
}

/// Ranks, counted from 0.
impl Draw for Zipf {
    fn draw(&self, rng: &mut RowRng) -> f64 {
        for _ in 0..ATTEMPTS {
            let y = self.last + rng.open_unit() * (self.first - self.last);
            let x = self.inverse(y);
            let rank = libm::floor(x + 0.5).clamp(1.0, self.ranks);
            if rank - x <= self.near || y >= self.integral(rank + 0.5) - self.bar(rank) {
                return rank - 1.0;
            }
        }
        0.0
    }
}
