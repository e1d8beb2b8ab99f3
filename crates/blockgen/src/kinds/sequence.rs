//! `sequence`: numbers that follow from the row's index.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, UInt64Array};
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;

/// Options of [`ColumnKind::Sequence`](crate::ColumnKind::Sequence).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceOptions {
    /// The value at row 0; 1 if not given.
    #[serde(default = "one")]
    pub start: i64,
    /// From one row to the next; 1 if not given. Below 0, values fall.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub step: i64,
    /// The Arrow type; `int64` if not given.
    #[serde(
        rename = "type",
        default,
        skip_serializing_if = "SequenceType::is_default"
    )]
    pub data_type: SequenceType,
}

fn one() -> i64 {
    1
}

fn is_one(step: &i64) -> bool {
    *step == 1
}

/// 1, 2, 3 and so on, as `Int64`.
impl Default for SequenceOptions {
    fn default() -> Self {
        Self {
            start: 1,
            step: 1,
            data_type: SequenceType::default(),
        }
    }
}

impl SequenceOptions {
    /// Whether the value of `row` fits the type; then those of all rows before it do.
    fn holds(&self, row: u64) -> bool {
        // At most 2^63 * 2^64: far from the ends of 128 bits.
        let value = i128::from(self.start) + i128::from(self.step) * i128::from(row);
        self.data_type.range().contains(&value)
    }
}

/// The Arrow type of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SequenceType {
    /// `int32`
    Int32,
    /// `int64`
    #[default]
    Int64,
    /// `uint64`
    UInt64,
}

impl SequenceType {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::UInt64 => "uint64",
        }
    }

    fn range(self) -> std::ops::RangeInclusive<i128> {
        match self {
            Self::Int32 => i32::MIN.into()..=i32::MAX.into(),
            Self::Int64 => i64::MIN.into()..=i64::MAX.into(),
            Self::UInt64 => u64::MIN.into()..=u64::MAX.into(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Sequence {
    options: SequenceOptions,
}

impl Sequence {
    pub(super) fn new(options: &SequenceOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let &SequenceOptions {
            start,
            step,
            data_type,
        } = options;
        let range = data_type.range();
        if !range.contains(&start.into()) {
            let allowed = format!(
                "{} to {}, which is what the type holds",
                range.start(),
                range.end()
            );
            return Err(scope.invalid("start", start, allowed));
        }
        if step == 0 {
            return Err(scope.invalid("step", step, "any other number"));
        }
        let last = scope.known_rows().and_then(|rows| rows.checked_sub(1));
        if let Some(last) = last.filter(|last| !options.holds(*last)) {
            let name = data_type.name();
            let allowed = format!("what keeps row {last}, the table's last, within {name}");
            let (option, found) = match step {
                1 => ("start", start),
                _ => ("step", step),
            };
            return Err(scope.invalid(option, found, allowed));
        }
        let options = options.clone();
        Ok(Self { options })
    }
}

impl Column for Sequence {
    fn data_type(&self) -> DataType {
        match self.options.data_type {
            SequenceType::Int32 => DataType::Int32,
            SequenceType::Int64 => DataType::Int64,
            SequenceType::UInt64 => DataType::UInt64,
        }
    }

    fn end(&self) -> Option<u64> {
        let range = self.options.data_type.range();
        let (start, step) = (
            i128::from(self.options.start),
            i128::from(self.options.step),
        );
        let room = match step > 0 {
            true => range.end() - start,
            false => start - range.start(),
        };
        // No step is 0.
        let last = room.checked_div(step.abs())?;
        u64::try_from(last + 1).ok()
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let &SequenceOptions {
            start,
            step,
            data_type,
        } = &self.options;
        let holds = |row: &u64| self.options.holds(*row);
        // No rows always fit.
        if let Some(row) = block.rows.highest().filter(|row| !holds(row)) {
            return Err(FillError::SequenceOverflow {
                start,
                step,
                row,
                data_type: data_type.name(),
            });
        }
        // The lowest 64 bits of the value, which are those of the type.
        let value = |row: u64| start.wrapping_add(step.wrapping_mul(row as i64));
        Ok(match data_type {
            SequenceType::Int32 => {
                Arc::new(Int32Array::from(block.rows.map(|row| value(row) as i32)))
            }
            SequenceType::Int64 => Arc::new(Int64Array::from(block.rows.map(value))),
            SequenceType::UInt64 => {
                Arc::new(UInt64Array::from(block.rows.map(|row| value(row) as u64)))
            }
        })
    }
}
