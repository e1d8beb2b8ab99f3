//! `title` and `name_with_title`: a title that fits the person's gender, alone and with the name.

use std::borrow::Borrow;
use std::sync::Arc;

use super::gender::{GENDERS, GenderDraw};
use super::{PersonDraw, PersonOptions, Persons};
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::Slot;
use crate::locale::{Gender, Tables};
use crate::pool::Pool;
use crate::random::{Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// The titles of a locale that one gender may bear, those of both among them.
fn titles_of(gender: Gender, tables: &Tables) -> Vec<&'static str> {
    let fits = |title: &&&str| Gender::of_title(title).is_none_or(|of| of == gender);
    tables.titles.iter().filter(fits).copied().collect()
}

/// A person's title, the same for whatever tells of that person.
#[derive(Debug)]
struct TitleDraw {
    person: PersonDraw,
    gender: GenderDraw,
    lane: Lane,
}

impl TitleDraw {
    fn new(key: Key, tables: &Tables) -> Self {
        Self {
            person: PersonDraw::new(key, tables),
            gender: GenderDraw::new(key, tables),
            lane: key.child("title").lane(0),
        }
    }
}

pub(in crate::kinds) fn title(
    options: &PersonOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::of(scope, options.of.as_deref())?;
    Ok(localised::compile_in(locales, |tables| Title {
        draw: TitleDraw::new(key, tables),
        titles: GENDERS.map(|gender| Pool::new(titles_of(gender, tables))),
    }))
}

#[derive(Debug)]
struct Title {
    draw: TitleDraw,
    /// By the number of the gender.
    titles: [Pool; 2],
}

/// As if the genders came equally often: the mean only sizes buffers.
fn either(pools: &[impl Borrow<Pool>; 2]) -> Lengths {
    let [female, male] = pools;
    female.borrow().lengths().or(male.borrow().lengths())
}

impl Text for Title {
    fn lengths(&self) -> Lengths {
        either(&self.titles)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, _) = self.draw.person.of(row);
        let titles = &self.titles[self.draw.gender.of(row, first)];
        out.push(titles, titles.draw(&mut self.draw.lane.draws(row)));
    }
}

pub(in crate::kinds) fn name_with_title(
    options: &PersonOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::of(scope, options.of.as_deref())?;
    Ok(localised::compile_in(locales, |tables| NameWithTitle {
        draw: TitleDraw::new(key, tables),
        parts: Slot::of(tables.name_with_title)
            .iter()
            .map(|slot| match slot.name {
                "Title" => Part::Title(GENDERS.map(|gender| slot.pool(&titles_of(gender, tables)))),
                "LastName" => Part::Last(slot.pool(tables.last_names)),
                _ => Part::First(slot.pool(tables.first_names)),
            })
            .collect(),
    }))
}

#[derive(Debug)]
struct NameWithTitle {
    draw: TitleDraw,
    /// In the order in which they stand.
    parts: Box<[Part]>,
}

#[derive(Debug)]
enum Part {
    /// By the number of the gender.
    Title([Arc<Pool>; 2]),
    First(Arc<Pool>),
    Last(Arc<Pool>),
}

impl Text for NameWithTitle {
    fn lengths(&self) -> Lengths {
        let lengths = self.parts.iter().map(|part| match part {
            Part::Title(titles) => either(titles),
            Part::First(names) | Part::Last(names) => names.lengths(),
        });
        lengths.fold(Lengths::exact(0), |sum, lengths| sum + lengths)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.draw.person.of(row);
        for part in &self.parts {
            match part {
                Part::Title(titles) => {
                    let titles = &titles[self.draw.gender.of(row, first)];
                    out.push(titles, titles.draw(&mut self.draw.lane.draws(row)));
                }
                Part::First(names) => out.push(names, first),
                Part::Last(names) => out.push(names, last),
            }
        }
    }
}
