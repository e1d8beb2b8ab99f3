//! Blocks to row groups: pure CPU work that runs on any thread, in any order.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescriptor;

use crate::encode::{DirectChunk, DirectLeaf, EncodedChunk, ScratchPool};
use crate::group_buffers::GroupBuffers;
use crate::layout::Layout;
use crate::row_group_builder::RowGroupBuilder;
use crate::sort_order::{KeyRange, SortOrder};
use crate::{EncodingChoice, Result, RowGroupStats, WriteOptions, schema_check};

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
    choices: Arc<[EncodingChoice]>,
}

struct Shared {
    options: WriteOptions,
    layout: Layout,
    factory: ArrowRowGroupWriterFactory,
    /// For each top-level column, how it is encoded without the parquet crate's column writers, if
    /// it can be.
    direct: Vec<Option<DirectLeaf>>,
    scratches: ScratchPool,
    buffers: GroupBuffers,
}

/// A row group that is encoded and compressed and waits to be spliced into a file.
pub struct EncodedRowGroup {
    pub(crate) chunks: Vec<EncodedChunk>,
    /// Those of all chunks one behind the other, where they are at hand so.
    whole: Option<Bytes>,
    /// What the encoder was for; a file of another schema must not take the group.
    schema: SchemaRef,
    /// Its first and last row, where the options declare an order.
    pub(crate) keys: Option<KeyRange>,
    stats: RowGroupStats,
}

impl RowGroupEncoder {
    /// An encoder for blocks of `schema`.
    ///
    /// Columns whose encoding is undecided in `options` get a dictionary; [`tuned`](Self::tuned)
    /// decides by trying.
    ///
    /// # Errors
    ///
    /// [`Error::Option`](crate::Error::Option) and
    /// [`Error::UnknownColumn`](crate::Error::UnknownColumn) for options that can't be followed;
    /// [`Error::Unsupported`](crate::Error::Unsupported) for types that Parquet or the readers of
    /// the file can't hold.
    pub fn new(schema: SchemaRef, options: &WriteOptions) -> Result<Self> {
        let layout = Layout::new(schema, options)?;
        let (_, factory) = layout.new_file(io::sink())?;
        Ok(Self {
            shared: Arc::new(Shared {
                options: options.clone(),
                direct: direct(&layout),
                scratches: ScratchPool::default(),
                buffers: GroupBuffers::default(),
                layout,
                factory,
            }),
            choices: Arc::new([]),
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
        let encoder = Self::new(self.schema().clone(), &options)?;
        Ok(encoder.with_choices(self.choices.clone()))
    }

    /// The same encoder with memory of its own: an encoder keeps what it used, up to four row groups
    /// and what each thread needs, for as long as it or one of its clones is there.
    #[must_use]
    pub fn apart(&self) -> Self {
        self.with_metadata(self.options().key_value_metadata.clone())
            .unwrap_or_else(|_| self.clone())
    }

    /// What [`Encoding::Auto`](crate::Encoding::Auto) came to for each leaf column, and why; empty
    /// where nothing was tried ([`new`](Self::new)).
    pub fn choices(&self) -> &[EncodingChoice] {
        &self.choices
    }

    pub(crate) fn with_choices(self, choices: Arc<[EncodingChoice]>) -> Self {
        Self { choices, ..self }
    }

    /// The schema that every block must have, or widen to
    /// ([`SchemaPolicy`](crate::SchemaPolicy)).
    pub fn schema(&self) -> &SchemaRef {
        &self.shared.layout.schema
    }

    /// How many columns the file has, those within others counted one by one.
    pub fn leaf_columns(&self) -> usize {
        self.shared.layout.leaves.len()
    }

    /// The options in force, with what was decided by trying.
    pub fn options(&self) -> &WriteOptions {
        &self.shared.options
    }

    /// Encodes and compresses one block as one row group.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`](crate::Error::SchemaMismatch) for a block of another schema,
    /// [`Error::Inexact`](crate::Error::Inexact) for a value that the file's type does not hold,
    /// [`Error::NotSorted`](crate::Error::NotSorted) for rows that are not in the declared order.
    pub fn encode(&self, block: &RecordBatch) -> Result<EncodedRowGroup> {
        self.encode_owned(block.clone())
    }

    /// Encodes a block as [`encode`](Self::encode) does, and lets go of each column once it is
    /// encoded. Where nobody else holds the block, its memory shrinks as the row group's grows.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn encode_owned(&self, block: RecordBatch) -> Result<EncodedRowGroup> {
        let start = Instant::now();
        let block = match self.shared.layout.conform(&block)? {
            Cow::Owned(conformed) => conformed,
            Cow::Borrowed(_) => block,
        };
        let mut group = self.columnwise(block.num_rows());
        let (_, columns, _) = block.into_parts();
        for column in columns {
            group.push(column)?;
        }
        let mut group = group.finish()?;
        group.stats.encode_time = start.elapsed();
        Ok(group)
    }

    /// Begins a row group of so many rows that gets its columns one by one: the block of which it is
    /// made need never be there whole.
    pub fn columnwise(&self, rows: usize) -> RowGroupBuilder<'_> {
        RowGroupBuilder::new(self, rows)
    }

