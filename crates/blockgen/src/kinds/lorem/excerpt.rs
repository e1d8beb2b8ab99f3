//! `excerpt`: a piece of running text, cut off wherever it ends.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check_range;
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::random::Lane;
use crate::scope::Scope;
use crate::stock::{MAX_CHARS, STARTS, Stock};
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Excerpt`](crate::ColumnKind::Excerpt).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcerptOptions {
    /// The fewest characters, 1 or more.
    pub min: u32,
    /// The most characters, `min` to 4,096. Every number from `min` to `max` is as frequent.
    pub max: u32,
}

#[derive(Debug)]
struct Excerpt {
    lane: Lane,
    min: u64,
    max: u64,
    stock: Arc<Stock>,
}

pub(in crate::kinds) fn excerpt(
    options: &ExcerptOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &ExcerptOptions { min, max } = options;
    check_range(scope, min, max, MAX_CHARS)?;
    localised::compile(scope, |tables| Excerpt {
        lane: scope.key().lane(0),
        min: min.into(),
        max: max.into(),
        stock: scope.compiler().stocks.of(tables.words),
    })
}

impl Text for Excerpt {
    fn lengths(&self) -> Lengths {
        let (min, max) = (self.min as usize, self.max as usize);
        Lengths {
            min,
            mean: f64::midpoint(min as f64, max as f64) * self.stock.mean_width(),
            max: max * self.stock.widest(),
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        let start = draws.below(STARTS) as usize;
        let chars = self.min + draws.below(self.max - self.min + 1);
        let (start, end) = self.stock.bytes(start, start + chars as usize);
        out.push_part(self.stock.text(), start, end - start);
    }
}
