//! `country`: names of countries and territories.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::Pool;
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

static COUNTRIES: LazyLock<Pool> = LazyLock::new(|| Pool::new(EN::ADDRESS_COUNTRY));

#[derive(Debug)]
pub(super) struct Country {
    lane: Lane,
    countries: &'static Pool,
}

impl Country {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            countries: &COUNTRIES,
        }
    }
}

impl Text for Country {
    fn lengths(&self) -> Lengths {
        self.countries.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let country = self.countries.draw(&mut self.lane.draws(row));
        out.push(self.countries, country);
    }
}
