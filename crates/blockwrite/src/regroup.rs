//! Row groups of a wanted size from blocks of any size.

use std::collections::VecDeque;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use crate::room::Room;
use crate::sizing::arrow_bytes;
use crate::{
    BlockSizing, Error, MAX_ROW_GROUP_ARROW_BYTES, MAX_ROW_GROUPS, Result, RowGroupEncoder, Sizer,
    WriteOptions,
};

/// Puts the blocks of a reader together to row groups of a wanted size, or cuts them.
///
/// A reader can't be asked for rows of its middle, as [`Sizer`] asks a table. So its first blocks
/// are the sample: they tell how many bytes of Arrow data make a row group of the wanted size, and
/// each group ends where it has as many. The cuts depend on the blocks, the options and the wanted
/// size alone. Beside one block of the reader, the sample is held at first (as many rows as
/// [`Sizer`] samples, at most about 4 MiB), and one row group later.
#[derive(Debug)]
pub struct Regroup<R> {
    blocks: R,
    encoder: RowGroupEncoder,
    sizing: BlockSizing,
    /// Blocks that were read and are in no group yet.
    read: VecDeque<RecordBatch>,
    /// Where a group ends.
    group_bytes: f64,
    /// The same of the first groups of a file.
    wanted_group_bytes: f64,
    groups_left: usize,
    over: bool,
}

impl<R: RecordBatchReader> Regroup<R> {
    /// Reads the first blocks and decides what the options leave open.
    ///
    /// # Errors
    ///
    /// [`Error::Sample`] with what the reader says; encoding errors, such as those of a type that
    /// Parquet does not have.
    pub fn new(mut blocks: R, options: &WriteOptions, target_bytes: u64) -> Result<Self> {
        let schema = blocks.schema();
        let (read, over) = first_blocks(&mut blocks, options.sample_bytes())?;
        let sample = concat(&schema, read.iter())?;
        let rows = sample.num_rows() as u64;
        let mut rows_of = |range: std::ops::Range<u64>| {
            let start = usize::try_from(range.start)?;
            let rows = usize::try_from(range.end)?.saturating_sub(start);
            Ok(sample.slice(start, rows))
        };
        let (encoder, sizing) = Sizer::new(options, &mut rows_of).solve(0..rows, target_bytes)?;
        // The sizing counts on the heaviest rows; a wanted size is one of average ones.
        let row_bytes = arrow_bytes(&sample) as f64 / rows.max(1) as f64;
        let group_bytes = (row_bytes * sizing.block_rows as f64).max(1.0);
        Ok(Self {
            blocks,
            encoder,
            group_bytes,
            wanted_group_bytes: group_bytes,
            sizing,
            read: read.into(),
            groups_left: MAX_ROW_GROUPS,
            over,
        })
    }

    /// The encoder for the groups, every option of it decided.
    pub fn encoder(&self) -> &RowGroupEncoder {
        &self.encoder
    }

    /// What the first blocks let expect.
    pub fn sizing(&self) -> &BlockSizing {
        &self.sizing
    }

    /// The reader, from which at least the first blocks have been taken.
    pub fn reader(&self) -> &R {
        &self.blocks
    }

    /// The next group is the first of another file: those that a file may have are counted anew, and
    /// groups have the wanted size again.
    pub fn begin_file(&mut self) {
        self.groups_left = MAX_ROW_GROUPS;
        self.group_bytes = self.wanted_group_bytes;
    }

    fn group(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let mut group = Vec::new();
        let mut room = Room::of(self.group_bytes);
        while let Some(block) = self.next_block()? {
            let rows = room.take(&block, group.is_empty());
            if rows < block.num_rows() {
                self.read
                    .push_front(block.slice(rows, block.num_rows() - rows));
            }
            if rows > 0 {
                group.push(block.slice(0, rows));
            }
            if rows < block.num_rows() || room.is_full() {
                break;
            }
        }
        if group.is_empty() {
            return Ok(None);
        }
        self.count();
        concat_batches(&self.blocks.schema(), &group).map(Some)
    }

    fn next_block(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            let block = match self.read.pop_front() {
                Some(block) => Some(block),
                None if self.over => None,
                None => self.blocks.next().transpose()?,
            };
            match block {
                Some(block) if block.num_rows() == 0 => {}
                block => return Ok(block),
            }
        }
    }

    /// Groups double each time that half of those that a file may still have are used: so a reader
    /// of any length fits, as long as the limit on a group's memory lets it.
    fn count(&mut self) {
        self.groups_left = self.groups_left.saturating_sub(1);
        if self.groups_left <= MAX_ROW_GROUPS / 2 && (self.groups_left + 1).is_power_of_two() {
            self.group_bytes = (self.group_bytes * 2.0).min(MAX_ROW_GROUP_ARROW_BYTES as f64);
        }
    }
}

/// Blocks up to a size, and whether there are no more.
fn first_blocks(
    blocks: &mut impl RecordBatchReader,
    most_bytes: u64,
) -> Result<(Vec<RecordBatch>, bool)> {
    let (mut read, mut bytes) = (Vec::new(), 0);
    while bytes < most_bytes {
        match blocks.next() {
            Some(block) => {
                let block = block.map_err(|error| Error::Sample(unwrapped(error)))?;
                bytes += arrow_bytes(&block);
                read.push(block);
            }
            None => return Ok((read, true)),
        }
    }
    Ok((read, false))
}

/// The error of a reader, without the cover that it came in.
fn unwrapped(error: ArrowError) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        ArrowError::ExternalError(error) => error,
        error => Box::new(error),
    }
}

fn concat<'a>(
    schema: &SchemaRef,
    blocks: impl Iterator<Item = &'a RecordBatch>,
) -> Result<RecordBatch> {
    concat_batches(schema, blocks).map_err(|error| Error::Sample(Box::new(error)))
}

/// The rows of one group after the other. After an error there are no more.
impl<R: RecordBatchReader> Iterator for Regroup<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.group();
        if group.is_err() {
            self.over = true;
            self.read.clear();
        }
        group.transpose()
    }
}

impl<R: RecordBatchReader> RecordBatchReader for Regroup<R> {
    fn schema(&self) -> SchemaRef {
        self.blocks.schema()
    }
}
