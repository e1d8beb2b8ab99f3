//! `row_hash`: a hash over other values of the same row.

mod canonical;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::hexadecimal;
use crate::scope::Scope;

/// Options of [`ColumnKind::RowHash`](crate::ColumnKind::RowHash).
///
/// What is hashed can be put together anywhere. Each value, in the order of `of`, is written as
/// the number of its bytes in decimal digits, a colon, the bytes, and a comma; a null is a minus
/// sign and a comma. So `"Ada"`, a null, an empty text and the number 7 are `3:Ada,-,0:,1:7,`. The
/// bytes of a value are, in UTF-8:
///
/// - texts as they are; `true` and `false`; integers in decimal digits;
/// - floats as the shortest decimal number that reads back as the same float, without exponent
///   and without a needless `.0`; `NaN`, `inf` and `-inf`;
/// - decimals with as many decimals as their type has;
/// - binary in hexadecimal digits, lower case;
/// - dates as `2024-05-01`, times as `08:30:00` and timestamps as `2024-05-01T08:30:00`, the
///   latter two with all decimals of their unit (microseconds: `.000000`), and timestamps with a
///   time zone in UTC with a `Z` behind; durations as a number of their unit;
/// - lists, structs and maps as their elements, fields or entries in order, each of them written
///   in the same way with its length; an entry is key and value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowHashOptions {
    /// The columns of the same table whose values are hashed, in this order; if not given, all
    /// others in the order of the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<String>>,
    /// The hash; `sha256` if not given.
    #[serde(default, skip_serializing_if = "HashAlgorithm::is_default")]
    pub algorithm: HashAlgorithm,
}

/// What a row's hash is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// `Utf8`: SHA-256, as 64 hexadecimal digits in lower case.
    #[default]
    #[serde(rename = "sha256")]
    Sha256,
    /// `Int64`: the first eight bytes of SHA-256, as a signed number, the first byte its highest.
    #[serde(rename = "sha256_int64")]
    Sha256Int64,
}

impl HashAlgorithm {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Digits of a SHA-256.
const DIGITS: usize = 64;

#[derive(Debug)]
pub(super) struct RowHash {
    of: Vec<Arc<dyn Column>>,
    algorithm: HashAlgorithm,
}

impl RowHash {
    pub(super) fn new(options: &RowHashOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let names: Vec<&str> = match &options.of {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => scope.others().collect(),
        };
        let unread = &scope.compiler().unread;
        if names.is_empty() && options.of.is_none() && unread.has_columns_of(&scope.table().name) {
            return Err(Rejected);
        }
        if names.is_empty() {
            return Err(scope.invalid("of", "empty", "at least one other column of the table"));
        }
        // All are looked at before the first error returns.
        let columns: Vec<_> = names
            .iter()
            .map(|name| {
                let column = scope.sibling("of", name)?;
                let data_type = column.data_type();
                if canonical::has_text(&data_type) {
                    Ok(column)
                } else {
                    let found = format!("`{name}`, which is {data_type}");
                    Err(scope.invalid("of", found, "columns of types that have a canonical text"))
                }
            })
            .collect();
        Ok(Self {
            of: columns.into_iter().collect::<Result<_, _>>()?,
            algorithm: options.algorithm,
        })
    }

    /// Calls `visit` with the hash of each row.
    fn each(&self, block: &Block<'_>, mut visit: impl FnMut(&[u8])) -> Result<(), FillError> {
        let values = self.of.iter().map(|column| block.values(column));
        let values: Vec<ArrayRef> = values.collect::<Result<_, _>>()?;
        let mut text = Vec::new();
        for index in 0..block.rows.len() {
            text.clear();
            for array in &values {
                canonical::write(array, index, &mut text);
            }
            visit(&Sha256::digest(&text));
        }
        Ok(())
    }
}

impl Column for RowHash {
    fn data_type(&self) -> DataType {
        match self.algorithm {
            HashAlgorithm::Sha256 => DataType::Utf8,
            HashAlgorithm::Sha256Int64 => DataType::Int64,
        }
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let count = block.rows.len();
        if self.algorithm == HashAlgorithm::Sha256Int64 {
            let mut values = Vec::with_capacity(count);
            self.each(block, |hash| {
                let first = hash.iter().take(size_of::<i64>());
                values.push(first.fold(0, |value, byte| value << 8 | i64::from(*byte)));
            })?;
            return Ok(Arc::new(Int64Array::from(values)));
        }
        let max_bytes = i32::MAX as usize;
        if count.saturating_mul(DIGITS) > max_bytes {
            return Err(FillError::TextTooLong { max_bytes });
        }
        let mut digits = Vec::with_capacity(count * DIGITS);
        self.each(block, |hash| hexadecimal::append(hash, &mut digits))?;
        let ends: Vec<_> = (0..=count).map(|count| (count * DIGITS) as i32).collect();
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        let text = Buffer::from_vec(digits);
        Ok(Arc::new(StringArray::try_new(offsets, text, None)?))
    }
}
