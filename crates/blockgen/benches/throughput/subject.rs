//! What is measured: a table, or one column of a table with what it is made from.

use std::hint::black_box;
use std::time::Duration;

use arrow::array::{Array, RecordBatch};
use blockgen::{DatasetSpec, Generator};

use super::Outcome;
use super::alone::{ROWS, alone, enlarged};
use super::rates::Rates;

/// About what a row group of 16 MiB of `people` holds.
pub const BLOCK_ROWS: u64 = 65_536;

const SEED: u64 = 42;

/// Something whose blocks are made and timed.
pub struct Subject {
    /// The table or the kind.
    pub name: String,
    /// The columns that it is made from.
    pub beside: Vec<String>,
    generator: Generator,
}

impl Subject {
    /// A whole table.
    pub fn table(spec: &DatasetSpec, table: &str) -> Outcome<Self> {
        Ok(Self {
            name: table.to_owned(),
            beside: Vec::new(),
            generator: Generator::compile(&enlarged(spec.clone()), table, SEED)?,
        })
    }

    /// One column of a table, and what it is made from.
    pub fn column(spec: &DatasetSpec, table: &str, column: &str) -> Outcome<Self> {
        let (generator, beside) = alone(spec, table, column)?;
        Ok(Self {
            name: column.to_owned(),
            beside,
            generator,
        })
    }

    /// Makes blocks until the time is over; where the table ends, it begins anew.
    pub fn measure(&self, budget: Duration) -> Outcome<Measured> {
        let mut blocks = self.blocks()?;
        let (mut rows, mut bytes) = (0, 0);
        let rates = Rates::of(budget, || {
            let block = black_box(blocks.next_block()?);
            rows += block.num_rows();
            bytes += data_bytes(&block)?;
            Ok(block.num_rows() as u64)
        })?;
        Ok(Measured {
            rates,
            bytes_per_row: bytes as f64 / rows.max(1) as f64,
        })
    }

    /// Blocks without end.
    pub fn blocks(&self) -> Outcome<EndlessBlocks<'_>> {
        let rows = self.generator.rows().unwrap_or(ROWS);
        if rows == 0 {
            return Err(format!("`{}` has no rows", self.name).into());
        }
        Ok(EndlessBlocks {
            generator: &self.generator,
            rows,
            next: 0,
        })
    }
}

/// The blocks of a table, from its first row again after the last.
pub struct EndlessBlocks<'a> {
    generator: &'a Generator,
    rows: u64,
    next: u64,
}

impl EndlessBlocks<'_> {
    /// The next block.
    pub fn next_block(&mut self) -> Outcome<RecordBatch> {
        let end = self.rows.min(self.next + BLOCK_ROWS);
        let block = self.generator.block(self.next..end)?;
        self.next = if end == self.rows { 0 } else { end };
        Ok(block)
    }
}

/// How fast a subject is, and how large its rows.
pub struct Measured {
    /// Rows a second.
    pub rates: Rates,
    /// Arrow data, on average.
    pub bytes_per_row: f64,
}

/// The data itself, without the room that buffers keep.
pub fn data_bytes(block: &RecordBatch) -> Outcome<usize> {
    let columns = block.columns().iter();
    let sizes = columns.map(|column| column.to_data().get_slice_memory_size());
    Ok(sizes.sum::<Result<usize, _>>()?)
}
