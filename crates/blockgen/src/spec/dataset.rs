//! A whole spec.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TableSpec;
use super::lines::Lines;
use crate::error::{Hint, SpecError};
use crate::locale::LocaleChoice;

/// A data set: one or more tables, described. [`DatasetSpec::read`] reads it from TOML or JSON and
/// says all that is wrong with it; serde reads it from what else it knows, and then it is checked
/// when a table is compiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatasetSpec {
    /// The seed that the author of the spec proposes. It is only carried here: a
    /// [`Generator`](crate::Generator) takes the seed it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The locale of all texts, or weights such as `{ en = 0.7, fr_fr = 0.3 }`, by which each row
    /// of a column draws its own; `en` if not given. Tables and columns may have others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    /// The tables, in the order of the spec.
    pub tables: Vec<TableSpec>,
    /// Where its text says what, for errors.
    #[serde(skip)]
    pub(crate) lines: Lines,
}

impl DatasetSpec {
    /// A data set of these tables, without a seed of its own.
    pub fn new(tables: Vec<TableSpec>) -> Self {
        Self {
            seed: None,
            locale: None,
            tables,
            lines: Lines::default(),
        }
    }

    /// The tables that are written where nobody picks some: all but those that are `hidden`.
    pub fn written_tables(&self) -> impl Iterator<Item = &TableSpec> {
        self.tables.iter().filter(|table| !table.hidden)
    }

    /// The table called `name`.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownTable`], with the names there are.
    pub fn table(&self, name: &str) -> Result<&TableSpec, SpecError> {
        self.table_index(name).map(|index| &self.tables[index])
    }

    /// The number of the table called `name`, from 0.
    pub(crate) fn table_index(&self, name: &str) -> Result<usize, SpecError> {
        let found = self.tables.iter().position(|table| table.name == name);
        found.ok_or_else(|| self.unknown_table(name))
    }

    pub(crate) fn unknown_table(&self, name: &str) -> SpecError {
        SpecError::UnknownTable {
            table: name.to_owned(),
            hint: Hint::new(name, self.tables.iter().map(|table| table.name.as_str())),
        }
    }
}
