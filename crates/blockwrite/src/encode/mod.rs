//! Column chunks made straight from Arrow buffers: flat columns of the types that tables mostly have.
//!
//! ```text
//! array ─▶ values, without nulls ─┬─▶ statistics ─────────────────────────────────────┐
//!                                 ├─▶ dictionary ─▶ indices ─┐                        ├─▶ chunk
//!                                 └──────────────────────────┴─▶ pages ─▶ codec ─▶ bytes ┘
//! ```
//!
//! Whatever else there is (nested columns, other types and encodings, bloom filters, statistics of
//! pages) goes through the parquet crate's own column writers: [`DirectLeaf::of`] decides it for each
//! column from the properties in force, and both kinds of chunks stand side by side in a row group.
//! A chunk made here says the same of itself as one made there, and is read the same way; the tests
//! hold one against the other.

mod chunk;
mod codec;
mod column;
mod dictionary;
mod hybrid;
mod leaf;
mod levels;
mod page_header;
#[cfg(test)]
mod parity;
mod plain;
mod scratch;
mod snappy;
mod statistics;
mod truncation;
mod values;

pub(crate) use chunk::{DirectChunk, EncodedChunk};
pub(crate) use leaf::DirectLeaf;
pub(crate) use scratch::ScratchPool;
