//! The plan of rows that are read: what the first of them tell.

use std::iter;

use arrow::array::{RecordBatch, RecordBatchReader as _};
use blockgen::source::{BytesRead, Source};
use blockwrite::{BlockSizing, Partitioner, Regroup, RowGroupEncoder, Sizer, WriteOptions};

use super::blocks::{Blocks, Groups, READ_AHEAD, Reading};
use super::buffers::{Buffers, Uploads};
use super::cut_groups::CutGroups;
use super::ends::Ends;
use super::file_set::FileSet;
use super::marker::{Marker, Read, Which};
use super::origin::{Origin, ReadRows};
use super::partitions::{PartitionSet, Partitions, partitioner};
use super::table::{Layout, Numbers, Place, TablePlan};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::file_count::{EvenCut, FileCount, MAX_FILES};
use crate::settings::Settings;
use crate::source::{Limited, Opened, RowsRead, failure, unplannable};
use crate::write_options::{failure as unwritable, write_options};

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
        let asked = write_options(settings)?;
        let marker = Marker::Read(Box::new(Read {
            source: opened.facts.clone(),
            options: asked.clone(),
            block_bytes,
        }));
        let options = WriteOptions {
            key_value_metadata: marker.marks(&(0..0), Which::Only, None),
            ..asked
        };
        let ends = ends(settings, &opened)?;
        let by = partitioner(settings, &opened.blocks.schema(), &opened.table)?;
        let rows = opened.blocks.rows_read();
        let expected = Expected::of(&opened);
        let groups = Regroup::new(opened.blocks, &options, block_bytes)
            .map_err(|error| unplannable(error, rows.get()))?;
        let First {
            groups,
            encoder,
            sizing,
        } = match &by {
            Some(by) => First::parted(groups, by, &options, block_bytes, &rows)?,
            None => First::whole(groups, ends.as_ref()),
        };
        if let Some(ends) = &ends {
            ends.check(expected.bytes(&sizing, rows.get()))?;
        }
        let partitions = by.as_ref().map(|by| Partitions::asked(settings, by));
        // Parquet is seldom larger than what it is made of, and parts grow where it is.
        let uploads = Uploads::of(
            settings,
            partitions.as_ref(),
            opened.facts.bytes.unwrap_or(0),
        );
        let columns = encoder.schema().fields().len();
        let buffers = Buffers {
            sizing: &sizing,
            threads,
            uploads: place.is_in_s3().then_some(&uploads),
            // Of how many groups nobody knows; the first thousand.
            footer_chunks: 1_000 * encoder.leaf_columns() as u64,
            waiting_bytes: partitions.as_ref().map(|p| p.buffered_bytes),
            file_bytes: None,
        };
        // The group that is put together is there twice for a moment: in pieces and whole.
        let reader = sizing.arrow_bytes * (READ_AHEAD as u64 + 2) + READER_BYTES;
        let memory_bytes = buffers.bytes() + reader;
        let layout = match (by, &partitions) {
            (Some(by), Some(partitions)) => Layout::Partitioned(PartitionSet::new(
                by,
                partitions.clone(),
                &place,
                encoder.clone(),
                sizing.clone(),
                marker,
                0..0,
            )),
            (_, _) => match ends {
                None => Layout::One,
                Some(ends) => {
                    let chosen = match &ends {
                        Ends::Cut(cut) => 0..cut.files,
                        Ends::AtSize(_) => 0..MAX_FILES,
                    };
                    let (encoder, sizing) = (encoder.clone(), sizing.clone());
                    Layout::Several(FileSet::new(ends, chosen, &place, encoder, sizing, marker))
                }
            },
        };
        Ok(Self {
            numbers: Numbers {
                origin: Origin::Read(ReadRows {
                    source: opened.facts,
                    most_rows: opened.most_rows,
                }),
                table: opened.table,
                columns,
                block_bytes,
                compression: encoder.options().compression,
                threads,
                part_bytes: uploads.part_bytes,
                parts_in_flight: uploads.parts_in_flight,
                partitions,
                memory_bytes,
                keep_local: place.keep_local,
                damaged: false,
                ledger: None,
                sizing,
            },
            blocks: Blocks::Read(Box::new(Reading::new(groups, rows, opened.bytes_read))),
            encoder,
            destination: place.destination,
            layout,
        })
    }
}

