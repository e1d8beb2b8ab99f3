//! Where a column stands while it is compiled: its neighbours, its key, and its place in errors.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::{Compiler, Rejected};
use crate::error::{Hint, SpecError};
use crate::kinds::ColumnKind;
use crate::random::Key;
use crate::spec::{ColumnSpec, TableSpec};

#[derive(Clone)]
pub(crate) struct Scope<'a> {
    compiler: &'a Compiler<'a>,
    /// Number of the table in the spec.
    table_index: usize,
    table: &'a TableSpec,
    table_key: Key,
    /// Name of the column; within a nested one with dots: `place.lat`.
    column: String,
    key: Key,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        compiler: &'a Compiler<'a>,
        table_index: usize,
        table: &'a TableSpec,
        column: &'a ColumnSpec,
    ) -> Self {
        let table_key = Key::of_seed(compiler.seed).child(&table.name);
        Self {
            compiler,
            table_index,
            table,
            table_key,
            column: column.name.clone(),
            key: table_key.child(&column.name),
        }
    }

    /// The scope of something inside this column.
    pub(crate) fn nested(&self, name: &str) -> Self {
        Self {
            column: format!("{}.{name}", self.column),
            key: self.key.child(name),
            ..self.clone()
        }
    }

    /// The key of this column.
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// The table it stands in.
    pub(crate) fn table(&self) -> &'a TableSpec {
        self.table
    }

    /// The compiler, for what spans tables.
    pub(crate) fn compiler(&self) -> &'a Compiler<'a> {
        self.compiler
    }

    /// Another column of the same table, which `option` names.
    pub(crate) fn sibling(
        &self,
        option: &'static str,
        name: &str,
    ) -> Result<Arc<dyn Column>, Rejected> {
        let columns = || self.table.columns.iter();
        match columns().position(|other| other.name == name) {
            Some(index) => self.compiler.column((self.table_index, index)),
            None => {
                let hint = Hint::new(name, columns().map(|other| other.name.as_str()));
                Err(self.unknown(option, name, "any kind", hint))
            }
        }
    }

    /// The key of another column of the table, which `option` names and which `fits` because it
    /// is of the kind `wanted`. With it, that column's value of any row can be made again.
    pub(crate) fn key_of(
        &self,
        option: &'static str,
        name: &str,
        wanted: &'static str,
        fits: impl Fn(&ColumnKind) -> bool,
    ) -> Result<Key, Rejected> {
        let mut fitting = self.table.columns.iter().filter(|other| fits(&other.kind));
        if fitting.clone().any(|other| other.name == name) {
            return Ok(self.table_key.child(name));
        }
        let hint = Hint::new(name, fitting.by_ref().map(|other| other.name.as_str()));
        Err(self.unknown(option, name, wanted, hint))
    }

    fn unknown(
        &self,
        option: &'static str,
        found: &str,
        wanted: &'static str,
        hint: Hint,
    ) -> Rejected {
        self.compiler.refuse(SpecError::UnknownReference {
            table: self.table.name.clone(),
            column: self.column.clone(),
            option,
            found: found.to_owned(),
            wanted,
            hint,
        })
    }

    /// Notes that an option's value is not allowed.
    pub(crate) fn invalid(
        &self,
        option: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> Rejected {
        self.compiler.refuse(SpecError::InvalidOption {
            table: self.table.name.clone(),
            column: self.column.clone(),
            option,
            found: found.to_string(),
            allowed: allowed.into(),
        })
    }
}
