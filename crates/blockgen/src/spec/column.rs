//! A column of a spec: what all kinds share, and a kind.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::ColumnKind;
use crate::locale::LocaleChoice;
use crate::nullable::Nullable;
use crate::scope::Scope;

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ColumnSpec {
    /// Unique in its table. Part of what the values are derived from.
    pub name: String,
    /// Share of nulls, 0 to 1; none if not given. The values that stay are those of the column
    /// without nulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<f64>,
    /// The locale of this column's texts, in place of the table's. A column that tells of another
    /// column's persons (`of`) is in their locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    /// Whether the column is there for others of its table alone, which may refer to it, and is
    /// left out of what is written; false if not given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// What the column holds. Its keys stand beside `name`; those that no kind has are refused
    /// there.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

impl ColumnSpec {
    /// A column of this kind.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        let name = name.into();
        Self {
            name,
            nulls: None,
            locale: None,
            hidden: false,
            kind,
        }
    }

    /// The kind, with what is common to all kinds laid over it.
    pub(crate) fn compile(&self, scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
        let scope = &scope.in_locale(self.locale.as_ref());
        Nullable::over(self.kind.compile(scope), self.nulls, scope)
    }
}
