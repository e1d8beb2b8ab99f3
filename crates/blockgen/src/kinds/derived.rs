//! `derived`: what an expression makes of other columns of the same row.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::expression::{self, Computed, Condition, Exact, Float, QUOTIENT_SCALE, Unit, Value};
use crate::scope::Scope;

/// Options of [`ColumnKind::Derived`](crate::ColumnKind::Derived).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedOptions {
    /// A part of SQL over columns of the same table, or fields of the same struct:
    /// `quantity * price * (1 - discount)`. There are numbers, `'texts'`, `date '2024-05-01'`,
    /// `timestamp '2024-05-01T12:00:00Z'`, `true` and `false`; `+`, `-`, `*`, `/`, `%`, and `div`,
    /// which divides without a rest; `=`, `<>`, `<`, `<=`, `>` and `>=`; `and`, `or`, `not`,
    /// `is null` and `is not null`; brackets; and `rows(table)`, how many rows a table has. A date
    /// and a whole number make a date that lies so many days later, two dates the days between
    /// them, two timestamps the seconds. A column whose name is no word stands in double quotes.
    ///
    /// Integers and decimals are computed exactly, and quotients rounded, a half away from zero;
    /// with a float among them, all is computed in floats. Where a column is null, and where
    /// something is divided by 0, the value is null. 4,096 bytes at most.
    pub expression: String,
    /// The Arrow type of numbers. If not given, whole numbers are `int64`, numbers with decimals
    /// `decimal`, and what has a float among its columns `float64`. Dates and conditions have one
    /// type alone.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<DerivedType>,
    /// Digits of a `decimal` in all, 1 to 38; 18 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Digits of a `decimal` behind the point, 0 to `precision`, to which values are rounded. If
    /// not given, as many as the expression has: those of its columns, and 6 of a quotient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
}

/// The Arrow type of numbers that are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DerivedType {
    /// `int32`, rounded to whole numbers
    Int32,
    /// `int64`, rounded to whole numbers
    Int64,
    /// `decimal`: `Decimal128` of `precision` and `scale`
    Decimal,
    /// `float64`
    Float64,
}

/// Of `Decimal128`.
const MAX_PRECISION: u8 = 38;

const DEFAULT_PRECISION: u8 = 18;

#[derive(Debug)]
enum Derived {
    Int32(Exact),
    Int64(Exact),
    Decimal(Exact, u8, u8),
    /// Exact as long as it is computed.
    Rounded(Exact),
    Float(Float),
    Date(Exact),
    Bool(Condition),
}

pub(super) fn compile(
    options: &DerivedOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let precision = options.precision.unwrap_or(DEFAULT_PRECISION);
    if !(1..=MAX_PRECISION).contains(&precision) {
        return Err(scope.invalid("precision", precision, format!("1 to {MAX_PRECISION}")));
    }
    if let Some(scale) = options.scale.filter(|scale| *scale > precision) {
        return Err(scope.invalid("scale", scale, format!("0 to precision ({precision})")));
    }
    let is_whole = matches!(
        options.data_type,
        Some(DerivedType::Int32 | DerivedType::Int64)
    );
    let scale = options.scale.unwrap_or(match is_whole {
        true => 0,
        false => QUOTIENT_SCALE,
    });
    let value = expression::value(&options.expression, "expression", scale, scope)?;
    Ok(Arc::new(Derived::new(value, options, precision, scope)?))
}

impl Derived {
    fn new(
        value: Value,
        options: &DerivedOptions,
        precision: u8,
        scope: &Scope<'_>,
    ) -> Result<Self, Rejected> {
        let described = value.describe();
        let wants_decimal = options.precision.is_some() || options.scale.is_some();
        let derived = match (value, options.data_type) {
            (Value::Exact(exact), data_type) if exact.unit == Unit::Number => {
                let data_type = data_type.unwrap_or(match exact.scale {
                    0 if !wants_decimal => DerivedType::Int64,
                    _ => DerivedType::Decimal,
                });
                match data_type {
                    DerivedType::Int32 => Self::Int32(exact),
                    DerivedType::Int64 => Self::Int64(exact),
                    DerivedType::Float64 => Self::Rounded(exact),
                    DerivedType::Decimal => {
                        let scale = options.scale.unwrap_or(exact.scale);
                        if scale > precision {
                            let allowed = format!(
                                "0 to precision ({precision}); the expression itself has {scale}"
                            );
                            return Err(scope.invalid("scale", "not given", allowed));
                        }
                        Self::Decimal(exact, precision, scale)
                    }
                }
            }
            (Value::Float(float), None | Some(DerivedType::Float64)) => Self::Float(float),
            (Value::Exact(exact), None) if exact.unit == Unit::Date => Self::Date(exact),
            (Value::Condition(condition), None) => Self::Bool(condition),
            (Value::Float(_) | Value::Condition(_), Some(data_type))
            | (
                Value::Exact(Exact {
                    unit: Unit::Date, ..
                }),
                Some(data_type),
            ) => {
                let found = format!("{data_type:?}").to_lowercase();
                let allowed = match described {
                    "a float" => "`float64`, or none: there are floats among the columns",
                    _ => "none: only numbers have a choice",
                };
                return Err(scope.invalid("type", found, allowed));
            }
            _ => {
                let found = format!("`{}`, which is {described}", options.expression);
                let allowed = "numbers, dates and conditions; texts are composed by `template`";
                return Err(scope.invalid("expression", found, allowed));
            }
        };
        if wants_decimal && !matches!(derived, Self::Decimal(..)) {
            let (option, found) = match (options.scale, options.precision) {
                (Some(scale), _) => ("scale", scale),
                (None, precision) => ("precision", precision.unwrap_or_default()),
            };
            let allowed = format!("none: values are {}", derived.data_type());
            return Err(scope.invalid(option, found, allowed));
        }
        Ok(derived)
    }
}

