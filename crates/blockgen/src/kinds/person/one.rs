//! Whose persons a column tells of: its own, or those of another column of the table.

use super::super::ColumnKind;
use crate::compile::Rejected;
use crate::locale::Locales;
use crate::random::Key;
use crate::scope::Scope;

/// The key that a column's persons are drawn with, and where they live.
#[derive(Clone, Debug)]
pub(in crate::kinds) struct Persons {
    pub(in crate::kinds) key: Key,
    pub(in crate::kinds) locales: Locales,
}

impl Persons {
    /// Those of the column that the option `of` names, or else the column's own: for kinds that
    /// draw nothing but what a person's key has a name for.
    pub(in crate::kinds) fn of(scope: &Scope<'_>, of: Option<&str>) -> Result<Self, Rejected> {
        Self::drawn_with(scope.key(), scope, of)
    }

    /// The same for kinds that draw more from their own key than the person: their own persons
    /// have a key below it, or names and the rest would be read off the same random bits.
    pub(in crate::kinds) fn beside(scope: &Scope<'_>, of: Option<&str>) -> Result<Self, Rejected> {
        Self::drawn_with(scope.key().child("person"), scope, of)
    }

    /// `own` is the key of persons that no other column tells of.
    fn drawn_with(own: Key, scope: &Scope<'_>, of: Option<&str>) -> Result<Self, Rejected> {
        let Some(name) = of else {
            return Ok(Self {
                key: own,
                locales: scope.locales()?,
            });
        };
        let wanted =
            "`person_name`, or `first_name`, `last_name` or `name_with_title` without `of`,";
        let other = scope.column_of("of", name, wanted, |kind| match kind {
            ColumnKind::PersonName {} => true,
            ColumnKind::FirstName(options)
            | ColumnKind::LastName(options)
            | ColumnKind::NameWithTitle(options) => options.of.is_none(),
            _ => false,
        })?;
        Ok(Self {
            key: other.key(),
            locales: other.locales()?,
        })
    }
}
