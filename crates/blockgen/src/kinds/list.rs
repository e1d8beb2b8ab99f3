//! `list`: from none to many values of one kind.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::elements::Elements;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::spec::ValueSpec;

/// Options of [`ColumnKind::List`](crate::ColumnKind::List).
///
/// `max` is one of the things that an element's value follows from: another `max` makes other
/// elements, another `min` only other lengths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOptions {
    /// What the elements are: `kind`, the options of that kind, and `nulls`. Lists and structs are
    /// possible, too. Elements are no rows of the table, so they cannot refer to its columns;
    /// those of kind `struct` refer to fields of their own.
    pub item: Box<ValueSpec>,
    /// The fewest elements; 0 if not given.
    #[serde(default)]
    pub min: u32,
    /// The most elements, up to 65,536 for all lists of a row together; 5 if not given. Every
    /// length from `min` to `max` is as frequent.
    #[serde(default = "default_max")]
    pub max: u32,
}

pub(super) fn default_max() -> u32 {
    5
}

pub(super) fn compile(
    options: &ListOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let elements = Elements::new(options.min, options.max, scope);
    // What is wrong inside is told in the same breath.
    let places = elements.as_ref().map_or(1, Elements::stride);
    let item = options
        .item
        .compile(&scope.elements("item", "item", places)?)?;
    let field = Field::new_list_field(item.data_type(), item.nullable());
    Ok(Arc::new(List {
        elements: elements?,
        item,
        field: Arc::new(field),
    }))
}

#[derive(Debug)]
struct List {
    elements: Elements,
    item: Arc<dyn Column>,
    field: FieldRef,
}

impl Column for List {
    fn data_type(&self) -> DataType {
        DataType::List(Arc::clone(&self.field))
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let offsets = self.elements.offsets(block.rows)?;
        let items = self.elements.fill(&self.item, block.rows, &offsets)?;
        let field = Arc::clone(&self.field);
        Ok(Arc::new(ListArray::try_new(field, offsets, items, None)?))
    }
}