    /// A new file that takes what this encoder makes.
    pub(crate) fn new_file<W: io::Write + Send>(&self, sink: W) -> Result<SerializedFileWriter<W>> {
        Ok(self.shared.layout.new_file(sink)?.0)
    }

    /// Whether a group may stand in a file of this encoder's schema.
    pub(crate) fn check_group(&self, group: &EncodedRowGroup) -> Result<()> {
        let layout = &self.shared.layout;
        if Arc::ptr_eq(&layout.schema, &group.schema) {
            return Ok(());
        }
        schema_check::check(&layout.schema, &group.schema)?;
        // What schemas may differ in for Arrow (names of list elements, field ids in metadata)
        // may still be another column for Parquet.
        for (want, chunk) in layout.columns.iter().zip(&group.chunks) {
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

    /// The chunk of a top-level column as the file has it, if that is encoded directly: its bytes go
    /// behind what is in `out`.
    pub(crate) fn encode_directly(
        &self,
        column: usize,
        array: &ArrayRef,
        out: &mut Vec<u8>,
    ) -> parquet::errors::Result<Option<DirectChunk>> {
        let Some(leaf) = &self.shared.direct[column] else {
            return Ok(None);
        };
        self.shared
            .scratches
            .with(|scratch| leaf.encode(array, scratch, out))
    }

    /// Memory for the bytes of a row group, about as much as it will need.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.shared.buffers.lend()
    }

    /// The bytes of a whole row group, for which [`buffer`](Self::buffer) was the memory.
    pub(crate) fn filled(&self, buffer: Vec<u8>) -> Bytes {
        self.shared.buffers.filled(buffer)
    }

    /// The parquet crate's writers of one row group's leaf columns.
    pub(crate) fn column_writers(&self) -> parquet::errors::Result<Vec<ArrowColumnWriter>> {
        // The index of the row group matters to encrypted files only, which are not offered.
        self.shared.factory.create_column_writers(0)
    }

    /// The order of the file's rows, if one is declared.
    pub(crate) fn order(&self) -> Option<&SortOrder> {
        self.shared.layout.order.as_ref()
    }

    /// The leaf columns, and what Parquet makes of them.
    pub(crate) fn layout(&self) -> &Layout {
        &self.shared.layout
    }
}

/// For each top-level column, how it is encoded directly, if it can be.
fn direct(layout: &Layout) -> Vec<Option<DirectLeaf>> {
    let fields = layout.file_schema.fields();
    let mut direct: Vec<_> = fields.iter().map(|_| None).collect();
    for (leaf, descr) in layout.leaves.iter().zip(&layout.columns) {
        let data_type = fields[leaf.column].data_type();
        direct[leaf.column] = DirectLeaf::of(data_type, descr, &layout.properties);
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
        self.whole = None;
        self.stats.encode_time += other.stats.encode_time;
        self.sum_up();
        self
    }

    /// The bytes of the chunks in their order, as far as they are at hand, and how many they are.
    pub(crate) fn pieces(&self) -> Vec<(Option<Bytes>, u64)> {
        match &self.whole {
            Some(whole) => vec![(Some(whole.clone()), whole.len() as u64)],
            None => {
                let chunks = self.chunks.iter();
                let pieces = chunks.map(|chunk| {
                    let length = chunk.close().metadata.compressed_size();
                    (chunk.bytes().cloned(), length as u64)
                });
                pieces.collect()
            }
        }
    }

    /// A group of chunks for files of `encoder`.
    pub(crate) fn new(
        encoder: &RowGroupEncoder,
        chunks: Vec<EncodedChunk>,
        whole: Option<Bytes>,
        keys: Option<KeyRange>,
        stats: RowGroupStats,
    ) -> Self {
        let mut group = Self {
            chunks,
            whole,
            schema: encoder.schema().clone(),
            keys,
            stats,
        };
        group.sum_up();
        group
    }

    fn sum_up(&mut self) {
        let sum = |of: fn(&EncodedChunk) -> i64| self.chunks.iter().map(of).sum::<i64>() as u64;
        self.stats.uncompressed_bytes = sum(|chunk| chunk.close().metadata.uncompressed_size());
        self.stats.compressed_bytes = sum(|chunk| chunk.close().metadata.compressed_size());
    }

    /// Compressed bytes of each leaf column's dictionary, nought where it has none.
    pub(crate) fn dictionary_bytes(&self) -> impl Iterator<Item = i64> {
        self.chunks.iter().map(EncodedChunk::dictionary_bytes)
    }

    /// Bytes of the page of each leaf column's dictionary before compression, nought where it has
    /// none.
    pub(crate) fn dictionary_page_bytes(&self) -> impl Iterator<Item = i64> {
        self.chunks.iter().map(EncodedChunk::dictionary_page_bytes)
    }

    /// Bytes of each leaf column before compression.
    pub(crate) fn leaf_page_bytes(&self) -> impl Iterator<Item = i64> {
        self.chunks
            .iter()
            .map(|chunk| chunk.close().metadata.uncompressed_size())
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
            .field("schema", &self.shared.layout.schema)
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
