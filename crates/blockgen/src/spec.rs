//! Specs: what tables there are, what columns, of which kinds.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::error::{Hint, SpecError, SpecErrors};
use crate::kinds::ColumnKind;
use crate::nullable::Nullable;
use crate::scope::Scope;

/// Built-in data sets by name, as they stand in `specs/`.
const BUILTIN: [(&str, &str); 1] = [("people", include_str!("../specs/people.toml"))];

/// A data set: one or more tables, described. Read from TOML by [`DatasetSpec::from_toml`]; by
/// serde also from JSON or what else it knows, and then checked when a table is compiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatasetSpec {
    /// The seed that the author of the spec proposes. It is only carried here: a
    /// [`Generator`](crate::Generator) takes the seed it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The tables, in the order of the spec.
    pub tables: Vec<TableSpec>,
}

/// One table of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableSpec {
    /// Unique in its data set. Part of what the values are derived from.
    pub name: String,
    /// Rows the table has where nobody asks for another number: how many parents there are for
    /// the tables that refer to it. No input to its own values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The columns, in the order of the schema.
    pub columns: Vec<ColumnSpec>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ColumnSpec {
    /// Unique in its table. Part of what the values are derived from.
    pub name: String,
    /// Share of nulls, 0 to 1; none if not given. The values that stay are those of the column
    /// without nulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<f64>,
    /// What the column holds. Its keys stand beside `name`; those that no kind has are refused
    /// there.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

impl DatasetSpec {
    /// A data set of these tables, without a seed of its own.
    pub fn new(tables: Vec<TableSpec>) -> Self {
        Self { seed: None, tables }
    }

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

    /// Reads a spec written in TOML and checks its names; the options of its columns are
    /// checked when a table is compiled.
    ///
    /// # Errors
    ///
    /// [`SpecError::Toml`] with line and column for what is not TOML, or not a spec; otherwise
    /// the variants that name what is missing or stands twice.
    pub fn from_toml(text: &str) -> Result<Self, SpecErrors> {
        let spec: Self = toml::from_str(text).map_err(SpecError::from)?;
        spec.check_names()?;
        Ok(spec)
    }

    /// The table called `name`.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownTable`], with the names there are.
    pub fn table(&self, name: &str) -> Result<&TableSpec, SpecError> {
        let found = self.tables.iter().find(|table| table.name == name);
        found.ok_or_else(|| SpecError::UnknownTable {
            table: name.to_owned(),
            hint: Hint::new(name, self.tables.iter().map(|table| table.name.as_str())),
        })
    }

    /// Also called by the compiler: a spec may have been built or changed in code.
    pub(crate) fn check_names(&self) -> Result<(), SpecErrors> {
        let mut errors = Vec::new();
        let mut tables = BTreeSet::new();
        for (i, table) in self.tables.iter().enumerate() {
            let name = &table.name;
            if name.is_empty() {
                let place = format!("table {}", i + 1);
                errors.push(SpecError::EmptyName { place });
                continue;
            }
            if !tables.insert(name) {
                errors.push(SpecError::DuplicateTable {
                    table: name.clone(),
                });
            }
            table.check_names(&mut errors);
        }
        SpecErrors::check(errors)
    }
}

impl TableSpec {
    /// A table of these columns.
    pub fn new(name: impl Into<String>, columns: Vec<ColumnSpec>) -> Self {
        let name = name.into();
        Self {
            name,
            rows: None,
            columns,
        }
    }

    fn check_names(&self, errors: &mut Vec<SpecError>) {
        let table = || self.name.clone();
        if self.columns.is_empty() {
            errors.push(SpecError::NoColumns { table: table() });
        }
        let mut columns = BTreeSet::new();
        for (i, column) in self.columns.iter().enumerate() {
            let name = &column.name;
            if name.is_empty() {
                let place = format!("column {} of table `{}`", i + 1, self.name);
                errors.push(SpecError::EmptyName { place });
                continue;
            }
            if !columns.insert(name) {
                errors.push(SpecError::DuplicateColumn {
                    table: table(),
                    column: name.clone(),
                });
            }
        }
    }
}

impl ColumnSpec {
    /// A column of this kind.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        let name = name.into();
        Self {
            name,
            nulls: None,
            kind,
        }
    }

    /// The kind, with what is common to all kinds laid over it.
    pub(crate) fn compile(&self, scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
        let values = self.kind.compile(scope);
        let Some(share) = self.nulls else {
            return values;
        };
        if !(0.0..=1.0).contains(&share) {
            return Err(scope.invalid("nulls", share, "a share, 0 to 1"));
        }
        Ok(Arc::new(Nullable::new(values?, scope.key(), share)))
    }
}
