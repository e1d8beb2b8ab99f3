//! `street_address`: house number, street, and what kind of street it is.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::{Pool, with_tail};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

/// House numbers up to 9999, with a space behind.
static NUMBERS: LazyLock<Pool> =
    LazyLock::new(|| Pool::new((1..=9999).map(|number| format!("{number} "))));

/// Streets are called after persons: half by their given names, half by their family names.
static FIRST_NAMES: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::NAME_FIRST_NAME, " "));
static LAST_NAMES: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::NAME_LAST_NAME, " "));
static SUFFIXES: LazyLock<Pool> = LazyLock::new(|| Pool::new(EN::ADDRESS_STREET_SUFFIX));

#[derive(Debug)]
pub(super) struct StreetAddress {
    lane: Lane,
    numbers: &'static Pool,
    names: [&'static Pool; 2],
    suffixes: &'static Pool,
}

impl StreetAddress {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            numbers: &NUMBERS,
            names: [&FIRST_NAMES, &LAST_NAMES],
            suffixes: &SUFFIXES,
        }
    }
}

impl Text for StreetAddress {
    fn lengths(&self) -> Lengths {
        let names = self.names[0].lengths().or(self.names[1].lengths());
        self.numbers.lengths() + names + self.suffixes.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        out.push(self.numbers, self.numbers.draw(&mut draws));
        let names = self.names[draws.below(2) as usize];
        out.push(names, names.draw(&mut draws));
        out.push(self.suffixes, self.suffixes.draw(&mut draws));
    }
}
