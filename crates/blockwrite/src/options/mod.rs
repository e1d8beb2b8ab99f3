//! How a file is written: documented fields, held against the schema once.
//!
//! ```text
//! WriteOptions ─ check: may each option stand, is each column there ─▶ properties: as the parquet crate takes them
//! ```

mod bloom_filter;
mod check;
mod column;
mod encoding;
mod pages;
mod properties;

pub use self::bloom_filter::{BloomFilter, BloomFilterPosition};
pub(crate) use self::check::{refused, unknown_column};
pub use self::column::ColumnOptions;
pub use self::encoding::{AutoEncodings, Encoding};
pub use self::pages::{PageVersion, StatisticsLevel};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::leaves::Leaf;
use crate::{Compatibility, Compression, SchemaPolicy, SortingColumn};

/// Options of a Parquet file. The default suits data that is written once and scanned often, by
/// any reader. Sizes are bytes.
///
/// They can be read from TOML or JSON; what is left out has its default, and a word that is none
/// of these is refused:
///
/// ```toml
/// compression = "zstd:3"
/// statistics = "page"
/// sorting = [{ column = "id" }]
///
/// [columns.id]
/// encoding = "delta_binary_packed"
/// bloom_filter = { distinct = 100000, false_positives = 0.01 }
///
/// [columns."place.lat"]
/// encoding = "byte_stream_split"
/// ```
///
/// What arrow-rs has beside these is not offered: encryption, for which there are no keys here;
/// content-defined chunking, which works only where one thread writes a column of the whole file;
/// and limits on row groups, as a block is a row group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteOptions {
    /// Codec and level of every page; snappy.
    pub compression: Compression,
    /// For which readers the file is: [`Compatibility::Standard`], or
    /// [`Compatibility::Legacy`] for older Spark and Athena.
    pub compatibility: Compatibility,
    /// What a column without an encoding of its own may be given:
    /// [`AutoEncodings::Everywhere`].
    pub auto_encodings: AutoEncodings,
    /// Which minima, maxima and null counts are stored.
    pub statistics: StatisticsLevel,
    /// Texts in statistics of a column chunk are cut to so many bytes, and marked as cut; `None`:
    /// they stand whole. 64, at least 1.
    pub statistics_text_bytes: Option<usize>,
    /// The same for statistics of pages.
    pub page_statistics_text_bytes: Option<usize>,
    /// Whether statistics of pages stand in the headers of pages, too, where only old readers
    /// look for them. Needs [`StatisticsLevel::Page`]; no.
    pub page_header_statistics: bool,
    /// Whether the footer says where pages begin, so that a reader can skip some; yes. With
    /// [`StatisticsLevel::Page`] it always does.
    pub offset_index: bool,
    /// A data page ends when it holds about so many bytes before compression: 1 KiB to 256 MiB,
    /// 1 MiB by default.
    pub page_bytes: usize,
    /// A data page ends when it holds about so many rows, too; `None`: bytes alone decide. At
    /// least 1.
    pub page_rows: Option<usize>,
    /// A column's dictionary grows up to so many bytes; the values after that are written plainly.
    /// 1 KiB to 256 MiB, 1 MiB by default.
    pub dictionary_page_bytes: usize,
    /// Pages are measured after so many values each: the smaller, the nearer they come to their
    /// limits, and the slower. 1 to 1,048,576; 1,024 by default.
    pub batch_values: usize,
    /// Version of data pages: [`PageVersion::V1`], which everything reads.
    pub page_version: PageVersion,
    /// A data page of version 2 is stored compressed only if it then has less than this share of
    /// its size; above 0, 1.0 by default.
    pub v2_compression_threshold: f64,
    /// Columns by which the rows are sorted, the first one first; said in the footer, and checked
    /// within blocks and across them.
    pub sorting: Vec<SortingColumn>,
    /// Where Bloom filters stand: behind their row group, or all of them at the end.
    pub bloom_filter_position: BloomFilterPosition,
    /// Whether a block must have the schema exactly, or may have one that widens to it.
    pub schema_policy: SchemaPolicy,
    /// Whether columns of later blocks, and fields of structs, are found by their names, whatever
    /// their order; no.
    pub match_by_name: bool,
    /// Whether types that Parquet does not have become those it has (dates in ms become dates in
    /// days, where [`Error::Inexact`](crate::Error::Inexact) refuses a time of day; times and
    /// timestamps in s those in ms), and the inner parts of lists and maps take the names that the
    /// format recommends; no, so that only Arrow readers know such types again.
    pub coerce_types: bool,
    /// Whether the Arrow schema stands in the footer, from which Arrow readers restore types that
    /// Parquet does not tell apart; yes.
    pub arrow_schema: bool,
    /// Whether the footer repeats a column's path for each chunk; yes. Without, footers of wide
    /// files are smaller, and PyArrow and DuckDB refuse them, as the documentation of the parquet
    /// crate says of Spark; arrow-rs and Polars do not.
    pub path_in_schema: bool,
    /// Name of the schema's root, as some catalogues want it; `None`: `arrow_schema`.
    pub schema_root: Option<String>,
    /// What the footer names as its writer; `None`: the parquet crate with its version.
    pub created_by: Option<String>,
    /// Options of single columns by name, or of fields within them by path (`order.lines.item`).
    /// What stands for a field holds for all that is in it, and wins over what stands further
    /// out.
    pub columns: BTreeMap<String, ColumnOptions>,
    /// Pairs for the footer's key-value metadata, in this order of keys.
    pub key_value_metadata: BTreeMap<String, String>,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            compression: Compression::default(),
            compatibility: Compatibility::default(),
            auto_encodings: AutoEncodings::default(),
            statistics: StatisticsLevel::default(),
            // As in arrow-rs, and long enough to tell most texts apart.
            statistics_text_bytes: Some(64),
            page_statistics_text_bytes: Some(64),
            page_header_statistics: false,
            offset_index: true,
            // The format's own recommendation and every writer's default.
            page_bytes: 1024 * 1024,
            // The limit of arrow-rs (20,000 rows a page) would cut narrow columns into small pages.
            page_rows: None,
            dictionary_page_bytes: 1024 * 1024,
            batch_values: 1024,
            page_version: PageVersion::default(),
            v2_compression_threshold: 1.0,
            sorting: Vec::new(),
            bloom_filter_position: BloomFilterPosition::default(),
            schema_policy: SchemaPolicy::default(),
            match_by_name: false,
            coerce_types: false,
            arrow_schema: true,
            path_in_schema: true,
            schema_root: None,
            created_by: None,
            columns: BTreeMap::new(),
            key_value_metadata: BTreeMap::new(),
        }
    }
}

