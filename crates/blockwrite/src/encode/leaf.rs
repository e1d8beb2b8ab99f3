//! Which columns are encoded here, and how.

use arrow::array::Array;
use arrow::datatypes::DataType;
use parquet::basic::{Compression, Encoding, Type};
use parquet::errors::Result;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnDescPtr;

use super::chunk::DirectChunk;
use super::codec::Codec;
use super::column;
use super::scratch::Scratch;
use super::values::Kind;

/// A column that is encoded here, with all that is to be known of it beforehand.
#[derive(Debug)]
pub(crate) struct DirectLeaf {
    pub(super) descr: ColumnDescPtr,
    pub(super) kind: Kind,
    pub(super) compression: Compression,
    /// A dictionary of so many bytes is too large; `None` for no dictionary at all.
    pub(super) dictionary_bytes: Option<usize>,
    /// A data page ends when it holds about so many bytes.
    pub(super) page_bytes: usize,
    /// A data page holds no more rows.
    pub(super) page_rows: usize,
    pub(super) statistics: bool,
    /// Longer minima and maxima of strings are cut.
    pub(super) statistics_bytes: Option<usize>,
    pub(super) offset_index: bool,
}

impl DirectLeaf {
    /// The plan for a top-level column of this type, or `None` where it is not for this module.
    pub(crate) fn of(
        data_type: &DataType,
        descr: &ColumnDescPtr,
        properties: &WriterProperties,
    ) -> Option<Self> {
        let path = descr.path();
        let flat =
            path.parts().len() == 1 && descr.max_rep_level() == 0 && descr.max_def_level() <= 1;
        let kind = Kind::of(data_type, descr.physical_type())?;
        let statistics = properties.statistics_enabled(path);
        let asks_for_more = statistics == EnabledStatistics::Page
            || properties.writer_version() != WriterVersion::PARQUET_1_0
            || properties.bloom_filter_properties(path).is_some()
            || properties.write_page_header_statistics(path)
            || properties.content_defined_chunking().is_some()
            || properties.coerce_types()
            || !matches!(properties.encoding(path), None | Some(Encoding::PLAIN));
        let compression = properties.compression(path);
        if !flat || asks_for_more || !Codec::knows(compression) {
            return None;
        }
        // As in the parquet crate: two values need no dictionary.
        let dictionary =
            properties.dictionary_enabled(path) && descr.physical_type() != Type::BOOLEAN;
        Some(Self {
            descr: descr.clone(),
            kind,
            compression,
            dictionary_bytes: dictionary
                .then(|| properties.column_dictionary_page_size_limit(path)),
            page_bytes: properties.column_data_page_size_limit(path),
            page_rows: properties.data_page_row_count_limit(),
            statistics: statistics != EnabledStatistics::None,
            statistics_bytes: properties.statistics_truncate_length(),
            offset_index: !properties.offset_index_disabled(),
        })
    }

    /// Whether the column may hold nulls.
    pub(super) fn nullable(&self) -> bool {
        self.descr.max_def_level() > 0
    }

    /// Encodes a column behind what is in `out`, or gives `None` for an array that is not what was
    /// planned for: one without rows, or with nulls where the schema has none.
    ///
    /// # Errors
    ///
    /// What the codec says; pages past the format's 2 GiB.
    pub(crate) fn encode(
        &self,
        array: &dyn Array,
        scratch: &mut Scratch,
        out: &mut Vec<u8>,
    ) -> Result<Option<DirectChunk>> {
        if array.is_empty() || (array.null_count() > 0 && !self.nullable()) {
            return Ok(None);
        }
        column::encode(self, array, scratch, out)
    }
}
