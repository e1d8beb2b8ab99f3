//! `email`: addresses spelt from the names of the same rows.

use std::sync::LazyLock;

use fake::locales::{Data, EN};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ColumnKind;
use super::person_name::PersonDraw;
use crate::compile::Rejected;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Email`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailOptions {
    /// The column of the same table, of kind `person_name`, whose names are spelt.
    pub of: String,
}

static FIRST_NAMES: LazyLock<Pool> = LazyLock::new(|| spelt(EN::NAME_FIRST_NAME, "."));
static LAST_NAMES: LazyLock<Pool> = LazyLock::new(|| spelt(EN::NAME_LAST_NAME, ""));

/// Reserved by RFC 2606: no mail to them reaches anybody.
static DOMAINS: LazyLock<Pool> =
    LazyLock::new(|| Pool::new(["@example.com", "@example.net", "@example.org"]));

/// Four digits behind the name, the first not 0. With names and domains that makes 38 billion
/// addresses: among a million rows about 13 pairs share one.
const DIGITS: usize = 4;
const LOWEST_NUMBER: u64 = 1_000;
const NUMBERS: u64 = 9_000;

/// Names as they stand in an address: lower case, and nothing but ASCII letters and digits.
fn spelt(names: &[&str], tail: &str) -> Pool {
    Pool::new(names.iter().map(|name| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let mut spelt: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        spelt.push_str(tail);
        spelt
    }))
}

#[derive(Debug)]
pub(super) struct Email {
    person: PersonDraw,
    lane: Lane,
    first_names: &'static Pool,
    last_names: &'static Pool,
    domains: &'static Pool,
}

impl Email {
    pub(super) fn new(options: &EmailOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let names = scope.key_of("of", &options.of, "`person_name`", |kind| {
            matches!(kind, ColumnKind::PersonName {})
        })?;
        Ok(Self {
            person: PersonDraw::new(names),
            lane: scope.key().lane(0),
            first_names: &FIRST_NAMES,
            last_names: &LAST_NAMES,
            domains: &DOMAINS,
        })
    }
}

impl Text for Email {
    fn lengths(&self) -> Lengths {
        self.first_names.lengths()
            + self.last_names.lengths()
            + Lengths::exact(DIGITS)
            + self.domains.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        let mut draws = self.lane.draws(row);
        out.push(self.first_names, first);
        out.push(self.last_names, last);
        let number = LOWEST_NUMBER + draws.below(NUMBERS);
        let digit = |place: u64| b'0' + (number / place % 10) as u8;
        let digits = [digit(1_000), digit(100), digit(10), digit(1)];
        out.push_bytes(&digits, DIGITS);
        out.push(self.domains, self.domains.draw(&mut draws));
    }
}
