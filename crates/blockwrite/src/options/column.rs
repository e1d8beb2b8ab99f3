//! Options of one column.

use serde::{Deserialize, Serialize};

use super::{BloomFilter, Encoding, StatisticsLevel};
use crate::Compression;

/// Options of one column, or of a field within one. What is left out is as in the field that it
/// lies in, and at last as in the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnOptions {
    /// How values are encoded. [`Encoding::Auto`], the default, leaves it to a trial where there
    /// is one ([`ParquetBlockWriter::new`](crate::ParquetBlockWriter::new) on the first block with
    /// rows, [`RowGroupEncoder::tuned`](crate::RowGroupEncoder::tuned),
    /// [`Sizer`](crate::Sizer)); [`RowGroupEncoder::choices`](crate::RowGroupEncoder::choices)
    /// says what came of it. [`RowGroupEncoder::new`](crate::RowGroupEncoder::new) tries nothing
    /// and makes dictionaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Codec and level of this column's pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// Which statistics are stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<StatisticsLevel>,
    /// Whether statistics of pages stand in the headers of pages, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_header_statistics: Option<bool>,
    /// A data page ends when it holds about so many bytes before compression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_bytes: Option<usize>,
    /// Most bytes of the dictionary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dictionary_page_bytes: Option<usize>,
    /// The share below which a data page of version 2 is stored compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v2_compression_threshold: Option<f64>,
    /// A Bloom filter, by which readers skip row groups that do not hold a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bloom_filter: Option<BloomFilter>,
    /// Id of the field, as table formats such as Iceberg use them; it wins over the field's
    /// `PARQUET:field_id` metadata. At least 0; it does not hold for the fields within.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_id: Option<i32>,
}

impl ColumnOptions {
    /// These options, and where they say nothing, those of the field around. Field ids are each
    /// field's own.
    pub(super) fn over(&self, outer: &Self) -> Self {
        let Self {
            encoding,
            compression,
            statistics,
            page_header_statistics,
            page_bytes,
            dictionary_page_bytes,
            v2_compression_threshold,
            bloom_filter,
            field_id,
        } = self;
        Self {
            encoding: encoding.or(outer.encoding),
            compression: compression.or(outer.compression),
            statistics: statistics.or(outer.statistics),
            page_header_statistics: page_header_statistics.or(outer.page_header_statistics),
            page_bytes: page_bytes.or(outer.page_bytes),
            dictionary_page_bytes: dictionary_page_bytes.or(outer.dictionary_page_bytes),
            v2_compression_threshold: v2_compression_threshold.or(outer.v2_compression_threshold),
            bloom_filter: bloom_filter.or(outer.bloom_filter),
            field_id: *field_id,
        }
    }
}
