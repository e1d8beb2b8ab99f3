//! `company`: companies called after one or two of their founders.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::{Pool, with_tail};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

static NAMES: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::NAME_LAST_NAME, " "));
static NAMES_AND: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::NAME_LAST_NAME, " and "));
static SUFFIXES: LazyLock<Pool> = LazyLock::new(|| Pool::new(EN::COMPANY_SUFFIX));

#[derive(Debug)]
pub(super) struct Company {
    lane: Lane,
    names: &'static Pool,
    names_and: &'static Pool,
    suffixes: &'static Pool,
}

impl Company {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            names: &NAMES,
            names_and: &NAMES_AND,
            suffixes: &SUFFIXES,
        }
    }
}

impl Text for Company {
    fn lengths(&self) -> Lengths {
        let one = self.names.lengths() + self.suffixes.lengths();
        one.or(self.names_and.lengths() + one)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        if draws.below(2) == 1 {
            out.push(self.names_and, self.names_and.draw(&mut draws));
        }
        out.push(self.names, self.names.draw(&mut draws));
        out.push(self.suffixes, self.suffixes.draw(&mut draws));
    }
}
