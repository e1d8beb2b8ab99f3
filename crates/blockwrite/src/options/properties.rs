//! The options as the parquet crate takes them.

use parquet::file::metadata::{KeyValue, SortingColumn as Sorted};
use parquet::file::properties::{
    BloomFilterProperties, DEFAULT_CREATED_BY, WriterProperties, WriterPropertiesBuilder,
};
use parquet::schema::types::{ColumnDescPtr, ColumnPath};

use super::{ColumnOptions, Encoding, WriteOptions};
use crate::Result;
use crate::error::parquet_error;
use crate::leaves::Leaf;

impl WriteOptions {
    /// The properties of a file with these leaf columns, once the options are checked.
    pub(crate) fn properties(
        &self,
        leaves: &[Leaf],
        columns: &[ColumnDescPtr],
        sorted: Vec<Sorted>,
    ) -> Result<WriterProperties> {
        let pairs = self.key_value_metadata.iter();
        let pairs = pairs.map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
        let created_by = self.created_by.as_deref().unwrap_or(DEFAULT_CREATED_BY);
        let mut builder = WriterProperties::builder()
            .set_compression(self.compression.codec())
            .set_writer_version(self.page_version.version())
            .set_data_page_size_limit(self.page_bytes)
            .set_data_page_row_count_limit(self.page_rows.unwrap_or(usize::MAX))
            .set_dictionary_page_size_limit(self.dictionary_page_bytes)
            .set_write_batch_size(self.batch_values)
            // A block is a row group, whatever its rows.
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(self.statistics.enabled())
            .set_statistics_truncate_length(self.statistics_text_bytes)
            .set_column_index_truncate_length(self.page_statistics_text_bytes)
            .set_write_page_header_statistics(self.page_header_statistics)
            .set_offset_index_disabled(!self.offset_index)
            .set_data_page_v2_compression_ratio_threshold(self.v2_compression_threshold)
            .set_bloom_filter_position(self.bloom_filter_position.position())
            .set_coerce_types(self.coerce_types)
            .set_write_path_in_schema(self.path_in_schema)
            .set_created_by(created_by.to_owned())
            .set_sorting_columns((!sorted.is_empty()).then_some(sorted))
            .set_key_value_metadata(Some(pairs.collect()));
        for (leaf, column) in leaves.iter().zip(columns) {
            builder = of_column(builder, column.path(), &self.of_leaf(leaf))?;
        }
        Ok(builder.build())
    }
}

fn of_column(
    mut builder: WriterPropertiesBuilder,
    path: &ColumnPath,
    options: &ColumnOptions,
) -> Result<WriterPropertiesBuilder> {
    let path = || path.clone();
    // Without a word of ours, what does not fit into a dictionary would have a delta encoding in
    // pages of version 2.
    let encoding = options.encoding.unwrap_or_default();
    let dictionary = matches!(encoding, Encoding::Auto | Encoding::Dictionary);
    builder = builder
        .set_column_dictionary_enabled(path(), dictionary)
        .set_column_encoding(path(), encoding.of_values());
    if let Some(compression) = options.compression {
        builder = builder.set_column_compression(path(), compression.codec());
    }
    if let Some(statistics) = options.statistics {
        builder = builder.set_column_statistics_enabled(path(), statistics.enabled());
    }
    if let Some(written) = options.page_header_statistics {
        builder = builder.set_column_write_page_header_statistics(path(), written);
    }
    if let Some(bytes) = options.page_bytes {
        builder = builder.set_column_data_page_size_limit(path(), bytes);
    }
    if let Some(bytes) = options.dictionary_page_bytes {
        builder = builder.set_column_dictionary_page_size_limit(path(), bytes);
    }
    if let Some(share) = options.v2_compression_threshold {
        builder = builder.set_column_data_page_v2_compression_ratio_threshold(path(), share);
    }
    if let Some(filter) = options.bloom_filter {
        let properties = BloomFilterProperties::builder()
            .with_max_ndv(filter.distinct)
            .with_fpp(filter.false_positives)
            .try_build()
            .map_err(parquet_error("size a Bloom filter"))?;
        builder = builder.set_column_bloom_filter_properties(path(), properties);
    }
    Ok(builder)
}
