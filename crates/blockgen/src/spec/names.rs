//! Names of a spec: none empty, none twice where one must be told from another.

use std::collections::BTreeSet;

use super::{DatasetSpec, TableSpec};
use crate::error::{SpecError, SpecErrors};

impl DatasetSpec {
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
