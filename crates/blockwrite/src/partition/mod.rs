//! Rows by the values of some columns, for folders as Hive and Spark name them.
//!
//! ```text
//! block ──Partitioner::split──▶ PartitionRows, one a value ──PartitionBuffers::add──▶ PartitionGroup ──▶ an encoder
//!         pure, any thread      country=FR/, …               in the order of blocks   a row group's worth
//! ```
//!
//! Every row is in exactly one partition, and the rows of each keep their order. What comes out
//! depends on the blocks and their order alone.
//!
//! ```
//! # use std::sync::Arc;
//! # use arrow::array::{Int64Array, RecordBatch, StringArray};
//! # use blockwrite::{PartitionBuffers, PartitionLimits, Partitioner};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let block = RecordBatch::try_from_iter([
//!     ("country", Arc::new(StringArray::from(vec!["FR", "PT", "FR"])) as _),
//!     ("id", Arc::new(Int64Array::from(vec![1, 2, 3])) as _),
//! ])?;
//! let by_country = Partitioner::new(&block.schema(), &["country"], false)?;
//! let limits = PartitionLimits::default();
//! let mut buffers = PartitionBuffers::new(&by_country, limits, 1024 * 1024);
//! assert!(buffers.add(by_country.split(&block)?)?.is_empty(), "no group is full yet");
//!
//! let rest: Vec<_> = buffers.rest().collect();
//! assert_eq!(&*rest[0].folder, "country=FR");
//! let rows = rest[0].rows()?;
//! assert_eq!((rows.num_rows(), rows.num_columns()), (2, 1));
//! # Ok(())
//! # }
//! ```

mod buffers;
mod folder;
mod partitioner;
mod values;

pub use self::buffers::{PartitionBuffers, PartitionGroup, PartitionLimits};
pub use self::partitioner::{PartitionRows, Partitioner};