impl WriteOptions {
    /// What holds for one leaf column: its own options over those of the fields it lies in.
    pub(crate) fn of_leaf(&self, leaf: &Leaf) -> ColumnOptions {
        let options = leaf.paths.iter().filter_map(|path| self.columns.get(path));
        options.fold(ColumnOptions::default(), |outer, inner| inner.over(&outer))
    }

    /// The encoding of a leaf column, if that is decided.
    pub(crate) fn encoding(&self, leaf: &Leaf) -> Option<Encoding> {
        let asked = self.of_leaf(leaf).encoding?;
        (asked != Encoding::Auto).then_some(asked)
    }

    /// The same options with an encoding for each leaf column.
    pub(crate) fn with_encodings(
        &self,
        leaves: &[Leaf],
        encodings: impl IntoIterator<Item = Encoding>,
    ) -> Self {
        let mut options = self.clone();
        for (leaf, encoding) in leaves.iter().zip(encodings) {
            let column = options.columns.entry(leaf.path().to_owned()).or_default();
            column.encoding = Some(encoding);
        }
        options
    }

    /// These options with values plain where they would have a dictionary.
    pub(crate) fn without_dictionaries(&self, leaves: &[Leaf]) -> Self {
        let plain = leaves.iter().map(|leaf| match self.encoding(leaf) {
            None | Some(Encoding::Dictionary) => Encoding::Plain,
            Some(other) => other,
        });
        self.with_encodings(leaves, plain)
    }

    /// Most Arrow data in a sample that is encoded: what the slowest codec gets through in a
    /// fraction of a second. A matter of the options alone, because plans must not depend on the
    /// machine.
    pub(crate) fn sample_bytes(&self) -> u64 {
        let columns = self.columns.values().filter_map(|c| c.compression);
        columns.fold(self.compression.sample_bytes(), |least, codec| {
            least.min(codec.sample_bytes())
        })
    }
}
