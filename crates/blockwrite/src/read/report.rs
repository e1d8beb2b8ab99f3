//! What a Parquet file says of itself.

use std::collections::BTreeMap;

use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaData, RowGroupMetaData};
use serde::Serialize;

use super::extremes::{Extremes, extremes};
use super::footer::Footer;
use super::footer_check::chunk_range;
use super::schema_fields::{self, Leaf};

/// What a Parquet file says of itself: nothing here was counted from its pages.
///
/// Serialized, the names are those of the fields and sizes are integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileReport {
    /// The whole file.
    pub file_bytes: u64,
    /// The footer with its length and the `PAR1` after it.
    pub footer_bytes: u64,
    /// Of the format: 1 or 2.
    pub format_version: i32,
    /// The program that wrote the file, in its own words.
    pub created_by: Option<String>,
    /// Rows in the file.
    pub rows: u64,
    /// Leaf columns: a struct of two numbers is two.
    pub columns: usize,
    /// Pages with their headers, encoded but not compressed; the sum over the row groups.
    pub uncompressed_bytes: u64,
    /// Pages with their headers as they lie in the file; the sum over the row groups.
    pub compressed_bytes: u64,
    /// The columns as Arrow has them, each followed by what lies in it.
    pub schema: Vec<SchemaField>,
    /// In the order of the file.
    pub row_groups: Vec<GroupReport>,
    /// Each leaf column over all row groups, in the order of the file.
    pub column_reports: Vec<ColumnReport>,
    /// Pairs that the writer left, without its Arrow schema, which says nothing to people.
    pub key_value_metadata: BTreeMap<String, String>,
    /// Whether the writer left its Arrow schema, so that readers of Arrow get its exact types.
    pub arrow_schema: bool,
}

/// One field of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SchemaField {
    /// Its name, after the names of the fields that it lies in, with dots: `place.lat`.
    pub path: String,
    /// Fields that it lies in: 0 for a column of the table.
    pub depth: usize,
    /// As arrow-rs writes it: `Utf8`, `Timestamp(µs, "UTC")`, `List(Int32)`.
    pub arrow_type: String,
    /// How values lie in pages, `BYTE_ARRAY`; `None` for a field that others lie in.
    pub physical_type: Option<String>,
    /// What values mean, `STRING`; `None` where the physical type says it all.
    pub logical_type: Option<String>,
    /// Whether it may be null.
    pub nullable: bool,
    /// Its place in [`FileReport::column_reports`]; `None` for a field that others lie in.
    pub column: Option<usize>,
}

/// One row group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupReport {
    /// Its place in the file, from 0.
    pub index: usize,
    /// Rows in it.
    pub rows: u64,
    /// Pages with their headers, encoded but not compressed.
    pub uncompressed_bytes: u64,
    /// Pages with their headers as they lie in the file.
    pub compressed_bytes: u64,
    /// Where its first page begins, in bytes from the start of the file; 0 without columns.
    pub first_byte: u64,
}

/// One leaf column over all row groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ColumnReport {
    /// Its path in the Parquet schema: `tags.list.element`.
    pub path: String,
    /// How its pages are encoded, in any row group: `PLAIN`, `RLE_DICTIONARY`; also how they tell
    /// which values are null, which is `RLE`.
    pub encodings: Vec<String>,
    /// How its pages are compressed, in any row group: `SNAPPY`. One, as a rule.
    pub codecs: Vec<String>,
    /// Pages with their headers, encoded but not compressed.
    pub uncompressed_bytes: u64,
    /// Pages with their headers as they lie in the file.
    pub compressed_bytes: u64,
    /// Row groups in which it has a dictionary.
    pub dictionary_groups: usize,
    /// Values with their nulls; in lists more or fewer than rows.
    pub values: u64,
    /// Nulls, if every row group says how many. A list that is null or empty counts as one.
    pub nulls: Option<u64>,
    /// The least value in words: dates and times as ISO 8601 has them and instants in UTC, binary
    /// as hexadecimal digits, control characters escaped, and no more than 40 characters, with `…` for the rest.
    ///
    /// `None` where a row group with values does not say, where it says it in an order that is not
    /// defined, and for durations.
    pub min: Option<String>,
    /// The greatest value, likewise. Writers cut long values, and then this is a bound.
    pub max: Option<String>,
    /// Whether it has a Bloom filter in every row group.
    pub bloom_filter: bool,
    /// Whether it has minima and maxima of its pages in every row group.
    pub column_index: bool,
    /// Whether it says in every row group where its pages lie.
    pub offset_index: bool,
}

