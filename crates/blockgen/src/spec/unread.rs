//! What a spec's text has and the spec itself lacks, because it cannot be read: whoever looks for
//! it finds nothing, which is then no fault of theirs.

use std::collections::BTreeSet;

/// Names of tables and columns that are left out, each of which has been told as a fault already.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Left out altogether.
    tables: BTreeSet<String>,
    /// There, but without their own options, such as `rows` and `children`.
    bare: BTreeSet<String>,
    /// Table and column.
    columns: BTreeSet<(String, String)>,
}

impl Unread {
    pub(crate) const fn nothing() -> Self {
        Self {
            tables: BTreeSet::new(),
            bare: BTreeSet::new(),
            columns: BTreeSet::new(),
        }
    }

    pub(super) fn add_table(&mut self, table: &str) {
        self.tables.insert(table.to_owned());
    }

    pub(super) fn add_options_of(&mut self, table: &str) {
        self.bare.insert(table.to_owned());
    }

    pub(super) fn add_column(&mut self, table: &str, column: &str) {
        self.columns.insert((table.to_owned(), column.to_owned()));
    }

    /// Whether a table is left out.
    pub(crate) fn has_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// Whether any table is left out.
    pub(crate) fn has_tables(&self) -> bool {
        !self.tables.is_empty()
    }

    /// Whether what a table says of itself is not known.
    pub(crate) fn has_options_of(&self, table: &str) -> bool {
        self.bare.contains(table)
    }

    /// Whether a column is left out of a table that is there.
    pub(crate) fn has_column(&self, table: &str, column: &str) -> bool {
        let place = (table.to_owned(), column.to_owned());
        self.columns.contains(&place)
    }

    /// Whether columns are left out of a table that is there.
    pub(crate) fn has_columns_of(&self, table: &str) -> bool {
        self.columns.iter().any(|(of, _)| of == table)
    }

    /// Whether `table.column` names a column that is left out, or one of a table that is.
    pub(crate) fn has_path(&self, path: &str) -> bool {
        let below = |table: &str| {
            let rest = path.strip_prefix(table);
            rest.and_then(|rest| rest.strip_prefix('.'))
        };
        self.tables.iter().any(|table| below(table).is_some())
            || self
                .columns
                .iter()
                .any(|(table, column)| below(table) == Some(column))
    }
}
