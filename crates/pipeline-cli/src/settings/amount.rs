//! How much data: rows or bytes, decided by the highest layer that names either.

use super::{Layer, LayerError};
use crate::byte_size::ByteSize;
use crate::row_range::{RowRange, parse_rows};

/// How much data to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The first so many rows.
    Rows(u64),
    /// As many rows as make a file of this size.
    Size(ByteSize),
    /// The rows of a range.
    Range(RowRange),
}

impl Default for Amount {
    fn default() -> Self {
        Self::Rows(0)
    }
}

impl Amount {
    /// The amount that layers, lowest first, ask for.
    pub(super) fn of(layers: &[Layer]) -> Result<Self, LayerError> {
        for layer in layers.iter().rev() {
            if let Some(rows) = layer.get("rows") {
                return Ok(Self::Rows(parse_rows(rows).expect("checked by the layer")));
            }
            if let Some(size) = layer.get("size") {
                return Ok(Self::Size(size.parse().expect("checked by the layer")));
            }
        }
        Err(LayerError::Value {
            origin: "rows or size".to_owned(),
            shown: String::new(),
            reason: "no layer says how much data to make".to_owned(),
        })
    }
}
