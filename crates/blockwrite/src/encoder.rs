//! Blocks to row groups: pure CPU work that runs on any thread, in any order.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath};

use crate::encode::{EncodedChunk, Leaf, ScratchPool};
use crate::error::parquet_error;
use crate::sizing::arrow_bytes;
use crate::{Result, RowGroupStats, WriteOptions, schema_check};

/// Encodes blocks of one schema with one set of options. Cheap to clone; share it among threads.
///
/// What it makes depends on the block, the schema and the options alone.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow::array::{Int64Array, RecordBatch};
/// # use blockwrite::{BlockWriter, ByteDrain, ParquetBlockWriter, RowGroupEncoder, WriteOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let block = |from| RecordBatch::try_from_iter([("id", Arc::new(Int64Array::from_iter_values(from..from + 10)) as _)]);
/// let encoder = RowGroupEncoder::new(block(0)?.schema(), &WriteOptions::default())?;
/// let threads: Vec<_> = (0..4)
///     .map(|k| {
///         let (encoder, block) = (encoder.clone(), block(k * 10).unwrap());
///         std::thread::spawn(move || encoder.encode(&block))
///     })
///     .collect();
///
/// let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder)?;
/// for thread in threads {
///     writer.append(thread.join().unwrap()?)?;
/// }
/// assert_eq!(writer.finish()?.rows, 40);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RowGroupEncoder {
    shared: Arc<Shared>,
}

struct Shared {
    schema: SchemaRef,
    options: WriteOptions,
    properties: WriterProperties,
    factory: ArrowRowGroupWriterFactory,
    leaves: Vec<ColumnDescPtr>,
    /// For each leaf column, the index of the top-level column it belongs to.
    leaf_columns: Vec<usize>,
    /// For each top-level column, how it is encoded without the parquet crate's column writers, if
    /// it can be.
    direct: Vec<Option<Leaf>>,
    scratches: ScratchPool,
}

/// A row group that is encoded and compressed and waits to be spliced into a file.
pub struct EncodedRowGroup {
    pub(crate) chunks: Vec<EncodedChunk>,
    /// What the encoder was for; a file of another schema must not take the group.
    schema: SchemaRef,
    stats: RowGroupStats,
}

impl RowGroupEncoder {
    /// An encoder for blocks of `schema`.
    ///
    /// Columns whose dictionary is undecided in `options` get one; [`tuned`](Self::tuned)
    /// decides by trying.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownColumn`](crate::Error::UnknownColumn) and
    /// [`Error::PageBytes`](crate::Error::PageBytes) for options that can't be followed; types
    /// that Parquet can't hold.
    pub fn new(schema: SchemaRef, options: &WriteOptions) -> Result<Self> {
        options.check(&schema)?;
        let parquet_schema = ArrowSchemaConverter::new()
            .convert(&schema)
            .map_err(parquet_error("express the schema in Parquet"))?;
        let leaves: Vec<_> = (0..parquet_schema.num_columns())
            .map(|leaf| {
                let column = parquet_schema.get_column_root_idx(leaf);
                (column, parquet_schema.column(leaf).path().clone())
            })
            .collect();
        let properties = options.properties(&leaves, &schema);
        let (_, factory) = new_file(io::sink(), &schema, &properties)?;
        let direct = direct(&schema, &leaves, parquet_schema.columns(), &properties);
        Ok(Self {
            shared: Arc::new(Shared {
                direct,
                scratches: ScratchPool::default(),
                schema,
                options: options.clone(),
                properties,
                factory,
                leaves: parquet_schema.columns().to_vec(),
                leaf_columns: leaves.into_iter().map(|(column, _)| column).collect(),
            }),
        })
    }

    /// The same encoder with other key-value metadata for the footer: row groups come out the
    /// same, and either's may be appended to the other's file.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_metadata(&self, key_value: BTreeMap<String, String>) -> Result<Self> {
        let options = WriteOptions {
            key_value_metadata: key_value,
            ..self.options().clone()
        };
        Self::new(self.schema().clone(), &options)
    }

    /// The schema that every block must have.
    pub fn schema(&self) -> &SchemaRef {
        &self.shared.schema
    }

    /// The options in force, with what was decided by trying.
    pub fn options(&self) -> &WriteOptions {
        &self.shared.options
    }

    /// Encodes and compresses one block as one row group.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`](crate::Error::SchemaMismatch) for a block of another schema.
    pub fn encode(&self, block: &RecordBatch) -> Result<EncodedRowGroup> {
        schema_check::check(&self.shared.schema, block.schema_ref())?;
        let start = Instant::now();
        let chunks = self
            .shared
            .chunks(block)
            .map_err(parquet_error("encode a block"))?;
        let mut group = EncodedRowGroup {
            stats: RowGroupStats {
                rows: block.num_rows() as u64,
                arrow_bytes: arrow_bytes(block),
                uncompressed_bytes: 0,
                compressed_bytes: 0,
                encode_time: start.elapsed(),
            },
            schema: self.shared.schema.clone(),
            chunks,
        };
        group.sum_up();
        Ok(group)
    }

    /// A new file that takes what this encoder makes.
    pub(crate) fn new_file<W: io::Write + Send>(&self, sink: W) -> Result<SerializedFileWriter<W>> {
        Ok(new_file(sink, &self.shared.schema, &self.shared.properties)?.0)
    }

    /// Whether a group may stand in a file of this encoder's schema.
    pub(crate) fn check_group(&self, group: &EncodedRowGroup) -> Result<()> {
        if Arc::ptr_eq(&self.shared.schema, &group.schema) {
            return Ok(());
        }
        schema_check::check(&self.shared.schema, &group.schema)?;
        // What schemas may differ in for Arrow (names of list elements, field ids in metadata)
        // may still be another column for Parquet.
        for (want, chunk) in self.shared.leaves.iter().zip(&group.chunks) {
            let have = chunk.close().metadata.column_descr();
            if **want != *have {
                return Err(schema_check::mismatch(
                    want.path().string(),
                    format!("the Parquet column {}", describe(want)),
                    describe(have),
                ));
            }
        }
        Ok(())
    }

    /// For each leaf column, the index of its top-level column.
    pub(crate) fn leaf_columns(&self) -> &[usize] {
        &self.shared.leaf_columns
    }
}

