//! Persons: names, titles and genders, which agree within a row.

mod gender;
mod name;
mod one;
mod title;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::gender::gender;
pub(super) use self::name::{PersonDraw, first_name, last_name, person_name};
pub(super) use self::one::Persons;
pub(super) use self::title::{name_with_title, title};

/// Options of the kinds that tell of a person: `first_name`, `last_name`, `name_with_title`,
/// `title` and `gender`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PersonOptions {
    /// The column of the same table whose persons these are: one of kind `person_name`, or of kind
    /// `first_name`, `last_name` or `name_with_title` without an `of` of its own. Without it, the
    /// column tells of persons of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}
