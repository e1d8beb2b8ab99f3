//! A row group from its columns, one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{mem, vec};

use arrow::array::{Array as _, ArrayRef};
use arrow::datatypes::{Field, FieldRef};
use arrow::error::ArrowError;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};

use crate::encode::{DirectChunk, EncodedChunk};
use crate::encoder::EncodedRowGroup;
use crate::error::parquet_error;
use crate::schema_check::{check_field, describe, mismatch};
use crate::sizing::column_bytes;
use crate::{Error, Result, RowGroupEncoder, RowGroupStats};

/// A row group that gets its columns one by one, each encoded when it comes and let go of then:
/// [`RowGroupEncoder::columnwise`]. Whoever makes columns one after the other needs the memory of
/// one at a time, and what was just written is read while it is in the processor's caches.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow::array::{ArrayRef, Int64Array};
/// # use arrow::datatypes::{DataType, Field, Schema};
/// # use blockwrite::{BlockWriter, ByteDrain, ParquetBlockWriter, RowGroupEncoder, WriteOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let number = |name: &str| Field::new(name, DataType::Int64, false);
/// let schema = Arc::new(Schema::new(vec![number("id"), number("square")]));
/// let encoder = RowGroupEncoder::new(schema, &WriteOptions::default())?;
///
/// let mut group = encoder.columnwise(1_000);
/// group.push(Arc::new(Int64Array::from_iter_values(0..1_000)))?;
/// group.push(Arc::new(Int64Array::from_iter_values((0..1_000).map(|id| id * id))))?;
///
/// let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder)?;
/// writer.append(group.finish()?)?;
/// assert_eq!(writer.finish()?.rows, 1_000);
/// # Ok(())
/// # }
/// ```
pub struct RowGroupBuilder<'a> {
    encoder: &'a RowGroupEncoder,
    rows: usize,
    /// How many columns have come.
    columns: usize,
    chunks: Vec<Chunk>,
    /// The bytes of those that are encoded directly.
    bytes: Vec<u8>,
    /// Those by which rows are sorted.
    keys: Vec<(usize, ArrayRef)>,
    /// The parquet crate's writers of the leaf columns, once one of them is needed.
    writers: Option<vec::IntoIter<ArrowColumnWriter>>,
    arrow_bytes: u64,
    encode_time: Duration,
    /// Whether a column was begun and not ended.
    failed: bool,
}

/// A chunk of a row group that is not whole yet.
enum Chunk {
    Generic(Box<ArrowColumnChunk>),
    /// Its bytes are behind those of the one before.
    Direct(DirectChunk),
}

impl<'a> RowGroupBuilder<'a> {
    pub(crate) fn new(encoder: &'a RowGroupEncoder, rows: usize) -> Self {
        Self {
            encoder,
            rows,
            columns: 0,
            chunks: Vec::with_capacity(encoder.leaf_columns()),
            bytes: encoder.buffer(),
            keys: Vec::new(),
            writers: None,
            arrow_bytes: 0,
            encode_time: Duration::ZERO,
            failed: false,
        }
    }

    /// Encodes the next column of the schema. It has the type that the schema says: what a
    /// [`SchemaPolicy`](crate::SchemaPolicy) widens are whole blocks.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`] for a column of another type, with nulls where there must be none,
    /// or behind the last one; [`Error::Conversion`] for another number of rows;
    /// [`Error::Inexact`] for a value that the file's type does not hold. The row group is then as it
    /// was. [`Error::Parquet`] for a column that can't be encoded, and from then on
    /// [`Error::Poisoned`].
    pub fn push(&mut self, column: ArrayRef) -> Result<()> {
        let start = Instant::now();
        self.check_live()?;
        self.check(&column)?;
        let layout = self.encoder.layout();
        let index = self.columns;
        let column = layout.file_column(index, column)?;
        if layout
            .order
            .as_ref()
            .is_some_and(|order| order.is_by(index))
        {
            self.keys.push((index, ArrayRef::clone(&column)));
        }
        self.arrow_bytes += column_bytes(&column);
        self.columns += 1;
        self.failed = true;
        let encoded = self.encode(index, &column);
        encoded.map_err(parquet_error("encode a block"))?;
        self.failed = false;
        self.encode_time += start.elapsed();
        Ok(())
    }

