//! The data sets that come with the crate.

use super::DatasetSpec;
use crate::error::{Hint, SpecError, SpecErrors};

/// Built-in data sets by name, as they stand in `specs/`.
const BUILTIN: [(&str, &str); 2] = [
    ("people", include_str!("../../specs/people.toml")),
    ("shop", include_str!("../../specs/shop.toml")),
];

impl DatasetSpec {
    /// Names of the built-in data sets.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// A built-in data set by its name, such as `people`.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownBuiltin`] for any other name.
    pub fn builtin(name: &str) -> Result<Self, SpecErrors> {
        let found = BUILTIN.iter().find(|(known, _)| *known == name);
        let (_, toml) = found.ok_or_else(|| SpecError::UnknownBuiltin {
            name: name.to_owned(),
            hint: Hint::new(name, Self::builtin_names()),
        })?;
        Self::from_toml(toml)
    }
}
