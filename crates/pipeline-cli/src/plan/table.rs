//! The plan of one table: its rows, its encoder, its target, and every number.

use std::num::NonZeroU64;
use std::ops::Range;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use blockgen::Generator;
use blockwrite::{BlockSizing, Compression, RowGroupEncoder, WriteOptions};
use s3up::{ObjectOptions, UploadOptions};
use serde::Serialize;

use super::choice::Chosen;
use super::fit::fit;
use super::{PARTS_IN_FLIGHT, QUEUED_GROUPS};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::marks::{CONTENT_ID, content_id, footer_marks};
use crate::settings::Settings;
use crate::text_table::printable;

/// Smaller parts would only cost more requests.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// S3's limit on the parts of one object.
const MAX_PARTS: u64 = 10_000;

/// The footer is kept in memory until the end, as structures several times its size in the file:
/// about so much for each column chunk.
const FOOTER_CHUNK_MEMORY: u64 = 600;

/// One block, not made yet: to be made on any thread.
pub struct BlockTask(Box<dyn FnOnce() -> Result<RecordBatch, Failure> + Send>);

impl BlockTask {
    /// A block that `make` makes.
    pub fn new(make: impl FnOnce() -> Result<RecordBatch, Failure> + Send + 'static) -> Self {
        Self(Box::new(make))
    }

    /// Makes the block.
    ///
    /// # Errors
    ///
    /// Those of whatever makes it.
    pub fn run(self) -> Result<RecordBatch, Failure> {
        (self.0)()
    }
}

/// Everything that one table needs, besides the machine.
#[derive(Debug)]
pub struct TablePlan {
    /// Makes the rows.
    generator: Generator,
    /// Encodes them, with every option decided.
    pub encoder: RowGroupEncoder,
    /// Where the file goes.
    pub destination: Destination,
    /// The numbers.
    pub numbers: Numbers,
}

/// The numbers of the plan of a table. Sizes are bytes.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// Data set: the name of a built-in spec, or of a file.
    pub dataset: String,
    /// Table.
    pub table: String,
    /// Seed of every value.
    pub seed: u64,
    /// Rows of the table that are made, half-open.
    pub rows: Range<u64>,
    /// Leaf columns.
    pub columns: usize,
    /// Wanted size of a row group.
    pub block_bytes: u64,
    /// What to expect.
    #[serde(flatten)]
    pub sizing: BlockSizing,
    /// Row groups of the file.
    pub row_groups: u64,
    /// Expected size of the file.
    pub file_bytes: u64,
    /// Codec and level.
    pub compression: Compression,
    /// Worker threads.
    pub threads: usize,
    /// Size of a part of the upload.
    pub part_bytes: u64,
    /// Expected parts; one where a single PUT will do.
    pub parts: u64,
    /// What the buffers of the run may hold at most, all together, server and runtime excluded.
    pub memory_bytes: u64,
    /// The local file that is written first and kept, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_local: Option<PathBuf>,
    /// Names the content: the same id means the same bytes.
    pub content_id: String,
}

/// Where one table goes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) destination: Destination,
    pub(super) keep_local: Option<PathBuf>,
}

impl TablePlan {
    /// The blocks of the table, in order, none of them made yet. Whatever else makes blocks than
    /// a generator is hidden here from those who carry the plan out.
    pub fn tasks(&self) -> impl Iterator<Item = BlockTask> + Send + use<> {
        let tasks = self
            .generator
            .tasks(self.numbers.rows.clone(), self.numbers.block_rows());
        tasks.map(|task| {
            BlockTask::new(|| {
                task.run()
                    .map_err(|error| Failure::new(ExitCode::Source, error))
            })
        })
    }

