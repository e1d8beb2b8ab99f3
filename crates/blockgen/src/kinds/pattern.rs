//! `pattern`: texts of one form.

mod parse;
mod steps;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::parse::{Node, parse};
use self::steps::{Drawn, Ranked, compile as compile_steps};
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::text::TextColumn;

/// Options of [`ColumnKind::Pattern`](crate::ColumnKind::Pattern).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatternOptions {
    /// The form of the texts: `#` is a digit, `^` a digit other than 0, `?` a letter from `A` to
    /// `Z`, `[A-F0-9]` one of these characters, `(red|green)` one of these texts, `{4}` the
    /// repetition of what stands before it, `\` before any of these signs the sign itself. Other
    /// characters stand for themselves. At most 1,000 places for a character, repetitions and
    /// alternatives counted, and 1,000 characters between a pair of brackets.
    ///
    /// All characters of a place are as frequent as each other, and so are all texts of a group.
    pub pattern: String,
    /// Whether no two rows have the same text. There must be as many texts as rows, and those of a
    /// group must begin with different characters. False if not given.
    #[serde(default)]
    pub unique: bool,
}

/// Enough for a class at every place.
const MAX_TEXT_BYTES: usize = 4_096;

pub(super) fn compile(
    options: &PatternOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let pattern = &options.pattern;
    if pattern.len() > MAX_TEXT_BYTES {
        let found = format!("a text of {} bytes", pattern.len());
        return Err(scope.invalid("pattern", found, format!("at most {MAX_TEXT_BYTES}")));
    }
    let nodes = parse(pattern).map_err(|wrong| {
        let (character, what) = (wrong.character, wrong.found);
        let found = format!("`{pattern}`, at character {character} with {what}");
        scope.invalid("pattern", found, wrong.allowed)
    })?;
    let steps = compile_steps(&nodes, scope.key());
    if !options.unique {
        return Ok(Arc::new(TextColumn::new(Drawn::new(steps, scope.key()))));
    }
    if firsts(&nodes).is_none() {
        let allowed = "false, or alternatives that begin with different characters: otherwise two \
                       ways may lead to one text";
        return Err(scope.invalid("unique", "true", allowed));
    }
    let ranked = Ranked::new(steps, scope.key());
    let last = ranked.last();
    if let Some(rows) = scope
        .known_rows()
        .filter(|rows| *rows > 0 && rows - 1 > last)
    {
        let texts = u128::from(last) + 1;
        let found = format!("true for {rows} rows");
        let allowed = format!("at most {texts} rows: so many texts are told apart by the pattern");
        return Err(scope.invalid("unique", found, allowed));
    }
    let texts = TextColumn::new(ranked);
    Ok(Arc::new(Unique { texts, last }))
}

/// The characters that a text of these nodes may begin with, none if it may be empty; nothing if
/// the texts of a group are not told apart by their first characters. If they are, a text is read
/// back in one way only: each place takes one character, each group is chosen by its first.
fn firsts(nodes: &[Node]) -> Option<BTreeSet<char>> {
    let mut first: Option<BTreeSet<char>> = None;
    for node in nodes {
        let of_node = match node {
            Node::Class(characters) => characters.iter().copied().collect(),
            Node::Group(alternatives) => {
                let mut all = BTreeSet::new();
                for alternative in alternatives {
                    let firsts = firsts(alternative)?;
                    if firsts.is_empty() || !all.is_disjoint(&firsts) {
                        return None;
                    }
                    all.extend(firsts);
                }
                all
            }
        };
        first.get_or_insert(of_node);
    }
    Some(first.unwrap_or_default())
}

/// Refuses rows beyond the texts that there are.
#[derive(Debug)]
struct Unique {
    texts: TextColumn<Ranked>,
    /// The last row that has a text of its own.
    last: u64,
}

impl Column for Unique {
    fn data_type(&self) -> DataType {
        self.texts.data_type()
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        match block.rows.highest() {
            Some(row) if row > self.last => Err(FillError::UniqueExhausted {
                values: u128::from(self.last) + 1,
                row,
            }),
            _ => self.texts.fill(block),
        }
    }
}
