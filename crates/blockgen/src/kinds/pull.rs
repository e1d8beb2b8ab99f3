//! `pull`: a value of the row that a reference of the same row leads to.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ColumnKind;
use crate::column::Column;
use crate::compile::Rejected;
use crate::relations::Link;
use crate::scope::Scope;

/// Options of [`ColumnKind::Pull`].
///
/// The other parts of a composite key are pulled like any value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PullOptions {
    /// The column of the same table, of kind `reference`, that leads to the parent. Where it is
    /// null or its parent is missing, the value is null.
    pub of: String,
    /// The column of the parents' table whose value is taken; it may itself be pulled.
    pub column: String,
}

pub(super) fn compile(
    options: &PullOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let compiler = scope.compiler();
    let (reference, place) = scope.neighbour("of", &options.of, "`reference`", |kind| {
        matches!(kind, ColumnKind::Reference(_))
    })?;
    let ColumnKind::Reference(reference) = &reference.kind else {
        return Err(Rejected);
    };
    let link = Link::of(reference, &place)?;
    let column = super::parent::column_of(link.table(), &options.column, scope);
    let reference = scope.sibling("of", &options.of);
    let (column, reference) = (column?, reference?);
    Ok(Arc::new(link.pull(compiler, column, reference)?))
}
