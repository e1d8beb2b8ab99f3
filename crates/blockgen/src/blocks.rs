//! A range of rows cut into blocks: in order as a reader, or in any order as tasks.

use std::num::NonZeroU64;
use std::ops::Range;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use crate::error::GenerateError;
use crate::generator::Generator;

/// The ranges of the blocks. A reversed range is handed on as it is, so that making its block
/// reports it: as nothing to do, it would be an empty file.
#[derive(Clone, Debug)]
pub(crate) struct Ranges {
    rows: Range<u64>,
    block_rows: u64,
}

impl Ranges {
    pub(crate) fn new(rows: Range<u64>, block_rows: NonZeroU64) -> Self {
        let block_rows = block_rows.get();
        Self { rows, block_rows }
    }

    pub(crate) fn end(&mut self) {
        self.rows.start = self.rows.end;
    }
}

impl Iterator for Ranges {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        let Range { start, end } = self.rows;
        if start == end {
            return None;
        }
        if start > end {
            self.end();
            return Some(start..end);
        }
        // Compared by what is left: the start of a next block may lie beyond 64 bits.
        let block = start..start + self.block_rows.min(end - start);
        self.rows.start = block.end;
        Some(block)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let Range { start, end } = self.rows;
        let blocks = match end.checked_sub(start) {
            Some(rows) => rows.div_ceil(self.block_rows),
            None => 1,
        };
        let blocks = usize::try_from(blocks).unwrap_or(usize::MAX);
        (blocks, Some(blocks))
    }
}

impl ExactSizeIterator for Ranges {}

/// The blocks of a range of rows, one after the other, as an Arrow reader.
///
/// After an error there are no more blocks.
#[derive(Debug)]
pub struct Blocks {
    generator: Generator,
    ranges: Ranges,
}

impl Blocks {
    pub(crate) fn new(generator: Generator, ranges: Ranges) -> Self {
        Self { generator, ranges }
    }
}

impl Iterator for Blocks {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.generator.block(self.ranges.next()?);
        if block.is_err() {
            self.ranges.end();
        }
        Some(block.map_err(|error| ArrowError::ExternalError(Box::new(error))))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // An error ends the blocks early.
        let (_, most) = self.ranges.size_hint();
        (usize::from(most > Some(0)), most)
    }
}

impl RecordBatchReader for Blocks {
    fn schema(&self) -> SchemaRef {
        self.generator.schema()
    }
}

/// One block, not made yet. Small, and independent of all others.
#[derive(Clone, Debug)]
pub struct BlockTask {
    generator: Generator,
    rows: Range<u64>,
}

impl BlockTask {
    pub(crate) fn new(generator: Generator, rows: Range<u64>) -> Self {
        Self { generator, rows }
    }

    /// The rows of the block.
    pub fn rows(&self) -> Range<u64> {
        self.rows.clone()
    }

    /// Makes the block.
    ///
    /// # Errors
    ///
    /// Those of [`Generator::block`].
    pub fn run(self) -> Result<RecordBatch, GenerateError> {
        self.generator.block(self.rows)
    }
}
