//! A table of a spec.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChildrenSpec, ColumnSpec, DamageSpec};
use crate::locale::LocaleChoice;

/// One table of a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableSpec {
    /// Unique in its data set, without commas. Part of what the values are derived from.
    pub name: String,
    /// Rows the table has where nobody asks for another number: how many parents there are for
    /// the tables that refer to it. No input to its own values, unless they refer to one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The locale of this table's texts, in place of the data set's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    /// Makes the rows the children of another table's, and their number follow from it; not
    /// beside `rows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<ChildrenSpec>,
    /// Whether the table is there for others alone, which may refer to it, and is not written where
    /// nobody asks for it by name; false if not given. It decides no value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The columns, in the order of the schema.
    pub columns: Vec<ColumnSpec>,
    /// Deliberate damage of the table's values; none if not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageSpec>,
}

impl TableSpec {
    /// A table of these columns.
    pub fn new(name: impl Into<String>, columns: Vec<ColumnSpec>) -> Self {
        let name = name.into();
        Self {
            name,
            rows: None,
            locale: None,
            children: None,
            hidden: false,
            columns,
            damage: Vec::new(),
        }
    }
}
