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
        match decided(layers) {
            Some(("rows", text)) => Ok(Self::Rows(parse_rows(text).expect("checked by the layer"))),
            Some((_, text)) => Ok(Self::Size(text.parse().expect("checked by the layer"))),
            None => Err(LayerError::Value {
                origin: "rows or size".to_owned(),
                shown: String::new(),
                reason: "no layer says how much data to make".to_owned(),
            }),
        }
    }
}

/// By which key the amount is decided, and with which value.
pub(super) fn decided(layers: &[Layer]) -> Option<(&'static str, &str)> {
    layers.iter().rev().find_map(|layer| {
        // Within a layer rows win.
        ["rows", "size"]
            .into_iter()
            .find_map(|key| Some((key, layer.get(key)?)))
    })
}
