//! Words, sentences and paragraphs that mean nothing; this file holds `lorem`, one sentence.

mod excerpt;
mod markdown;
mod paragraph;
mod words;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::excerpt::ExcerptOptions;
pub use self::markdown::{MarkdownOptions, MarkdownStyle};
pub use self::paragraph::ParagraphOptions;
pub use self::words::WordsOptions;

pub(super) use self::excerpt::excerpt;
pub(super) use self::markdown::markdown;
pub(super) use self::paragraph::paragraph;
pub(super) use self::words::words;

use super::localised;
use crate::column::Column;
use crate::compile::Rejected;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Lorem`](crate::ColumnKind::Lorem).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoremOptions {
    /// Words in each sentence, 1 to 1,000.
    pub words: u32,
}

const MAX_WORDS: u32 = 1_000;

/// Words drawn from one lane: 249⁵ outcomes in 64 bits leave 24 bits of evenness.
const WORDS_PER_LANE: usize = 5;

#[derive(Debug)]
struct Lorem {
    lanes: Box<[Lane]>,
    words: usize,
    /// Words with a space behind.
    pool: Pool,
}

pub(super) fn lorem(
    options: &LoremOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    if !(1..=MAX_WORDS).contains(&options.words) {
        return Err(scope.invalid("words", options.words, format!("1 to {MAX_WORDS}")));
    }
    let words = options.words as usize;
    let lanes = 0..words.div_ceil(WORDS_PER_LANE) as u64;
    localised::compile(scope, |tables| Lorem {
        lanes: lanes
            .clone()
            .map(|number| scope.key().lane(number))
            .collect(),
        words,
        pool: Pool::new(tables.words.iter().map(|word| format!("{word} "))),
    })
}

impl Text for Lorem {
    fn lengths(&self) -> Lengths {
        // The full stop takes the place of the last word's space.
        self.pool.lengths().times(self.words)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let start = out.len();
        let mut left = self.words;
        for lane in &self.lanes {
            let mut draws = lane.draws(row);
            for _ in 0..left.min(WORDS_PER_LANE) {
                out.push(&self.pool, self.pool.draw(&mut draws));
            }
            left = left.saturating_sub(WORDS_PER_LANE);
        }
        finish_sentence(start, out);
    }
}

/// Makes what was written since `start`, words with a space behind each, a sentence.
#[inline]
fn finish_sentence(start: usize, out: &mut TextBuffer) {
    out.replace_last(b'.');
    if let Some(first) = out.since(start).first_mut() {
        first.make_ascii_uppercase();
    }
}

/// Options `min` and `max`, from 1 to `limit`.
fn check_range(scope: &Scope<'_>, min: u32, max: u32, limit: u32) -> Result<(), Rejected> {
    if !(1..=limit).contains(&min) {
        return Err(scope.invalid("min", min, format!("1 to {limit}")));
    }
    if !(min..=limit).contains(&max) {
        return Err(scope.invalid("max", max, format!("min ({min}) to {limit}")));
    }
    Ok(())
}
