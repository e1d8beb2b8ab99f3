//! `derived`: what an expression makes of other columns of the same row.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    TimestampMicrosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::expression::{
    self, Computed, Condition, Digits, Exact, Float, QUOTIENT_SCALE, Unit, Value,
};
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
    /// and a whole number make a date that lies so many days later, a timestamp and a number of
    /// seconds a timestamp; two dates the days between them, two timestamps the seconds. A column whose name is no word stands in double quotes.
    ///
    /// Integers and decimals are computed exactly, and what has more digits than `type` and `scale`
    /// leave is rounded once, a half away from zero. A quotient inside of a larger expression is
    /// rounded before, to 6 digits behind the point, or to as many as `scale` or its dividend has.
    /// With a float among them, all is computed in floats. Where a column is null, and where
    /// something is divided by 0, the value is null. 4,096 bytes at most.
    pub expression: String,
    /// The Arrow type of numbers. If not given, whole numbers are `int64`, numbers with decimals
    /// `decimal`, and what has a float among its columns `float64`. Dates, timestamps (of
    /// microseconds, in UTC) and conditions have one type alone.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<DerivedType>,
    /// Digits of a `decimal` in all, 1 to 38; 18 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Digits behind the point to which values are rounded: of a `decimal` 0 to `precision`, of a
    /// `float64` 0 to 15. If not given, floats are not rounded, and a `decimal` has as many as the
    /// expression: those of its columns, and 6 of a quotient.
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

/// Beyond, a float has none to round to.
const MAX_DECIMALS: u8 = 15;

/// Of microseconds.
const MICROS_SCALE: u8 = 6;

#[derive(Debug)]
enum Derived {
    Int32(Exact),
    Int64(Exact),
    Decimal(Exact, u8, u8),
    /// Exact as long as it is computed, with so many digits behind the point.
    Rounded(Exact, u8),
    /// Times the number that it is rounded by, if it is.
    Float(Float, Option<f64>),
    Date(Exact),
    Moment(Exact),
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
    let digits = match options.scale {
        Some(scale) => Digits::Exactly(scale),
        None if is_whole => Digits::Exactly(0),
        None => Digits::AtLeast(QUOTIENT_SCALE),
    };
    let value = expression::value(&options.expression, "expression", digits, scope)?;
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
                    DerivedType::Float64 => {
                        let scale = options.scale.unwrap_or(exact.scale);
                        Self::Rounded(exact, scale)
                    }
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
            (Value::Float(float), None | Some(DerivedType::Float64)) => {
                let power = |scale: u8| 10u64.pow(scale.min(MAX_DECIMALS).into()) as f64;
                Self::Float(float, options.scale.map(power))
            }
            (Value::Exact(exact), None) if exact.unit == Unit::Date => Self::Date(exact),
            (Value::Exact(exact), None) => Self::Moment(exact),
            (Value::Condition(condition), None) => Self::Bool(condition),
            (Value::Float(_) | Value::Condition(_) | Value::Exact(_), Some(data_type)) => {
                let found = format!("{data_type:?}").to_lowercase();
                let allowed = match described {
                    "a float" => "`float64`, or none: there are floats among the columns",
                    _ => "none: only numbers have a choice",
                };
                return Err(scope.invalid("type", found, allowed));
            }
            (Value::Words(_), _) => {
                let found = format!("`{}`, which is {described}", options.expression);
                let allowed = "numbers, dates and conditions; texts are composed by `template`";
                return Err(scope.invalid("expression", found, allowed));
            }
        };
        let is_float = matches!(derived, Self::Rounded(..) | Self::Float(..));
        if let Some(scale) = options
            .scale
            .filter(|scale| is_float && *scale > MAX_DECIMALS)
        {
            return Err(scope.invalid("scale", scale, format!("0 to {MAX_DECIMALS}")));
        }
        let is_decimal = matches!(derived, Self::Decimal(..));
        let allowed = format!("none: values are {}", derived.data_type());
        match (options.precision, options.scale) {
            (Some(precision), _) if !is_decimal => {
                Err(scope.invalid("precision", precision, allowed))
            }
            (_, Some(scale)) if !is_decimal && !is_float => {
                Err(scope.invalid("scale", scale, allowed))
            }
            _ => Ok(derived),
        }
    }
}

impl Column for Derived {
    fn data_type(&self) -> DataType {
        match self {
            Self::Int32(_) => DataType::Int32,
            Self::Int64(_) => DataType::Int64,
            // No precision above 38 is let in.
            Self::Decimal(_, precision, scale) => DataType::Decimal128(*precision, *scale as i8),
            Self::Rounded(..) | Self::Float(..) => DataType::Float64,
            Self::Date(_) => DataType::Date32,
            Self::Moment(_) => {
                DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, Some("UTC".into()))
            }
            Self::Bool(_) => DataType::Boolean,
        }
    }

    fn nullable(&self) -> bool {
        match self {
            Self::Int32(exact)
            | Self::Int64(exact)
            | Self::Decimal(exact, ..)
            | Self::Rounded(exact, _)
            | Self::Moment(exact)
            | Self::Date(exact) => exact.nullable(),
            Self::Float(float, _) => float.nullable(),
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
                let values = whole(values, nulls.as_ref())?;
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
            Self::Moment(exact) => {
                let (values, nulls) = exact.compute(block, MICROS_SCALE)?;
                let values = whole(values, nulls.as_ref())?;
                let array = TimestampMicrosecondArray::new(values.into(), nulls);
                Arc::new(array.with_timezone("UTC"))
            }
            Self::Rounded(exact, scale) => {
                let (values, nulls) = exact.floats(block, *scale)?;
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Self::Float(float, power) => {
                let (mut values, nulls) = float.compute(block)?;
                if let Some(power) = power {
                    values.iter_mut().for_each(|value| round(value, *power));
                }
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Self::Bool(condition) => Arc::new(condition.holds(block)?),
        })
    }
}

/// To a number of decimals, a half away from zero, as long as a float of that size has any.
fn round(value: &mut f64, power: f64) {
    let scaled = *value * power;
    if scaled.is_finite() {
        *value = scaled.round() / power;
    }
}

fn whole(values: Computed, nulls: Option<&NullBuffer>) -> Result<Vec<i64>, FillError> {
    match values {
        Computed::Narrow(values) => Ok(values),
        wide => narrowed(wide, nulls, |value| i64::try_from(value).ok()),
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
