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
    /// Those of the column that the option `of` names, or else the column's own.
    pub(in crate::kinds) fn of(scope: &Scope<'_>, of: Option<&str>) -> Result<Self, Rejected> {
        let Some(name) = of else {
            return Ok(Self {
                key: scope.key(),
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
