//! A footer that was read and checked.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::contain::contain;
use super::footer_check::{check_decoded, check_encoded};
use super::report::{self, FileReport};
use crate::Result;
use crate::error::parquet_error;

/// Bytes after the footer itself: its length and `PAR1`.
pub const TAIL_BYTES: u64 = 8;

/// The footer of a Parquet file: where everything lies in it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Footer {
    metadata: Arc<ParquetMetaData>,
    schema: SchemaRef,
    /// Whether the writer's own Arrow schema, which the footer may hold, is a part of `schema`.
    arrow_schema_holds: bool,
    file_bytes: u64,
    footer_bytes: u64,
}

impl Footer {
    /// Decodes the footer proper, `encoded`, of a file of `file_bytes`.
    pub(super) fn decode(encoded: &[u8], file_bytes: u64) -> Result<Self> {
        check_encoded(encoded)?;
        let metadata = contain(|| {
            ParquetMetaDataReader::decode_metadata(encoded)
                .map_err(parquet_error("decode the footer"))
        })?;
        let footer_bytes = encoded.len() as u64 + TAIL_BYTES;
        check_decoded(&metadata, file_bytes - footer_bytes)?;
        let (schema, arrow_schema_holds) = arrow_schema(&metadata)?;
        Ok(Self {
            metadata: Arc::new(metadata),
            schema,
            arrow_schema_holds,
            file_bytes,
            footer_bytes,
        })
    }

    /// The whole file, in bytes.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The footer with its length and the `PAR1` after it, in bytes.
    pub fn footer_bytes(&self) -> u64 {
        self.footer_bytes
    }

    /// Rows in the file, as the footer says.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.file_metadata().num_rows()).unwrap_or(0)
    }

    /// The columns as Arrow has them.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The footer as the parquet crate has it, for what [`report`](Self::report) leaves out. It
    /// holds no page indexes.
    pub fn metadata(&self) -> &Arc<ParquetMetaData> {
        &self.metadata
    }

    /// What the footer says, in numbers and words.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`](crate::Error::Damaged) where statistics in it can't be made sense of.
    pub fn report(&self) -> Result<FileReport> {
        contain(|| Ok(report::of(self)))
    }

    pub(super) fn arrow_schema_holds(&self) -> bool {
        self.arrow_schema_holds
    }
}

/// The Arrow schema that the writer left, where there is one that fits the columns; and otherwise
/// the one that follows from the columns.
fn arrow_schema(metadata: &ParquetMetaData) -> Result<(SchemaRef, bool)> {
    let file = metadata.file_metadata();
    let convert = |pairs| {
        contain(|| {
            parquet_to_arrow_schema(file.schema_descr(), pairs)
                .map_err(parquet_error("express the schema in Arrow"))
        })
    };
    match convert(file.key_value_metadata()) {
        Ok(schema) => Ok((Arc::new(schema), true)),
        Err(_) => Ok((Arc::new(convert(None)?), false)),
    }
}
