//! `email` and `free_email`: addresses spelt from the names of the same rows.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spelling::spelt;
use super::unique::UniqueNumber;
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::person::{PersonDraw, Persons};
use crate::locale::Tables;
use crate::pool::Pool;
use crate::random::{Draws, Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Email`](crate::ColumnKind::Email) and
/// [`ColumnKind::FreeEmail`](crate::ColumnKind::FreeEmail).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailOptions {
    /// The column of the same table whose names are spelt: of kind `person_name`, or of kind
    /// `first_name`, `last_name` or `name_with_title` without an `of` of its own. Without it, the
    /// addresses are those of persons that no other column tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether no two rows have the same address, at any number of rows; `false` if not given. The
    /// number behind the name then grows with the row: four digits for the first 10,000 rows, five
    /// for the first 100,000.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
}

/// Reserved by RFC 2606: no mail to them reaches anybody.
pub(super) const RESERVED: &[&str] = &["example.com", "example.net", "example.org"];

/// Four digits behind the name, the first not 0. With English names and the reserved domains that
/// makes 38 billion addresses: among a million rows about 13 pairs share one.
const DIGITS: usize = 4;
const LOWEST_NUMBER: u64 = 1_000;
const NUMBERS: u64 = 9_000;

pub(in crate::kinds) fn email(
    options: &EmailOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    compile(options, scope, |_| RESERVED)
}

pub(in crate::kinds) fn free_email(
    options: &EmailOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    compile(options, scope, |tables| tables.free_email_providers)
}

fn compile(
    options: &EmailOptions,
    scope: &Scope<'_>,
    domains: fn(&Tables) -> &'static [&'static str],
) -> Result<Arc<dyn Column>, Rejected> {
    let Persons { key, locales } = Persons::beside(scope, options.of.as_deref())?;
    // Two loops, so that neither number is paid for by the other.
    Ok(if options.unique {
        localised::compile_in(locales, |tables| {
            let number = UniqueNumber::new(scope.key());
            Email::new(key, scope, tables, domains, number)
        })
    } else {
        localised::compile_in(locales, |tables| {
            Email::new(key, scope, tables, domains, AnyNumber)
        })
    })
}

/// What stands between the name and the domain.
trait Number: std::fmt::Debug + Send + Sync + 'static {
    fn lengths(&self) -> Lengths;

    fn write(&self, row: u64, draws: &mut Draws, out: &mut TextBuffer);
}

#[derive(Debug)]
struct AnyNumber;

impl Number for AnyNumber {
    fn lengths(&self) -> Lengths {
        Lengths::exact(DIGITS)
    }

    #[inline]
    fn write(&self, _: u64, draws: &mut Draws, out: &mut TextBuffer) {
        let number = LOWEST_NUMBER + draws.below(NUMBERS);
        let digit = |place: u64| b'0' + (number / place % 10) as u8;
        let digits = [digit(1_000), digit(100), digit(10), digit(1)];
        out.push_bytes(&digits, DIGITS);
    }
}

impl Number for UniqueNumber {
    fn lengths(&self) -> Lengths {
        Self::lengths()
    }

    #[inline]
    fn write(&self, row: u64, _: &mut Draws, out: &mut TextBuffer) {
        self.write(row, out);
    }
}

#[derive(Debug)]
struct Email<N> {
    person: PersonDraw,
    lane: Lane,
    first_names: Pool,
    last_names: Pool,
    number: N,
    domains: Pool,
}

impl<N: Number> Email<N> {
    fn new(
        person: Key,
        scope: &Scope<'_>,
        tables: &Tables,
        domains: fn(&Tables) -> &'static [&'static str],
        number: N,
    ) -> Self {
        let first_names = spelt(tables.first_names).into_iter();
        Self {
            person: PersonDraw::new(person, tables),
            lane: scope.key().lane(0),
            first_names: Pool::new(first_names.map(|name| format!("{name}."))),
            last_names: Pool::new(spelt(tables.last_names)),
            number,
            domains: Pool::new(domains(tables).iter().map(|domain| format!("@{domain}"))),
        }
    }
}

impl<N: Number> Text for Email<N> {
    fn lengths(&self) -> Lengths {
        self.first_names.lengths()
            + self.last_names.lengths()
            + self.number.lengths()
            + self.domains.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let (first, last) = self.person.of(row);
        let mut draws = self.lane.draws(row);
        out.push(&self.first_names, first);
        out.push(&self.last_names, last);
        self.number.write(row, &mut draws, out);
        out.push(&self.domains, self.domains.draw(&mut draws));
    }
}
