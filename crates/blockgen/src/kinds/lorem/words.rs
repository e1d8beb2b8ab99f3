//! `words`: a few words that mean nothing.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MAX_WORDS, WORDS_PER_LANE, check_range};
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::around;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Words`](crate::ColumnKind::Words).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsOptions {
    /// The fewest words, 1 or more; 3 if not given.
    #[serde(default = "three")]
    pub min: u32,
    /// The most words, up to 1,000; 6 if not given.
    #[serde(default = "six")]
    pub max: u32,
}

fn three() -> u32 {
    3
}

fn six() -> u32 {
    6
}

#[derive(Debug)]
struct Words {
    count: Lane,
    lanes: Box<[Lane]>,
    min: usize,
    max: usize,
    first: Arc<Pool>,
    /// With a space before each.
    others: Arc<Pool>,
}

pub(in crate::kinds) fn words(
    options: &WordsOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &WordsOptions { min, max } = options;
    check_range(scope, min, max, MAX_WORDS)?;
    let (min, max) = (min as usize, max as usize);
    let key = scope.key();
    localised::compile(scope, |tables| Words {
        count: key.child("count").lane(0),
        lanes: (0..max.div_ceil(WORDS_PER_LANE) as u64)
            .map(|number| key.lane(number))
            .collect(),
        min,
        max,
        first: around("", tables.words, ""),
        others: around(" ", tables.words, ""),
    })
}

impl Text for Words {
    fn lengths(&self) -> Lengths {
        let (first, others) = (self.first.lengths(), self.others.lengths());
        (first + others.times(self.min - 1)).or(first + others.times(self.max - 1))
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let counts = (self.max - self.min + 1) as u64;
        let mut left = self.min + self.count.draws(row).below(counts) as usize;
        let mut pool = &self.first;
        for lane in &self.lanes {
            let mut draws = lane.draws(row);
            for _ in 0..left.min(WORDS_PER_LANE) {
                out.push(pool, pool.draw(&mut draws));
                pool = &self.others;
            }
            left = left.saturating_sub(WORDS_PER_LANE);
        }
    }
}
