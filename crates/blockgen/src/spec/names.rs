//! Names of a spec: none empty, none twice where one must be told from another; and not more of them
//! than can be handled.

use std::collections::BTreeSet;

use super::limits::{
    MAX_COLUMNS, MAX_COLUMNS_OF_ALL, MAX_DAMAGES, MAX_NAME_BYTES, MAX_TABLES, beyond,
};
use super::lines::Numbered;
use super::place::shown;
use super::{DatasetSpec, TableSpec, Unread};
use crate::error::{SpecError, SpecErrors, SpecFault};

impl DatasetSpec {
    /// Also called by the compiler: a spec may have been built or changed in code.
    pub(crate) fn check_names(&self) -> Result<(), SpecErrors> {
        let faults = self.name_faults(&Unread::nothing())?;
        if faults.is_empty() {
            return Ok(());
        }
        Err(SpecErrors::of(faults))
    }

    /// What is wrong with names, where there may be more tables and columns than can be read.
    ///
    /// # Errors
    ///
    /// The spec is too large, or has nothing, to be compiled.
    pub(super) fn name_faults(&self, unread: &Unread) -> Result<Vec<SpecFault>, SpecErrors> {
        let count = self.tables.len();
        let columns = self.tables.iter().map(|table| table.columns.len()).sum();
        let what = || "the number of tables".to_owned();
        let all = || "the number of columns of all tables".to_owned();
        let size = beyond(count, MAX_TABLES, what).or(beyond(columns, MAX_COLUMNS_OF_ALL, all));
        let none = (count == 0).then_some(SpecError::NoTables);
        if let Some(error) = size.or(none) {
            return Err(error.into());
        }
        let mut faults = Vec::new();
        // Among tables that are left out may be some that are not hidden.
        if self.written_tables().next().is_none() && !unread.has_tables() {
            let error = SpecError::AllHidden {
                place: "the spec".to_owned(),
                what: "tables",
            };
            faults.push(SpecFault::new(None, error));
        }
        let mut tables = BTreeSet::new();
        for (i, table) in self.tables.iter().enumerate() {
            let at = self.lines.of_table(i);
            let place = || format!("table {}", number(at, i));
            let name = &table.name;
            if let Some(error) = check_name(name, place) {
                faults.push(SpecFault::new(line(at), error));
                continue;
            }
            if let Some(error) = check_comma(name) {
                faults.push(SpecFault::new(line(at), error));
            }
            if !tables.insert(name) {
                let table = name.clone();
                faults.push(self.lines.locate(SpecError::DuplicateTable { table }));
            }
            self.check_columns(i, table, unread, &mut faults);
        }
        Ok(faults)
    }

    /// The spec without what has no name to be compiled by, and what it lacks because of that.
    pub(super) fn nameable(&self, unread: &mut Unread) -> Self {
        let mut spec = self.clone();
        let is_name = |name: &str| check_name(name, String::new).is_none();
        spec.tables.retain_mut(|table| {
            let fits = table.columns.len() <= MAX_COLUMNS && table.damage.len() <= MAX_DAMAGES;
            table.columns.retain(|column| {
                let keeps = is_name(&column.name);
                if !keeps {
                    unread.add_column(&table.name, &column.name);
                }
                keeps
            });
            let keeps = is_name(&table.name) && fits && !table.columns.is_empty();
            if !keeps {
                unread.add_table(&table.name);
            }
            keeps
        });
        spec
    }

    fn check_columns(
        &self,
        index: usize,
        table: &TableSpec,
        unread: &Unread,
        faults: &mut Vec<SpecFault>,
    ) {
        let name = || table.name.clone();
        let what = || format!("the number of columns of table `{}`", table.name);
        let none = || table.columns.is_empty();
        let size = beyond(table.columns.len(), MAX_COLUMNS, what);
        let size = size.or_else(|| none().then(|| SpecError::NoColumns { table: name() }));
        let what = || format!("the number of damages of table `{}`", table.name);
        let size = size.or_else(|| beyond(table.damage.len(), MAX_DAMAGES, what));
        let all_hidden = || {
            table.columns.iter().all(|column| column.hidden) && !unread.has_columns_of(&table.name)
        };
        let size = size.or_else(|| {
            all_hidden().then(|| SpecError::AllHidden {
                place: format!("table `{}`", table.name),
                what: "columns",
            })
        });
        if let Some(error) = size {
            faults.push(SpecFault::new(line(self.lines.of_table(index)), error));
            return;
        }
        let mut columns = BTreeSet::new();
        for (i, column) in table.columns.iter().enumerate() {
            let at = self.lines.of_column(index, i);
            let place = || format!("column {} of table `{}`", number(at, i), table.name);
            if let Some(error) = check_name(&column.name, place) {
                faults.push(SpecFault::new(line(at), error));
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

/// The number by which a text counts it, from 1; in a spec that was made in code, its own.
fn number(at: Option<Numbered>, index: usize) -> usize {
    at.map_or(index + 1, |at| at.number)
}

fn line(at: Option<Numbered>) -> Option<u32> {
    at.map(|at| at.line)
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
