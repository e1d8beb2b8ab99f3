//! The values of a column of times: whole steps after a first one, drawn or in order.

use super::ordered::OrderedOptions;
use super::span::TimeSpan;
use super::unit::Measure;
use crate::column::FillError;
use crate::compile::Rejected;
use crate::random::Lane;
use crate::range::ValueRange;
use crate::rows::Rows;
use crate::scope::Scope;

/// From the first value to the last one that may occur.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) unit: Measure,
    pub(crate) first: i64,
    /// Not below `first`, and less than 2^64 - 1 above it.
    pub(crate) last: i64,
    /// What ends it, as the spec writes it: "before 2024-05-01".
    pub(crate) end: String,
}

/// Values are `first` plus a number of `step`s.
#[derive(Clone, Debug)]
pub(crate) struct Ticks {
    first: i64,
    last: i64,
    step: u64,
    lane: Lane,
    walk: Walk,
}

#[derive(Clone, Debug)]
enum Walk {
    /// A number of steps below `count`, each equally often.
    Uniform { count: u64 },
    /// Counted in parts of a step: `every` for each row and a delay below `jitter`; `per` parts
    /// are a step.
    Ordered {
        every: u64,
        jitter: u64,
        per: u64,
        /// Rows, at least one, that end before the stretch does and whose parts fit 63 bits.
        rows: u64,
        end: Box<str>,
    },
}

impl Ticks {
    pub(crate) fn new(
        scope: &Scope<'_>,
        stretch: &Stretch,
        step: Option<TimeSpan>,
        ordered: Option<&OrderedOptions>,
    ) -> Result<Self, Rejected> {
        let unit = stretch.unit;
        let step = match step.map(|step| (step, step.count(unit))) {
            None => 1,
            Some((_, Some(count @ 1..))) => count.unsigned_abs(),
            Some((found, _)) => {
                let allowed = format!("a whole number of {}s, 1{} or more", unit.word, unit.name);
                return Err(scope.invalid("step", found, allowed));
            }
        };
        let steps = stretch.last.wrapping_sub(stretch.first) as u64 / step;
        let walk = match ordered {
            None => Walk::Uniform { count: steps + 1 },
            Some(options) => Walk::ordered(scope, stretch, step, steps, options)?,
        };
        Ok(Self {
            first: stretch.first,
            last: stretch.last,
            step,
            lane: scope.key().lane(0),
            walk,
        })
    }

    /// From the first value to the last one that may occur.
    pub(crate) fn range(&self) -> ValueRange {
        let (low, high) = (self.first.into(), self.last.into());
        ValueRange::Whole { low, high }
    }

    /// The value of each row, brought into the column's type by `narrow`.
    pub(crate) fn values<T>(
        &self,
        rows: Rows<'_>,
        narrow: impl Fn(i64) -> T,
    ) -> Result<Vec<T>, FillError> {
        let &Self {
            first, step, lane, ..
        } = self;
        // Wraps on its way and not at its end: the sum lies between the first value and the last.
        let after = |steps: u64| narrow(first.wrapping_add_unsigned(step.wrapping_mul(steps)));
        Ok(match self.walk {
            Walk::Uniform { count } => rows.map(|row| after(lane.draws(row).below(count))),
            Walk::Ordered {
                every,
                jitter,
                per,
                rows: room,
                ref end,
            } => {
                if let Some(row) = rows.highest().filter(|row| *row >= room) {
                    return Err(FillError::PastEnd {
                        row,
                        last: room - 1,
                        end: end.clone(),
                    });
                }
                let parts = |row: u64| row * every + lane.draws(row).below(jitter);
                // A division takes longer than all else here.
                if per == 1 {
                    rows.map(|row| after(parts(row)))
                } else {
                    rows.map(|row| after(parts(row) / per))
                }
            }
        })
    }
}

impl Walk {
    fn ordered(
        scope: &Scope<'_>,
        stretch: &Stretch,
        step: u64,
        steps: u64,
        options: &OrderedOptions,
    ) -> Result<Self, Rejected> {
        let &OrderedOptions { every, jitter } = options;
        let every_ns = every.nanos(stretch.unit);
        let jitter_ns = jitter.nanos(stretch.unit);
        let every_fits = every_ns > 0;
        let jitter_fits = jitter_ns >= 0;
        if !every_fits {
            scope.invalid("ordered.every", every, "more than 0");
        }
        if !jitter_fits {
            scope.invalid("ordered.jitter", jitter, "0 or more");
        }
        if !every_fits || !jitter_fits {
            return Err(Rejected);
        }
        let step_ns = i128::from(step) * stretch.unit.nanos;
        let part_ns = part_ns(every_ns, jitter_ns, step_ns);
        let per = step_ns / part_ns;
        // No overflow: a stretch is shorter than 2^65 days of 2^47 ns, and a step than 2^93 ns.
        let last_part = (i128::from(steps) + 1) * per - 1;
        let last_part = last_part.min(i128::from(i64::MAX));
        let delay = (jitter_ns / part_ns - 1).max(0);
        if delay > last_part {
            let allowed = format!("less, so that row 0 lies {}", stretch.end);
            return Err(scope.invalid("ordered.jitter", jitter, allowed));
        }
        let rows = (last_part - delay) / (every_ns / part_ns) + 1;
        // What does not fit is longer than the whole stretch, and is the same as its end.
        let clip = |parts: i128| u64::try_from(parts).unwrap_or(u64::MAX);
        let rows = clip(rows);
        if let Some(wanted) = scope.known_rows().filter(|wanted| *wanted > rows) {
            let end = &stretch.end;
            let allowed = format!(
                "less: the last row whose time is sure to lie {end} is {}, and the table has \
                 {wanted} rows",
                rows - 1
            );
            return Err(scope.invalid("ordered.every", every, allowed));
        }
        Ok(Self::Ordered {
            every: clip(every_ns / part_ns),
            jitter: clip(jitter_ns / part_ns),
            per: clip(per),
            rows,
            end: stretch.end.as_str().into(),
        })
    }
}

/// The longest part of a step in which all three can be counted; the longer it is, the more rows
/// fit 63 bits.
fn part_ns(every_ns: i128, jitter_ns: i128, step_ns: i128) -> i128 {
    let all = [every_ns, jitter_ns, step_ns];
    let parts = [step_ns, 1_000_000_000, 1_000_000, 1_000];
    let whole = |part: &i128| all.iter().all(|length| length % part == 0);
    parts.into_iter().find(whole).unwrap_or(1)
}
