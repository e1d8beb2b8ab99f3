//! Blocks from what exists: CSV, JSON, Parquet and Arrow IPC, packed or not.
//!
//! ```text
//! file or stream ─▶ Input (counted, unpacked) ─▶ a format's reader ─▶ Source: RecordBatchReader
//!                                                └ CSV, JSON: a sample tells columns and types
//! ```
//!
//! The readers are arrow's own. What is added: blocks bounded in rows and bytes, errors that name
//! file and line, several files as one table, and refusals where a reader would change a value
//! without a word. Each format is a feature of this crate (`csv`, `json`, `parquet`, `ipc`), and so
//! is unpacking gzip and zstd (`compression`); `sources` is all of them.
//!
//! A source of one's own is any [`RecordBatchReader`](arrow::array::RecordBatchReader).

#![cfg_attr(
    not(feature = "sources"),
    allow(
        dead_code,
        unused_imports,
        reason = "what formats share is not used by each of them alone"
    )
)]

mod agree;
#[cfg(any(feature = "ipc", feature = "parquet"))]
mod contain;
#[cfg(feature = "csv")]
mod csv;
mod error;
mod format;
#[cfg(any(feature = "csv", feature = "json"))]
mod given;
mod input;
#[cfg(feature = "ipc")]
mod ipc;
#[cfg(feature = "json")]
mod json;
#[cfg(any(feature = "csv", feature = "json"))]
mod lines;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(any(feature = "ipc", feature = "parquet"))]
mod plain;
mod reader;
#[cfg(any(feature = "csv", feature = "json"))]
mod sample;
#[cfg(any(feature = "csv", feature = "json"))]
mod text_blocks;
mod types;

pub use self::error::{Place, SourceError};
pub use self::format::SourceFormat;
pub use self::input::BytesRead;
pub use self::options::{CsvOptions, SourceOptions};
pub use self::reader::Source;
pub use self::types::parse_type;