impl Column for Derived {
    fn data_type(&self) -> DataType {
        match self {
            Self::Int32(_) => DataType::Int32,
            Self::Int64(_) => DataType::Int64,
            // No precision above 38 is let in.
            Self::Decimal(_, precision, scale) => DataType::Decimal128(*precision, *scale as i8),
            Self::Rounded(_) | Self::Float(_) => DataType::Float64,
            Self::Date(_) => DataType::Date32,
            Self::Bool(_) => DataType::Boolean,
        }
    }

    fn nullable(&self) -> bool {
        match self {
            Self::Int32(exact)
            | Self::Int64(exact)
            | Self::Decimal(exact, ..)
            | Self::Rounded(exact)
            | Self::Date(exact) => exact.nullable(),
            Self::Float(float) => float.nullable(),
            Self::Bool(condition) => condition.nullable(),
        }
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        Ok(match self {
            Self::Int32(exact) => {
                let (values, nulls) = exact.compute(block, 0)?;
                let values = narrowed(values, nulls.as_ref(), |value| i32::try_from(value).ok())?;
                Arc::new(Int32Array::new(values.into(), nulls))
            }
            Self::Date(exact) => {
                let (values, nulls) = exact.compute(block, 0)?;
                let values = narrowed(values, nulls.as_ref(), |value| i32::try_from(value).ok())?;
                Arc::new(Date32Array::new(values.into(), nulls))
            }
            Self::Int64(exact) => {
                let (values, nulls) = exact.compute(block, 0)?;
                let values = match values {
                    Computed::Narrow(values) => values,
                    wide => narrowed(wide, nulls.as_ref(), |value| i64::try_from(value).ok())?,
                };
                Arc::new(Int64Array::new(values.into(), nulls))
            }
            Self::Decimal(exact, precision, scale) => {
                let (values, nulls) = exact.compute(block, *scale)?;
                let most = 10u128.pow((*precision).into());
                let fits = |value: i128| (value.unsigned_abs() < most).then_some(value);
                let values = narrowed(values, nulls.as_ref(), fits)?;
                let array = Decimal128Array::new(values.into(), nulls);
                Arc::new(array.with_precision_and_scale(*precision, *scale as i8)?)
            }
            Self::Rounded(exact) => {
                let (values, nulls) = exact.floats(block)?;
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Self::Float(float) => {
                let (values, nulls) = float.compute(block)?;
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Self::Bool(condition) => Arc::new(condition.holds(block)?),
        })
    }
}

/// The values in their type, if all that are not null fit.
fn narrowed<T: Copy + Default>(
    values: Computed,
    nulls: Option<&NullBuffer>,
    fits: impl Fn(i128) -> Option<T>,
) -> Result<Vec<T>, FillError> {
    let narrow = |(row, value): (usize, i128)| match fits(value) {
        Some(value) => Ok(value),
        None if nulls.is_some_and(|nulls| nulls.is_null(row)) => Ok(T::default()),
        None => Err(FillError::ExpressionOverflow),
    };
    // As long as their iterator says, so that nothing grows.
    let mut narrowed = Vec::new();
    match values {
        Computed::Narrow(values) => {
            narrowed.reserve_exact(values.len());
            for value in values.into_iter().map(i128::from).enumerate() {
                narrowed.push(narrow(value)?);
            }
        }
        Computed::Wide(values) => {
            narrowed.reserve_exact(values.len());
            for value in values.into_iter().enumerate() {
                narrowed.push(narrow(value)?);
            }
        }
    }
    Ok(narrowed)
}
