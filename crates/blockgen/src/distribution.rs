//! How numbers are spread: the option that all kinds of numbers share, and what it compiles to.
//!
//! ```text
//! Distribution ──sampler(range)──▶ Sampler: floats ──▶ a float column as they are
//!      │                                         └───▶ Grid: whole numbers, decimals
//!      └─────────weights──▶ buckets::Buckets ────┘
//! ```
//!
//! The mathematics is ours over `libm`, and not that of the `rand_distr` crate: that one computes
//! through `num-traits`, and as soon as any crate of a build asks `num-traits` for `std`, as Arrow
//! does, its `ln` and `exp` are those of the platform, whose last digits differ.
//! `tests/numbers.rs` holds each distribution to its distribution function or its probabilities.

mod beta;
mod buckets;
mod continuous;
mod grid;
mod normal;
mod poisson;
mod zipf;

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Rejected;
use crate::number::readable;
use crate::random::{Lane, RowRng};
use crate::rows::Rows;
use crate::scope::Scope;

pub use self::buckets::Bucket;
pub(crate) use self::buckets::{Buckets, FloatBuckets};
pub(crate) use self::grid::Grid;

/// How the values of a column of numbers are spread over its range.
///
/// A value that falls outside of the range is drawn again, up to 64 times, and then set to the
/// nearer end. Where values are whole numbers or have fixed decimals, they are rounded to the
/// nearest; distributions are computed as 64-bit floats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Distribution {
    /// Each value of the range as often as any other: the default.
    #[default]
    Uniform,
    /// The bell curve.
    Normal {
        /// Mean of the values.
        mean: f64,
        /// Standard deviation of the values, 0 or more.
        std_dev: f64,
    },
    /// Values whose logarithms are normally distributed: incomes, sizes of files.
    LogNormal {
        /// Mean of the natural logarithms; e^`mu` is the median of the values.
        mu: f64,
        /// Standard deviation of the natural logarithms, 0 or more.
        sigma: f64,
    },
    /// Distances between events that come independently, counted from `min`, or from 0 if there is
    /// no `min`.
    Exponential {
        /// Events per unit, above 0: the mean distance is 1 / `rate`.
        rate: f64,
    },
    /// Ranks: the lowest value of the range is the most frequent, and rank k comes
    /// 1 / k^`exponent` times as often. Ranks are 1 apart and start at `min`, or at 1 if there is
    /// no `min`.
    Zipf {
        /// Above 0, up to 100; about 1 for words, cities and customers.
        exponent: f64,
    },
    /// A power law above a lowest value: wealth, traffic.
    Pareto {
        /// The lowest value, above 0.
        scale: f64,
        /// Above 0; 1.16 is the rule of 80 to 20. The lower, the heavier the tail.
        shape: f64,
    },
    /// Numbers of events in a fixed time.
    Poisson {
        /// Events expected, above 0, up to 10 million.
        mean: f64,
    },
    /// A share between `min` (0) and `max` (1).
    Beta {
        /// 0.001 to 1 million; the higher against `beta`, the closer the values lie to `max`.
        alpha: f64,
        /// 0.001 to 1 million.
        beta: f64,
    },
    /// Values and ranges with weights of their own.
    Weights(Vec<Bucket>),
}

/// Tries to hit the range before a value is set to its end.
const ATTEMPTS: usize = 64;

/// The range that samples lie in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleRange {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// How far values lie apart; 0 where nothing is rounded.
    pub(crate) step: f64,
}

/// Floats for any rows.
pub(crate) trait Sampler: fmt::Debug + Send + Sync {
    fn values(&self, rows: Rows<'_>) -> Vec<f64>;
}

/// A sampler, and where its values count from.
#[derive(Clone, Debug)]
pub(crate) struct Sampled {
    pub(crate) sampler: Arc<dyn Sampler>,
    /// From the lowest value of the range, which keeps whole numbers exact; or from 0.
    pub(crate) from_low: bool,
}

impl Distribution {
    /// For serde.
    pub(crate) fn is_uniform(&self) -> bool {
        *self == Self::Uniform
    }

