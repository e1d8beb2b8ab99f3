//! The plan of one table: its rows, its encoder, its target, and every number.

use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use blockgen::Ledgers;
use blockgen::source::BytesRead;
use blockwrite::{BlockSizing, Compression, RowGroupEncoder, WriteOptions};
use s3up::UploadOptions;
use serde::Serialize;

use super::blocks::{Blocks, Maker};
use super::buffers::{Buffers, Uploads};
use super::choice::{Chosen, Wanted};
use super::ends::Ends;
use super::file_set::{FilePlan, FileSet};
use super::fit::{Asked, Fit, fit};
use super::marker::{Made, Marker, Which};
use super::origin::{FilesMade, Generated, Origin};
use super::partitions::{OpenFiles, PartitionSet, Partitions, partitioner};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::file_count::{EvenCut, FileCount};
use crate::settings::Settings;
use crate::thousands::counted;

/// Everything that one table needs, besides the machine.
#[derive(Debug)]
pub struct TablePlan {
    /// Makes the rows, or reads them.
    pub(super) blocks: Blocks,
    /// Encodes them, with every option decided.
    pub encoder: RowGroupEncoder,
    /// Where the file goes; of several the number is left open in it.
    pub destination: Destination,
    /// The numbers.
    pub numbers: Numbers,
    /// Its files.
    pub layout: Layout,
}

/// The files of a table.
#[derive(Debug)]
pub enum Layout {
    /// One.
    One,
    /// Several, or one that may be one of several; the rows of each are known.
    Several(FileSet),
    /// Some in the folder of each partition.
    Partitioned(PartitionSet),
}

/// The numbers of the plan of a table. Sizes are bytes.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// Where the rows come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Table.
    pub table: String,
    /// Columns.
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
    /// Parts of one upload that are on their way at once.
    #[serde(skip)]
    pub parts_in_flight: usize,
    /// The partitions, where rows are partitioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions: Option<Partitions>,
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
    /// The file of a table that becomes one.
    pub fn only_file(&self) -> FilePlan {
        FilePlan {
            destination: self.destination.clone(),
            keep_local: self.numbers.keep_local.clone(),
            content_id: self.numbers.content_id().map(str::to_owned),
            file_bytes: self.numbers.file_bytes(),
        }
    }

    /// Its ledger, if one was asked for: the file, and the lines, none of them made yet.
    pub fn ledger(&self) -> Option<(&Path, Ledgers)> {
        let path = self.numbers.ledger.as_deref()?;
        let Blocks::Generated { maker, rows } = &self.blocks else {
            return None;
        };
        let ledgers = maker
            .generator
            .ledgers(rows.clone(), self.numbers.block_rows());
        Some((path, ledgers))
    }

    /// What its partitions have open at once, if it has any.
    pub fn open_files(&self) -> Option<OpenFiles> {
        match &self.layout {
            Layout::Partitioned(set) => Some(set.open_files()),
            Layout::One | Layout::Several(_) => None,
        }
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
        asked: &WriteOptions,
        threads: usize,
    ) -> Result<Self, Failure> {
        let Chosen {
            generator,
            wanted,
            most,
        } = chosen;
        let provenance = generator.provenance();
        let block_bytes = settings.block_size.0;
        let by = partitioner(settings, &generator.schema(), generator.table())?;
        let partitions = by.as_ref().map(|by| Partitions::asked(settings, by));
        let partitions = match (partitions, &wanted) {
            (Some(partitions), Wanted::Rows(rows)) => {
                Some(partitions.of_generated(&generator, rows.end.saturating_sub(rows.start))?)
            }
            (Some(partitions), Wanted::Size(_)) => Some(partitions.of_generated(&generator, most)?),
            (None, _) => None,
        };
        let made = Made {
            dataset: dataset.to_owned(),
            provenance: provenance.clone(),
            settings: settings.clone(),
            options: asked.clone(),
            rows: 0..0,
        };
        let marker = Marker::Made(Box::new(made));
        let as_set = Destination::is_set(settings);
        let which = match as_set {
            true => Which::Numbered(0),
            false => Which::Only,
        };
        // Of the length that the marks will have, so that their bytes are planned for.
        let marks = marker.marks(&(0..0), which, Some(&"0".repeat(64)));
        let options = WriteOptions {
            key_value_metadata: marks,
            ..by.as_ref()
                .map_or_else(|| asked.clone(), |by| by.file_options(asked))
        };
        let file_columns = |block: RecordBatch| match &by {
            Some(by) => by.file_columns(&block),
            None => Ok(block),
        };
        let files = match &partitions {
            // As if all were equally large: nobody knows better.
            Some(partitions) => FileCount::Exactly(partitions.possible.unwrap_or(1)),
            None => settings.files,
        };
        let Fit {
            cut,
            mut encoder,
            sizing,
        } = fit(
            &Asked {
                generator: &generator,
                options: &options,
                amount: &wanted,
                most,
                block_bytes,
                files,
            },
            file_columns,
        )?;
        let marker = marker.of_rows(cut.rows.clone());
        let chosen = chosen_files(settings, &cut)?;
        let rows = cut.rows_of_all(&chosen);
        let columns = encoder.schema().fields().len();
        let leaf_columns = encoder.leaf_columns();
        let totals = Totals::of(&cut, &chosen, &sizing);
        let uploads = Uploads::of(settings, partitions.as_ref(), totals.largest_bytes);

        let which = match &partitions {
            Some(partitions) => Which::Of {
                partitions,
                folder: "",
                number: 0,
            },
            None => which,
        };
        let content_id = marker.content_id(&rows, which, &encoder, &sizing);
        let content_id = content_id.unwrap_or_default();
        let files = (as_set && partitions.is_none()).then(|| FilesMade {
            made: chosen.clone(),
            of: cut.files,
        });
        let layout = match (by, &partitions) {
            (Some(by), Some(partitions)) => Layout::Partitioned(PartitionSet::new(
                by,
                partitions.clone(),
                &place,
                encoder.clone(),
                sizing.clone(),
                marker,
                rows.clone(),
            )),
            _ if as_set => Layout::Several(FileSet::new(
                Ends::Cut(cut.clone()),
                chosen,
                &place,
                encoder.clone(),
                sizing.clone(),
                marker,
            )),
            _ => {
                let marks = marker.marks(&rows, Which::Only, Some(&content_id));
                encoder = encoder
                    .with_metadata(marks)
                    .map_err(|error| Failure::new(ExitCode::Internal, error))?;
                Layout::One
            }
        };

        let buffers = Buffers {
            sizing: &sizing,
            threads,
            uploads: place.is_in_s3().then_some(&uploads),
            footer_chunks: match &partitions {
                Some(partitions) => {
                    let groups = totals.row_groups as f64 / partitions.share_of_a_group(&sizing);
                    (groups * leaf_columns as f64) as u64
                }
                None => totals.most_groups.saturating_mul(leaf_columns as u64),
            },
            waiting_bytes: partitions.as_ref().map(|partitions| {
                let rows = (rows.end - rows.start) as f64;
                let all = sizing.mean_arrow_bytes as f64 / sizing.block_rows as f64 * rows;
                partitions.buffered_bytes.min(all as u64)
            }),
            file_bytes: Some(totals.file_bytes),
        };
        let memory_bytes = buffers.bytes();
        let generated = Generated {
            dataset: dataset.to_owned(),
            seed: provenance.seed,
            rows: rows.clone(),
            files,
            row_groups: totals.row_groups,
            file_bytes: totals.file_bytes,
            parts: totals.largest_bytes.div_ceil(uploads.part_bytes).max(1),
            content_id,
        };
        let numbers = Numbers {
            origin: Origin::Generated(generated),
            table: provenance.table,
            columns,
            block_bytes,
            compression: asked.compression,
            threads,
            part_bytes: uploads.part_bytes,
            parts_in_flight: uploads.parts_in_flight,
            partitions,
            memory_bytes,
            keep_local: place.keep_local,
            damaged: generator.is_damaged(),
            ledger: place.ledger,
            sizing,
        };
        Ok(Self {
            blocks: Blocks::Generated {
                maker: Maker {
                    generator,
                    sizing: numbers.sizing.clone(),
                },
                rows,
            },
            numbers,
            encoder,
            destination: place.destination,
            layout,
        })
    }
}

