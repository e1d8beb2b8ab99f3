//! Distributions of values that lie on a grid: whole numbers, and those of fixed decimals.

use super::{Buckets, Distribution, SampleRange, Sampled};
use crate::compile::Rejected;
use crate::rows::Rows;
use crate::scope::Scope;

/// Steps of a grid, 1 apart, that lie in a range.
#[derive(Debug)]
pub(crate) struct Grid {
    source: Source,
    low: i128,
    high: i128,
    /// Steps in 1.
    per_unit: f64,
}

#[derive(Debug)]
enum Source {
    Sampled(Sampled),
    Buckets(Buckets),
}

impl Grid {
    /// Steps of 10^-`decimals` from `low` to `high`; `None` if they are uniformly distributed,
    /// which each kind does faster by itself.
    pub(crate) fn compile(
        distribution: &Distribution,
        scope: &Scope<'_>,
        (low, high): (i128, i128),
        decimals: u8,
    ) -> Result<Option<Self>, Rejected> {
        // Not `powi`, whose rounding is not specified; powers of ten are exact up to 10^22, and
        // beyond it the nearest float will do.
        let per_unit = 10u128.pow(decimals.into()) as f64;
        let source = if let Distribution::Weights(buckets) = distribution {
            Source::Buckets(Buckets::compile(buckets, scope, (low, high), decimals)?)
        } else {
            let range = SampleRange {
                low: low as f64 / per_unit,
                high: high as f64 / per_unit,
                step: 1.0 / per_unit,
            };
            match distribution.sampler(scope, range)? {
                Some(sampled) => Source::Sampled(sampled),
                None => return Ok(None),
            }
        };
        Ok(Some(Self {
            source,
            low,
            high,
            per_unit,
        }))
    }

    /// The lowest and the highest step that may come.
    pub(crate) fn ends(&self) -> (i128, i128) {
        match &self.source {
            Source::Sampled(_) => (self.low, self.high),
            Source::Buckets(buckets) => buckets.ends(),
        }
    }

    /// A step for each row, converted.
    pub(crate) fn map<T>(&self, rows: Rows<'_>, convert: impl Fn(i128) -> T) -> Vec<T> {
        let sampled = match &self.source {
            Source::Buckets(buckets) => return rows.map(|row| convert(buckets.of(row))),
            Source::Sampled(sampled) => sampled,
        };
        let values = sampled.sampler.values(rows).into_iter();
        let steps = values.map(|value| value * self.per_unit);
        let (low, high) = (self.low, self.high);
        // Casts stop at the ends of the type.
        match (self.narrow_ends(), sampled.from_low) {
            (Some((low, high)), true) => steps
                .map(|above| low.saturating_add(libm::floor(above) as i64).min(high))
                .map(|step| convert(step.into()))
                .collect(),
            (Some((low, high)), false) => steps
                .map(|nearest| (libm::rint(nearest) as i64).clamp(low, high))
                .map(|step| convert(step.into()))
                .collect(),
            (None, true) => steps
                .map(|above| low.saturating_add(libm::floor(above) as i128).min(high))
                .map(convert)
                .collect(),
            (None, false) => steps
                .map(|nearest| (libm::rint(nearest) as i128).clamp(low, high))
                .map(convert)
                .collect(),
        }
    }

    /// Lowest and highest step in 64 bits, if these hold every distance from the lowest, too: of
    /// 128 bits, each cast from a float is a call.
    fn narrow_ends(&self) -> Option<(i64, i64)> {
        let (low, high) = (self.low.try_into().ok()?, self.high.try_into().ok()?);
        i64::checked_sub(high, low).map(|_| (low, high))
    }
}
