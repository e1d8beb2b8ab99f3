//! How a file is written: documented fields, validated against the schema once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use arrow::datatypes::Schema;
use parquet::basic::Encoding;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};

use crate::{Compression, Error, Result};

/// Sizes that a data page may be given.
const PAGE_BYTES: RangeInclusive<usize> = 1024..=256 * 1024 * 1024;

/// Options of a Parquet file. The default suits data that is written once and scanned often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteOptions {
    /// Codec and level of every page.
    pub compression: Compression,
    /// Which minima, maxima and null counts are stored.
    pub statistics: StatisticsLevel,
    /// A data page ends when it holds about so many bytes before compression: 1 KiB to 256 MiB.
    pub page_bytes: usize,
    /// Options of single top-level columns, by name. What stands here wins over the above.
    pub columns: BTreeMap<String, ColumnOptions>,
    /// Pairs for the footer's key-value metadata, in this order of keys.
    pub key_value_metadata: BTreeMap<String, String>,
}

/// Options of one column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnOptions {
    /// Whether values go through a dictionary. `None` leaves it to a trial where there is one
    /// ([`ParquetBlockWriter::new`](crate::ParquetBlockWriter::new) on the first block with rows,
    /// [`RowGroupEncoder::tuned`](crate::RowGroupEncoder::tuned), [`Sizer`](crate::Sizer)):
    /// a dictionary that saves at least a twentieth of the bytes stays.
    /// [`RowGroupEncoder::new`](crate::RowGroupEncoder::new) tries nothing and makes one.
    pub dictionary: Option<bool>,
    /// Codec and level of this column's pages, where they differ from the file's.
    pub compression: Option<Compression>,
}

/// Which statistics a file carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatisticsLevel {
    /// None.
    None,
    /// Of each column chunk: enough to skip row groups.
    #[default]
    Chunk,
    /// Of each page too: lets readers skip pages, costs time and footer bytes.
    Page,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            compression: Compression::default(),
            statistics: StatisticsLevel::default(),
            // The format's own recommendation and every writer's default.
            page_bytes: 1024 * 1024,
            columns: BTreeMap::new(),
            key_value_metadata: BTreeMap::new(),
        }
    }
}

impl WriteOptions {
    /// Checks that every column that is named exists, and that pages have a sensible size: one a
    /// value would drown in headers, and one without end would hold a chunk in memory twice and
    /// pass the format's 2 GiB.
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        if !PAGE_BYTES.contains(&self.page_bytes) {
            return Err(Error::PageBytes {
                found: self.page_bytes,
            });
        }
        for column in self.columns.keys() {
            if schema.column_with_name(column).is_none() {
                let known: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
                return Err(Error::UnknownColumn {
                    column: column.clone(),
                    known: known.join(", "),
                });
            }
        }
        Ok(())
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

    /// Whether `column` goes through a dictionary, if that is decided.
    pub(crate) fn dictionary(&self, column: &str) -> Option<bool> {
        self.columns
            .get(column)
            .and_then(|options| options.dictionary)
    }

    /// The same options with the dictionary of every still undecided column set to `enabled`.
    pub(crate) fn with_dictionary(&self, schema: &Schema, enabled: impl Fn(usize) -> bool) -> Self {
        let mut options = self.clone();
        for (index, field) in schema.fields().iter().enumerate() {
            options
                .columns
                .entry(field.name().clone())
                .or_default()
                .dictionary
                .get_or_insert_with(|| enabled(index));
        }
        options
    }

    /// The properties as the parquet crate takes them.
    ///
    /// A nested column's options hold for each of its leaves, whose paths are in `leaves`
    /// together with the index of their top-level column.
    pub(crate) fn properties(
        &self,
        leaves: &[(usize, ColumnPath)],
        schema: &Schema,
    ) -> WriterProperties {
        let mut builder = WriterProperties::builder()
            .set_compression(self.compression.codec())
            .set_data_page_size_limit(self.page_bytes)
            // The row limit of arrow-rs (20,000 rows a page) would cut narrow columns into small
            // pages; bytes decide.
            .set_data_page_row_count_limit(usize::MAX)
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(match self.statistics {
                StatisticsLevel::None => EnabledStatistics::None,
                StatisticsLevel::Chunk => EnabledStatistics::Chunk,
                StatisticsLevel::Page => EnabledStatistics::Page,
            })
            .set_key_value_metadata(Some(
                self.key_value_metadata
                    .iter()
                    .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
                    .collect(),
            ));
        for (column, path) in leaves {
            let Some(options) = self.columns.get(schema.field(*column).name()) else {
                continue;
            };
            if let Some(enabled) = options.dictionary {
                builder = builder.set_column_dictionary_enabled(path.clone(), enabled);
                if !enabled {
                    builder = builder.set_column_encoding(path.clone(), Encoding::PLAIN);
                }
            }
            if let Some(compression) = options.compression {
                builder = builder.set_column_compression(path.clone(), compression.codec());
            }
        }
        builder.build()
    }
}
