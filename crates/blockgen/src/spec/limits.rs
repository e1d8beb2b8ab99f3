//! How much a spec may hold. Far more than anyone writes by hand, and little enough that reading
//! and compiling it stays a matter of seconds.

use crate::error::{SpecError, SpecFault};

/// Bytes of a spec's text: 16 MiB.
pub(super) const MAX_TEXT_BYTES: usize = 16 << 20;

/// Lists and maps inside of one another, the text's own among them. What reads them calls itself
/// once for each, so this bounds the stack.
pub(super) const MAX_NESTING: usize = 64;

/// Tables of a spec.
pub(super) const MAX_TABLES: usize = 1_000;

/// Columns of a table. Parquet files of more are slow to open everywhere.
pub(super) const MAX_COLUMNS: usize = 10_000;

/// Columns of all tables together.
pub(super) const MAX_COLUMNS_OF_ALL: usize = 100_000;

/// Damages of a table, each of which may be one of all columns.
pub(super) const MAX_DAMAGES: usize = 100;

/// Bytes of the name of a table or a column.
pub(super) const MAX_NAME_BYTES: usize = 255;

/// What there is too much of, if there is too much.
pub(super) fn beyond(
    found: usize,
    most: usize,
    what: impl FnOnce() -> String,
) -> Option<SpecError> {
    (found > most).then(|| SpecError::BeyondLimit {
        what: what(),
        found: found as u64,
        most: most as u64,
    })
}

pub(super) fn check_nesting(depth: usize, line: u32) -> Result<(), SpecFault> {
    let what = || "the number of lists and maps inside of one another".to_owned();
    match beyond(depth, MAX_NESTING, what) {
        Some(error) => Err(SpecFault::new(Some(line), error)),
        None => Ok(()),
    }
}
