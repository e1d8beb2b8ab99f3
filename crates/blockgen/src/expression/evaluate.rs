//! From columns to numbers: an expression's arithmetic, a block at a time.

use std::sync::Arc;

use arrow::array::Array;
use arrow::buffer::{BooleanBuffer, NullBuffer};

use super::arithmetic::{Number, Values, power_of_ten};
use super::check::Exact;
use super::tree::Operator;
use crate::column::{Block, Column, FillError};

/// A part of what is computed.
#[derive(Debug)]
pub(super) enum Step {
    /// Its units are 10^-`scale`.
    Column {
        column: Arc<dyn Column>,
        scale: u8,
    },
    /// So many units of 10^-`scale`.
    Constant {
        units: i128,
        scale: u8,
    },
    Binary(Box<Binary>),
}

#[derive(Debug)]
pub(super) struct Binary {
    pub(super) operator: Operator,
    pub(super) left: Step,
    pub(super) right: Step,
    /// What each side is multiplied with before, so that units fit; floats need none.
    pub(super) factors: (i128, i128),
}

/// Why nothing was computed.
#[derive(Debug)]
pub(super) enum Stop {
    /// A value does not fit the type that was computed in.
    Overflow,
    Fill(FillError),
}

impl From<FillError> for Stop {
    fn from(error: FillError) -> Self {
        Self::Fill(error)
    }
}

impl Step {
    /// Whether a value may be null: a column's is, or it is divided by 0.
    pub(super) fn nullable(&self) -> bool {
        match self {
            Self::Column { column, .. } => column.nullable(),
            Self::Constant { .. } => false,
            Self::Binary(binary) => {
                let Binary {
                    operator,
                    left,
                    right,
                    ..
                } = binary.as_ref();
                let constant = matches!(right, Self::Constant { units, .. } if *units != 0);
                left.nullable() || right.nullable() || operator.divides() && !constant
            }
        }
    }

    /// The values of the block's rows; adds to `nulls` those that have none.
    pub(super) fn values<N: Number>(
        &self,
        block: &Block<'_>,
        nulls: &mut Option<NullBuffer>,
    ) -> Result<Values<N>, Stop> {
        match self {
            Self::Column { column, scale } => {
                let array = block.values(column)?;
                *nulls = NullBuffer::union(nulls.as_ref(), array.nulls());
                let values = N::of_array(&array, *scale).ok_or(Stop::Overflow)?;
                Ok(Values::Each(values))
            }
            Self::Constant { units, scale } => {
                let value = N::of_units(*units, *scale).ok_or(Stop::Overflow)?;
                Ok(Values::One(value))
            }
            Self::Binary(binary) => binary.values(block, nulls),
        }
    }
}

impl Binary {
    fn values<N: Number>(
        &self,
        block: &Block<'_>,
        nulls: &mut Option<NullBuffer>,
    ) -> Result<Values<N>, Stop> {
        let left = multiplied(self.left.values(block, nulls)?, self.factors.0)?;
        let mut right = multiplied(self.right.values(block, nulls)?, self.factors.1)?;
        if self.operator.divides() {
            without_zeros(&mut right, block.rows.len(), nulls);
        }
        N::all(self.operator, left, right).ok_or(Stop::Overflow)
    }
}

pub(super) fn multiplied<N: Number>(values: Values<N>, factor: i128) -> Result<Values<N>, Stop> {
    if factor == 1 {
        return Ok(values);
    }
    let factor = N::of_factor(factor).ok_or(Stop::Overflow)?;
    let values = N::all(Operator::Multiply, values, Values::One(factor));
    values.ok_or(Stop::Overflow)
}

/// What is divided by 0 is null; any other divisor may then stand in its place.
fn without_zeros<N: Number>(divisors: &mut Values<N>, rows: usize, nulls: &mut Option<NullBuffer>) {
    let Some(one) = N::of_units(1, 0) else { return };
    let found = match divisors {
        Values::One(divisor) if divisor.is_zero() => {
            *divisor = one;
            NullBuffer::new_null(rows)
        }
        Values::Each(divisors) if divisors.iter().any(|divisor| divisor.is_zero()) => {
            let valid = BooleanBuffer::collect_bool(rows, |row| !divisors[row].is_zero());
            let zeros = divisors.iter_mut().filter(|divisor| divisor.is_zero());
            zeros.for_each(|divisor| *divisor = one);
            NullBuffer::new(valid)
        }
        _ => return,
    };
    *nulls = NullBuffer::union(nulls.as_ref(), Some(&found));
}

