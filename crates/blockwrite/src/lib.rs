//! Blocks of rows in, one Parquet file out: every block becomes a row group. And back: what a file
//! says of itself, and its first rows.
//!
//! ```text
//! RecordBatch ──RowGroupEncoder::encode──▶ EncodedRowGroup ──ParquetBlockWriter::append──▶ bytes ──▶ any `Write`
//!               pure CPU work, any thread                    one ordered writer, only splices      file · buffer · ByteDrain
//!
//! byte ranges ──FooterReader──▶ Footer ──report──▶ FileReport
//! fetched by the caller           └───HeadReader──▶ RecordBatch
//! ```
//!
//! [`BlockWriter::write_block`] is the two steps in a row. The first block fixes the schema; a
//! block that differs is a typed error that names the field. [`ParquetBlockWriter::create`] writes
//! beside its target and renames when [`finish`](BlockWriter::finish) is called: a reader sees no
//! file, the old file, or the whole new one. A writer that is dropped leaves nothing behind, and what
//! a killed process leaves, [`remove_leftovers`] clears.
//!
//! [`Partitioner`] and [`PartitionBuffers`] take blocks apart by the values of some columns, for
//! folders such as `country=FR/`.
//!
//! [`FooterReader`] and [`HeadReader`] do no I/O: they say which bytes of a file they want, so that
//! the same code reads from disk and from S3. [`read_footer`] is the one for local files.
//!
//! ```
//! use std::sync::Arc;
//! use arrow::array::{Int64Array, RecordBatch, StringArray};
//! use blockwrite::{BlockWriter, ParquetBlockWriter, WriteOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("words.parquet");
//! let block = RecordBatch::try_from_iter([
//!     ("id", Arc::new(Int64Array::from(vec![1, 2])) as _),
//!     ("word", Arc::new(StringArray::from(vec!["lake", "river"])) as _),
//! ])?;
//!
//! let mut writer = ParquetBlockWriter::create(&path, WriteOptions::default())?;
//! writer.write_block(&block)?;
//! writer.write_block(&block)?;
//! let stats = writer.finish()?;
//!
//! assert_eq!(stats.rows, 4);
//! assert_eq!(stats.row_groups.len(), 2);
//! assert_eq!(stats.file_bytes, std::fs::metadata(&path)?.len());
//! # Ok(())
//! # }
//! ```
//!
//! This crate is synchronous, knows nothing of where blocks come from and nothing of S3.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]

// The example that newcomers read first is tested, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod atomic_file;
mod auto_encoding;
mod block_writer;
mod byte_drain;
mod compatibility;
mod compression;
mod conversion;
mod dictionary_growth;
mod drift;
mod encode;
mod encoder;
mod error;
mod extrapolation;
mod group_buffers;
mod layout;
mod leaves;
mod leftovers;
mod options;
mod parquet_writer;
mod partition;
mod probes;
mod read;
mod regroup;
mod room;
mod row_group_builder;
mod schema_check;
mod schema_policy;
mod shown;
mod sizer;
mod sizing;
mod sort_order;
mod splice;
mod stats;
mod temporary;
mod tuning;

pub use atomic_file::AtomicFile;
pub use auto_encoding::{EncodingChoice, EncodingReason, EncodingTrial};
pub use block_writer::BlockWriter;
pub use byte_drain::ByteDrain;
pub use compatibility::Compatibility;
pub use compression::{Compression, ParseCompressionError};
pub use drift::Drift;
pub use encoder::{EncodedRowGroup, RowGroupEncoder};
pub use error::{Error, Result};
pub use leftovers::{Leftover, is_temporary, remove_leftovers, remove_leftovers_beside};
pub use options::{
    AutoEncodings, BloomFilter, BloomFilterPosition, ColumnOptions, Encoding, PageVersion,
    StatisticsLevel, WriteOptions,
};
pub use parquet_writer::{FOOTER_CHUNK_BYTES, MAX_ROW_GROUPS, ParquetBlockWriter};
pub use partition::{
    PartitionBuffers, PartitionGroup, PartitionLimits, PartitionRows, Partitioner,
};
pub use read::{
    ColumnReport, FileReport, Footer, FooterReader, GroupReport, HEAD_BATCH_ROWS, HeadReader,
    HeadStep, MAX_PAGE_BYTES, SchemaField, read_footer,
};
pub use regroup::Regroup;
pub use row_group_builder::RowGroupBuilder;
pub use schema_policy::SchemaPolicy;
pub use sizer::{SampleFn, Sizer};
pub use sizing::{BlockSizing, MAX_ROW_GROUP_ARROW_BYTES, MAX_ROW_GROUP_ROWS, SizeLimit};
pub use sort_order::SortingColumn;
pub use stats::{RowGroupStats, WriteStats};
