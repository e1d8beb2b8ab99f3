//! The partitions of a table: which there can be, what they hold at once, and their files.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use blockgen::Generator;
use blockwrite::{
    BlockSizing, PartitionBuffers, PartitionLimits, PartitionRows, Partitioner, RowGroupEncoder,
};
use serde::Serialize;

use super::file_set::FilePlan;
use super::marker::{Marker, Which};
use super::table::Place;
use crate::destination::{Destination, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::file_count::FileCount;
use crate::part_names::{in_folder, part_of};
use crate::settings::Settings;
use crate::thousands::grouped;
use crate::write_options::failure;

/// What to do where there are too many.
const TOO_MANY: &str = "Raise --max-partitions, or partition by a column of fewer values.";

/// The partitions of a table, as far as they are known before its rows are. Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partitions {
    /// The columns, outer folders first.
    pub columns: Vec<String>,
    /// Whether files have them, too.
    pub keeps_columns: bool,
    /// How many there can be, where the columns tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible: Option<u64>,
    /// How many may be open at once: one more is an error.
    pub most_open: u64,
    /// Rows that may wait, all together.
    pub buffered_bytes: u64,
    /// Where a file of a partition ends and another one begins, if anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
}

impl Partitions {
    /// How many files may be open at once, as far as that can be told.
    pub fn open(&self) -> u64 {
        self.possible
            .map_or(self.most_open, |possible| possible.min(self.most_open))
    }

    /// How much of a row group of the wanted size the buffer lets a partition gather, of 1. Where
    /// it is full the largest partition makes way, which then has about twice the average.
    pub fn share_of_a_group(&self, sizing: &BlockSizing) -> f64 {
        let each = 2.0 * self.buffered_bytes as f64 / self.open().max(1) as f64;
        (each / sizing.mean_arrow_bytes.max(1) as f64).min(1.0)
    }
}

/// How the rows of a table are parted, if settings say so.
///
/// # Errors
///
/// [`ExitCode::Usage`] for columns that are not there or can't name folders.
pub(super) fn partitioner(
    settings: &Settings,
    schema: &SchemaRef,
    table: &str,
) -> Result<Option<Partitioner>, Failure> {
    let Some(columns) = &settings.partition_by else {
        return Ok(None);
    };
    if let FileCount::Exactly(_) = settings.files {
        let sentence = "--files can't stand beside --partition-by: how many rows a partition has \
                        is not known before they are there";
        return Err(Failure::say(ExitCode::Usage, sentence).advise(
            "Say with --file-size how large a file of a partition may become, or nothing.",
        ));
    }
    if settings.only_files.is_some() {
        let sentence = "--only-files can't stand beside --partition-by: all files of a table are \
                        made at once";
        return Err(Failure::say(ExitCode::Usage, sentence));
    }
    let by = Partitioner::new(schema, columns.names(), settings.keep_partition_columns);
    by.map(Some).map_err(|error| {
        let is_of_columns = matches!(error, blockwrite::Error::UnknownColumn { .. });
        let failure = Failure::new(ExitCode::Usage, error);
        match is_of_columns {
            true => failure.of_table(table),
            false => failure,
        }
    })
}

impl Partitions {
    /// What settings say of them; how many there can be is open.
    pub(super) fn asked(settings: &Settings, by: &Partitioner) -> Self {
        let file_bytes = match settings.files {
            FileCount::OfSize(size) => Some(size.0),
            FileCount::One | FileCount::Exactly(_) => None,
        };
        Self {
            columns: by.columns().map(str::to_owned).collect(),
            keeps_columns: settings.keep_partition_columns,
            possible: None,
            most_open: settings.max_partitions,
            buffered_bytes: settings.partition_buffer.0,
            file_bytes,
        }
    }

    /// The same where `rows` are made by a generator whose columns may tell how many there can be.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] where that is more than may be open.
    pub(super) fn of_generated(
        mut self,
        generator: &Generator,
        rows: u64,
    ) -> Result<Self, Failure> {
        let mut values = self.columns.iter().map(|column| generator.distinct(column));
        let combined = values.try_fold(1_u64, |all, values| Some(all.saturating_mul(values?)));
        self.possible = combined.map(|values| values.min(rows));
        match self.possible {
            Some(possible) if possible > self.most_open => Err(self.too_many(possible)),
            _ => Ok(self),
        }
    }

    fn too_many(&self, possible: u64) -> Failure {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let sentence = format!(
            "{} can have {} values in these rows, and {} partitions at most may be open at once",
            columns.join(" and "),
            grouped(possible),
            grouped(self.most_open)
        );
        Failure::say(ExitCode::Usage, sentence).advise(TOO_MANY)
    }
}

/// What the partitions of a table have open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// How many there are at most.
    pub partitions: u64,
    /// What the system counts as open files, about: 507 were seen of a run with 244 partitions.
    pub files: u64,
    /// Whether the columns tell how many there are; else it is the most that there may be.
    pub is_known: bool,
}

