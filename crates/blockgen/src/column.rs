//! What a compiled column is: something that makes the values of any range of rows.

use std::fmt;
use std::ops::Range;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// One column, compiled. Called once per block, so that each kind keeps a tight loop of its own.
pub(crate) trait Column: fmt::Debug + Send + Sync {
    fn data_type(&self) -> DataType;

    /// The values of `rows`; `count` is how many they are. The range was checked: it is not
    /// reversed, and ends at or before [`MAX_ROWS`](crate::MAX_ROWS).
    fn fill(&self, rows: Range<u64>, count: usize) -> Result<ArrayRef, FillError>;
}

/// Why a column could not be filled; the generator adds which one it was.
#[derive(Debug)]
pub(crate) enum FillError {
    TextTooLong { max_bytes: usize },
    SequenceOverflow { start: i64 },
    Arrow(ArrowError),
}

impl From<ArrowError> for FillError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}