/// The key under which writers leave their Arrow schema.
const ARROW_SCHEMA: &str = "ARROW:schema";

pub(super) fn of(footer: &Footer) -> FileReport {
    let metadata = footer.metadata();
    let file = metadata.file_metadata();
    let (schema, leaves) = schema_fields::of(footer.schema(), file.schema_descr());
    let row_groups: Vec<_> = metadata
        .row_groups()
        .iter()
        .enumerate()
        .map(|(index, group)| group_report(index, group))
        .collect();
    let no_pairs = Vec::new();
    let pairs = file.key_value_metadata().unwrap_or(&no_pairs);
    let of_arrow = |pair: &&KeyValue| pair.key == ARROW_SCHEMA;
    FileReport {
        file_bytes: footer.file_bytes(),
        footer_bytes: footer.footer_bytes(),
        format_version: file.version(),
        created_by: file.created_by().map(str::to_owned),
        rows: footer.rows(),
        columns: leaves.len(),
        uncompressed_bytes: sum(row_groups.iter().map(|group| group.uncompressed_bytes)),
        compressed_bytes: sum(row_groups.iter().map(|group| group.compressed_bytes)),
        schema,
        row_groups,
        column_reports: leaves
            .iter()
            .map(|leaf| column_report(metadata, leaf))
            .collect(),
        key_value_metadata: pairs
            .iter()
            .filter(|pair| !of_arrow(pair))
            .map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default()))
            .collect(),
        arrow_schema: pairs.iter().any(|pair| of_arrow(&pair)),
    }
}

fn group_report(index: usize, group: &RowGroupMetaData) -> GroupReport {
    let chunks = group.columns().iter();
    GroupReport {
        index,
        rows: size(group.num_rows()),
        uncompressed_bytes: sum(chunks.clone().map(|chunk| size(chunk.uncompressed_size()))),
        compressed_bytes: sum(chunks.clone().map(|chunk| size(chunk.compressed_size()))),
        first_byte: chunks
            .filter_map(chunk_range)
            .map(|range| range.start)
            .min()
            .unwrap_or(0),
    }
}

fn column_report(metadata: &ParquetMetaData, leaf: &Leaf) -> ColumnReport {
    let chunks: Vec<_> = metadata
        .row_groups()
        .iter()
        .map(|group| group.column(leaf.index))
        .collect();
    let every = |has: fn(&ColumnChunkMetaData) -> bool| {
        !chunks.is_empty() && chunks.iter().all(|chunk| has(chunk))
    };
    let Extremes { min, max } = extremes(metadata, leaf);
    ColumnReport {
        path: metadata
            .file_metadata()
            .schema_descr()
            .column(leaf.index)
            .path()
            .string(),
        encodings: distinct(chunks.iter().flat_map(|chunk| chunk.encodings())),
        codecs: distinct(chunks.iter().map(|chunk| chunk.compression_codec())),
        uncompressed_bytes: sum(chunks.iter().map(|chunk| size(chunk.uncompressed_size()))),
        compressed_bytes: sum(chunks.iter().map(|chunk| size(chunk.compressed_size()))),
        dictionary_groups: chunks.iter().filter(|chunk| has_dictionary(chunk)).count(),
        values: sum(chunks.iter().map(|chunk| size(chunk.num_values()))),
        nulls: chunks.iter().try_fold(0_u64, |nulls, chunk| {
            Some(nulls.saturating_add(chunk.statistics()?.null_count_opt()?))
        }),
        min,
        max,
        bloom_filter: every(|chunk| chunk.bloom_filter_offset().is_some()),
        column_index: every(|chunk| chunk.column_index_offset().is_some()),
        offset_index: every(|chunk| chunk.offset_index_offset().is_some()),
    }
}

fn has_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    let dictionary = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
    chunk
        .encodings()
        .any(|encoding| dictionary.contains(&encoding))
}

/// The names of the parquet crate's variants, which are those of the format.
fn distinct<T: std::fmt::Debug>(values: impl Iterator<Item = T>) -> Vec<String> {
    let mut names: Vec<_> = values.map(|value| format!("{value:?}")).collect();
    names.sort();
    names.dedup();
    names
}

/// Sizes and counts were checked when the footer was read: none is negative.
fn size(checked: i64) -> u64 {
    u64::try_from(checked).unwrap_or(0)
}

/// Sums of a damaged footer must not overflow.
fn sum(sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.fold(0, u64::saturating_add)
}
