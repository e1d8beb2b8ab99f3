//! The one writer of this crate: row groups in order into a Parquet file.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;

use crate::error::parquet_error;
use crate::sort_order::Key;
use crate::splice::Spliced;
use crate::{
    AtomicFile, BlockWriter, ByteDrain, EncodedRowGroup, Error, Result, RowGroupEncoder,
    RowGroupStats, WriteOptions, WriteStats,
};

/// A file holds at most so many row groups: Parquet counts them in 16 bits.
pub const MAX_ROW_GROUPS: usize = 32_767;

/// What a column chunk of an open file takes in memory at most, about: the footer is kept until the
/// end, as structures several times its size in the file. Measured by `tests/footer_memory.rs` on
/// columns of texts and numbers with statistics and histograms; a page index takes more.
pub const FOOTER_CHUNK_BYTES: u64 = 1_000;

/// Writes blocks as row groups of one Parquet file into any `Write`.
///
/// Memory: the row group that is being encoded, compressed (of the first one, its first rows once
/// for each encoding that is tried), with one column's current page and dictionary; and until the end several
/// hundred bytes for each column chunk so far, from which the footer is made.
pub struct ParquetBlockWriter<W: Write + Send> {
    state: State<W>,
    row_groups: Vec<RowGroupStats>,
    /// The last row, where an order is declared.
    last: Option<Key>,
    started: Instant,
    /// What makes the finished bytes visible: a flush, or for an [`AtomicFile`] its rename.
    publish: fn(&mut W) -> Result<()>,
    /// Gives whole row groups to the sink.
    hand_over: fn(&mut W, Bytes) -> io::Result<()>,
    /// Says how many bytes of a row group come in small pieces.
    make_room: fn(&mut W, u64),
    /// Bytes that are gathered before they go to the sink.
    gather_bytes: usize,
}

/// The parquet crate hands on its own chunks in pieces of 8 KiB, each of which would be a call to the
/// system.
const FILE_GATHER_BYTES: usize = 256 * 1024;

/// A writer knows its schema from the first block on, and ends once.
enum State<W: Write + Send> {
    /// No rows yet: the sink waits, untouched.
    Empty {
        sink: W,
        options: Box<WriteOptions>,
        /// Of the schema that a block without rows fixed; encodings wait for the first rows.
        untuned: Option<RowGroupEncoder>,
    },
    Open {
        encoder: RowGroupEncoder,
        file: Box<SerializedFileWriter<Spliced<W>>>,
    },
    Finished {
        sink: W,
    },
    /// A write failed half-way; what is in the sink is no file and never will be.
    Poisoned,
}

impl ParquetBlockWriter<AtomicFile> {
    /// A writer to the file at `path`, which appears whole, or is replaced whole, in `finish`.
    ///
    /// # Errors
    ///
    /// As [`AtomicFile::create`].
    pub fn create(path: impl AsRef<Path>, options: WriteOptions) -> Result<Self> {
        let mut writer = Self::new(AtomicFile::create(path)?, options);
        writer.publish = AtomicFile::commit;
        writer.gather_bytes = FILE_GATHER_BYTES;
        Ok(writer)
    }
}

impl ParquetBlockWriter<ByteDrain> {
    /// A writer of what `encoder` makes, from whose [`sink`](Self::sink_mut) the bytes of the file
    /// are taken: those of row groups as they were encoded, without a copy but of nested columns,
    /// columns with Bloom filters and such.
    ///
    /// # Errors
    ///
    /// None that `encoder` has not met.
    pub fn draining(encoder: &RowGroupEncoder) -> Result<Self> {
        let mut writer = Self::new(ByteDrain::default(), encoder.options().clone());
        writer.hand_over = |drain, bytes| {
            drain.push(bytes);
            Ok(())
        };
        writer.make_room = |drain, bytes| drain.reserve(bytes);
        writer.open(encoder.clone())?;
        Ok(writer)
    }
}

impl<W: Write + Send> ParquetBlockWriter<W> {
    /// A writer into `sink`, whose schema the first block decides, and its encodings the first
    /// block with rows.
    pub fn new(sink: W, options: WriteOptions) -> Self {
        Self {
            state: State::Empty {
                sink,
                options: Box::new(options),
                untuned: None,
            },
            row_groups: Vec::new(),
            last: None,
            started: Instant::now(),
            publish: |sink| {
                sink.flush().map_err(|source| Error::Sink {
                    action: "flush the output",
                    source,
                })
            },
            hand_over: |sink, bytes| sink.write_all(&bytes),
            make_room: |_, _| {},
            gather_bytes: 0,
        }
    }

