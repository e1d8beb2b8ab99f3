//! Where a column stands while it is compiled: its neighbours and its key.

use crate::error::{Hint, SpecError};
use crate::kinds::ColumnKind;
use crate::random::Key;
use crate::spec::{ColumnSpec, TableSpec};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    table: &'a TableSpec,
    table_key: Key,
    column: &'a ColumnSpec,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(table: &'a TableSpec, seed: u64, column: &'a ColumnSpec) -> Self {
        Self {
            table,
            table_key: Key::of_seed(seed).child(&table.name),
            column,
        }
    }

    /// The key of this column.
    pub(crate) fn key(&self) -> Key {
        self.table_key.child(&self.column.name)
    }

    /// The key of another column of the table, which `option` names and which `fits` because it
    /// is of the kind `wanted`. With it, that column's value of any row can be made again.
    pub(crate) fn key_of(
        &self,
        option: &'static str,
        name: &str,
        wanted: &'static str,
        fits: impl Fn(&ColumnKind) -> bool,
    ) -> Result<Key, SpecError> {
        let mut fitting = self.table.columns.iter().filter(|other| fits(&other.kind));
        if fitting.clone().any(|other| other.name == name) {
            return Ok(self.table_key.child(name));
        }
        Err(SpecError::UnknownReference {
            table: self.table.name.clone(),
            column: self.column.name.clone(),
            option,
            found: name.to_owned(),
            wanted,
            hint: Hint::new(name, fitting.by_ref().map(|other| other.name.as_str())),
        })
    }

    pub(crate) fn invalid(
        &self,
        option: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> SpecError {
        SpecError::InvalidOption {
            table: self.table.name.clone(),
            column: self.column.name.clone(),
            option,
            found: found.to_string(),
            allowed: allowed.into(),
        }
    }
}