    /// Resolves every number. Encodes a few sample blocks.
    pub(super) fn solve(
        dataset: &str,
        chosen: Chosen,
        place: Place,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, Failure> {
        let Chosen {
            generator,
            wanted,
            most,
        } = chosen;
        let provenance = generator.provenance();
        let block_bytes = settings.block_size.0;
        let options = WriteOptions {
            compression: settings.compression,
            // Of the length that the marks will have, so that their bytes are planned for.
            key_value_metadata: footer_marks(
                dataset,
                &provenance,
                &(0..0),
                block_bytes,
                &"0".repeat(64),
            ),
            ..WriteOptions::default()
        };
        let (rows, encoder, sizing) = fit(&generator, &options, &wanted, most, block_bytes)?;
        let total = rows.end - rows.start;
        let row_groups = sizing.row_groups(total);
        let columns = encoder.schema().fields().len();
        let file_bytes = sizing.file_bytes(total);
        let part_bytes = part_bytes(file_bytes);

        let content_id = content_id(dataset, &provenance, &rows, &encoder, &sizing);
        let encoder = encoder
            .with_metadata(footer_marks(
                dataset,
                &provenance,
                &rows,
                block_bytes,
                &content_id,
            ))
            .map_err(|error| Failure::new(ExitCode::Internal, error))?;

        // A worker holds a block, its pages before compression, and the encoded group; a group
        // is copied once when it is spliced.
        let worker = sizing.arrow_bytes * 2 + sizing.group_bytes;
        let queue = sizing.group_bytes * (QUEUED_GROUPS as u64 + 2);
        let upload = match place.destination {
            Destination::S3 { .. } => part_bytes * (PARTS_IN_FLIGHT as u64 + 1),
            Destination::File(_) | Destination::Stdout => 0,
        };
        let footer = row_groups * columns as u64 * FOOTER_CHUNK_MEMORY;
        Ok(Self {
            numbers: Numbers {
                dataset: dataset.to_owned(),
                table: provenance.table,
                seed: provenance.seed,
                rows,
                columns,
                block_bytes,
                row_groups,
                file_bytes,
                compression: settings.compression,
                threads,
                part_bytes,
                parts: file_bytes.div_ceil(part_bytes).max(1),
                memory_bytes: worker * threads as u64 + queue + upload + footer,
                keep_local: place.keep_local,
                content_id,
                sizing,
            },
            generator,
            encoder,
            destination: place.destination,
        })
    }
}

impl Numbers {
    /// The table by its name, with that of the data set where that is another.
    pub fn what(&self) -> String {
        let table = printable(&self.table);
        if self.dataset == self.table {
            table
        } else {
            format!("{table} of {}", printable(&self.dataset))
        }
    }

    /// Rows that are made.
    pub fn total_rows(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    /// How the object is uploaded.
    pub fn upload_options(&self) -> UploadOptions {
        UploadOptions {
            part_size: self.part_bytes,
            single_put_below: self.part_bytes,
            parts_in_flight: PARTS_IN_FLIGHT,
            ..UploadOptions::default()
        }
    }

    /// What the object is, besides its bytes.
    pub fn object_options(&self) -> ObjectOptions {
        ObjectOptions {
            content_type: Some("application/vnd.apache.parquet".to_owned()),
            metadata: [(CONTENT_ID.to_owned(), self.content_id.clone())].into(),
            expected_size: Some(self.file_bytes),
        }
    }

    /// Rows of each row group but the last.
    pub fn block_rows(&self) -> NonZeroU64 {
        NonZeroU64::new(self.sizing.block_rows).expect("a sizing has at least one row a block")
    }
}

/// One part size for the whole object: ours, or what keeps a large one within S3's 10,000 parts,
/// with a fifth in reserve for a file that comes out larger than planned.
fn part_bytes(file_bytes: u64) -> u64 {
    let needed = (file_bytes + file_bytes / 5).div_ceil(MAX_PARTS);
    needed.max(PART_BYTES).next_multiple_of(1024 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_within_the_limits_of_s3() {
        for (file, part) in [(0, 8 << 20), (1 << 30, 8 << 20), (5 << 40, 630 << 20)] {
            assert_eq!(part_bytes(file), part, "{file}");
        }
        // 5 TiB, the largest object, in parts with a fifth in reserve.
        assert!((5_u64 << 40).div_ceil(part_bytes(5 << 40)) <= MAX_PARTS);
    }
}
