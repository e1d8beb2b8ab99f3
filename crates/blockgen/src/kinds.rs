//! The kinds of columns: each file holds the options of one kind and the loop that makes it.

mod boolean;
mod city;
mod company;
mod country;
mod email;
mod float;
mod integer;
mod job;
mod lorem;
mod person_name;
mod phone;
mod sequence;
mod street_address;
mod timestamp;
mod uuid;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::boolean::BoolOptions;
pub use self::email::EmailOptions;
pub use self::float::FloatOptions;
pub use self::integer::{IntegerOptions, IntegerType};
pub use self::lorem::LoremOptions;
pub use self::sequence::SequenceOptions;
pub use self::timestamp::{TimestampOptions, UtcMicros};

use crate::column::Column;
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::text::{Text, TextColumn};

/// What a column holds, with the options of that kind; in a spec, the key `kind` and the keys
/// beside it. Whether there are nulls is said beside it, in [`ColumnSpec`](crate::ColumnSpec).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ColumnKind {
    /// `sequence`: `Int64`, the row's index plus a start.
    Sequence(SequenceOptions),
    /// `uuid`: `Utf8`, a random (version 4) UUID in lower case, 36 characters.
    Uuid {},
    /// `person_name`: `Utf8`, a given and a family name.
    PersonName {},
    /// `email`: `Utf8`, an address spelt from a name of the same row.
    Email(EmailOptions),
    /// `phone`: `Utf8`, a North American number in one of several spellings.
    Phone {},
    /// `street_address`: `Utf8`, a house number and a street.
    StreetAddress {},
    /// `city`: `Utf8`, an invented city.
    City {},
    /// `country`: `Utf8`, the English name of a country or territory.
    Country {},
    /// `company`: `Utf8`, an invented company.
    Company {},
    /// `job`: `Utf8`, a job title.
    Job {},
    /// `float`: `Float64`, uniform in a range.
    Float(FloatOptions),
    /// `integer`: `Int32` or `Int64`, uniform in a range.
    Integer(IntegerOptions),
    /// `bool`: `Boolean`, true with a probability.
    Bool(BoolOptions),
    /// `timestamp`: `Timestamp(Microsecond, "UTC")`, uniform in a range.
    Timestamp(TimestampOptions),
    /// `lorem`: `Utf8`, a sentence of a number of words that mean nothing.
    Lorem(LoremOptions),
}

impl ColumnKind {
    pub(crate) fn compile(&self, scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
        Ok(match self {
            Self::Sequence(options) => Arc::new(sequence::Sequence::new(options)),
            Self::Uuid {} => text(uuid::Uuid::new(scope.key())),
            Self::PersonName {} => text(person_name::PersonName::new(scope.key())),
            Self::Email(options) => text(email::Email::new(options, scope)?),
            Self::Phone {} => text(phone::Phone::new(scope.key())),
            Self::StreetAddress {} => text(street_address::StreetAddress::new(scope.key())),
            Self::City {} => text(city::City::new(scope.key())),
            Self::Country {} => text(country::Country::new(scope.key())),
            Self::Company {} => text(company::Company::new(scope.key())),
            Self::Job {} => text(job::Job::new(scope.key())),
            Self::Float(options) => float::compile(options, scope)?,
            Self::Integer(options) => integer::compile(options, scope)?,
            Self::Bool(options) => Arc::new(boolean::Bool::new(options, scope)?),
            Self::Timestamp(options) => Arc::new(timestamp::Timestamp::new(options, scope)?),
            Self::Lorem(options) => text(lorem::Lorem::new(options, scope)?),
        })
    }
}

fn text(kind: impl Text) -> Arc<dyn Column> {
    Arc::new(TextColumn::new(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;
    use crate::text::TextBuffer;

    /// The buffer relies on the bounds, and its size on the mean.
    fn check_lengths(kind: &dyn Text) {
        const ROWS: u64 = 20_000;
        let lengths = kind.lengths();
        let mut total = 0;
        for row in 0..ROWS {
            let mut out = TextBuffer::with_capacity(0);
            out.make_room(lengths.max);
            kind.write(row, &mut out);
            assert!((lengths.min..=lengths.max).contains(&out.len()), "{kind:?}");
            total += out.len();
        }
        let mean = total as f64 / ROWS as f64;
        assert!((mean / lengths.mean - 1.0).abs() < 0.02, "{kind:?}: {mean}");
    }

    #[test]
    fn texts_are_as_long_as_their_kinds_say() {
        let key = Key::of_seed(42).child("kinds");
        check_lengths(&uuid::Uuid::new(key));
        check_lengths(&person_name::PersonName::new(key));
        check_lengths(&phone::Phone::new(key));
        check_lengths(&street_address::StreetAddress::new(key));
        check_lengths(&city::City::new(key));
        check_lengths(&country::Country::new(key));
        check_lengths(&company::Company::new(key));
        check_lengths(&job::Job::new(key));

        let people = crate::DatasetSpec::builtin("people").unwrap();
        let table = people.table("people").unwrap();
        let compiler = crate::compile::Compiler::new(&people, 42);
        for column in &table.columns {
            let scope = Scope::new(&compiler, 0, table, column);
            match &column.kind {
                ColumnKind::Email(options) => {
                    check_lengths(&email::Email::new(options, &scope).unwrap());
                }
                ColumnKind::Lorem(options) => {
                    check_lengths(&lorem::Lorem::new(options, &scope).unwrap());
                }
                _ => {}
            }
        }
    }
}
