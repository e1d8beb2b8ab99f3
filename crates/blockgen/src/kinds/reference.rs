//! `reference`: a foreign key to a column of another table, or of the same.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::relations::Link;
use crate::scope::Scope;

/// Options of [`ColumnKind::Reference`](crate::ColumnKind::Reference).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceOptions {
    /// The column referred to, as `table.column`. Its table, the parents', needs `rows`, or to be
    /// a table of children: how many parents there are decides which are drawn.
    pub to: String,
    /// How often which parent is drawn; `uniform` if not given.
    #[serde(default, skip_serializing_if = "ParentDraw::is_default")]
    pub distribution: ParentDraw,
    /// Share of values that no parent has, 0 to 1; 0 if not given. They are those that the
    /// parents' column would hold behind its last row, so that column is a `sequence` or a `uuid`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missing: f64,
    /// Whether each parent is referred to at most once, as in a one-to-one relation; false if not
    /// given. The table has as many rows as there are parents, at most.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
}

/// How often which parent is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ParentDraw {
    /// All equally often.
    #[default]
    Uniform,
    /// By Zipf's law: the most popular parent `n^exponent` times as often as the `n`-th. Which
    /// parents are popular has nothing to do with where they stand in their table.
    Zipf {
        /// How steep it is, 0 to 10: at 0 all are equal, at 1 one of 10,000 parents has a tenth of
        /// all rows.
        exponent: f64,
    },
}

impl ParentDraw {
    fn is_default(&self) -> bool {
        *self == Self::Uniform
    }
}

fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

pub(super) fn compile(
    options: &ReferenceOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let link = Link::of(options, scope)?;
    Ok(Arc::new(link.values(scope.compiler())?))
}
