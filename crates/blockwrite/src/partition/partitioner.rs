//! A block taken apart by the values of some of its columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};

use super::folder::push_level;
use super::values::{plain, refusal, text};
use crate::leaves::nearest;
use crate::{Error, Result, WriteOptions};

/// The option by which errors name the columns.
const OPTION: &str = "partition_by";

/// Takes blocks of one schema apart by the values of some columns. Share it among threads.
#[derive(Debug, Clone)]
pub struct Partitioner {
    /// Of whole blocks.
    schema: SchemaRef,
    /// The columns by whose values rows are parted, outer folders first.
    columns: Vec<usize>,
    /// The columns that files have.
    kept: Vec<usize>,
    /// Of files.
    file_schema: SchemaRef,
}

/// The rows of one partition in a block.
#[derive(Debug, Clone)]
pub struct PartitionRows {
    /// The folder, such as `country=FR` or `year=2024/country=FR`, escaped as Hive and Spark do;
    /// of null and of the empty text `country=__HIVE_DEFAULT_PARTITION__`.
    pub folder: Arc<str>,
    /// Its rows, in the order of the block, with the columns that files have.
    pub rows: RecordBatch,
}

impl Partitioner {
    /// Parts blocks of `schema` by `columns`, the first one the outermost folder. Files do not have
    /// these columns, as readers of such folders expect, unless `keep` says so.
    ///
    /// Columns may be text, whole numbers, decimals, dates and booleans.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownColumn`] for a column that is not there, [`Error::PartitionType`] for one of
    /// another type, [`Error::Option`] for no column, one that is named twice, or where no column
    /// would be left.
    pub fn new(schema: &SchemaRef, columns: &[impl AsRef<str>], keep: bool) -> Result<Self> {
        let found = columns.iter().map(|name| column(schema, name.as_ref()));
        let columns = found.collect::<Result<Vec<_>>>()?;
        if let Some(twice) = (1..columns.len()).find(|at| columns[..*at].contains(&columns[*at])) {
            let name = schema.field(columns[twice]).name();
            return Err(refused(
                format!("a list with `{name}` twice"),
                "each column once",
            ));
        }
        if columns.is_empty() {
            return Err(refused("empty", "the names of one or more columns"));
        }
        let all = 0..schema.fields().len();
        let kept: Vec<_> = all.filter(|at| keep || !columns.contains(at)).collect();
        if kept.is_empty() {
            return Err(refused(
                "every column there is",
                "all but one, so that files have a column",
            ));
        }
        let file_schema = schema.project(&kept).map_err(Error::Conversion)?;
        Ok(Self {
            schema: SchemaRef::clone(schema),
            columns,
            kept,
            file_schema: Arc::new(file_schema),
        })
    }

    /// The schema of whole blocks.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The schema of files.
    pub fn file_schema(&self) -> &SchemaRef {
        &self.file_schema
    }

