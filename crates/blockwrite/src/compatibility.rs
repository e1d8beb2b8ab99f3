//! Types that become others in the file: for older readers, or because Parquet does not have them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::leaves::dotted;
use crate::schema_policy::{Policy, SchemaPolicy};
use crate::{Error, Result, conversion};

/// For which readers a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compatibility {
    /// Every type as it is, in the codec that was asked for. Read by what is kept up: PyArrow,
    /// DuckDB, Polars, Spark 3, Trino.
    #[default]
    Standard,
    /// For older Spark and Athena:
    ///
    /// | in a block | in the file |
    /// |---|---|
    /// | unsigned integers of 8, 16 and 32 bits | signed ones of 16, 32 and 64 |
    /// | unsigned integers of 64 bits | signed ones; above 9223372036854775807: [`Error::Inexact`] |
    /// | timestamps in s and ns | µs; what has parts of a µs: [`Error::Inexact`] |
    /// | times of day in s | ms |
    /// | times of day in ns | µs; what has parts of a µs: [`Error::Inexact`] |
    /// | dates in ms | dates in days; what has a time of day: [`Error::Inexact`] |
    /// | floats of 16 bits | of 32 |
    /// | decimals of 256 bits with up to 38 digits | of 128 |
    /// | decimals with more than 38 digits, intervals | [`Error::Unsupported`] |
    ///
    /// Data pages have version 1; encodings are plain or a dictionary; codecs are none, snappy,
    /// gzip and zstd (which Spark 2 has only with Hadoop's native libraries), so no LZ4_RAW.
    /// What was asked for and is none of these is [`Error::Option`]. Timestamps are never INT96,
    /// which Parquet has deprecated. Decimals keep their form, which Spark reads since 1.5, as
    /// Athena does.
    Legacy,
}

/// Which types become others in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileTypes {
    pub(crate) compatibility: Compatibility,
    /// Types that Parquet does not have become those it has.
    pub(crate) coerced: bool,
}

impl FileTypes {
    /// The schema in the file for blocks of this one.
    pub(crate) fn of(self, schema: &SchemaRef) -> Result<SchemaRef> {
        if self.compatibility == Compatibility::Standard && !self.coerced {
            return Ok(schema.clone());
        }
        let fields = self.fields("", schema.fields())?;
        let metadata = schema.metadata().clone();
        Ok(Arc::new(Schema::new_with_metadata(fields, metadata)))
    }

    fn fields(self, parent: &str, fields: &Fields) -> Result<Fields> {
        let fields = fields.iter().map(|field| self.field(parent, field));
        fields.collect()
    }

    fn field(self, parent: &str, field: &FieldRef) -> Result<FieldRef> {
        let path = dotted(parent, field.name());
        let data_type = self.data_type(&path, field.data_type())?;
        if data_type == *field.data_type() {
            return Ok(field.clone());
        }
        Ok(Arc::new(Field::clone(field).with_data_type(data_type)))
    }

    fn data_type(self, path: &str, data_type: &DataType) -> Result<DataType> {
        use DataType::{
            Dictionary, FixedSizeList, LargeList, LargeListView, List, ListView, Map,
            RunEndEncoded, Struct,
        };
        Ok(match data_type {
            Struct(fields) => Struct(self.fields(path, fields)?),
            List(element) => List(self.field(path, element)?),
            LargeList(element) => LargeList(self.field(path, element)?),
            FixedSizeList(element, size) => FixedSizeList(self.field(path, element)?, *size),
            Map(entries, sorted) => match entries.data_type() {
                Struct(fields) => {
                    let fields = Struct(self.fields(path, fields)?);
                    let entries = Field::clone(entries).with_data_type(fields);
                    Map(Arc::new(entries), *sorted)
                }
                _ => data_type.clone(),
            },
            ListView(element) | LargeListView(element)
                if self.field(path, element)? != *element =>
            {
                return Err(Error::Unsupported {
                    field: path.to_owned(),
                    found: data_type.to_string(),
                    reason: "its elements need another type in the file, which lists of this form \
                             are not given: make plain lists of them",
                });
            }
            // Packed values of a type that changes are unpacked.
            Dictionary(_, values) => self.changed_or(path, values, data_type)?,
            RunEndEncoded(_, values) => self.changed_or(path, values.data_type(), data_type)?,
            leaf => match self.compatibility {
                Compatibility::Standard => coerced(leaf).unwrap_or_else(|| leaf.clone()),
                Compatibility::Legacy => legacy(path, leaf)?,
            },
        })
    }

    fn changed_or(self, path: &str, values: &DataType, packed: &DataType) -> Result<DataType> {
        let changed = self.data_type(path, values)?;
        Ok(if changed == *values {
            packed.clone()
        } else {
            changed
        })
    }
}

/// What Parquet has in place of a type that it does not have.
fn coerced(data_type: &DataType) -> Option<DataType> {
    use TimeUnit::{Millisecond, Second};
    Some(match data_type {
        DataType::Date64 => DataType::Date32,
        DataType::Time32(Second) => DataType::Time32(Millisecond),
        DataType::Timestamp(Second, zone) => DataType::Timestamp(Millisecond, zone.clone()),
        _ => return None,
    })
}

/// What older readers have in place of a type.
fn legacy(path: &str, data_type: &DataType) -> Result<DataType> {
    use DataType::{
        Decimal128, Decimal256, Float16, Float32, Int16, Int32, Int64, Interval, Time64, Timestamp,
        UInt8, UInt16, UInt32, UInt64,
    };
    use TimeUnit::{Microsecond, Nanosecond, Second};
    let unsupported = |reason| {
        Err(Error::Unsupported {
            field: path.to_owned(),
            found: data_type.to_string(),
            reason,
        })
    };
    Ok(match data_type {
        UInt8 => Int16,
        UInt16 => Int32,
        UInt32 | UInt64 => Int64,
        Float16 => Float32,
        Time64(Nanosecond) => Time64(Microsecond),
        Timestamp(Second | Nanosecond, zone) => Timestamp(Microsecond, zone.clone()),
        Interval(_) => {
            return unsupported("older readers have no intervals (compatibility is legacy)");
        }
        Decimal256(all, _) if *all > 38 => {
            return unsupported("older readers have 38 digits (compatibility is legacy)");
        }
        Decimal256(all, behind) => Decimal128(*all, *behind),
        other => coerced(other).unwrap_or_else(|| other.clone()),
    })
}

/// The rows of a block as the file has them.
pub(crate) fn converted(block: &RecordBatch, want: &SchemaRef) -> Result<RecordBatch> {
    let policy = Policy {
        schema: SchemaPolicy::Exact,
        by_name: false,
    };
    conversion::block(policy, block, want)
}
