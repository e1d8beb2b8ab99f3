//! `parent`: a value of the row that a row is a child of.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::error::Hint;
use crate::relations::{Family, Pulled};
use crate::scope::Scope;

/// Options of [`ColumnKind::Parent`](crate::ColumnKind::Parent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParentOptions {
    /// The column of the parents' table, which `children.of` of this table names; it may itself be
    /// pulled or taken from a parent.
    pub column: String,
}

pub(super) fn compile(
    options: &ParentOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let family = family("parent", scope)?;
    let column = column_of(family.parent, &options.column, scope)?;
    let column = scope.compiler().column((family.parent, column))?;
    Ok(Arc::new(Pulled::new(column, &family.parents)))
}

/// How the table's rows are the children of another's, which `kind` needs.
pub(super) fn family(kind: &'static str, scope: &Scope<'_>) -> Result<Family, Rejected> {
    scope.own_rows(kind)?;
    let size = scope.compiler().size(scope.table_index())?;
    size.family.ok_or_else(|| {
        if scope.compiler().unread.has_options_of(&scope.table().name) {
            return Rejected;
        }
        let allowed = format!(
            "a kind that stands for itself: table `{}` has no `children`, which would say whose \
             children its rows are",
            scope.table().name
        );
        scope.invalid("kind", format!("`{kind}`"), allowed)
    })
}

/// The number of the column called `name` in another table.
pub(super) fn column_of(table: usize, name: &str, scope: &Scope<'_>) -> Result<usize, Rejected> {
    let table = &scope.compiler().spec.tables[table];
    let columns = || table.columns.iter();
    let found = columns().position(|column| column.name == name);
    found.ok_or_else(|| {
        if scope.compiler().unread.has_column(&table.name, name) {
            return Rejected;
        }
        let hint = Hint::new(name, columns().map(|column| column.name.as_str()));
        let allowed = format!("a column of table `{}`; {hint}", table.name);
        scope.invalid("column", format!("`{name}`"), allowed)
    })
}
