//! The plan of rows that are read: what the first of them tell.

use blockwrite::Regroup;

use super::blocks::{Blocks, READ_AHEAD, Reading};
use super::buffers::{Buffers, part_bytes};
use super::origin::{Origin, ReadRows};
use super::table::{Numbers, Place, TablePlan};
use crate::failure::Failure;
use crate::marks::source_marks;
use crate::settings::Settings;
use crate::source::{Opened, unplannable};
use crate::write_options::write_options;

/// What a reader holds of the text of a block, packed and unpacked.
const READER_BYTES: u64 = 16 << 20;

impl TablePlan {
    /// Resolves every number that can be known. Reads and encodes the first blocks.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Source`](crate::ExitCode::Source).
    pub(super) fn read(
        opened: Opened,
        place: Place,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, Failure> {
        let block_bytes = settings.block_size.0;
        let mut options = write_options(settings)?;
        let marks = source_marks(&opened.facts, block_bytes);
        options.key_value_metadata.extend(marks);
        let rows = opened.blocks.rows_read();
        let groups = Regroup::new(opened.blocks, &options, block_bytes)
            .map_err(|error| unplannable(error, rows.get()))?;
        let (encoder, sizing) = (groups.encoder().clone(), groups.sizing().clone());
        // Parquet is seldom larger than what it is made of, and parts grow where it is.
        let part_bytes = part_bytes(opened.facts.bytes.unwrap_or(0));
        let buffers = Buffers {
            sizing: &sizing,
            threads,
            part_bytes,
            to_s3: place.is_in_s3(),
            // Of how many groups nobody knows; the first thousand.
            footer_chunks: 1_000 * encoder.schema().fields().len() as u64,
        };
        // The group that is put together is there twice for a moment: in pieces and whole.
        let reader = sizing.arrow_bytes * (READ_AHEAD as u64 + 2) + READER_BYTES;
        Ok(Self {
            numbers: Numbers {
                origin: Origin::Read(ReadRows {
                    source: opened.facts,
                    most_rows: opened.most_rows,
                }),
                table: opened.table,
                columns: encoder.schema().fields().len(),
                block_bytes,
                compression: options.compression,
                threads,
                part_bytes,
                memory_bytes: buffers.bytes() + reader,
                keep_local: place.keep_local,
                damaged: false,
                ledger: None,
                sizing,
            },
            blocks: Blocks::Read(Box::new(Reading::new(groups, rows, opened.bytes_read))),
            encoder,
            destination: place.destination,
            set: None,
        })
    }
}
