//! The order that a file declares, held against the rows it gets.
//!
//! Rows are compared as `arrow`'s own sort compares them: floats in total order, so that −0.0
//! comes before 0.0 and NaN behind all numbers.

use std::cmp::Ordering;

use arrow::array::{Array as _, ArrayRef};
use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use parquet::file::metadata::SortingColumn as Declared;
use serde::{Deserialize, Serialize};

use crate::leaves::{Inner, Leaf, inner};
use crate::options::{refused, unknown_column};
use crate::shown::shown;
use crate::{Error, Result};

/// A column by which rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortingColumn {
    /// Its name: a top-level column without others within.
    pub column: String,
    /// Whether large values come first; no.
    #[serde(default)]
    pub descending: bool,
    /// Whether nulls come first; no.
    #[serde(default)]
    pub nulls_first: bool,
}

/// The order of a file's rows.
#[derive(Debug)]
pub(crate) struct SortOrder {
    columns: Vec<Sorted>,
    /// In words.
    shown: String,
}

#[derive(Debug)]
struct Sorted {
    column: SortingColumn,
    /// Where it is among the top-level columns.
    index: usize,
    /// Where it is among the leaf columns.
    leaf: usize,
    field: SortField,
}

/// The sorting columns of one row.
#[derive(Debug, Clone)]
pub(crate) struct Key(Vec<(OwnedRow, String)>);

/// The first and the last row of a group that is in order, and the order.
#[derive(Debug, Clone)]
pub(crate) struct KeyRange {
    by: Vec<SortingColumn>,
    first: Key,
    last: Key,
}

impl SortOrder {
    /// The order of files of this schema, if one is declared.
    pub(crate) fn new(
        sorting: &[SortingColumn],
        schema: &Schema,
        leaves: &[Leaf],
    ) -> Result<Option<Self>> {
        if sorting.is_empty() {
            return Ok(None);
        }
        let mut columns: Vec<Sorted> = Vec::with_capacity(sorting.len());
        for column in sorting {
            if columns
                .iter()
                .any(|known| known.column.column == column.column)
            {
                let found = format!("`{}` twice", column.column);
                return Err(refused("sorting", found, "each column once"));
            }
            columns.push(Sorted::new(column, schema, leaves)?);
        }
        let shown = columns.iter().map(|sorted| sorted.column.shown());
        Ok(Some(Self {
            shown: shown.collect::<Vec<_>>().join(", "),
            columns,
        }))
    }

    /// As the footer has it.
    pub(crate) fn declared(&self) -> Vec<Declared> {
        let columns = self.columns.iter();
        let columns = columns.map(|sorted| Declared {
            column_idx: sorted.leaf as i32,
            descending: sorted.column.descending,
            nulls_first: sorted.column.nulls_first,
        });
        columns.collect()
    }

    /// Whether rows are compared by this top-level column.
    pub(crate) fn is_by(&self, column: usize) -> bool {
        self.columns.iter().any(|sorted| sorted.index == column)
    }

    /// Checks the rows of a block with the types of the file, of which `column` gives those that it
    /// [is by](Self::is_by). `None` where it has no rows.
    pub(crate) fn check(&self, column: impl Fn(usize) -> ArrayRef) -> Result<Option<KeyRange>> {
        let arrays = self.columns.iter().map(|sorted| column(sorted.index));
        let arrays: Vec<_> = arrays.collect();
        let count = arrays.first().map_or(0, |array| array.len());
        if count == 0 {
            return Ok(None);
        }
        let rows = self.columns.iter().zip(&arrays);
        let rows: Vec<Rows> = rows
            .map(|(sorted, array)| {
                RowConverter::new(vec![sorted.field.clone()])?
                    .convert_columns(std::slice::from_ref(array))
            })
            .collect::<Result<_, _>>()
            .map_err(Error::Conversion)?;
        for row in 1..count {
            let pairs = rows
                .iter()
                .map(|rows| rows.row(row - 1).cmp(&rows.row(row)));
            if let Some(column) = first_out_of_order(pairs) {
                let shown = |row| shown(&arrays[column], row);
                return Err(self.out_of_order(column, row, shown(row - 1), shown(row)));
            }
        }
        let key = |row: usize| {
            let columns = rows.iter().zip(&arrays);
            Key(columns
                .map(|(rows, array)| (rows.row(row).owned(), shown(array, row)))
                .collect())
        };
        Ok(Some(KeyRange {
            by: self.columns.iter().map(|c| c.column.clone()).collect(),
            first: key(0),
            last: key(count - 1),
        }))
    }

    /// Checks that a group may follow what has been written, of which `last` is the last row.
    /// Gives its own last row.
    pub(crate) fn check_border(&self, last: Option<&Key>, group: Option<KeyRange>) -> Result<Key> {
        let by = self.columns.iter().map(|sorted| &sorted.column);
        let Some(group) = group.filter(|group| by.eq(&group.by)) else {
            return Err(Error::OrderUnknown {
                order: self.shown.clone(),
            });
        };
        if let Some(last) = last {
            let pairs = last.0.iter().zip(&group.first.0);
            let orders = pairs.map(|(last, first)| last.0.cmp(&first.0));
            if let Some(column) = first_out_of_order(orders) {
                let (previous, found) = (&last.0[column].1, &group.first.0[column].1);
                return Err(self.out_of_order(column, 0, previous.clone(), found.clone()));
            }
        }
        Ok(group.last)
    }

    fn out_of_order(&self, column: usize, row: usize, previous: String, found: String) -> Error {
        Error::NotSorted {
            column: self.columns[column].column.column.clone(),
            row,
            row_group: None,
            previous,
            found,
            order: self.shown.clone(),
        }
    }
}

impl Sorted {
    fn new(column: &SortingColumn, schema: &Schema, leaves: &[Leaf]) -> Result<Self> {
        let Some((index, field)) = schema.column_with_name(&column.column) else {
            return Err(unknown_column("sorting", &column.column, leaves));
        };
        let sort = SortField::new_with_options(
            field.data_type().clone(),
            SortOptions {
                descending: column.descending,
                nulls_first: column.nulls_first,
            },
        );
        let leaf = leaves.iter().position(|leaf| leaf.column == index);
        match (inner(field.data_type()), leaf) {
            (Inner::Leaf, Some(leaf))
                if RowConverter::supports_fields(std::slice::from_ref(&sort)) =>
            {
                Ok(Self {
                    column: column.clone(),
                    index,
                    leaf,
                    field: sort,
                })
            }
            _ => {
                let found = format!("`{}`, which is {}", column.column, field.data_type());
                Err(refused("sorting", found, "columns without others within"))
            }
        }
    }
}

impl SortingColumn {
    /// In words.
    fn shown(&self) -> String {
        let mut words = self.column.clone();
        for (said, word) in [
            (self.descending, " descending"),
            (self.nulls_first, " nulls first"),
        ] {
            if said {
                words.push_str(word);
            }
        }
        words
    }
}

/// The column that decides that a row must not stand behind another, if one does.
fn first_out_of_order(columns: impl Iterator<Item = Ordering>) -> Option<usize> {
    for (column, order) in columns.enumerate() {
        match order {
            Ordering::Less => return None,
            Ordering::Equal => {}
            Ordering::Greater => return Some(column),
        }
    }
    None
}
