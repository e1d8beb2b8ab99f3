//! `constant`: one value in every row.

use std::slice;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::{self, Chooser};
use crate::column::Column;
use crate::compile::Rejected;
use crate::scalar::{Scalar, ScalarType, Scalars};
use crate::scope::Scope;

/// Options of [`ColumnKind::Constant`](crate::ColumnKind::Constant). A column of nothing but nulls
/// is one with `nulls = 1.0`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConstantOptions {
    /// The value: text, a number, true or false.
    pub value: Scalar,
    /// Its type, if it is another than it looks: `float` for `1`, `timestamp` for text.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<ScalarType>,
}

pub(super) fn compile(
    options: &ConstantOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let value = slice::from_ref(&options.value);
    let value = Scalars::new(value, options.data_type, "value", scope)?;
    Ok(choice::column(value, Chooser::evenly(scope.key(), 1)))
}