impl Shared {
    /// The chunks of a block, column by column.
    fn chunks(&self, block: &RecordBatch) -> parquet::errors::Result<Vec<EncodedChunk>> {
        // The index of the row group matters to encrypted files only, which are not offered.
        let mut writers = self.factory.create_column_writers(0)?.into_iter();
        let mut chunks = Vec::with_capacity(writers.len());
        self.scratches.with(|scratch| {
            let columns = self.schema.fields().iter().zip(block.columns());
            for ((field, array), direct) in columns.zip(&self.direct) {
                if let Some(leaf) = direct
                    && let Some(chunk) = leaf.encode(array, scratch)?
                {
                    writers.next();
                    chunks.push(chunk);
                    continue;
                }
                for leaf in compute_leaves(field, array)? {
                    let mut writer = writers.next().expect("the factory makes one writer a leaf");
                    writer.write(&leaf)?;
                    chunks.push(EncodedChunk::Generic(Box::new(writer.close()?)));
                }
            }
            Ok(chunks)
        })
    }
}

/// For each top-level column, how it is encoded directly, if it can be.
fn direct(
    schema: &Schema,
    leaves: &[(usize, ColumnPath)],
    columns: &[ColumnDescPtr],
    properties: &WriterProperties,
) -> Vec<Option<Leaf>> {
    let mut direct: Vec<_> = schema.fields().iter().map(|_| None).collect();
    for ((column, _), descr) in leaves.iter().zip(columns) {
        direct[*column] = Leaf::of(schema.field(*column).data_type(), descr, properties);
    }
    direct
}

#[cfg(test)]
impl RowGroupEncoder {
    /// Whether this top-level column is encoded directly.
    pub(crate) fn is_direct(&self, column: usize) -> bool {
        self.shared.direct[column].is_some()
    }

    /// The same encoder with every column by the parquet crate's column writers.
    pub(crate) fn generic(&self) -> Self {
        let mut generic = Self::new(self.schema().clone(), self.options()).unwrap();
        let shared = Arc::get_mut(&mut generic.shared).unwrap();
        shared.direct.iter_mut().for_each(|leaf| *leaf = None);
        generic
    }
}

fn new_file<W: io::Write + Send>(
    sink: W,
    schema: &SchemaRef,
    properties: &WriterProperties,
) -> Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory)> {
    // By way of `ArrowWriter`, because it adds the Arrow schema to the footer, from which readers
    // restore types that Parquet alone does not tell apart.
    ArrowWriter::try_new(sink, schema.clone(), Some(properties.clone()))
        .and_then(ArrowWriter::into_serialized_writer)
        .map_err(parquet_error("begin a Parquet file"))
}

/// A Parquet column in the words of an error.
fn describe(column: &ColumnDescriptor) -> String {
    let info = column.self_type().get_basic_info();
    let id = if info.has_id() {
        format!(" with field id {}", info.id())
    } else {
        String::new()
    };
    format!(
        "`{}` ({}){id}",
        column.path().string(),
        column.physical_type()
    )
}

impl EncodedRowGroup {
    /// Its statistics.
    pub fn stats(&self) -> &RowGroupStats {
        &self.stats
    }

    /// This group with the chunks that `theirs` names taken from another encoding of the same
    /// block. The time is that of both.
    pub(crate) fn with_chunks_of(mut self, other: Self, theirs: impl Fn(usize) -> bool) -> Self {
        let pairs = self.chunks.into_iter().zip(other.chunks);
        self.chunks = pairs
            .enumerate()
            .map(|(leaf, (ours, other))| if theirs(leaf) { other } else { ours })
            .collect();
        self.stats.encode_time += other.stats.encode_time;
        self.sum_up();
        self
    }

    fn sum_up(&mut self) {
        let sum = |of: fn(&EncodedChunk) -> i64| self.chunks.iter().map(of).sum::<i64>() as u64;
        self.stats.uncompressed_bytes = sum(|chunk| chunk.close().metadata.uncompressed_size());
        self.stats.compressed_bytes = sum(|chunk| chunk.close().metadata.compressed_size());
    }

    /// Compressed bytes of each leaf column's dictionary, nought where it has none.
    pub(crate) fn dictionary_bytes(&self) -> impl Iterator<Item = i64> {
        // What is no data page; offsets do not tell, because a chunk that waits to be spliced has
        // its dictionary behind the data.
        self.chunks.iter().map(|chunk| {
            let close = chunk.close();
            close.offset_index.as_ref().map_or(0, |index| {
                let pages = index.page_locations().iter();
                let data: i64 = pages.map(|p| i64::from(p.compressed_page_size)).sum();
                close.metadata.compressed_size() - data
            })
        })
    }

    /// Compressed bytes of each leaf column.
    pub(crate) fn leaf_bytes(&self) -> impl Iterator<Item = i64> {
        self.chunks
            .iter()
            .map(|chunk| chunk.close().metadata.compressed_size())
    }
}

impl fmt::Debug for RowGroupEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowGroupEncoder")
            .field("schema", &self.shared.schema)
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EncodedRowGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedRowGroup")
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}
