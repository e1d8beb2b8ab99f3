//! The data sets that come with the crate.

use super::DatasetSpec;
use crate::error::{Hint, SpecError, SpecErrors};

/// Each kind of columns once: the examples in the list of kinds.
pub(crate) const EVERYTHING: &str = include_str!("../../specs/everything.toml");

/// Built-in data sets by name, as they stand in `specs/`.
const BUILTIN: [(&str, &str); 6] = [
    ("people", include_str!("../../specs/people.toml")),
    ("shop", include_str!("../../specs/shop.toml")),
    ("events", include_str!("../../specs/events.toml")),
    ("sensors", include_str!("../../specs/sensors.toml")),
    ("lineitem", include_str!("../../specs/lineitem.toml")),
    ("everything", EVERYTHING),
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
        Self::from_toml(Self::builtin_toml(name)?)
    }

    /// The text of a built-in data set, in TOML: a spec to begin one's own with.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownBuiltin`] for any other name.
    pub fn builtin_toml(name: &str) -> Result<&'static str, SpecError> {
        let found = BUILTIN.iter().find(|(known, _)| *known == name);
        let (_, toml) = found.ok_or_else(|| SpecError::UnknownBuiltin {
            name: name.to_owned(),
            hint: Hint::new(name, Self::builtin_names()),
        })?;
        Ok(toml)
    }
}
