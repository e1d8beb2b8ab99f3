//! Specs: what tables there are, what columns, of which kinds.

mod builtin;
mod column;
mod dataset;
mod names;
mod table;

pub use self::column::ColumnSpec;
pub use self::dataset::DatasetSpec;
pub use self::table::TableSpec;
