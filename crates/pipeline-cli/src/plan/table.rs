//! The plan of one table: its rows, its encoder, its target, and every number.

use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};

use blockgen::Ledgers;
use blockgen::source::BytesRead;
use blockwrite::{BlockSizing, Compression, RowGroupEncoder, WriteOptions};
use futures::stream::BoxStream;
use s3up::{ObjectOptions, UploadOptions};
use serde::Serialize;

use super::blocks::{BlockTask, Blocks};
use super::choice::Chosen;
use super::fit::fit;
use super::origin::{Generated, Origin};
use super::{PARTS_IN_FLIGHT, QUEUED_GROUPS};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::made_by::{MADE_BY, made_by};
use crate::marks::{CONTENT_ID, content_id, footer_marks};
use crate::settings::Settings;
use crate::write_options::write_options;

/// Smaller parts would only cost more requests.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// S3's limit on the parts of one object.
const MAX_PARTS: u64 = 10_000;

/// The footer is kept in memory until the end, as structures several times its size in the file:
/// about so much for each column chunk.
const FOOTER_CHUNK_MEMORY: u64 = 600;

/// Everything that one table needs, besides the machine.
#[derive(Debug)]
pub struct TablePlan {
    /// Makes the rows, or reads them.
    pub(super) blocks: Blocks,
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
    /// Where the rows come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Table.
    pub table: String,
    /// Leaf columns.
    pub columns: usize,
    /// Wanted size of a row group.
    pub block_bytes: u64,
    /// What to expect.
    #[serde(flatten)]
    pub sizing: BlockSizing,
    /// Codec and level.
    pub compression: Compression,
    /// Worker threads.
    pub threads: usize,
    /// Size of a part of the upload.
    pub part_bytes: u64,
    /// What the buffers of the run may hold at most, all together, server and runtime excluded.
    pub memory_bytes: u64,
    /// The local file that is written first and kept, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_local: Option<PathBuf>,
    /// Whether values of the table are damaged on purpose.
    #[serde(skip_serializing_if = "is_false")]
    pub damaged: bool,
    /// The local file that lists them, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<PathBuf>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
fn is_false(what: &bool) -> bool {
    !what
}

/// Where one table goes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) destination: Destination,
    pub(super) keep_local: Option<PathBuf>,
    pub(super) ledger: Option<PathBuf>,
}

impl TablePlan {
    /// The blocks of the table, in order, none of them made yet. Those of a source are there once.
    pub fn tasks(&self) -> BoxStream<'static, BlockTask> {
        self.blocks.tasks()
    }

    /// Its ledger, if one was asked for: the file, and the lines, none of them made yet.
    pub fn ledger(&self) -> Option<(&Path, Ledgers)> {
        let path = self.numbers.ledger.as_deref()?;
        let Blocks::Generated {
            generator,
            rows,
            block_rows,
        } = &self.blocks
        else {
            return None;
        };
        Some((path, generator.ledgers(rows.clone(), *block_rows)))
    }

    /// How far the files of a source have been read.
    pub fn bytes_read(&self) -> Option<BytesRead> {
        match &self.blocks {
            Blocks::Generated { .. } => None,
            Blocks::Read(reading) => Some(reading.bytes.clone()),
        }
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
        let asked = write_options(settings)?;
        let marks = |rows: &Range<u64>, content_id: &str| {
            let command = made_by(dataset, &provenance, rows, settings, &asked);
            let marks = footer_marks(dataset, &provenance, rows, block_bytes, content_id);
            let mut pairs = asked.key_value_metadata.clone();
            pairs.extend(marks);
            pairs.insert(MADE_BY.to_owned(), command);
            pairs
        };
        let options = WriteOptions {
            // Of the length that the marks will have, so that their bytes are planned for.
            key_value_metadata: marks(&(0..0), &"0".repeat(64)),
            ..asked.clone()
        };
        let (rows, encoder, sizing) = fit(&generator, &options, &wanted, most, block_bytes)?;
        let total = rows.end - rows.start;
        let row_groups = sizing.row_groups(total);
        let columns = encoder.schema().fields().len();
        let file_bytes = sizing.file_bytes(total);
        let part_bytes = part_bytes(file_bytes);

        let decided = WriteOptions {
            key_value_metadata: asked.key_value_metadata.clone(),
            ..encoder.options().clone()
        };
        let content_id = content_id(dataset, &provenance, &rows, &decided, &sizing);
        let encoder = encoder
            .with_metadata(marks(&rows, &content_id))
            .map_err(|error| Failure::new(ExitCode::Internal, error))?;

        let buffers = Buffers {
            sizing: &sizing,
            threads,
            part_bytes,
            to_s3: place.is_in_s3(),
            footer_chunks: row_groups * columns as u64,
        };
        let memory_bytes = buffers.bytes();
        let generated = Generated {
            dataset: dataset.to_owned(),
            seed: provenance.seed,
            rows: rows.clone(),
            row_groups,
            file_bytes,
            parts: file_bytes.div_ceil(part_bytes).max(1),
            content_id,
        };
        let numbers = Numbers {
            origin: Origin::Generated(generated),
            table: provenance.table,
            columns,
            block_bytes,
            compression: asked.compression,
            threads,
            part_bytes,
            memory_bytes,
            keep_local: place.keep_local,
            damaged: generator.is_damaged(),
            ledger: place.ledger,
            sizing,
        };
        Ok(Self {
            blocks: Blocks::Generated {
                generator,
                rows,
                block_rows: numbers.block_rows(),
            },
            numbers,
            encoder,
            destination: place.destination,
        })
    }
}

