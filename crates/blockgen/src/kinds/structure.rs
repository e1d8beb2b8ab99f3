//! `struct`: named fields, each of a kind of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;
use crate::spec::ColumnSpec;

/// Options of [`ColumnKind::Struct`](crate::ColumnKind::Struct).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StructOptions {
    /// The fields, written like the columns of a table: `name`, `kind`, the options of that kind,
    /// and `nulls`. A field that refers to a column (`of`, `template`) means a field of the same
    /// struct.
    pub fields: Vec<ColumnSpec>,
}

/// Fields without fields of their own that a column may have. Each is a column chunk of every row
/// group of a Parquet file, whose metadata is kept in memory until the file ends.
const MAX_LEAVES: usize = 10_000;

pub(super) fn compile(
    options: &StructOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let specs = &options.fields;
    check_names(specs, scope)?;
    let columns = scope.fields("fields", specs)?;
    if columns.len() < specs.len() {
        return Err(Rejected);
    }
    let (fields, columns): (Vec<_>, Vec<_>) = specs
        .iter()
        .zip(columns)
        .filter(|(spec, _)| !spec.hidden)
        .map(|(spec, column)| {
            let field = Field::new(&spec.name, column.data_type(), column.nullable());
            (field, column)
        })
        .unzip();
    let fields = Fields::from(fields);
    let leaves: usize = fields.iter().map(|field| leaves(field.data_type())).sum();
    if leaves > MAX_LEAVES {
        let found = format!("{leaves} fields, those within fields counted");
        return Err(scope.invalid("fields", found, format!("at most {MAX_LEAVES}")));
    }
    Ok(Arc::new(Struct { fields, columns }))
}

fn check_names(specs: &[ColumnSpec], scope: &Scope<'_>) -> Result<(), Rejected> {
    if specs.is_empty() {
        return Err(scope.invalid("fields", "empty", "one field or more"));
    }
    if specs.iter().all(|spec| spec.hidden) {
        return Err(scope.invalid(
            "fields",
            "a list of hidden fields",
            "one that is not hidden",
        ));
    }
    let mut names = BTreeSet::new();
    let mut result = Ok(());
    for (i, spec) in specs.iter().enumerate() {
        if spec.name.is_empty() {
            let found = format!("a list whose field {} has an empty name", i + 1);
            let allowed = "a name, because values are derived from it";
            result = Err(scope.invalid("fields", found, allowed));
        } else if !names.insert(&spec.name) {
            let found = format!("a list that names `{}` twice", spec.name);
            result = Err(scope.invalid("fields", found, "a name of its own for each field"));
        }
    }
    result
}

/// Columns of a Parquet file that hold values of this type.
fn leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        DataType::List(field) | DataType::Map(field, _) => leaves(field.data_type()),
        _ => 1,
    }
}

#[derive(Debug)]
struct Struct {
    fields: Fields,
    columns: Vec<Arc<dyn Column>>,
}

impl Column for Struct {
    fn data_type(&self) -> DataType {
        DataType::Struct(self.fields.clone())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let arrays = self.columns.iter().map(|column| block.values(column));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let fields = self.fields.clone();
        Ok(Arc::new(StructArray::try_new(fields, arrays, None)?))
    }
}
