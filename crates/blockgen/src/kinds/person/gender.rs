//! `gender`: what a person's given name tells of, or a coin where it tells nothing.

use std::sync::Arc;

use super::{PersonDraw, PersonOptions, Persons};
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::locale::{Gender, Tables};
use crate::pool::Pool;
use crate::random::{Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// In the order of the numbers of [`GenderDraw`].
pub(super) const GENDERS: [Gender; 2] = [Gender::Female, Gender::Male];
const WORDS: [&str; 2] = ["female", "male"];

/// A person's gender, the same for whatever tells of that person.
#[derive(Debug)]
pub(super) struct GenderDraw {
    /// For each given name: the number of its gender, or 2 where a coin decides.
    of_names: Box<[u8]>,
    coin: Lane,
}

impl GenderDraw {
    pub(super) fn new(key: Key, tables: &Tables) -> Self {
        let genders = tables.genders();
        let of_names = genders.iter().map(|gender| match gender {
            Some(Gender::Female) => 0,
            Some(Gender::Male) => 1,
            None => 2,
        });
        Self {
            of_names: of_names.collect(),
            coin: key.child("gender").lane(0),
        }
    }

    /// A number below 2.
    #[inline]
    pub(super) fn of(&self, row: u64, first_name: usize) -> usize {
        match self.of_names[first_name] {
            2 => self.coin.draws(row).below(2) as usize,
            known => usize::from(known),
        }
    }
}

pub(in crate::kinds) fn gender(
    options: &PersonOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::of(scope, options.of.as_deref())?;
    Ok(localised::compile_in(locales, |tables| GenderWord {
        person: PersonDraw::new(key, tables),
        gender: GenderDraw::new(key, tables),
        words: Pool::new(WORDS),
    }))
}

#[derive(Debug)]
struct GenderWord {
    person: PersonDraw,
    gender: GenderDraw,
    words: Pool,
}

impl Text for GenderWord {
    fn lengths(&self) -> Lengths {
        self.words.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, _) = self.person.of(row);
        out.push(&self.words, self.gender.of(row, first));
    }
}
