//! `person_name`, `first_name` and `last_name`.

use std::sync::Arc;

use super::{PersonOptions, Persons};
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{Slot, around};
use crate::locale::Tables;
use crate::pool::Pool;
use crate::random::{Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Who a row's person is: numbers into the tables of names. Whatever tells of the same person
/// draws them again with the key of the column of names.
#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) struct PersonDraw {
    lane: Lane,
    first_names: u64,
    last_names: u64,
}

impl PersonDraw {
    pub(in crate::kinds) fn new(key: Key, tables: &Tables) -> Self {
        Self {
            lane: key.lane(0),
            first_names: tables.first_names.len() as u64,
            last_names: tables.last_names.len() as u64,
        }
    }

    /// The numbers of the given and the family name.
    #[inline]
    pub(in crate::kinds) fn of(&self, row: u64) -> (usize, usize) {
        let mut draws = self.lane.draws(row);
        let first = draws.below(self.first_names) as usize;
        let last = draws.below(self.last_names) as usize;
        (first, last)
    }
}

pub(in crate::kinds) fn person_name(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let key = scope.key();
    localised::compile(scope, |tables| PersonName::new(key, tables))
}

/// Given and family name, in the order and with the spaces of the locale.
#[derive(Debug)]
struct PersonName {
    person: PersonDraw,
    /// In the order in which they stand.
    names: [Arc<Pool>; 2],
    family_first: bool,
}

impl PersonName {
    pub(in crate::kinds) fn new(key: Key, tables: &Tables) -> Self {
        let slots = Slot::of(tables.name);
        let family_first = slots.first().is_some_and(|slot| slot.name == "LastName");
        let mut names = slots.iter().map(|slot| match slot.name {
            "LastName" => slot.pool(tables.last_names),
            _ => slot.pool(tables.first_names),
        });
        let mut next = || names.next().unwrap_or_else(|| Arc::new(Pool::new([""])));
        Self {
            person: PersonDraw::new(key, tables),
            names: [next(), next()],
            family_first,
        }
    }
}

impl Text for PersonName {
    fn lengths(&self) -> Lengths {
        self.names[0].lengths() + self.names[1].lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        let [one, two] = if self.family_first {
            [last, first]
        } else {
            [first, last]
        };
        out.push(&self.names[0], one);
        out.push(&self.names[1], two);
    }
}

/// Which of a person's names.
#[derive(Clone, Copy, Debug)]
enum Which {
    First,
    Last,
}

pub(in crate::kinds) fn first_name(
    options: &PersonOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    single_name(options, Which::First, scope)
}

pub(in crate::kinds) fn last_name(
    options: &PersonOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    single_name(options, Which::Last, scope)
}

fn single_name(
    options: &PersonOptions,
    which: Which,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::of(scope, options.of.as_deref())?;
    Ok(localised::compile_in(locales, |tables| SingleName {
        person: PersonDraw::new(key, tables),
        which,
        names: match which {
            Which::First => around("", tables.first_names, ""),
            Which::Last => around("", tables.last_names, ""),
        },
    }))
}

#[derive(Debug)]
struct SingleName {
    person: PersonDraw,
    which: Which,
    names: Arc<Pool>,
}

impl Text for SingleName {
    fn lengths(&self) -> Lengths {
        self.names.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        let name = match self.which {
            Which::First => first,
            Which::Last => last,
        };
        out.push(&self.names, name);
    }
}