/// The files of a table that is partitioned. Cheap to clone: each file is worked out when its first
/// row group is there.
#[derive(Debug, Clone)]
pub struct PartitionSet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    by: Partitioner,
    partitions: Partitions,
    /// Of a file without a folder; with the number still open.
    destination: Destination,
    /// Likewise, of copies that are kept.
    keep_local: Option<PathBuf>,
    encoder: RowGroupEncoder,
    sizing: BlockSizing,
    marker: Marker,
    /// The rows of the whole table that are made; none where they are read.
    rows: Range<u64>,
}

impl PartitionSet {
    /// The files of rows that `by` parts.
    pub(super) fn new(
        by: Partitioner,
        partitions: Partitions,
        place: &Place,
        encoder: RowGroupEncoder,
        sizing: BlockSizing,
        marker: Marker,
        rows: Range<u64>,
    ) -> Self {
        Self(Arc::new(Inner {
            by,
            partitions,
            destination: place.destination.clone(),
            keep_local: place.keep_local.clone(),
            encoder,
            sizing,
            marker,
            rows,
        }))
    }

    /// Takes a block apart.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Internal`] for a block of another schema.
    pub fn split(&self, block: &RecordBatch) -> Result<Vec<PartitionRows>, Failure> {
        self.0.by.split(block).map_err(failure)
    }

    /// Gathers what was taken apart.
    pub fn buffers(&self) -> PartitionBuffers {
        let partitions = &self.0.partitions;
        let limits = PartitionLimits {
            partitions: usize::try_from(partitions.most_open).unwrap_or(usize::MAX),
            buffered_bytes: partitions.buffered_bytes,
        };
        PartitionBuffers::new(&self.0.by, limits, self.0.sizing.mean_arrow_bytes)
    }

    /// What all partitions have open at once.
    pub fn open_files(&self) -> OpenFiles {
        let Inner {
            partitions,
            destination,
            keep_local,
            ..
        } = &*self.0;
        let each = match destination {
            // The file, and its folder or its lock.
            Destination::File(_) | Destination::Stdout => 2,
            // Copies are written first, and uploaded a few at once.
            Destination::S3 { .. } if keep_local.is_some() => 2,
            // The server's end of the connection, and its file.
            Destination::S3 {
                endpoint: Endpoint::Embedded,
                ..
            } => 4,
            // An entry in the journal, and a connection.
            Destination::S3 { .. } => 2,
        };
        OpenFiles {
            partitions: partitions.open(),
            files: partitions.open().saturating_mul(each),
            is_known: partitions.possible.is_some(),
        }
    }

    /// Where a file ends and another one of its partition begins, if anywhere: bytes.
    pub fn file_bytes(&self) -> Option<u64> {
        self.0.partitions.file_bytes
    }

    /// A file of a partition, by its folder and its number in it.
    pub fn file(&self, folder: &str, number: u64) -> FilePlan {
        FilePlan {
            destination: self.0.destination.part_in(folder, number),
            keep_local: self
                .0
                .keep_local
                .clone()
                .map(|path| in_folder(&part_of(path, number), folder)),
            content_id: self.content_id(folder, number),
            file_bytes: None,
        }
    }

    /// Where files go, with what is not known of them in braces: `out/country={country}/…`.
    pub fn pattern(&self) -> String {
        let columns = self.0.partitions.columns.iter();
        let levels: Vec<_> = columns.map(|name| format!("{name}={{{name}}}")).collect();
        let anywhere = self.0.destination.clone().in_folder(&levels.join("/"));
        anywhere.to_string()
    }

    /// The encoder of all of them.
    pub fn encoder(&self) -> &RowGroupEncoder {
        &self.0.encoder
    }

    /// The encoder with the marks of a file.
    ///
    /// # Errors
    ///
    /// None that a plan has not met.
    pub fn encoder_of(&self, folder: &str, number: u64) -> Result<RowGroupEncoder, Failure> {
        let id = self.content_id(folder, number);
        let Inner { marker, rows, .. } = &*self.0;
        let marks = marker.marks(rows, self.which(folder, number), id.as_deref());
        let encoder = self.0.encoder.with_metadata(marks);
        encoder.map_err(|error| Failure::new(ExitCode::Internal, error))
    }

    fn which<'a>(&'a self, folder: &'a str, number: u64) -> Which<'a> {
        Which::Of {
            partitions: &self.0.partitions,
            folder,
            number,
        }
    }

    fn content_id(&self, folder: &str, number: u64) -> Option<String> {
        let Inner {
            marker,
            rows,
            encoder,
            sizing,
            ..
        } = &*self.0;
        marker.content_id(rows, self.which(folder, number), encoder, sizing)
    }
}

/// A partition for which there is no room, met while rows are made.
pub fn partition_failure(error: blockwrite::Error) -> Failure {
    match error {
        blockwrite::Error::TooManyPartitions { .. } => {
            Failure::new(ExitCode::Usage, error).advise(TOO_MANY)
        }
        error => failure(error),
    }
}
