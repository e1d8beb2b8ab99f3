//! Rows from files and streams, where they are not made: `run --from`.
//!
//! ```text
//! words ─ files: patterns, sorted ─▶ opened: format and columns known ─ limited: --rows ─▶ plan
//! ```
//!
//! Formats and their errors are those of [`blockgen::source`]; here is what a command line says of
//! them.

mod args;
mod faults;
mod files;
mod limited;
mod opened;
mod types;

pub use self::args::{ReadArgs, parse_delimiter};
pub use self::faults::{failure, unplannable};
pub use self::limited::{Limited, RowsRead};
pub use self::opened::{Opened, SourceFacts, table_name};
