//! Rows of many partitions, gathered until there are enough for a row group of one.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use super::partitioner::{PartitionRows, Partitioner};
use crate::room::Room;
use crate::sizing::arrow_bytes;
use crate::{Error, Result};

/// What a small array takes beside its values, about: the array itself, its buffers' headers, and
/// their alignment. Counted, because a partition may wait in hundreds of pieces.
const ARRAY_BYTES: u64 = 256;

/// What may be open and held at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionLimits {
    /// Partitions; at least 1. Default 256.
    pub partitions: usize,
    /// Rows that wait, in bytes of Arrow data and what goes with it. Default 256 MiB.
    pub buffered_bytes: u64,
}

impl Default for PartitionLimits {
    fn default() -> Self {
        Self {
            partitions: 256,
            buffered_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Gathers the rows of partitions until they make a row group.
///
/// A group ends where it has the wanted Arrow data, or
/// [`MAX_ROW_GROUP_ROWS`](crate::MAX_ROW_GROUP_ROWS). Where the rows that wait are more than the
/// limit, the partition with the most of them gives a smaller group. Groups depend on what is added
/// and its order alone.
///
/// Memory: the limit and the rows of one block.
#[derive(Debug)]
pub struct PartitionBuffers {
    columns: String,
    limits: PartitionLimits,
    group_bytes: f64,
    by_folder: HashMap<Arc<str>, usize>,
    partitions: Vec<Waiting>,
    /// Of all partitions.
    bytes: u64,
}

/// The rows of a partition that are in no group yet.
#[derive(Debug)]
struct Waiting {
    folder: Arc<str>,
    pieces: Vec<RecordBatch>,
    room: Room,
    bytes: u64,
}

/// Rows that make a row group of a partition.
#[derive(Debug)]
pub struct PartitionGroup {
    /// The partition, by its place in the order of appearance.
    pub partition: usize,
    /// Its folder.
    pub folder: Arc<str>,
    pieces: Vec<RecordBatch>,
}

impl PartitionGroup {
    /// The rows as one block: copies them, which is work for whoever encodes it.
    ///
    /// # Errors
    ///
    /// [`Error::Conversion`] where texts do not fit into one array.
    pub fn rows(&self) -> Result<RecordBatch> {
        match self.pieces.as_slice() {
            [one] => Ok(one.clone()),
            [first, ..] => {
                concat_batches(first.schema_ref(), &self.pieces).map_err(Error::Conversion)
            }
            [] => Err(Error::NoSchema),
        }
    }
}

impl PartitionBuffers {
    /// Nothing waits yet. A group is of about `group_arrow_bytes` of Arrow data, as
    /// [`BlockSizing::arrow_bytes`](crate::BlockSizing::arrow_bytes) says.
    pub fn new(by: &Partitioner, limits: PartitionLimits, group_arrow_bytes: u64) -> Self {
        let columns: Vec<_> = by.columns().map(|name| format!("`{name}`")).collect();
        Self {
            columns: columns.join(", "),
            limits,
            group_bytes: group_arrow_bytes.max(1) as f64,
            by_folder: HashMap::new(),
            partitions: Vec::new(),
            bytes: 0,
        }
    }

    /// How many partitions have appeared.
    pub fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// Bytes of the rows that wait, and of what goes with them.
    pub fn buffered_bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the rows of a block, and gives the groups that are full with them.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyPartitions`].
    pub fn add(&mut self, parts: Vec<PartitionRows>) -> Result<Vec<PartitionGroup>> {
        let mut full = Vec::new();
        for PartitionRows { folder, rows } in parts {
            let partition = self.partition(folder)?;
            self.push(partition, rows, &mut full);
        }
        while self.bytes > self.limits.buffered_bytes {
            let waiting = self.partitions.iter().enumerate();
            // Of several that are as large the first, so that it is always the same one.
            let most = waiting.rev().max_by_key(|(_, waiting)| waiting.bytes);
            let Some((largest, _)) = most.filter(|(_, waiting)| waiting.bytes > 0) else {
                break;
            };
            full.extend(self.flush(largest));
        }
        Ok(full)
    }

    /// What waits when all rows are there: a group of each partition that has any, in the order of
    /// appearance.
    pub fn rest(mut self) -> impl Iterator<Item = PartitionGroup> {
        (0..self.partitions.len()).filter_map(move |partition| self.flush(partition))
    }

    fn partition(&mut self, folder: Arc<str>) -> Result<usize> {
        if let Some(known) = self.by_folder.get(&folder) {
            return Ok(*known);
        }
        let next = self.partitions.len();
        if next >= self.limits.partitions {
            return Err(Error::TooManyPartitions {
                columns: self.columns.clone(),
                most: self.limits.partitions,
                folder: folder.to_string(),
            });
        }
        self.partitions.push(Waiting {
            folder: Arc::clone(&folder),
            pieces: Vec::new(),
            room: Room::of(self.group_bytes),
            bytes: 0,
        });
        self.by_folder.insert(folder, next);
        Ok(next)
    }

    fn push(&mut self, partition: usize, mut rows: RecordBatch, full: &mut Vec<PartitionGroup>) {
        while rows.num_rows() > 0 {
            let waiting = &mut self.partitions[partition];
            let fit = waiting.room.take(&rows, waiting.pieces.is_empty());
            if fit > 0 {
                let piece = rows.slice(0, fit);
                let bytes = held_bytes(&piece);
                waiting.bytes += bytes;
                self.bytes += bytes;
                waiting.pieces.push(piece);
            }
            // What does not fit ends the group, also where it is less than a row that is left.
            if fit < rows.num_rows() || waiting.room.is_full() {
                full.extend(self.flush(partition));
            }
            rows = rows.slice(fit, rows.num_rows() - fit);
        }
    }

    fn flush(&mut self, partition: usize) -> Option<PartitionGroup> {
        let waiting = &mut self.partitions[partition];
        self.bytes -= waiting.bytes;
        waiting.bytes = 0;
        waiting.room = Room::of(self.group_bytes);
        let pieces = std::mem::take(&mut waiting.pieces);
        (!pieces.is_empty()).then(|| PartitionGroup {
            partition,
            folder: Arc::clone(&waiting.folder),
            pieces,
        })
    }
}

/// What a piece holds of memory, about.
fn held_bytes(rows: &RecordBatch) -> u64 {
    arrow_bytes(rows) + rows.num_columns() as u64 * ARRAY_BYTES
}
