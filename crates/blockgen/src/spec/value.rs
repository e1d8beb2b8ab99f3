//! What lies inside a column's values: a kind without a name of its own.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::ColumnKind;
use crate::locale::LocaleChoice;
use crate::nullable::Nullable;
use crate::scope::Scope;

/// The elements of a list, or the keys or values of a map: any kind, as a column has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ValueSpec {
    /// Share of nulls, 0 to 1; none if not given. The values that stay are those without nulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<f64>,
    /// The locale of texts, in place of the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    /// What the values are.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

impl ValueSpec {
    /// Values of this kind.
    pub fn new(kind: ColumnKind) -> Self {
        Self {
            nulls: None,
            locale: None,
            kind,
        }
    }

    pub(crate) fn compile(&self, scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
        let scope = &scope.in_locale(self.locale.as_ref());
        Nullable::over(self.kind.compile(scope), self.nulls, scope)
    }
}
