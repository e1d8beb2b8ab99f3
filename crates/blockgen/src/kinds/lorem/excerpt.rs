//! `excerpt`: a piece of running text, cut off wherever it ends.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check_range;
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::random::{Key, Lane};
use crate::scope::Scope;
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

const MAX_CHARS: u32 = 4_096;

/// Characters that excerpts are taken from: so many that they differ, few enough for a core's own
/// cache. TPC-H takes its comments from a text of 300 MB in the same way (clause 4.2.2.14).
const STOCK_CHARS: usize = 1 << 17;

#[derive(Debug)]
struct Excerpt {
    lane: Lane,
    min: u64,
    max: u64,
    /// Running text, long enough behind each start.
    stock: Box<str>,
    /// Where its characters start, and where the last one ends; none where each is one byte.
    offsets: Option<Box<[u32]>>,
    lengths: Lengths,
}

pub(in crate::kinds) fn excerpt(
    options: &ExcerptOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &ExcerptOptions { min, max } = options;
    check_range(scope, min, max, MAX_CHARS)?;
    localised::compile(scope, |tables| {
        Excerpt::new(tables.words, scope.key(), min as usize, max as usize)
    })
}

impl Excerpt {
    fn new(words: &[&str], key: Key, min: usize, max: usize) -> Self {
        let stock = running_text(words, key.child("stock").lane(0), STOCK_CHARS + max);
        let starts = stock.char_indices().map(|(at, _)| at as u32);
        let offsets = (!stock.is_ascii()).then(|| starts.chain([stock.len() as u32]).collect());
        // No character of UTF-8 is longer than four bytes.
        let (widest, mean_width) = match &offsets {
            None => (1, 1.0),
            Some(_) => (4, stock.len() as f64 / stock.chars().count() as f64),
        };
        Self {
            lane: key.lane(0),
            min: min as u64,
            max: max as u64,
            stock,
            offsets,
            lengths: Lengths {
                min,
                mean: f64::midpoint(min as f64, max as f64) * mean_width,
                max: max * widest,
            },
        }
    }
}

/// Sentences of four to eleven words, at least so many characters of them.
fn running_text(words: &[&str], lane: Lane, chars: usize) -> Box<str> {
    // A table without words has an empty one, of which there is never enough.
    let words = if words.iter().all(|word| word.is_empty()) {
        &["text"]
    } else {
        words
    };
    let mut text = String::with_capacity(2 * chars);
    let (mut row, mut left, mut written) = (0, 0, 0);
    while written < chars {
        let mut draws = lane.draws(row);
        let word = words[draws.below(words.len() as u64) as usize];
        if left == 0 {
            left = 4 + draws.below(8);
            text.push_str(if row == 0 { "" } else { ". " });
        } else {
            text.push(' ');
        }
        text.push_str(word);
        written += word.chars().count() + 1;
        left -= 1;
        row += 1;
    }
    text.push('.');
    text.into()
}

impl Text for Excerpt {
    fn lengths(&self) -> Lengths {
        self.lengths
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        let start = draws.below(STOCK_CHARS as u64) as usize;
        let end = start + (self.min + draws.below(self.max - self.min + 1)) as usize;
        let (start, end) = match &self.offsets {
            None => (start, end),
            Some(offsets) => (offsets[start] as usize, offsets[end] as usize),
        };
        out.push_part(self.stock.as_bytes(), start, end - start);
    }
}