    /// A writer into `sink` of what `encoder` makes; its schema is fixed from the start, so that
    /// a file without rows is possible.
    ///
    /// # Errors
    ///
    /// What the sink says to the first four bytes.
    pub fn with_encoder(sink: W, encoder: &RowGroupEncoder) -> Result<Self> {
        let mut writer = Self::new(sink, encoder.options().clone());
        writer.open(encoder.clone())?;
        Ok(writer)
    }

    /// Appends a row group that an encoder of the same schema made. Other options do no harm: each
    /// column chunk says itself how it is encoded. A group without rows is left out, and its
    /// statistics say so.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`] for a group of another schema and [`Error::TooManyRowGroups`]
    /// when the file has [`MAX_ROW_GROUPS`]; where an order is declared, [`Error::NotSorted`] for a
    /// group that does not follow the last one, and [`Error::OrderUnknown`] for one that was encoded
    /// without it. Nothing is written then, and the writer stays usable.
    /// [`Error::Finished`] after `finish`, [`Error::NoSchema`] where the writer was not made
    /// [`with_encoder`](Self::with_encoder) and has no block yet; what the sink says.
    pub fn append(&mut self, mut group: EncodedRowGroup) -> Result<RowGroupStats> {
        self.open_untuned()?;
        let (file, encoder) = match &mut self.state {
            State::Open { file, encoder } => (file, encoder),
            State::Empty { .. } => return Err(Error::NoSchema),
            State::Finished { .. } => return Err(Error::Finished),
            State::Poisoned => return Err(Error::Poisoned),
        };
        encoder.check_group(&group)?;
        let stats = group.stats().clone();
        // A row group without rows is legal, but some readers stumble over it.
        if stats.rows == 0 {
            return Ok(stats);
        }
        if self.row_groups.len() >= MAX_ROW_GROUPS {
            return Err(Error::TooManyRowGroups {
                most: MAX_ROW_GROUPS,
            });
        }
        let last = match encoder.order() {
            Some(order) => {
                let follows = order.check_border(self.last.as_ref(), group.keys.take());
                Some(follows.map_err(|error| error.in_group(self.row_groups.len()))?)
            }
            None => None,
        };
        let mut position = file.bytes_written() as u64;
        let mut copied = 0;
        for (bytes, length) in group.pieces() {
            match bytes {
                Some(bytes) => file.inner_mut().expect(position, bytes),
                None => copied += length,
            }
            position += length;
        }
        (self.make_room)(&mut file.inner_mut().sink, copied);
        let spliced = file.next_row_group().and_then(|mut row_group| {
            for chunk in group.chunks {
                chunk.append_to(&mut row_group)?;
            }
            row_group.close()
        });
        if let Err(error) = spliced {
            self.state = State::Poisoned;
            return Err(parquet_error("write a row group")(error));
        }
        self.last = last;
        self.row_groups.push(stats.clone());
        Ok(stats)
    }

    /// Adds a pair to the key-value metadata in the footer, behind those of the options: what is
    /// known only at the end.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append), but for those of a group.
    pub fn add_metadata(&mut self, key: &str, value: &str) -> Result<()> {
        self.open_untuned()?;
        match &mut self.state {
            State::Open { file, .. } => {
                let pair = KeyValue::new(key.to_owned(), value.to_owned());
                file.append_key_value_metadata(pair);
                Ok(())
            }
            State::Empty { .. } => Err(Error::NoSchema),
            State::Finished { .. } => Err(Error::Finished),
            State::Poisoned => Err(Error::Poisoned),
        }
    }

    /// The encoder, with every option decided, once a block with rows has come.
    pub fn encoder(&self) -> Option<&RowGroupEncoder> {
        match &self.state {
            State::Open { encoder, .. } => Some(encoder),
            _ => None,
        }
    }

    /// The schema, once it is fixed.
    pub fn schema(&self) -> Option<&SchemaRef> {
        match &self.state {
            State::Open { encoder, .. }
            | State::Empty {
                untuned: Some(encoder),
                ..
            } => Some(encoder.schema()),
            _ => None,
        }
    }

    /// Statistics of the row groups so far.
    pub fn row_groups(&self) -> &[RowGroupStats] {
        &self.row_groups
    }