    /// Where its values start if the spec does not say.
    pub(crate) fn start(&self) -> Option<i32> {
        match self {
            Self::Exponential { .. } | Self::Poisson { .. } => Some(0),
            Self::Zipf { .. } => Some(1),
            _ => None,
        }
    }

    /// Samples in a range, whose ends are finite; uniform and explicit weights are the business of
    /// each kind, because only it can make them exact.
    pub(crate) fn sampler(
        &self,
        scope: &Scope<'_>,
        range: SampleRange,
    ) -> Result<Option<Sampled>, Rejected> {
        let lane = scope.key().child("distribution").lane(0);
        let SampleRange { low, high, step } = range;
        let from_low = matches!(
            self,
            Self::Exponential { .. } | Self::Zipf { .. } | Self::Beta { .. }
        );
        let width = high - low;
        if from_low && !width.is_finite() {
            let low = readable(low);
            let allowed = format!("a range that is itself a finite number (min is {low})");
            return Err(scope.invalid("max", readable(high), allowed));
        }
        // What is rounded to the ends belongs to them.
        let absolute = (low - step / 2.0, high + step / 2.0);
        let relative = (0.0, width + step);
        let sampler: Arc<dyn Sampler> = match *self {
            Self::Uniform | Self::Weights(_) => return Ok(None),
            Self::Normal { mean, std_dev } => {
                finite(scope, "distribution.normal.mean", mean)?;
                spread(scope, "distribution.normal.std_dev", std_dev)?;
                within(continuous::Normal { mean, std_dev }, lane, absolute)
            }
            Self::LogNormal { mu, sigma } => {
                finite(scope, "distribution.log_normal.mu", mu)?;
                spread(scope, "distribution.log_normal.sigma", sigma)?;
                within(continuous::LogNormal { mu, sigma }, lane, absolute)
            }
            Self::Exponential { rate } => {
                positive(scope, "distribution.exponential.rate", rate, f64::MAX)?;
                within(continuous::Exponential { rate }, lane, relative)
            }
            Self::Pareto { scale, shape } => {
                positive(scope, "distribution.pareto.scale", scale, f64::MAX)?;
                positive(scope, "distribution.pareto.shape", shape, f64::MAX)?;
                within(continuous::Pareto { scale, shape }, lane, absolute)
            }
            Self::Zipf { exponent } => {
                let most = zipf::MAX_EXPONENT;
                positive(scope, "distribution.zipf.exponent", exponent, most)?;
                let last = libm::floor(width);
                within(zipf::Zipf::new(last + 1.0, exponent), lane, (0.0, last))
            }
            Self::Poisson { mean } => {
                positive(scope, "distribution.poisson.mean", mean, poisson::MAX_MEAN)?;
                let poisson = poisson::Poisson::new(mean, low, high, lane);
                Arc::new(poisson.ok_or_else(|| {
                    let allowed = format!(
                        "a mean whose counts come between min ({}) and max ({}) at all",
                        readable(low),
                        readable(high)
                    );
                    scope.invalid("distribution.poisson.mean", readable(mean), allowed)
                })?)
            }
            Self::Beta { alpha, beta } => {
                shape(scope, "distribution.beta.alpha", alpha)?;
                shape(scope, "distribution.beta.beta", beta)?;
                within(beta::Beta::new(alpha, beta, relative.1), lane, relative)
            }
        };
        Ok(Some(Sampled { sampler, from_low }))
    }
}

fn finite(scope: &Scope<'_>, option: &'static str, value: f64) -> Result<(), Rejected> {
    if value.is_finite() {
        return Ok(());
    }
    Err(scope.invalid(option, readable(value), "a finite number"))
}

fn spread(scope: &Scope<'_>, option: &'static str, value: f64) -> Result<(), Rejected> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(scope.invalid(option, readable(value), "0 or more, and finite"))
}

