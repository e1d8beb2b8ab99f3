//! The names of files and objects, one a table, out of the one text that was given.

/// Stands for the name of a table.
pub const PLACEHOLDER: &str = "{table}";

/// How a text names a file for each of several tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming<'a> {
    /// It is a folder: nothing, or what ends with `/`.
    Folder(&'a str),
    /// It holds the placeholder.
    Pattern(&'a str),
    /// It is one name, for one table.
    One(&'a str),
}

impl<'a> Naming<'a> {
    /// How `text` names files or keys.
    pub fn of(text: &'a str) -> Self {
        if text.contains(PLACEHOLDER) {
            Self::Pattern(text)
        } else if text.is_empty() || text.ends_with('/') {
            Self::Folder(text)
        } else {
            Self::One(text)
        }
    }

    /// Whether each table has a name of its own in it.
    pub fn takes_several(self) -> bool {
        !matches!(self, Self::One(_))
    }

    /// The name for a table.
    pub fn name(self, table: &str) -> String {
        match self {
            Self::Folder(folder) => format!("{folder}{table}.parquet"),
            // Behind a folder, a pattern may end with one, too.
            Self::Pattern(pattern) if pattern.ends_with('/') => {
                format!("{}{table}.parquet", pattern.replace(PLACEHOLDER, table))
            }
            Self::Pattern(pattern) => pattern.replace(PLACEHOLDER, table),
            Self::One(name) => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_name_in_a_folder_and_in_a_pattern() {
        for (text, name, several) in [
            ("", "orders.parquet", true),
            ("out/", "out/orders.parquet", true),
            ("x-{table}.pq", "x-orders.pq", true),
            ("{table}/", "orders/orders.parquet", true),
            ("out/{table}/0.parquet", "out/orders/0.parquet", true),
            ("x.parquet", "x.parquet", false),
            ("out", "out", false),
        ] {
            let naming = Naming::of(text);
            assert_eq!(naming.name("orders"), name, "{text}");
            assert_eq!(naming.takes_several(), several, "{text}");
        }
    }
}
