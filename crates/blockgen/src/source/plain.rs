//! Batches of other writers as blocks of ours: without dictionaries, cut to rows.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;

/// Columns as their values: a dictionary differs from batch to batch, so blocks with one could
/// not be put together.
pub(super) struct Plain {
    schema: SchemaRef,
}

impl Plain {
    /// Of a schema; what is noted beside it (of pandas, of Spark) is left out, because it speaks
    /// of another file.
    pub fn new(schema: &Schema) -> Self {
        let fields = schema.fields().iter().map(plain);
        Self {
            schema: Arc::new(Schema::new(fields.collect::<Fields>())),
        }
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub fn of(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let columns = batch.columns().iter().zip(self.schema.fields());
        let columns = columns.map(|(column, field)| {
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                cast(column, field.data_type())
            }
        });
        RecordBatch::try_new(Arc::clone(&self.schema), columns.collect::<Result<_, _>>()?)
    }
}

fn plain(field: &Arc<Field>) -> Arc<Field> {
    match field.data_type() {
        DataType::Dictionary(_, values) => {
            let field = Field::new(field.name(), (**values).clone(), field.is_nullable());
            Arc::new(field)
        }
        _ => Arc::clone(field),
    }
}

/// One batch, handed out in blocks of so many rows.
pub(super) struct Slices {
    block_rows: usize,
    batch: Option<RecordBatch>,
}

impl Slices {
    pub fn new(block_rows: NonZeroUsize) -> Self {
        Self {
            block_rows: block_rows.get(),
            batch: None,
        }
    }

    /// Takes the next batch; the one before is handed out.
    pub fn cut(&mut self, batch: RecordBatch) {
        self.batch = Some(batch);
    }
}

impl Iterator for Slices {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        let batch = self.batch.take()?;
        if batch.num_rows() <= self.block_rows {
            return Some(batch);
        }
        let rest = batch.num_rows() - self.block_rows;
        self.batch = Some(batch.slice(self.block_rows, rest));
        Some(batch.slice(0, self.block_rows))
    }
}
