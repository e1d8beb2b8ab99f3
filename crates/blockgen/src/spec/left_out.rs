//! Errors that only say that something is missing which could not be read.

use crate::error::SpecError;

/// Tables and columns that are left out of a spec, because they cannot be read.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    tables: Vec<String>,
    /// With the name of its table; what has no name is not missed by any.
    columns: Vec<(String, String)>,
}

impl LeftOut {
    pub(super) fn table(&mut self, name: String) {
        self.tables.push(name);
    }

    pub(super) fn column(&mut self, table: Option<&str>, name: Option<&str>) {
        if let (Some(table), Some(name)) = (table, name) {
            self.columns.push((table.to_owned(), name.to_owned()));
        }
    }

    /// Whether an error is there only because something is left out. Names are compared whole: one
    /// that is a part of another, or of a message, tells nothing.
    pub(super) fn explains(&self, error: &SpecError) -> bool {
        match error {
            // Those that are not hidden may be among them.
            SpecError::AllHidden { .. } => true,
            SpecError::UnknownReference { table, found, .. } => self.has_column(table, found),
            SpecError::InvalidDamage {
                table,
                option: "columns",
                found,
                ..
            } => self.has_column(table, quoted(found)),
            SpecError::InvalidTable {
                option: "children.of",
                found,
                ..
            } => self.has_table(quoted(found)),
            SpecError::InvalidOption { option, found, .. } => match *option {
                "to" => self.has_path(quoted(found)),
                // Of another table, which the error does not name apart.
                "column" => {
                    let name = quoted(found);
                    self.columns.iter().any(|(_, column)| column == name)
                }
                // Of expressions, which are quoted before what is wrong with them.
                _ => found
                    .strip_suffix(")`")
                    .and_then(|found| found.rsplit_once("`rows("))
                    .is_some_and(|(_, table)| self.has_table(table)),
            },
            _ => false,
        }
    }

    fn has_table(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table == name)
    }

    fn has_column(&self, table: &str, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|(of, column)| of == table && column == name)
    }

    /// Whether `table.column` is left out, or all of its table.
    fn has_path(&self, path: &str) -> bool {
        let behind = |table: &str| path.strip_prefix(table)?.strip_prefix('.');
        let mut columns = self.columns.iter();
        self.tables.iter().any(|table| behind(table).is_some())
            || columns.any(|(table, column)| behind(table) == Some(column))
    }
}

/// What stands between the quotes of a text that is a name in quotes.
fn quoted(text: &str) -> &str {
    let inside = text
        .strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'));
    inside.unwrap_or_default()
}
