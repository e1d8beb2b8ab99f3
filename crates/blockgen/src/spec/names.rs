//! Names of a spec: none empty, none twice where one must be told from another; and not more of them
//! than can be handled.

use std::collections::BTreeSet;

use super::limits::{
    MAX_COLUMNS, MAX_COLUMNS_OF_ALL, MAX_DAMAGES, MAX_NAME_BYTES, MAX_TABLES, beyond,
};
use super::place::shown;
use super::{DatasetSpec, TableSpec};
use crate::error::{SpecError, SpecErrors, SpecFault};

impl DatasetSpec {
    /// Also called by the compiler: a spec may have been built or changed in code.
    pub(crate) fn check_names(&self) -> Result<(), SpecErrors> {
        let count = self.tables.len();
        let columns = self.tables.iter().map(|table| table.columns.len()).sum();
        let what = || "the number of tables".to_owned();
        let all = || "the number of columns of all tables".to_owned();
        let size = beyond(count, MAX_TABLES, what).or(beyond(columns, MAX_COLUMNS_OF_ALL, all));
        let none = || match self.written_tables().next() {
            Some(_) => None,
            None if count == 0 => Some(SpecError::NoTables),
            None => Some(SpecError::AllHidden {
                place: "the spec".to_owned(),
                what: "tables",
            }),
        };
        if let Some(error) = size.or_else(none) {
            return Err(error.into());
        }
        let mut faults = Vec::new();
        let mut tables = BTreeSet::new();
        for (i, table) in self.tables.iter().enumerate() {
            let place = || format!("table {}", i + 1);
            let name = &table.name;
            let error = check_name(name, place).or_else(|| check_comma(name));
            if let Some(error) = error {
                faults.push(SpecFault::new(self.lines.of_table(i), error));
                continue;
            }
            if !tables.insert(name) {
                let table = name.clone();
                faults.push(self.lines.locate(SpecError::DuplicateTable { table }));
            }
            self.check_columns(i, table, &mut faults);
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(SpecErrors::of(faults))
    }

    fn check_columns(&self, number: usize, table: &TableSpec, faults: &mut Vec<SpecFault>) {
        let name = || table.name.clone();
        let what = || format!("the number of columns of table `{}`", table.name);
        let none = || table.columns.is_empty();
        let size = beyond(table.columns.len(), MAX_COLUMNS, what);
        let size = size.or_else(|| none().then(|| SpecError::NoColumns { table: name() }));
        let what = || format!("the number of damages of table `{}`", table.name);
        let size = size.or_else(|| beyond(table.damage.len(), MAX_DAMAGES, what));
        let all_hidden = || table.columns.iter().all(|column| column.hidden);
        let size = size.or_else(|| {
            all_hidden().then(|| SpecError::AllHidden {
                place: format!("table `{}`", table.name),
                what: "columns",
            })
        });
        if let Some(error) = size {
            faults.push(SpecFault::new(self.lines.of_table(number), error));
            return;
        }
        let mut columns = BTreeSet::new();
        for (i, column) in table.columns.iter().enumerate() {
            let place = || format!("column {} of table `{}`", i + 1, table.name);
            if let Some(error) = check_name(&column.name, place) {
                faults.push(SpecFault::new(self.lines.of_column(number, i), error));
                continue;
            }
            if !columns.insert(&column.name) {
                faults.push(self.lines.locate(SpecError::DuplicateColumn {
                    table: name(),
                    column: column.name.clone(),
                }));
            }
        }
    }
}

fn check_name(name: &str, place: impl Fn() -> String) -> Option<SpecError> {
    if name.is_empty() {
        return Some(SpecError::EmptyName { place: place() });
    }
    let what = || format!("the number of bytes of the name of {}", place());
    beyond(name.len(), MAX_NAME_BYTES, what)
}

/// Where several tables are named in one text, commas part them.
fn check_comma(name: &str) -> Option<SpecError> {
    let comma = name.contains(',');
    comma.then(|| SpecError::CommaInName { table: shown(name) })
}