impl Place {
    pub(super) fn is_in_s3(&self) -> bool {
        matches!(self.destination, Destination::S3 { .. })
    }
}

/// What the buffers of a table depend on.
pub(super) struct Buffers<'a> {
    pub(super) sizing: &'a BlockSizing,
    pub(super) threads: usize,
    pub(super) part_bytes: u64,
    pub(super) to_s3: bool,
    /// Column chunks of which the footer will tell.
    pub(super) footer_chunks: u64,
}

impl Buffers<'_> {
    /// What they hold at most, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let sizing = self.sizing;
        // A worker holds a block, its pages before compression, and the encoded group; a group
        // is copied once when it is spliced.
        let worker = sizing.arrow_bytes * 2 + sizing.group_bytes;
        let queue = sizing.group_bytes * (QUEUED_GROUPS as u64 + 2);
        let upload = match self.to_s3 {
            true => self.part_bytes * (PARTS_IN_FLIGHT as u64 + 1),
            false => 0,
        };
        let footer = self.footer_chunks * FOOTER_CHUNK_MEMORY;
        worker * self.threads as u64 + queue + upload + footer
    }
}

impl Numbers {
    /// What the rows are, in a few words: the table and its seed, or the source.
    pub fn data(&self) -> String {
        match &self.origin {
            Origin::Generated(made) => {
                format!("{}, seed {}", made.what(&self.table), made.seed)
            }
            Origin::Read(read) => read.source.to_string(),
        }
    }

    /// Rows that are made; of those that are read nobody knows.
    pub fn total_rows(&self) -> Option<u64> {
        self.origin.generated().map(Generated::total_rows)
    }

    /// Row groups of the file, if its rows are known.
    pub fn row_groups(&self) -> Option<u64> {
        self.origin.generated().map(|made| made.row_groups)
    }

    /// Expected size of the file in bytes, if its rows are known.
    pub fn file_bytes(&self) -> Option<u64> {
        self.origin.generated().map(|made| made.file_bytes)
    }

    /// Names the content, where that can be known before it is there.
    pub fn content_id(&self) -> Option<&str> {
        self.origin.generated().map(|made| made.content_id.as_str())
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
            metadata: self
                .content_id()
                .map(|id| (CONTENT_ID.to_owned(), id.to_owned()))
                .into_iter()
                .collect(),
            expected_size: self.file_bytes(),
        }
    }

    /// Rows of each row group but the last.
    pub fn block_rows(&self) -> NonZeroU64 {
        NonZeroU64::new(self.sizing.block_rows).expect("a sizing has at least one row a block")
    }
}

/// One part size for the whole object: ours, or what keeps a large one within S3's 10,000 parts,
/// with a fifth in reserve for a file that comes out larger than planned.
pub(super) fn part_bytes(file_bytes: u64) -> u64 {
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
