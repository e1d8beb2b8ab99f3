//! Specs: what tables there are, what columns, of which kinds.

mod builtin;
mod children;
mod column;
mod dataset;
mod names;
mod sizes;
mod table;

pub(crate) use self::children::MAX_CHILDREN;

pub use self::children::ChildrenSpec;
pub use self::column::ColumnSpec;
pub use self::dataset::DatasetSpec;
pub use self::table::TableSpec;