/// The files that are made, of those that there are.
fn chosen_files(settings: &Settings, cut: &EvenCut) -> Result<Range<u64>, Failure> {
    match &settings.only_files {
        None => Ok(0..cut.files),
        Some(chosen) if chosen.end <= cut.files => Ok(chosen.clone()),
        Some(chosen) => {
            let sentence = format!(
                "--only-files {}..{}: there are {}, counted from 0",
                chosen.start,
                chosen.end,
                counted(cut.files, "file")
            );
            Err(Failure::say(ExitCode::Usage, sentence))
        }
    }
}

/// What to expect of the files that are made.
struct Totals {
    row_groups: u64,
    file_bytes: u64,
    largest_bytes: u64,
    /// Of one file.
    most_groups: u64,
}

impl Totals {
    fn of(cut: &EvenCut, chosen: &Range<u64>, sizing: &BlockSizing) -> Self {
        let mut totals = Self {
            row_groups: 0,
            file_bytes: 0,
            largest_bytes: 0,
            most_groups: 0,
        };
        for rows in chosen.clone().map(|file| cut.rows_of(file)) {
            let groups = sizing.row_groups(rows.clone());
            let bytes = sizing.file_bytes(rows);
            totals.row_groups = totals.row_groups.saturating_add(groups);
            totals.file_bytes = totals.file_bytes.saturating_add(bytes);
            totals.largest_bytes = totals.largest_bytes.max(bytes);
            totals.most_groups = totals.most_groups.max(groups);
        }
        totals
    }
}

impl Place {
    pub(super) fn is_in_s3(&self) -> bool {
        matches!(self.destination, Destination::S3 { .. })
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

    /// Row groups of the file, if its rows are known. Those of partitions follow from how many rows
    /// each has, which nobody knows.
    pub fn row_groups(&self) -> Option<u64> {
        let made = self.origin.generated();
        made.filter(|_| self.partitions.is_none())
            .map(|made| made.row_groups)
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
            parts_in_flight: self.parts_in_flight,
            ..UploadOptions::default()
        }
    }

    /// Rows of each row group but the last.
    pub fn block_rows(&self) -> NonZeroU64 {
        NonZeroU64::new(self.sizing.block_rows).expect("a sizing has at least one row a block")
    }
}