    /// The row group of all columns.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`] where columns are missing; [`Error::NotSorted`] for rows that are
    /// not in the declared order; [`Error::Poisoned`] where a column could not be encoded.
    pub fn finish(self) -> Result<EncodedRowGroup> {
        let start = Instant::now();
        self.check_live()?;
        let layout = self.encoder.layout();
        if let Some(missing) = layout.schema.fields().get(self.columns) {
            let found = "no such column".to_owned();
            return Err(mismatch(missing.name().clone(), describe(missing), found));
        }
        let key = |index: usize| {
            let found = self.keys.iter().find(|(of, _)| *of == index);
            let (_, column) = found.expect("the columns of the order were kept");
            ArrayRef::clone(column)
        };
        let keys = match &layout.order {
            Some(order) => order.check(key)?,
            None => None,
        };
        let stats = RowGroupStats {
            rows: self.rows as u64,
            arrow_bytes: self.arrow_bytes,
            uncompressed_bytes: 0,
            compressed_bytes: 0,
            encode_time: self.encode_time + start.elapsed(),
        };
        let bytes = self.encoder.filled(self.bytes);
        let mut at = 0;
        let mut all_direct = true;
        let chunks = self.chunks.into_iter().map(|chunk| match chunk {
            Chunk::Generic(chunk) => {
                all_direct = false;
                EncodedChunk::Generic(chunk)
            }
            Chunk::Direct(chunk) => {
                let from = at;
                at += chunk.len();
                EncodedChunk::Direct(chunk, bytes.slice(from..at))
            }
        });
        let chunks = chunks.collect();
        let whole = all_direct.then_some(bytes);
        let encoder = self.encoder;
        Ok(EncodedRowGroup::new(encoder, chunks, whole, keys, stats))
    }

    fn check_live(&self) -> Result<()> {
        match self.failed {
            true => Err(Error::Poisoned),
            false => Ok(()),
        }
    }

    fn check(&self, column: &ArrayRef) -> Result<()> {
        let fields = self.encoder.schema().fields();
        let Some(want) = fields.get(self.columns) else {
            let (expected, found) = ("no such column", format!("{}", column.data_type()));
            let place = format!("column {}", self.columns + 1);
            return Err(mismatch(place, expected.to_owned(), found));
        };
        if column.len() != self.rows {
            let (name, rows, found) = (want.name(), self.rows, column.len());
            let sentence = format!("column `{name}` has {found} rows in a row group of {rows}");
            return Err(Error::Conversion(ArrowError::InvalidArgumentError(
                sentence,
            )));
        }
        let nulls = want.is_nullable() || column.null_count() > 0;
        if nulls == want.is_nullable() && column.data_type() == want.data_type() {
            return Ok(());
        }
        let have: FieldRef = Arc::new(Field::new(want.name(), column.data_type().clone(), nulls));
        check_field(want.name().clone(), want, &have)
    }

    fn encode(&mut self, index: usize, column: &ArrayRef) -> parquet::errors::Result<()> {
        if let Some(chunk) = self
            .encoder
            .encode_directly(index, column, &mut self.bytes)?
        {
            if let Some(writers) = &mut self.writers {
                drop(writers.next());
            }
            self.chunks.push(Chunk::Direct(chunk));
            return Ok(());
        }
        let mut writers = match mem::take(&mut self.writers) {
            Some(writers) => writers,
            None => {
                let mut writers = self.encoder.column_writers()?.into_iter();
                // Those of the leaves that were encoded without.
                writers.by_ref().take(self.chunks.len()).for_each(drop);
                writers
            }
        };
        let field = &self.encoder.layout().file_schema.fields()[index];
        for leaf in compute_leaves(field, column)? {
            let mut writer = writers.next().expect("the factory makes one writer a leaf");
            writer.write(&leaf)?;
            self.chunks.push(Chunk::Generic(Box::new(writer.close()?)));
        }
        self.writers = Some(writers);
        Ok(())
    }
}
