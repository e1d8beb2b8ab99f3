//! Where in its text a spec says what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::{Node, Value};
use crate::error::{SpecError, SpecFault};

/// The lines at which tables, columns and options stand, by their names, because names are what
/// errors know. Empty for a spec that was made in code. No part of what a spec says: all lines
/// are equal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Places>);

#[derive(Debug, Default)]
struct Places {
    by_name: Named,
    /// Of each table of the spec and of its columns, in their order: for those without a name.
    by_number: Vec<(Numbered, Vec<Numbered>)>,
}

/// Where a table or a column stands in the text: there may be others before it that the spec lacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) line: u32,
}

/// Which tables of a text are in the spec, and which of their columns, counted from 0.
pub(super) type Kept = Vec<(usize, Vec<usize>)>;

/// Table, column (within a nested one with dots) and option. What stands there twice has two lines.
type Named = BTreeMap<[String; 3], Vec<u32>>;

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Lines {
    /// The lines of the text of a spec, of which so much is kept.
    pub(super) fn of_spec(root: &Node, kept: &Kept) -> Self {
        let mut named = Named::new();
        note_options(root, ["", ""], &mut named);
        for table in root.list("tables") {
            let columns = table.list("columns");
            let Some(name) = table.text("name").filter(|name| !name.is_empty()) else {
                continue;
            };
            note([name, "", ""], table.name_line(), &mut named);
            note_options(table, [name, ""], &mut named);
            for (damage, number) in table.list("damage").iter().zip(1..) {
                note_damage(damage, name, number, &mut named);
            }
            for column in columns {
                if let Some(path) = column.text("name").filter(|path| !path.is_empty()) {
                    note_column(column, name, path, &mut named);
                }
            }
        }
        let by_name = named;
        let by_number = kept.iter().filter_map(|(table, columns)| {
            let node = root.list("tables").get(*table)?;
            let all = node.list("columns");
            let columns = columns.iter().filter_map(|column| numbered(all, *column));
            Some((numbered(root.list("tables"), *table)?, columns.collect()))
        });
        let by_number = by_number.collect();
        Self(Arc::new(Places { by_name, by_number }))
    }

    /// Where a table of the spec stands, by its number there, from 0.
    pub(super) fn of_table(&self, table: usize) -> Option<Numbered> {
        self.0.by_number.get(table).map(|(place, _)| *place)
    }

    /// Where a column stands, by the numbers of table and column in the spec, from 0.
    pub(super) fn of_column(&self, table: usize, column: usize) -> Option<Numbered> {
        let (_, columns) = self.0.by_number.get(table)?;
        columns.get(column).copied()
    }

    /// An error with its line.
    pub(crate) fn locate(&self, error: SpecError) -> SpecFault {
        SpecFault::new(self.of(&error), error)
    }

    /// The line to look at for an error: that of the option, or of the nearest thing around it.
    fn of(&self, error: &SpecError) -> Option<u32> {
        let place = error.place();
        let [table, column, option] = [&*place[0], &*place[1], &*place[2]];
        // A name that was met before is wrong where it stands again.
        let again = matches!(
            error,
            SpecError::DuplicateColumn { .. } | SpecError::DuplicateTable { .. }
        );
        self.at(table, column, option, again)
    }

    fn at(&self, table: &str, column: &str, option: &str, again: bool) -> Option<u32> {
        if table.is_empty() && option.is_empty() {
            return None;
        }
        let find = |place: [&str; 3]| {
            let lines = self.0.by_name.get(&place.map(str::to_owned))?;
            lines.get(usize::from(again)).or(lines.first()).copied()
        };
        let mut column = column;
        let mut option = option;
        loop {
            if let Some(line) = find([table, column, option]) {
                return Some(line);
            }
            // `mean.of.it` lies in `mean.of`, that in `mean`, and that in the column, which may
            // itself lie in another.
            let outer = |path: &mut &str| match path.rfind('.') {
                Some(dot) => *path = &path[..dot],
                None => *path = "",
            };
            match (option, column) {
                ("", "") => return None,
                ("", _) => outer(&mut column),
                _ => outer(&mut option),
            }
        }
    }
}

fn numbered(nodes: &[Node], index: usize) -> Option<Numbered> {
    let line = nodes.get(index)?.name_line();
    Some(Numbered {
        number: index + 1,
        line,
    })
}

fn note(place: [&str; 3], line: u32, named: &mut Named) {
    let lines = named.entry(place.map(str::to_owned)).or_default();
    lines.push(line);
}

/// Options, and those inside of them, such as `children.max`.
fn note_options(node: &Node, [table, column]: [&str; 2], named: &mut Named) {
    for entry in node.entries() {
        note([table, column, &entry.key], entry.line, named);
        if entry.value.get("kind").is_some() && !column.is_empty() {
            continue;
        }
        for inner in entry.value.entries() {
            let option = format!("{}.{}", entry.key, inner.key);
            note([table, column, &option], inner.line, named);
        }
    }
}

/// A damage of a table, by its number, and its options.
fn note_damage(damage: &Node, table: &str, number: usize, named: &mut Named) {
    let path = format!("damage.{number}");
    note([table, "", &path], damage.line, named);
    for entry in damage.entries() {
        let option = format!("{path}.{}", entry.key);
        note([table, "", &option], entry.line, named);
    }
}

/// A column, and the columns inside of it: whatever has a kind of its own.
fn note_column(column: &Node, table: &str, path: &str, named: &mut Named) {
    note([table, path, ""], column.name_line(), named);
    note_options(column, [table, path], named);
    for entry in column.entries() {
        match &entry.value.value {
            Value::Map(_) if entry.value.get("kind").is_some() => {
                note_column(&entry.value, table, &format!("{path}.{}", entry.key), named);
            }
            Value::List(items) => {
                for (item, number) in items.iter().zip(1..) {
                    if item.get("kind").is_none() {
                        continue;
                    }
                    // A field of a struct has a name; other columns in a list have a number.
                    let name = match item.text("name") {
                        Some(name) => name.to_owned(),
                        None => format!("{}.{number}", entry.key),
                    };
                    note_column(item, table, &format!("{path}.{name}"), named);
                }
            }
            _ => {}
        }
    }
}
