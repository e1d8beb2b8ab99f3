//! `username`: names that persons give themselves, spelt from the names of the same rows.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spelling::spelt;
use super::unique::UniqueNumber;
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::person::{PersonDraw, Persons};
use crate::kinds::phrase::numbers;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Username`](crate::ColumnKind::Username).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UsernameOptions {
    /// The column of the same table whose names are spelt: of kind `person_name`, or of kind
    /// `first_name`, `last_name` or `name_with_title` without an `of` of its own. Without it, the
    /// names are those of persons that no other column tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether no two rows have the same name, at any number of rows; `false` if not given. Each
    /// then ends in a number that grows with the row: four digits for the first 10,000 rows, five
    /// for the first 100,000.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
}

/// How a name is put together, each equally often.
const SHAPES: u64 = 4;

#[derive(Debug)]
struct Username {
    person: PersonDraw,
    lane: Lane,
    /// `cristal.`, `cristal_`, `c`, `cristal`: what stands first in each shape.
    first_names: [Pool; SHAPES as usize],
    last_names: Pool,
    /// Two digits, in place of a family name.
    numbers: Arc<Pool>,
    unique: Option<UniqueNumber>,
}

pub(in crate::kinds) fn username(
    options: &UsernameOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::beside(scope, options.of.as_deref())?;
    Ok(localised::compile_in(locales, |tables| {
        let first_names = spelt(tables.first_names);
        let with = |tail: &str| Pool::new(first_names.iter().map(|name| format!("{name}{tail}")));
        let initials = first_names.iter().map(|name| name.get(..1).unwrap_or(name));
        Username {
            person: PersonDraw::new(key, tables),
            lane: scope.key().lane(0),
            first_names: [with("."), with("_"), Pool::new(initials), with("")],
            last_names: Pool::new(spelt(tables.last_names)),
            numbers: numbers("", 10..=99, ""),
            unique: options.unique.then(|| UniqueNumber::new(scope.key())),
        }
    }))
}

impl Text for Username {
    fn lengths(&self) -> Lengths {
        let share = 1.0 / SHAPES as f64;
        let last = self.last_names.lengths();
        // Where a number of no repetition follows, the two digits would only blur it.
        let (two_digits, unique) = match &self.unique {
            Some(_) => (Lengths::exact(0), UniqueNumber::lengths()),
            None => (self.numbers.lengths(), Lengths::exact(0)),
        };
        let second = [last, last, last, two_digits];
        let shapes = self.first_names.iter().zip(second);
        Lengths::weighted(shapes.map(|(first, second)| (first.lengths() + second, share))) + unique
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        let mut draws = self.lane.draws(row);
        let shape = draws.below(SHAPES);
        out.push(&self.first_names[shape as usize], first);
        if shape < SHAPES - 1 {
            out.push(&self.last_names, last);
        } else if self.unique.is_none() {
            out.push(&self.numbers, self.numbers.draw(&mut draws));
        }
        if let Some(number) = &self.unique {
            number.write(row, out);
        }
    }
}
