//! Reading back: what a file says of itself, and its first rows.
//!
//! ```text
//! FooterReader ──the last bytes──▶ Footer ──report──▶ FileReport
//!                                     └───HeadReader ──pages──▶ RecordBatch
//! ```
//!
//! Nothing here does I/O: each reader says which bytes of the file it wants, and whoever calls
//! fetches them, from a file, from S3, asynchronously or not. Nothing that is read is believed
//! before it is checked, because a file may be cut, damaged or made to harm.

mod contain;
mod extremes;
mod footer;
mod footer_check;
mod footer_reader;
mod head_reader;
mod offset_index;
mod page_check;
mod report;
mod schema_fields;
mod thrift;

pub use footer::Footer;
pub use footer_reader::{FooterReader, read_footer};
pub use head_reader::{HEAD_BATCH_ROWS, HeadReader, HeadStep};
pub use page_check::MAX_PAGE_BYTES;
pub use report::{ColumnReport, FileReport, GroupReport, SchemaField};
