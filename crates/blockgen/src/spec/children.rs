//! A table whose rows belong to another table's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Children that one parent may have: a thousand million.
pub(crate) const MAX_CHILDREN: u32 = 1_000_000_000;

/// How many rows a table has for each row of another, its parent. They lie in the order of their
/// parents; kinds `parent` and `line_number` say which parent a row has, and which child it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChildrenSpec {
    /// The parents' table, which needs `rows` or is itself one of children.
    pub of: String,
    /// The least number of children of a parent, 0 or more; 1 if not given.
    #[serde(default = "one")]
    pub min: u32,
    /// The largest number of children of a parent, `min` or more, 1 to 1,000,000,000.
    pub max: u32,
    /// Children that a parent has on average, `min` to `max`; the middle of both if not given, and
    /// then all numbers are equally frequent. Of every 1,024 parents, counted from the first row,
    /// it holds exactly, but for rounding to a whole number of children; likewise of the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
}

fn one() -> u32 {
    1
}

impl ChildrenSpec {
    /// `min` to `max` children for each row of the table `of`.
    pub fn new(of: impl Into<String>, min: u32, max: u32) -> Self {
        let (of, mean) = (of.into(), None);
        Self { of, min, max, mean }
    }
}
