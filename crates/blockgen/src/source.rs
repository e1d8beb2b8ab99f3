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
//! # What is kept, and what is refused
//!
//! No value of CSV or JSON is changed in silence. What a text becomes says the same, or reading ends
//! with [`SourceError::Value`], which names file, line, column, text, type and [`Loss`]. Where the
//! rows that types are inferred from show such a text, the column takes a type that holds it: text,
//! a time in nanoseconds, or one in UTC.
//!
//! Refused in every column:
//! - digits that a float does not keep (`9007199254740993`), and numbers too large for it or too
//!   near to zero (`1e999`, `1e-999`); it keeps a text of up to 15 digits, the shortest text of a
//!   number, and one that is the number's exact value as far as it goes;
//! - digits behind the point that a decimal, a time or a timestamp has no place for, zeros apart;
//! - a time of day in a date, but for midnight without a zone, which is that date;
//! - a time with a zone in a column without one; the second 60; a bare number as a date (but for
//!   `20200131` in CSV), a time or a timestamp;
//! - a field that an object of JSON has twice.
//!
//! Refused where the type was inferred, because a code may be meant, or what is meant is not known;
//! read where it was given, because then it is:
//! - a number with a leading zero, a `+` or spaces (`007`, `+7`, ` 7`), and digits with an exponent
//!   that has no sign (`12e4`), in CSV; numbers in quotes in JSON;
//! - a time without a zone among times with one. A column that is given as one with a zone takes it
//!   for a time in UTC.
//!
//! Taken as equal: `1.50`, `1.5` and `15e-1`; `7` and `7.0` in a column of floats; `-0` and `0` in
//! one of integers or decimals; the same instant in UTC and in another zone; a date and its midnight.
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
mod from_text;
#[cfg(any(feature = "csv", feature = "json"))]
mod given;
mod input;
#[cfg(feature = "ipc")]
mod ipc;
#[cfg(feature = "json")]
mod json;
#[cfg(any(feature = "csv", feature = "json"))]
mod lines;
mod loss;
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
pub use self::loss::Loss;
pub use self::options::{CsvOptions, SourceOptions};
pub use self::reader::Source;
pub use self::types::parse_type;
