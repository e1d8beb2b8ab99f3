//! `paragraph`: sentences that mean nothing.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{WORDS_PER_LANE, check_range, finish_sentence};
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::around;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Paragraph`](crate::ColumnKind::Paragraph).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParagraphOptions {
    /// The fewest sentences, 1 or more; 2 if not given. Each has 4 to 9 words.
    #[serde(default = "two")]
    pub min: u32,
    /// The most sentences, up to 100; 5 if not given.
    #[serde(default = "five")]
    pub max: u32,
}

fn two() -> u32 {
    2
}

fn five() -> u32 {
    5
}

const MAX_SENTENCES: u32 = 100;

/// Words of a sentence, as the `fake` crate has them.
const FEWEST_WORDS: usize = 4;
const MOST_WORDS: usize = 9;

/// How many words the first lane of a sentence has to give: it also draws their number.
const WORDS_OF_FIRST: usize = WORDS_PER_LANE - 1;

#[derive(Debug)]
struct Paragraph {
    count: Lane,
    /// Two for each sentence.
    lanes: Box<[[Lane; 2]]>,
    min: usize,
    max: usize,
    /// Words with a space behind.
    words: Arc<Pool>,
}

pub(in crate::kinds) fn paragraph(
    options: &ParagraphOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &ParagraphOptions { min, max } = options;
    check_range(scope, min, max, MAX_SENTENCES)?;
    let key = scope.key();
    localised::compile(scope, |tables| Paragraph {
        count: key.child("count").lane(0),
        lanes: (0..u64::from(max))
            .map(|sentence| [key.lane(2 * sentence), key.lane(2 * sentence + 1)])
            .collect(),
        min: min as usize,
        max: max as usize,
        words: around("", tables.words, " "),
    })
}

impl Text for Paragraph {
    fn lengths(&self) -> Lengths {
        let word = self.words.lengths();
        // The last full stop takes the place of a space; a space stands behind all others.
        let space = Lengths::exact(1);
        let sentence = word.times(FEWEST_WORDS).or(word.times(MOST_WORDS));
        let of = |count: usize| sentence.times(count) + space.times(count - 1);
        of(self.min).or(of(self.max))
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let counts = (self.max - self.min + 1) as u64;
        let count = self.min + self.count.draws(row).below(counts) as usize;
        for (i, [first, second]) in self.lanes[..count].iter().enumerate() {
            if i > 0 {
                out.push_bytes(b" ", 1);
            }
            let start = out.len();
            let mut draws = first.draws(row);
            let shapes = (MOST_WORDS - FEWEST_WORDS + 1) as u64;
            let words = FEWEST_WORDS + draws.below(shapes) as usize;
            for _ in 0..WORDS_OF_FIRST {
                out.push(&self.words, self.words.draw(&mut draws));
            }
            let mut draws = second.draws(row);
            for _ in WORDS_OF_FIRST..words {
                out.push(&self.words, self.words.draw(&mut draws));
            }
            finish_sentence(start, out);
        }
    }
}
