//! What is true or false of a row; and null where a column is, as SQL has it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::{and_kleene, not, or_kleene};

use super::arithmetic::{Number, Values};
use super::evaluate::{Step, Stop, multiplied};
use super::tree::{Comparison, Join};
use crate::column::{Block, Column, FillError};

/// A compiled condition.
#[derive(Debug)]
pub(crate) enum Condition {
    Constant(bool),
    Column(Arc<dyn Column>),
    Compared(Box<Compared>),
    /// Two texts, byte by byte.
    Words(Comparison, Words, Words),
    /// Whether a column is null, or, if true, whether it is not.
    IsNull(Arc<dyn Column>, bool),
    Not(Box<Condition>),
    Joined(Join, Box<Condition>, Box<Condition>),
}

/// Two numbers, dates or moments.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(super) comparison: Comparison,
    pub(super) left: Step,
    pub(super) right: Step,
    /// What each side is multiplied with, so that units fit.
    pub(super) factors: (i128, i128),
    /// Whether a side is a float.
    pub(super) floats: bool,
}

/// A text.
#[derive(Debug)]
pub(crate) enum Words {
    Column(Arc<dyn Column>),
    Constant(String),
}

impl Condition {
    /// Whether it may be neither true nor false.
    pub(crate) fn nullable(&self) -> bool {
        match self {
            Self::Constant(_) | Self::IsNull(..) => false,
            Self::Column(column) => column.nullable(),
            Self::Compared(compared) => compared.left.nullable() || compared.right.nullable(),
            Self::Words(_, left, right) => left.nullable() || right.nullable(),
            Self::Not(inner) => inner.nullable(),
            Self::Joined(_, left, right) => left.nullable() || right.nullable(),
        }
    }

    /// What holds of the block's rows.
    ///
    /// # Errors
    ///
    /// [`FillError::ExpressionOverflow`] for numbers of more than 128 bits, and what the columns
    /// fail with.
    pub(crate) fn holds(&self, block: &Block<'_>) -> Result<BooleanArray, FillError> {
        let rows = block.rows.len();
        match self {
            Self::Constant(value) => {
                let bits = match value {
                    true => BooleanBuffer::new_set(rows),
                    false => BooleanBuffer::new_unset(rows),
                };
                Ok(BooleanArray::new(bits, None))
            }
            Self::Column(column) => Ok(block.values(column)?.as_boolean().clone()),
            Self::Compared(compared) => compared.holds(block),
            Self::Words(comparison, left, right) => {
                let (left, right) = (left.array(block)?, right.array(block)?);
                let (left, right) = (Texts::of(&left), Texts::of(&right));
                let bits = bits(*comparison, rows, |row| (left.get(row), right.get(row)));
                let nulls = NullBuffer::union(left.nulls(), right.nulls());
                Ok(BooleanArray::new(bits, nulls))
            }
            Self::IsNull(column, negated) => {
                let array = block.values(column)?;
                let valid = match array.logical_nulls() {
                    Some(nulls) => nulls.into_inner(),
                    None => BooleanBuffer::new_set(rows),
                };
                let bits = if *negated { valid } else { !&valid };
                Ok(BooleanArray::new(bits, None))
            }
            Self::Not(inner) => Ok(not(&inner.holds(block)?)?),
            Self::Joined(join, left, right) => {
                let (left, right) = (left.holds(block)?, right.holds(block)?);
                Ok(match join {
                    Join::And => and_kleene(&left, &right)?,
                    Join::Or => or_kleene(&left, &right)?,
                })
            }
        }
    }
}

impl Compared {
    fn holds(&self, block: &Block<'_>) -> Result<BooleanArray, FillError> {
        let mut found = if self.floats {
            self.holds_in::<f64>(block)
        } else {
            self.holds_in::<i64>(block)
        };
        if matches!(found, Err(Stop::Overflow)) {
            found = self.holds_in::<i128>(block);
        }
        found.map_err(|stop| match stop {
            Stop::Overflow => FillError::ExpressionOverflow,
            Stop::Fill(error) => error,
        })
    }

    fn holds_in<N: Number>(&self, block: &Block<'_>) -> Result<BooleanArray, Stop> {
        let mut nulls = None;
        let left = self.left.values::<N>(block, &mut nulls)?;
        let left = multiplied(left, self.factors.0)?;
        let right = self.right.values::<N>(block, &mut nulls)?;
        let right = multiplied(right, self.factors.1)?;
        let rows = block.rows.len();
        let found = match (&left, &right) {
            // The most frequent form has a loop of its own.
            (Values::Each(left), Values::One(right)) => {
                bits(self.comparison, rows, |row| (left[row], *right))
            }
            _ => bits(self.comparison, rows, |row| (left.get(row), right.get(row))),
        };
        Ok(BooleanArray::new(found, nulls))
    }
}

fn bits<T: PartialOrd>(
    comparison: Comparison,
    rows: usize,
    pair: impl Fn(usize) -> (T, T),
) -> BooleanBuffer {
    macro_rules! compared {
        ($operator:tt) => {
            BooleanBuffer::collect_bool(rows, |row| {
                let (left, right) = pair(row);
                left $operator right
            })
        };
    }
    match comparison {
        Comparison::Equal => compared!(==),
        Comparison::Unequal => compared!(!=),
        Comparison::Less => compared!(<),
        Comparison::LessOrEqual => compared!(<=),
        Comparison::Greater => compared!(>),
        Comparison::GreaterOrEqual => compared!(>=),
    }
}

impl Words {
    fn nullable(&self) -> bool {
        match self {
            Self::Column(column) => column.nullable(),
            Self::Constant(_) => false,
        }
    }

    fn array(&self, block: &Block<'_>) -> Result<Found<'_>, FillError> {
        Ok(match self {
            Self::Column(column) => Found::Each(block.values(column)?),
            Self::Constant(text) => Found::One(text),
        })
    }
}

/// Keeps the array that texts are read from.
enum Found<'a> {
    Each(ArrayRef),
    One(&'a str),
}

enum Texts<'a> {
    Each(&'a StringArray),
    One(&'a str),
}

impl<'a> Texts<'a> {
    fn of(found: &'a Found<'a>) -> Self {
        match found {
            Found::Each(array) => Self::Each(array.as_string()),
            Found::One(text) => Self::One(text),
        }
    }

    fn get(&self, row: usize) -> &'a str {
        match self {
            Self::Each(array) => array.value(row),
            Self::One(text) => text,
        }
    }

    fn nulls(&self) -> Option<&'a NullBuffer> {
        match *self {
            Self::Each(array) => array.nulls(),
            Self::One(_) => None,
        }
    }
}
