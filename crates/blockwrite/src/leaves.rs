//! The leaf columns of an Arrow schema, in the order in which Parquet has them.

use arrow::datatypes::{DataType, Field, FieldRef, Schema};

use crate::{Error, Result};

/// A column without others in it: what becomes a column of the Parquet file.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    /// Index of the top-level column that it belongs to.
    pub(crate) column: usize,
    /// Paths of the top-level column, the fields within, and at last its own.
    pub(crate) paths: Vec<String>,
}

impl Leaf {
    /// Its path.
    pub(crate) fn path(&self) -> &str {
        self.paths.last().map_or("", String::as_str)
    }
}

/// All leaf columns.
///
/// # Errors
///
/// [`Error::Unsupported`] for a type that Parquet can't hold.
pub(crate) fn leaves(schema: &Schema) -> Result<Vec<Leaf>> {
    let mut found = Vec::new();
    for (column, field) in schema.fields().iter().enumerate() {
        walk(column, &mut Vec::new(), field, &mut found)?;
    }
    Ok(found)
}

fn walk(
    column: usize,
    around: &mut Vec<String>,
    field: &Field,
    found: &mut Vec<Leaf>,
) -> Result<()> {
    let path = dotted(around.last().map_or("", String::as_str), field.name());
    around.push(path);
    match inner(field.data_type()) {
        Inner::Leaf => found.push(Leaf {
            column,
            paths: around.clone(),
        }),
        Inner::Fields(fields) => {
            for field in fields {
                walk(column, around, field, found)?;
            }
        }
        Inner::None => {
            return Err(Error::Unsupported {
                field: around.pop().unwrap_or_default(),
                found: field.data_type().to_string(),
                reason: "Parquet has no such type",
            });
        }
    }
    around.pop();
    Ok(())
}

/// What is within a type.
pub(crate) enum Inner<'a> {
    /// Nothing: it is a leaf.
    Leaf,
    /// The fields of a struct, the elements of a list, the keys and values of a map.
    Fields(Vec<&'a FieldRef>),
    /// What Parquet can't hold.
    None,
}

pub(crate) fn inner(data_type: &DataType) -> Inner<'_> {
    match data_type {
        DataType::Struct(fields) if fields.is_empty() => Inner::None,
        DataType::Struct(fields) => Inner::Fields(fields.iter().collect()),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field) => Inner::Fields(vec![field]),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => Inner::Fields(fields.iter().collect()),
            _ => Inner::None,
        },
        DataType::Dictionary(_, values) => leaf_or_none(values),
        DataType::RunEndEncoded(_, values) => leaf_or_none(values.data_type()),
        DataType::Union(..) => Inner::None,
        _ => Inner::Leaf,
    }
}

/// Dictionaries and runs of values that have others within are written by no one.
fn leaf_or_none(values: &DataType) -> Inner<'_> {
    match inner(values) {
        Inner::Leaf => Inner::Leaf,
        _ => Inner::None,
    }
}

/// The path of a field within another.
pub(crate) fn dotted(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

/// The name that is nearest to one that is none, if any is near.
pub(crate) fn nearest(name: &str, known: &[&str]) -> Option<String> {
    let likeness = known
        .iter()
        .map(|known| (strsim::jaro_winkler(known, name), known));
    likeness
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| (*known).to_owned())
}
