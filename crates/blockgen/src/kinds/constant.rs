//! `constant`: one value in every row.

use std::slice;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::choice::{self, Chooser};
use crate::column::Column;
use crate::compile::Rejected;
use crate::scalar::{Scalar, ScalarType, Scalars, Written};
use crate::scope::Scope;

/// Options of [`ColumnKind::Constant`](crate::ColumnKind::Constant). A column of nothing but nulls
/// is one with `nulls = 1.0`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConstantOptions {
    /// The value: text, a number, true or false, in TOML also a date, a time, or both.
    pub value: Scalar,
    /// Its type, if it is another than it looks: `float` for `1`, `timestamp`, `date` or `time`
    /// for text.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<ScalarType>,
}

impl<'de> Deserialize<'de> for ConstantOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Constant {
            value: Written,
            #[serde(rename = "type", default)]
            data_type: Option<ScalarType>,
        }

        let Constant { value, data_type } = Constant::deserialize(deserializer)?;
        let (value, data_type) = value.settle(data_type)?;
        Ok(Self { value, data_type })
    }
}

pub(super) fn compile(
    options: &ConstantOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let value = slice::from_ref(&options.value);
    let value = Scalars::new(value, options.data_type, "value", scope)?;
    Ok(choice::column(value, Chooser::evenly(scope.key(), 1)))
}
