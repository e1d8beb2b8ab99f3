//! `job`: titles of seniority, field and position.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::pool::{Pool, with_tail};
use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

static SENIORITIES: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::JOB_SENIORITY, " "));
static FIELDS: LazyLock<Pool> = LazyLock::new(|| with_tail(EN::JOB_FIELD, " "));
static POSITIONS: LazyLock<Pool> = LazyLock::new(|| Pool::new(EN::JOB_POSITION));

#[derive(Debug)]
pub(super) struct Job {
    lane: Lane,
    seniorities: &'static Pool,
    fields: &'static Pool,
    positions: &'static Pool,
}

impl Job {
    pub(super) fn new(key: Key) -> Self {
        Self {
            lane: key.lane(0),
            seniorities: &SENIORITIES,
            fields: &FIELDS,
            positions: &POSITIONS,
        }
    }
}

impl Text for Job {
    fn lengths(&self) -> Lengths {
        self.seniorities.lengths() + self.fields.lengths() + self.positions.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        out.push(self.seniorities, self.seniorities.draw(&mut draws));
        out.push(self.fields, self.fields.draw(&mut draws));
        out.push(self.positions, self.positions.draw(&mut draws));
    }
}
