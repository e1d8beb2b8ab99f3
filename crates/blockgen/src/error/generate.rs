//! A block that cannot be made.

use arrow::error::ArrowError;

use crate::generator::{MAX_BLOCK_ROWS, MAX_ROWS};

/// A block cannot be made. All but [`GenerateError::Arrow`] are questions of the range asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The range ends before it starts.
    #[error(
        "cannot make rows {start}..{end} of table `{table}`: the range ends before it starts; \
         ranges are half-open, the first row is 0"
    )]
    ReversedRange {
        /// The table.
        table: String,
        /// First row asked for.
        start: u64,
        /// Row before which the range ends.
        end: u64,
    },

    /// The range goes past the last row that a table can have.
    #[error(
        "cannot make rows up to {end} of table `{table}`: a table ends at row {MAX_ROWS}; \
         ask for lower rows"
    )]
    RowBeyondLimit {
        /// The table.
        table: String,
        /// Row before which the range ends.
        end: u64,
    },

    /// More rows in one block than [`MAX_BLOCK_ROWS`].
    #[error(
        "cannot make {rows} rows of table `{table}` in one block: the most is {MAX_BLOCK_ROWS}; \
         ask for several smaller blocks"
    )]
    BlockTooLarge {
        /// The table.
        table: String,
        /// Rows asked for.
        rows: u64,
    },

    /// The texts of one column would not fit into one array.
    #[error(
        "cannot make {rows} rows of column `{table}.{column}` in one block: its texts exceed \
         the {max_bytes} bytes of an Arrow string array; ask for smaller blocks"
    )]
    TextTooLong {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Rows asked for.
        rows: u64,
        /// Most bytes that one array holds.
        max_bytes: usize,
    },

    /// The texts of the ledger of these rows would not fit into one batch.
    #[error(
        "cannot list the damage of {rows} rows of table `{table}` in one batch: its texts exceed \
         the {max_bytes} bytes of an Arrow string array; ask for smaller blocks"
    )]
    LedgerTooLong {
        /// The table.
        table: String,
        /// Rows asked for.
        rows: u64,
        /// Most bytes that one array holds.
        max_bytes: usize,
    },

    /// The bytes of one column would not fit into one array.
    #[error(
        "cannot make {rows} rows of column `{table}.{column}` in one block: its values exceed \
         the {max_bytes} bytes of an Arrow binary array; ask for smaller blocks"
    )]
    BytesTooLong {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Rows asked for.
        rows: u64,
        /// Most bytes that one array holds.
        max_bytes: usize,
    },

    /// A sequence would leave the range of its type.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: a sequence that starts at {start} \
         leaves the range of {data_type} there; start it {} or ask for lower rows",
        if *step < 0 { "higher" } else { "lower" }
    )]
    SequenceOverflow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The sequence's value at row 0.
        start: i64,
        /// From one row to the next.
        step: i64,
        /// The highest row asked for.
        row: u64,
        /// The type, as a spec names it.
        data_type: &'static str,
    },

    /// Times that grow with the row have no room for so many rows.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: its times grow with the row, and the \
         last that is sure to lie {end} is that of row {last}; let them grow more slowly, set a \
         later end or ask for lower rows"
    )]
    PastEnd {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The highest row asked for.
        row: u64,
        /// The last row that can be made.
        last: u64,
        /// Where its time lies, such as "before 2024-05-01".
        end: Box<str>,
    },

    /// The range goes past the last child of a table's parents.
    #[error(
        "cannot make rows up to {end} of table `{table}`: its parents have {rows} children in all; \
         ask for lower rows, or give the parents' table more"
    )]
    BeyondLastChild {
        /// The table.
        table: String,
        /// Row before which the range ends.
        end: u64,
        /// The rows that the table has.
        rows: u64,
    },

    /// Each parent is referred to once, and there are more rows than parents.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: it refers to each of {parents} parents \
         once; ask for lower rows, or give the parents' table more"
    )]
    ParentsUsedUp {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// How many parents there are.
        parents: u64,
        /// A row for which there is none.
        row: u64,
    },

    /// A column of unique values has given all of them.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: there are {values} values that it may \
         have, and none may come twice; let there be more, or ask for lower rows"
    )]
    UniqueExhausted {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// How many values there are.
        values: u128,
        /// The last row asked for.
        row: u64,
    },

    /// The lists or maps of one column would hold more than a block may hold of them.
    #[error(
        "cannot make {rows} rows of column `{table}.{column}` in one block: its lists hold more \
         than {max_elements} elements; ask for smaller blocks"
    )]
    TooManyElements {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Rows asked for.
        rows: u64,
        /// Most elements that the lists of one block hold.
        max_elements: usize,
    },

    /// The elements of a list are numbered through all rows, and 63 bits do not reach this far.
    #[error(
        "cannot make rows up to {end} of column `{table}.{column}`: with lists as long as `max` \
         says, its elements can be numbered for {max_rows} rows; ask for lower rows, or for \
         shorter lists"
    )]
    ElementBeyondLimit {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Row before which the range ends.
        end: u64,
        /// Rows whose elements have numbers.
        max_rows: u64,
    },

    /// What is computed for a column does not fit its type.
    #[error(
        "cannot make rows {start}..{end} of column `{table}.{column}`: what is computed for one of \
         them leaves the range of {data_type}; choose a wider type, or smaller numbers to compute \
         with"
    )]
    ExpressionOverflow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// First row asked for.
        start: u64,
        /// Row before which the range ends.
        end: u64,
        /// The type of the column.
        data_type: arrow::datatypes::DataType,
    },

    /// Arrow refused what was generated: a defect of this crate.
    #[error("column `{table}.{column}` made values that Arrow refuses; please report this")]
    Arrow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What Arrow said.
        source: ArrowError,
    },
}