/// What tells how many rows a source has.
struct Expected {
    bytes: Option<u64>,
    bytes_read: BytesRead,
    most_rows: Option<u64>,
}

impl Expected {
    fn of(opened: &Opened) -> Self {
        Self {
            bytes: opened.facts.bytes,
            bytes_read: opened.bytes_read.clone(),
            most_rows: opened.most_rows,
        }
    }

    /// About what all rows come to in files, by those that were `read` so far; nought where nobody
    /// can tell.
    fn bytes(&self, sizing: &BlockSizing, read: u64) -> u64 {
        let share = self.bytes.unwrap_or(0) as f64 / self.bytes_read.get().max(1) as f64;
        let rows = (read as f64 * share) as u64;
        let rows = self.most_rows.map_or(rows, |most| rows.min(most));
        sizing.file_bytes(0..rows)
    }
}

/// Where files end, if there may be several.
///
/// # Errors
///
/// [`ExitCode::Usage`] for a number of files where nobody knows how many rows there are, and for
/// some of them.
fn ends(settings: &Settings, opened: &Opened) -> Result<Option<Ends>, Failure> {
    if settings.only_files.is_some() {
        let sentence =
            "--only-files can't stand beside --from: a source is read from its beginning";
        return Err(Failure::say(ExitCode::Usage, sentence));
    }
    // Refused with partitions, where they are looked at.
    if settings.partition_by.is_some() {
        return Ok(None);
    }
    match settings.files {
        FileCount::One => Ok(None),
        FileCount::Exactly(1) if !Destination::is_set(settings) => Ok(None),
        FileCount::OfSize(size) => Ok(Some(Ends::AtSize(size.0))),
        FileCount::Exactly(files) => {
            if let Some(rows) = opened.count_rows() {
                return Ok(Some(Ends::Cut(EvenCut {
                    files: files.clamp(1, rows.max(1)),
                    rows: 0..rows,
                })));
            }
            let sentence = "--files can't stand beside --from here: how many rows there are is \
                            known before they are read of Parquet files only";
            Err(Failure::say(ExitCode::Usage, sentence)
                .advise("Say with --file-size how large a file may become."))
        }
    }
}

/// What the first rows tell of a source, and the rows: those that were looked at among them.
struct First {
    groups: Groups,
    encoder: RowGroupEncoder,
    sizing: BlockSizing,
}

impl First {
    /// Files have all columns, and where there may be several end there.
    fn whole(groups: Regroup<Limited<Source>>, ends: Option<&Ends>) -> Self {
        Self {
            encoder: groups.encoder().clone(),
            sizing: groups.sizing().clone(),
            groups: match ends {
                Some(ends) => Box::new(CutGroups::new(groups, ends)),
                None => Box::new(groups),
            },
        }
    }

    /// Files have the columns that `by` leaves them: what is read first is the sample for those.
    fn parted(
        mut groups: Regroup<Limited<Source>>,
        by: &Partitioner,
        options: &WriteOptions,
        block_bytes: u64,
        rows: &RowsRead,
    ) -> Result<Self, Failure> {
        let first = groups.next().transpose();
        let first = first.map_err(|error| failure(error, rows.get()))?;
        let empty = || RecordBatch::new_empty(groups.schema());
        let sample = first.clone().unwrap_or_else(empty);
        let sample = by
            .file_columns(&sample)
            .map_err(|error| Failure::new(ExitCode::Internal, error))?;
        let options = by.file_options(options);
        let mut of_sample = |range: std::ops::Range<u64>| {
            let start = usize::try_from(range.start)?;
            let rows = usize::try_from(range.end)?.saturating_sub(start);
            Ok(sample.slice(start, rows))
        };
        let (encoder, sizing) = Sizer::new(&options, &mut of_sample)
            .solve(0..sample.num_rows() as u64, block_bytes)
            .map_err(unwritable)?;
        // What is put together here are blocks to be taken apart, in whichever number.
        let blocks = iter::from_fn(move || {
            groups.begin_file();
            groups.next()
        });
        Ok(Self {
            groups: Box::new(first.into_iter().map(Ok).chain(blocks)),
            encoder,
            sizing,
        })
    }
}