impl Operator {
    fn divides(self) -> bool {
        matches!(self, Self::Divide | Self::DivideWhole | Self::Remainder)
    }
}

/// Whole numbers, one a row.
#[derive(Debug)]
pub(crate) enum Computed {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Exact {
    /// Units of 10^-`scale` for each row, and which rows have one.
    ///
    /// # Errors
    ///
    /// [`FillError::ExpressionOverflow`] for what takes more than 128 bits, and what the columns
    /// fail with.
    pub(crate) fn compute(
        &self,
        block: &Block<'_>,
        scale: u8,
    ) -> Result<(Computed, Option<NullBuffer>), FillError> {
        let rows = block.rows.len();
        let mut nulls = None;
        match self.rescaled::<i64>(block, scale, &mut nulls) {
            Ok(values) => return Ok((Computed::Narrow(values.into_each(rows)), nulls)),
            Err(Stop::Fill(error)) => return Err(error),
            Err(Stop::Overflow) => {}
        }
        nulls = None;
        match self.rescaled::<i128>(block, scale, &mut nulls) {
            Ok(values) => Ok((Computed::Wide(values.into_each(rows)), nulls)),
            Err(Stop::Fill(error)) => Err(error),
            Err(Stop::Overflow) => Err(FillError::ExpressionOverflow),
        }
    }

    fn rescaled<N: Number>(
        &self,
        block: &Block<'_>,
        scale: u8,
        nulls: &mut Option<NullBuffer>,
    ) -> Result<Values<N>, Stop> {
        let values = self.step.values::<N>(block, nulls)?;
        let factor = 10i128.checked_pow(scale.abs_diff(self.scale).into());
        let factor = factor.ok_or(Stop::Overflow)?;
        if scale >= self.scale {
            return multiplied(values, factor);
        }
        let divisor = N::of_factor(factor).ok_or(Stop::Overflow)?;
        N::all(Operator::Divide, values, Values::One(divisor)).ok_or(Stop::Overflow)
    }

    /// The floats nearest to what has so many digits behind the point, and which rows have one.
    ///
    /// # Errors
    ///
    /// As [`compute`](Self::compute).
    pub(crate) fn floats(
        &self,
        block: &Block<'_>,
        scale: u8,
    ) -> Result<(Vec<f64>, Option<NullBuffer>), FillError> {
        let (units, nulls) = self.compute(block, scale)?;
        // What is let in has far fewer digits than that.
        let unit = power_of_ten(scale).map_or(f64::NAN, |power| power as f64);
        let floats = match units {
            Computed::Narrow(units) => units.into_iter().map(|units| units as f64 / unit).collect(),
            Computed::Wide(units) => units.into_iter().map(|units| units as f64 / unit).collect(),
        };
        Ok((floats, nulls))
    }

    pub(crate) fn nullable(&self) -> bool {
        self.step.nullable()
    }
}

/// An expression with floats among its columns, which is computed in floats.
#[derive(Debug)]
pub(crate) struct Float {
    pub(super) step: Step,
}

impl Float {
    /// A value for each row, and which rows have one.
    ///
    /// # Errors
    ///
    /// What the columns fail with.
    pub(crate) fn compute(
        &self,
        block: &Block<'_>,
    ) -> Result<(Vec<f64>, Option<NullBuffer>), FillError> {
        let mut nulls = None;
        match self.step.values::<f64>(block, &mut nulls) {
            Ok(values) => Ok((values.into_each(block.rows.len()), nulls)),
            Err(Stop::Fill(error)) => Err(error),
            Err(Stop::Overflow) => Err(FillError::ExpressionOverflow),
        }
    }

    pub(crate) fn nullable(&self) -> bool {
        self.step.nullable()
    }
}
