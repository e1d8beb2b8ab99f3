//! Texts put together from pools: most kinds are one or several templates over a locale's tables.

use std::sync::Arc;

use super::localised;
use crate::column::Column;
use crate::compile::Rejected;
use crate::locale::Tables;
use crate::pool::Pool;
use crate::random::{Draws, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// A part of a template, `{Name}`, and what stands before and behind it.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) name: &'a str,
    /// Only before the first: what stands between two goes with the one before it.
    before: &'a str,
    behind: &'a str,
}

impl<'a> Slot<'a> {
    /// The slots of a template such as `{FirstName} {LastName}`.
    pub(super) fn of(template: &'a str) -> Vec<Self> {
        let mut slots = Vec::new();
        let mut before = "";
        for (i, part) in template.split('{').enumerate() {
            match part.split_once('}') {
                Some((name, behind)) => slots.push(Self {
                    name,
                    before: std::mem::take(&mut before),
                    behind,
                }),
                None if i == 0 => before = part,
                None => {}
            }
        }
        slots
    }

    /// The texts as they stand in the template: one copy in place of two or three.
    pub(super) fn pool(&self, texts: &[&str]) -> Arc<Pool> {
        around(self.before, texts, self.behind)
    }
}

/// Phrases drawn with equal probability; each is one text from each of its pools.
#[derive(Debug)]
pub(super) struct Phrases {
    lane: Lane,
    phrases: Box<[Box<[Arc<Pool>]>]>,
}

impl Phrases {
    /// At least one phrase.
    pub(super) fn new(lane: Lane, phrases: impl IntoIterator<Item = Vec<Arc<Pool>>>) -> Self {
        let phrases = phrases.into_iter().map(Into::into).collect();
        Self { lane, phrases }
    }

    /// Templates whose slots `table` has the texts of.
    pub(super) fn of_templates<'a>(
        lane: Lane,
        templates: impl IntoIterator<Item = &'a str>,
        table: impl Fn(&str) -> &'static [&'static str],
    ) -> Self {
        let templates = templates.into_iter().map(Slot::of);
        let pools = |slots: Vec<Slot<'_>>| slots.iter().map(|s| s.pool(table(s.name))).collect();
        Self::new(lane, templates.map(pools))
    }

    /// Appends the phrase that is drawn next.
    #[inline]
    pub(super) fn draw(&self, draws: &mut Draws, out: &mut TextBuffer) {
        let phrase = &self.phrases[draws.below(self.phrases.len() as u64) as usize];
        for pool in phrase {
            out.push(pool, pool.draw(draws));
        }
    }
}

impl Text for Phrases {
    fn lengths(&self) -> Lengths {
        let phrase = |pools: &[Arc<Pool>]| {
            let lengths = pools.iter().map(|pool| pool.lengths());
            lengths.fold(Lengths::exact(0), |sum, lengths| sum + lengths)
        };
        let share = 1.0 / self.phrases.len() as f64;
        Lengths::weighted(self.phrases.iter().map(|pools| (phrase(pools), share)))
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        self.draw(&mut self.lane.draws(row), out);
    }
}

/// Whole numbers with the same text before and behind each.
pub(super) fn numbers(
    before: &str,
    numbers: std::ops::RangeInclusive<u32>,
    behind: &str,
) -> Arc<Pool> {
    let texts = numbers.map(|number| format!("{before}{number}{behind}"));
    Arc::new(Pool::new(texts))
}

/// The texts of a table with the same text before and behind each. White space around a text is a
/// slip of the table's: some Italian names have a tab behind them.
pub(super) fn around(before: &str, texts: &[impl AsRef<str>], behind: &str) -> Arc<Pool> {
    let texts = texts.iter().map(|text| text.as_ref().trim());
    let texts = texts.map(|text| format!("{before}{text}{behind}"));
    Arc::new(Pool::new(texts))
}

/// A column of phrases that are the same in every locale.
pub(super) fn everywhere(
    scope: &Scope<'_>,
    phrases: impl IntoIterator<Item = Vec<Arc<Pool>>>,
) -> Arc<dyn Column> {
    Arc::new(TextColumn::new(Phrases::new(scope.key().lane(0), phrases)))
}

/// One text of a pool: the fastest kind of text there is.
#[derive(Debug)]
pub(super) struct OneOf {
    lane: Lane,
    pool: Arc<Pool>,
}

impl OneOf {
    pub(super) fn new(lane: Lane, pool: Arc<Pool>) -> Self {
        Self { lane, pool }
    }
}

impl Text for OneOf {
    fn lengths(&self) -> Lengths {
        self.pool.lengths()
    }

    fn distinct(&self) -> Option<u64> {
        Some(self.pool.len() as u64)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let index = self.pool.draw(&mut self.lane.draws(row));
        out.push(&self.pool, index);
    }
}

/// A column whose values are the texts of one table.
pub(super) fn one_of(
    scope: &Scope<'_>,
    table: impl Fn(&Tables) -> &'static [&'static str],
) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        OneOf::new(lane, around("", table(tables), ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_slots_goes_with_them() {
        let parts = |template| {
            let slots = Slot::of(template).into_iter();
            let parts = slots.map(|slot| format!("{}|{}|{}", slot.before, slot.name, slot.behind));
            parts.collect::<Vec<_>>()
        };
        assert_eq!(parts("{A} and {B}!"), ["|A| and ", "|B|!"]);
        assert_eq!(parts("no. {A}{B}"), ["no. |A|", "|B|"]);
        assert!(parts("none").is_empty());
    }
}
