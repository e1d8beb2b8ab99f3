//! `city`: cities called after persons, as the locale's pattern has it.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::{FIRST_NAMES, LAST_NAMES, Pool, with_tail};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

static PREFIXES: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::ADDRESS_CITY_PREFIX, " "));
static SUFFIXES: LazyLock<Pool> = LazyLock::new(|| Pool::new(EN::ADDRESS_CITY_SUFFIX));

#[derive(Debug)]
pub(super) struct City {
    lane: Lane,
    prefixes: &'static Pool,
    first_names: &'static Pool,
    last_names: &'static Pool,
    suffixes: &'static Pool,
}

impl City {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            prefixes: &PREFIXES,
            first_names: &FIRST_NAMES,
            last_names: &LAST_NAMES,
            suffixes: &SUFFIXES,
        }
    }
}

impl Text for City {
    fn lengths(&self) -> Lengths {
        let names = self.first_names.lengths().or(self.last_names.lengths());
        let stem = names + self.suffixes.lengths();
        let prefixed = self.prefixes.lengths() + stem;
        Lengths {
            min: stem.min,
            mean: (prefixed.mean + 4.0 * stem.mean) / 5.0,
            max: prefixed.max,
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        // One in five has a prefix, two in five are called after a given name.
        let shape = draws.below(5);
        if shape == 0 {
            out.push(self.prefixes, self.prefixes.draw(&mut draws));
        }
        let names = if shape < 2 {
            self.first_names
        } else {
            self.last_names
        };
        out.push(names, names.draw(&mut draws));
        out.push(self.suffixes, self.suffixes.draw(&mut draws));
    }
}