    /// The sink with everything written so far in it, or `None` after a failed write. Take bytes
    /// from it ([`ByteDrain`](crate::ByteDrain)); do not add any.
    ///
    /// # Errors
    ///
    /// What the sink says to the flush of a small buffer in front of it; the write has then failed.
    pub fn sink_mut(&mut self) -> Result<Option<&mut W>> {
        if let State::Open { file, .. } = &mut self.state
            && let Err(source) = file.flush()
        {
            self.state = State::Poisoned;
            return Err(Error::Sink {
                action: "flush the output",
                source,
            });
        }
        Ok(match &mut self.state {
            State::Empty { sink, .. } | State::Finished { sink } => Some(sink),
            State::Open { file, .. } => Some(&mut file.inner_mut().sink),
            State::Poisoned => None,
        })
    }

    /// The sink of a finished writer, or `None` when it is not finished.
    pub fn into_sink(self) -> Option<W> {
        match self.state {
            State::Finished { sink } => Some(sink),
            _ => None,
        }
    }

    /// Begins the file of a schema that only blocks without rows have told.
    fn open_untuned(&mut self) -> Result<()> {
        if let State::Empty {
            untuned: Some(encoder),
            ..
        } = &self.state
        {
            let encoder = encoder.clone();
            self.open(encoder)?;
        }
        Ok(())
    }

    fn open(&mut self, encoder: RowGroupEncoder) -> Result<()> {
        let State::Empty { sink, .. } = std::mem::replace(&mut self.state, State::Poisoned) else {
            unreachable!("only an empty writer is opened");
        };
        self.state = State::Open {
            file: Box::new(encoder.new_file(Spliced::new(
                sink,
                self.gather_bytes,
                self.hand_over,
            ))?),
            encoder,
        };
        Ok(())
    }
}

impl<W: Write + Send> BlockWriter for ParquetBlockWriter<W> {
    fn write_block(&mut self, block: &RecordBatch) -> Result<Option<RowGroupStats>> {
        let encoder = match &mut self.state {
            State::Open { encoder, .. } => encoder,
            State::Empty {
                options, untuned, ..
            } => {
                let block = match untuned {
                    Some(fixed) => fixed.layout().conform(block)?,
                    None => Cow::Borrowed(block),
                };
                if block.num_rows() == 0 {
                    if untuned.is_none() {
                        *untuned = Some(RowGroupEncoder::new(block.schema(), options)?);
                    }
                    return Ok(None);
                }
                let tuned = RowGroupEncoder::tuned_for_block(&block, options);
                let (encoder, group) = tuned.map_err(|error| error.in_group(0))?;
                self.open(encoder)?;
                return self.append(group).map(Some);
            }
            State::Finished { .. } => return Err(Error::Finished),
            State::Poisoned => return Err(Error::Poisoned),
        };
        let next = self.row_groups.len();
        let encoded = encoder
            .encode(block)
            .map_err(|error| error.in_group(next))?;
        if block.num_rows() == 0 {
            return Ok(None);
        }
        self.append(encoded).map(Some)
    }

    fn finish(&mut self) -> Result<WriteStats> {
        self.open_untuned()?;
        let (file, columns) = match std::mem::replace(&mut self.state, State::Poisoned) {
            State::Open { file, encoder } => (file, encoder.layout().leaves.len()),
            State::Poisoned => return Err(Error::Poisoned),
            State::Finished { sink } => {
                self.state = State::Finished { sink };
                return Err(Error::Finished);
            }
            empty @ State::Empty { .. } => {
                self.state = empty;
                return Err(Error::NoSchema);
            }
        };
        let spliced = file
            .into_inner()
            .map_err(parquet_error("write the footer"))?;
        let (mut sink, bytes) = spliced.finish().map_err(|source| Error::Sink {
            action: "write the footer",
            source,
        })?;
        (self.publish)(&mut sink)?;
        self.state = State::Finished { sink };
        Ok(WriteStats::of(
            std::mem::take(&mut self.row_groups),
            columns,
            bytes,
            self.started.elapsed(),
        ))
    }
}

impl<W: Write + Send> fmt::Debug for ParquetBlockWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Empty { .. } => "empty",
            State::Open { .. } => "open",
            State::Finished { .. } => "finished",
            State::Poisoned => "poisoned",
        };
        f.debug_struct("ParquetBlockWriter")
            .field("state", &state)
            .field("row_groups", &self.row_groups.len())
            .finish_non_exhaustive()
    }
}