    /// The names of the partition columns, outer folders first.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let fields = self.columns.iter().map(|at| self.schema.field(*at));
        fields.map(|field| field.name().as_str())
    }

    /// The options of files: what they say of columns that files do not have is left out. Rows that
    /// are sorted by such a column and others are sorted by the others within a partition.
    pub fn file_options(&self, options: &WriteOptions) -> WriteOptions {
        let dropped: Vec<_> = self
            .columns()
            .filter(|name| self.file_schema.column_with_name(name).is_none())
            .collect();
        let mut options = options.clone();
        options
            .columns
            .retain(|name, _| !dropped.contains(&name.as_str()));
        options
            .sorting
            .retain(|sorted| !dropped.contains(&sorted.column.as_str()));
        options
    }

    /// All rows of a block, as files have them.
    ///
    /// # Errors
    ///
    /// [`Error::Conversion`] for a block of another schema.
    pub fn file_columns(&self, block: &RecordBatch) -> Result<RecordBatch> {
        block.project(&self.kept).map_err(Error::Conversion)
    }

    /// The rows of each partition, partitions in the order in which they appear.
    ///
    /// # Errors
    ///
    /// [`Error::Conversion`] for a block of another schema, or a value without a text, such as a
    /// date far beyond all calendars.
    pub fn split(&self, block: &RecordBatch) -> Result<Vec<PartitionRows>> {
        let columns = self
            .columns
            .iter()
            .map(|at| match block.columns().get(*at) {
                Some(column) if column.data_type() == self.schema.field(*at).data_type() => {
                    plain(column)
                }
                _ => Err(other_schema()),
            });
        let columns = columns
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::Conversion)?;
        let files = self.file_columns(block)?;
        let partitions = self.partitions(&columns)?.into_iter();
        let parts = partitions.map(|(folder, rows)| {
            // One partition: the block as it is.
            if rows.len() == files.num_rows() {
                let rows = files.clone();
                return Ok(PartitionRows { folder, rows });
            }
            let rows = take_record_batch(&files, &UInt32Array::from(rows));
            let rows = rows.map_err(Error::Conversion)?;
            Ok(PartitionRows { folder, rows })
        });
        parts.collect()
    }

    /// The folders in the order in which they appear, and the rows of each.
    fn partitions(&self, columns: &[ArrayRef]) -> Result<Vec<(Arc<str>, Vec<u32>)>> {
        let fields = columns.iter();
        let fields = fields.map(|column| SortField::new(column.data_type().clone()));
        let converter = RowConverter::new(fields.collect()).map_err(Error::Conversion)?;
        let keys = converter
            .convert_columns(columns)
            .map_err(Error::Conversion)?;

        let mut partitions: Vec<(Arc<str>, Vec<u32>)> = Vec::new();
        // Values that differ may share a folder: null and the empty text.
        let mut by_folder: HashMap<Arc<str>, usize> = HashMap::new();
        let mut by_key = HashMap::new();
        for (row, key) in keys.iter().enumerate() {
            let partition = match by_key.get(&key) {
                Some(partition) => *partition,
                None => {
                    let folder = self.folder(columns, row)?;
                    let next = partitions.len();
                    let partition = *by_folder.entry(Arc::clone(&folder)).or_insert(next);
                    if partition == next {
                        partitions.push((folder, Vec::new()));
                    }
                    by_key.insert(key, partition);
                    partition
                }
            };
            // Arrow's blocks have fewer rows than 32 bits count, or their texts would not fit.
            let row = u32::try_from(row).map_err(|_| Error::Conversion(other_schema()))?;
            partitions[partition].1.push(row);
        }
        Ok(partitions)
    }

    fn folder(&self, columns: &[ArrayRef], row: usize) -> Result<Arc<str>> {
        let mut folder = String::new();
        for (name, column) in self.columns().zip(columns) {
            let value = text(column, row).map_err(Error::Conversion)?;
            push_level(&mut folder, name, value.as_deref());
        }
        Ok(folder.into())
    }
}

/// The index of a column that can part rows.
fn column(schema: &Schema, name: &str) -> Result<usize> {
    let Some((at, field)) = schema.column_with_name(name) else {
        let known: Vec<_> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        return Err(Error::UnknownColumn {
            option: OPTION,
            column: name.to_owned(),
            nearest: nearest(name, &known),
            known: known.join(", "),
        });
    };
    match refusal(field.data_type()) {
        None => Ok(at),
        Some(reason) => Err(Error::PartitionType {
            column: name.to_owned(),
            found: field.data_type().to_string(),
            reason,
        }),
    }
}

fn refused(found: impl Into<String>, allowed: &str) -> Error {
    Error::Option {
        option: OPTION.to_owned(),
        found: found.into(),
        allowed: allowed.to_owned(),
    }
}

fn other_schema() -> arrow::error::ArrowError {
    let sentence = "the block is none of the schema that is parted";
    arrow::error::ArrowError::SchemaError(sentence.to_owned())
}
