//! Explicit weights: values and ranges, each with a weight of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Rejected;
use crate::number::{Number, decimal, readable};
use crate::random::Lane;
use crate::scope::Scope;
use crate::weights::{Alias, WeightError};

/// A value, or a range within which values are uniform, and how often it comes: either `value`, or
/// `from` and `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// The value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// The lowest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Number>,
    /// The highest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Number>,
    /// How often, against the weights of the others: 0 or more.
    pub weight: f64,
}

const OPTION: &str = "distribution.weights";

impl Bucket {
    /// From and to, which are one where it is a value.
    fn ends(&self, number: usize, scope: &Scope<'_>) -> Result<(&Number, &Number), Rejected> {
        match (&self.value, &self.from, &self.to) {
            (Some(value), None, None) => Ok((value, value)),
            (None, Some(from), Some(to)) => Ok((from, to)),
            (value, from, to) => {
                let given = [
                    ("value", value.is_some()),
                    ("from", from.is_some()),
                    ("to", to.is_some()),
                ];
                let given: Vec<_> = given
                    .iter()
                    .filter(|(_, is)| *is)
                    .map(|(name, _)| *name)
                    .collect();
                let found = match given.join(" and ") {
                    names if names.is_empty() => "no value".to_owned(),
                    names => names,
                };
                let allowed = "either `value`, or `from` and `to`";
                Err(scope.invalid(OPTION, format!("{found} in bucket {number}"), allowed))
            }
        }
    }
}

/// Steps of a grid, in weighted ranges.
#[derive(Debug)]
pub(crate) struct Buckets {
    bucket: Lane,
    within: Lane,
    weights: Alias,
    /// Lowest step, and how many there are above it.
    ranges: Box<[(i128, u64)]>,
}

impl Buckets {
    pub(super) fn compile(
        buckets: &[Bucket],
        scope: &Scope<'_>,
        (low, high): (i128, i128),
        decimals: u8,
    ) -> Result<Self, Rejected> {
        let all = format!("{} to {}", decimal(low, decimals), decimal(high, decimals));
        let unit = match decimals {
            0 => "whole numbers".to_owned(),
            _ => format!("numbers of at most {decimals} decimals"),
        };
        let ranges = each(buckets, |number, bucket| {
            let (from, to) = bucket.ends(number, scope)?;
            let step = |end: &Number| {
                let steps = if decimals == 0 {
                    end.whole()
                } else {
                    end.units(decimals)
                };
                let steps = steps.filter(|steps| (low..=high).contains(steps));
                steps.ok_or_else(|| {
                    let found = format!("{end} in bucket {number}");
                    scope.invalid(OPTION, found, format!("{unit} from {all}"))
                })
            };
            let (lowest, highest) = (step(from)?, step(to)?);
            let span = highest.checked_sub(lowest).map(u64::try_from);
            match span {
                Some(Ok(span)) => Ok((lowest, span)),
                _ => Err(scope.invalid(
                    OPTION,
                    format!("{from} to {to} in bucket {number}"),
                    "a range that does not end before it starts, of at most 2^64 values",
                )),
            }
        });
        let (ranges, weights) = (ranges, weights(buckets, scope));
        let key = scope.key().child("distribution");
        Ok(Self {
            bucket: key.lane(0),
            within: key.lane(1),
            weights: weights?,
            ranges: ranges?,
        })
    }

    /// The lowest and the highest step.
    pub(super) fn ends(&self) -> (i128, i128) {
        let lowest = self.ranges.iter().map(|(lowest, _)| *lowest);
        let highest = self.ranges.iter();
        let highest = highest.map(|(lowest, span)| lowest + i128::from(*span));
        (lowest.min().unwrap_or(0), highest.max().unwrap_or(0))
    }

    #[inline]
    pub(super) fn of(&self, row: u64) -> i128 {
        let (lowest, span) = self.ranges[self.weights.draw(&mut self.bucket.draws(row))];
        let above = match span.checked_add(1) {
            Some(bound) => self.within.draws(row).below(bound),
            None => self.within.bits(row),
        };
        lowest + i128::from(above)
    }
}

/// Floats, in weighted ranges.
#[derive(Debug)]
pub(crate) struct FloatBuckets {
    bucket: Lane,
    within: Lane,
    weights: Alias,
    /// Lowest value and width.
    ranges: Box<[(f64, f64)]>,
}

impl FloatBuckets {
    pub(crate) fn compile(
        buckets: &[Bucket],
        scope: &Scope<'_>,
        (low, high): (f64, f64),
    ) -> Result<Self, Rejected> {
        let ranges = each(buckets, |number, bucket| {
            let (from, to) = bucket.ends(number, scope)?;
            for end in [from, to] {
                if !(low..=high).contains(&end.float()) {
                    let found = format!("{end} in bucket {number}");
                    return Err(scope.invalid(
                        OPTION,
                        found,
                        format!("{} to {}", readable(low), readable(high)),
                    ));
                }
            }
            let width = to.float() - from.float();
            if !(0.0..=f64::MAX).contains(&width) {
                let found = format!("{from} to {to} in bucket {number}");
                let allowed = "a range that does not end before it starts, and is itself finite";
                return Err(scope.invalid(OPTION, found, allowed));
            }
            Ok((from.float(), width))
        });
        let (ranges, weights) = (ranges, weights(buckets, scope));
        let key = scope.key().child("distribution");
        Ok(Self {
            bucket: key.lane(0),
            within: key.lane(1),
            weights: weights?,
            ranges: ranges?,
        })
    }

    /// The lowest and the highest value.
    pub(crate) fn ends(&self) -> (f64, f64) {
        let lowest = self.ranges.iter().map(|(low, _)| *low);
        let highest = self.ranges.iter().map(|(low, width)| low + width);
        (
            lowest.reduce(f64::min).unwrap_or(0.0),
            highest.reduce(f64::max).unwrap_or(0.0),
        )
    }

    /// Never above the end of its range, for the reason that uniform floats are not: the highest
    /// fraction takes more off than rounding adds.
    #[inline]
    pub(crate) fn of(&self, row: u64) -> f64 {
        let (low, width) = self.ranges[self.weights.draw(&mut self.bucket.draws(row))];
        low + width * self.within.fraction(row)
    }
}

/// All that is wrong is noted before anything is returned.
fn each<T>(
    buckets: &[Bucket],
    range: impl Fn(usize, &Bucket) -> Result<T, Rejected>,
) -> Result<Box<[T]>, Rejected> {
    let numbered = buckets.iter().enumerate();
    let ranges: Vec<_> = numbered.map(|(i, bucket)| range(i + 1, bucket)).collect();
    ranges.into_iter().collect()
}

fn weights(buckets: &[Bucket], scope: &Scope<'_>) -> Result<Alias, Rejected> {
    let weights: Vec<f64> = buckets.iter().map(|bucket| bucket.weight).collect();
    Alias::new(&weights).map_err(|error| {
        let found = match error {
            WeightError::Empty => "empty".to_owned(),
            WeightError::NotAWeight { index, weight } => {
                format!("a weight of {} in bucket {}", readable(weight), index + 1)
            }
            WeightError::AllZero => "weights of 0 only".to_owned(),
            WeightError::TooLarge => "weights whose sum overflows".to_owned(),
        };
        scope.invalid(OPTION, found, error.to_string())
    })
}
