//! `markdown`: pieces of Markdown whose words mean nothing.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{Phrases, around};
use crate::locale::Tables;
use crate::pool::Pool;
use crate::scope::Scope;

/// Options of [`ColumnKind::Markdown`](crate::ColumnKind::Markdown).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkdownOptions {
    /// What kind of piece; `bold` if not given.
    #[serde(default)]
    pub style: MarkdownStyle,
}

/// A piece of Markdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MarkdownStyle {
    /// `**word**`.
    #[default]
    Bold,
    /// `*word*`.
    Italic,
    /// `[word](https://word.example)`.
    Link,
    /// Two to five lines that begin with a hyphen.
    BulletPoints,
    /// Two to five lines that begin with their number.
    ListItems,
    /// A line of three to five words that begins with `>`.
    BlockQuote,
    /// Three to five words between fences.
    Code,
}

/// So many words at most: what one draw holds.
const MOST_WORDS: usize = 5;

pub(in crate::kinds) fn markdown(
    options: &MarkdownOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        Phrases::new(lane, phrases(options.style, tables))
    })
}

fn phrases(style: MarkdownStyle, tables: &Tables) -> Vec<Vec<Arc<Pool>>> {
    let word = |before: &str, behind: &str| around(before, tables.words, behind);
    // Lines or words of each number, `part` given the number of each; the first and the last are
    // told from those between.
    let several = |fewest: usize, part: &dyn Fn(usize, bool) -> Arc<Pool>| {
        let counts = fewest..=MOST_WORDS;
        let parts = |count| (0..count).map(|i| part(i, i + 1 == count)).collect();
        counts.map(parts).collect()
    };
    let newline = |last: bool| if last { "" } else { "\n" };
    match style {
        MarkdownStyle::Bold => vec![vec![word("**", "**")]],
        MarkdownStyle::Italic => vec![vec![word("*", "*")]],
        MarkdownStyle::Link => vec![vec![word("[", "](https://"), {
            let words = crate::kinds::internet::spelt(tables.words);
            around("", &words, ".example)")
        }]],
        MarkdownStyle::BulletPoints => several(2, &|_, last| word("- ", newline(last))),
        MarkdownStyle::ListItems => {
            several(2, &|i, last| word(&format!("{}. ", i + 1), newline(last)))
        }
        MarkdownStyle::BlockQuote => several(3, &|i, last| {
            word(if i == 0 { "> " } else { " " }, if last { "." } else { "" })
        }),
        MarkdownStyle::Code => several(3, &|i, last| {
            let before = if i == 0 { "```\n" } else { " " };
            word(before, if last { "\n```" } else { "" })
        }),
    }
}
