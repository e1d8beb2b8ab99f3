//! What a compiled column is: something that makes the values of any rows.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use crate::range::ValueRange;
use crate::rows::Rows;

/// One column, compiled. Called once per block, so that each kind keeps a tight loop of its own.
pub(crate) trait Column: fmt::Debug + Send + Sync {
    fn data_type(&self) -> DataType;

    /// Whether it may hold nulls.
    fn nullable(&self) -> bool {
        false
    }

    /// What its values keep to, if its kind is one that draws them from a range.
    fn range(&self) -> Option<ValueRange> {
        None
    }

    /// How many different values it has at most, null among them, where its kind tells.
    fn distinct(&self) -> Option<u64> {
        match self.range()? {
            ValueRange::Whole { low, high } => {
                let values = high.checked_sub(low)?.checked_add(1)?;
                u64::try_from(values).ok()
            }
            ValueRange::Float { .. } => None,
        }
    }

    /// The first row that it has no value for, if there is one.
    fn end(&self) -> Option<u64> {
        None
    }

    /// The values of the block's rows, in their order.
    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError>;
}

/// A block under construction: its rows, and what has been made of them so far, so that a column
/// that others are made from is made once.
pub(crate) struct Block<'a> {
    pub(crate) rows: Rows<'a>,
    made: RefCell<Vec<(*const (), ArrayRef)>>,
}

impl<'a> Block<'a> {
    pub(crate) fn new(rows: Rows<'a>) -> Self {
        Self {
            rows,
            made: RefCell::default(),
        }
    }

    /// The values of a column of the table that nobody asks for again, unless others are made from
    /// it: it is not kept where nobody else knows it.
    pub(crate) fn last_values(&self, column: &Arc<dyn Column>) -> Result<ArrayRef, FillError> {
        match Arc::strong_count(column) {
            1 => column.fill(self),
            _ => self.values(column),
        }
    }

    /// The values of a column of the same table.
    pub(crate) fn values(&self, column: &Arc<dyn Column>) -> Result<ArrayRef, FillError> {
        // Never followed: columns live as long as their generator, so an address names one.
        let address = Arc::as_ptr(column).cast::<()>();
        let found = |made: &(*const (), ArrayRef)| made.0 == address;
        if let Some((_, array)) = self.made.borrow().iter().find(|made| found(made)) {
            return Ok(Arc::clone(array));
        }
        // Not borrowed here: the column may ask for others.
        let array = column.fill(self)?;
        self.made.borrow_mut().push((address, Arc::clone(&array)));
        Ok(array)
    }
}

/// Why a column could not be filled; the generator adds which one it was.
#[derive(Debug)]
pub(crate) enum FillError {
    TextTooLong {
        max_bytes: usize,
    },
    BytesTooLong {
        max_bytes: usize,
    },
    SequenceOverflow {
        start: i64,
        step: i64,
        /// The highest row asked for.
        row: u64,
        data_type: &'static str,
    },
    /// Times that grow with the row come to their end before `row`.
    PastEnd {
        row: u64,
        /// The last row for which there is room.
        last: u64,
        end: Box<str>,
    },
    /// Each parent was to be referred to once, and this row comes after the last of them.
    ParentsUsedUp {
        parents: u64,
        row: u64,
    },
    /// Lists would hold more than a block may hold of their elements.
    TooManyElements {
        max_elements: usize,
    },
    /// Elements from here on have no numbers.
    ElementBeyondLimit {
        max_rows: u64,
    },
    /// All values that may come once have come before `row`.
    UniqueExhausted {
        values: u128,
        row: u64,
    },
    /// What was computed leaves the range of its type.
    ExpressionOverflow,
    Arrow(ArrowError),
}

impl From<ArrowError> for FillError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}
