//! The interface that every writer of blocks has.

use arrow::array::RecordBatch;

use crate::{Result, RowGroupStats, WriteStats};

/// Takes blocks of rows one after another and ends with statistics.
///
/// Object-safe, so that a program may choose its writer at run time, and small, so that a writer
/// of one's own (another format, another store) is a few dozen lines; its errors travel as
/// [`Error::Other`](crate::Error::Other).
pub trait BlockWriter {
    /// Writes one block. The first block fixes the schema of the file.
    ///
    /// Returns what became of the block: the statistics of its row group, or `None` where a
    /// block without rows was left out.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`](crate::Error::SchemaMismatch) when the block's schema differs
    /// from the first one's (nothing is written then, and the writer stays usable),
    /// [`Error::Finished`](crate::Error::Finished) after `finish`, and whatever the sink says.
    fn write_block(&mut self, block: &RecordBatch) -> Result<Option<RowGroupStats>>;

    /// Completes the output and makes it visible.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`](crate::Error::Finished) on a second call,
    /// [`Error::NoSchema`](crate::Error::NoSchema) when no block ever told the schema, and
    /// whatever the sink says. After an error the output is not visible, but for
    /// [`Error::NotDurable`](crate::Error::NotDurable), which says that it is.
    fn finish(&mut self) -> Result<WriteStats>;
}