fn positive(
    scope: &Scope<'_>,
    option: &'static str,
    value: f64,
    most: f64,
) -> Result<(), Rejected> {
    if value > 0.0 && value <= most {
        return Ok(());
    }
    let most = if most == f64::MAX {
        "and finite".to_owned()
    } else {
        format!("up to {most}")
    };
    Err(scope.invalid(option, readable(value), format!("above 0, {most}")))
}

fn shape(scope: &Scope<'_>, option: &'static str, value: f64) -> Result<(), Rejected> {
    if beta::SHAPES.contains(&value) {
        return Ok(());
    }
    let (least, most) = (beta::SHAPES.start(), beta::SHAPES.end());
    Err(scope.invalid(option, readable(value), format!("{least} to {most}")))
}

/// One number, drawn from the bits of a row.
trait Draw: fmt::Debug + Send + Sync + 'static {
    fn draw(&self, rng: &mut RowRng) -> f64;
}

/// Draws that are repeated until they lie in a range.
#[derive(Debug)]
struct Within<D> {
    draw: D,
    lane: Lane,
    low: f64,
    high: f64,
}

fn within(draw: impl Draw, lane: Lane, (low, high): (f64, f64)) -> Arc<dyn Sampler> {
    Arc::new(Within {
        draw,
        lane,
        // A step added to the end of the type leads beyond it.
        low: low.max(f64::MIN),
        high: high.min(f64::MAX),
    })
}

impl<D: Draw> Sampler for Within<D> {
    fn values(&self, rows: Rows<'_>) -> Vec<f64> {
        rows.map(|row| {
            let mut rng = self.lane.rng(row);
            let mut value = self.draw.draw(&mut rng);
            let mut attempt = 1;
            while !(self.low <= value && value <= self.high) && attempt < ATTEMPTS {
                value = self.draw.draw(&mut rng);
                attempt += 1;
            }
            // Not `clamp`, which lets NaN pass; none is known to be drawn.
            if value > self.high {
                self.high
            } else if value >= self.low {
                value
            } else {
                self.low
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::UInt64Array;
    use arrow::compute::take;

    use super::*;
    use crate::column::Block;
    use crate::compile::Compiler;
    use crate::spec::DatasetSpec;

    /// Any rows, in any order and more than once, have the values that they have in a run.
    #[test]
    fn picked_rows_are_those_of_a_run() {
        let spec = r#"
            [[tables]]
            name = "t"
            columns = [
                { name = "unique", kind = "integer", min = 1, max = 5_000, unique = true },
                { name = "zipf", kind = "integer", max = 99, distribution = { zipf = { exponent = 1 } } },
                { name = "normal", kind = "float", min = 0, distribution = { normal = { mean = 0, std_dev = 1 } } },
                { name = "beta", kind = "float", type = "float32", distribution = { beta = { alpha = 2, beta = 3 } } },
                { name = "weights", kind = "decimal", distribution = { weights = [{ from = 0, to = 9, weight = 1 }] } },
                { name = "poisson", kind = "integer", type = "uint8", distribution = { poisson = { mean = 9 } } },
                { name = "wide", kind = "decimal", precision = 38 },
                { name = "choice", kind = "choice", values = ["a", "b"], weights = [1, 2] },
                { name = "flag", kind = "choice", values = [true, false] },
            ]
        "#;
        let spec = DatasetSpec::from_toml(spec).unwrap();
        let columns = Compiler::new(&spec, 42).table(0);
        assert_eq!(columns.len(), 9);
        let picked = [7, 4_999, 0, 7, 1_234, 3];
        for column in columns {
            let (start, count) = (0, 5_000);
            let run = column
                .fill(&Block::new(Rows::Run { start, count }))
                .unwrap();
            let rows = column.fill(&Block::new(Rows::Picked(&picked))).unwrap();
            let taken = take(&run, &UInt64Array::from(picked.to_vec()), None).unwrap();
            assert_eq!(&taken, &rows, "{column:?}");
        }
    }
}
