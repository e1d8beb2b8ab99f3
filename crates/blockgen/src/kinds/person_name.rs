//! `person_name`: given and family names.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::{LAST_NAMES, Pool, with_tail};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

/// In the order of [`FIRST_NAMES`](crate::pool::FIRST_NAMES).
static FIRST_NAMES_AND_SPACE: LazyLock<Pool> =
    LazyLock::new(|| with_tail(EN::NAME_FIRST_NAME, " "));

/// Who a row's person is: numbers into the tables of names. An e-mail address draws them again
/// with the key of the column of names.
#[derive(Clone, Copy, Debug)]
pub(super) struct PersonDraw {
    lane: Lane,
    first_names: u64,
    last_names: u64,
}

impl PersonDraw {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            first_names: EN::NAME_FIRST_NAME.len() as u64,
            last_names: EN::NAME_LAST_NAME.len() as u64,
        }
    }

    /// The numbers of the given and the family name.
    #[inline]
    pub(super) fn of(&self, row: u64) -> (usize, usize) {
        let mut draws = self.lane.draws(row);
        let first = draws.below(self.first_names) as usize;
        let last = draws.below(self.last_names) as usize;
        (first, last)
    }
}

#[derive(Debug)]
pub(super) struct PersonName {
    person: PersonDraw,
    first_names: &'static Pool,
    last_names: &'static Pool,
}

impl PersonName {
    pub(super) fn new(key: Key) -> Self {
        Self {
            person: PersonDraw::new(key),
            first_names: &FIRST_NAMES_AND_SPACE,
            last_names: &LAST_NAMES,
        }
    }
}

impl Text for PersonName {
    fn lengths(&self) -> Lengths {
        self.first_names.lengths() + self.last_names.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        out.push(self.first_names, first);
        out.push(self.last_names, last);
    }
}
