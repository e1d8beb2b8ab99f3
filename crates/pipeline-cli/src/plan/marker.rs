//! What a file says of itself in its footer, and by what its content is known.

use std::collections::BTreeMap;
use std::ops::Range;

use blockgen::Provenance;
use blockwrite::{BlockSizing, RowGroupEncoder, WriteOptions};

use super::partitions::Partitions;
use crate::made_by::{MADE_BY, made_by};
use crate::marks::{PartitionMark, content_id, footer_marks, source_marks};
use crate::settings::Settings;
use crate::source::SourceFacts;

/// The name of the folder among the marks of a file that is in a partition.
const PARTITION: &str = "pipeline.partition";

/// What the files of a table have to say of themselves.
#[derive(Debug)]
pub(super) enum Marker {
    /// Rows that are made.
    Made(Box<Made>),
    /// Rows that are read.
    Read(Box<Read>),
}

/// Which file of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    /// The only one.
    Only,
    /// One of several, by its number.
    Numbered(u64),
    /// One of a partition, which it names by its folder.
    Of {
        partitions: &'a Partitions,
        folder: &'a str,
        number: u64,
    },
}

/// Where rows that are made come from.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) dataset: String,
    pub(super) provenance: Provenance,
    pub(super) settings: Settings,
    /// As they were asked for.
    pub(super) options: WriteOptions,
    /// All rows of the table that are asked for, in however many files.
    pub(super) rows: Range<u64>,
}

/// Where rows that are read come from.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) source: SourceFacts,
    /// As they were asked for.
    pub(super) options: WriteOptions,
    pub(super) block_bytes: u64,
}

impl Which<'_> {
    fn number(self) -> Option<u64> {
        match self {
            Self::Numbered(number) => Some(number),
            Self::Only | Self::Of { .. } => None,
        }
    }

    fn partition(&self) -> Option<PartitionMark<'_>> {
        match self {
            Self::Only | Self::Numbered(_) => None,
            Self::Of {
                partitions,
                folder,
                number,
            } => Some(PartitionMark {
                columns: &partitions.columns,
                keeps_columns: partitions.keeps_columns,
                buffered_bytes: partitions.buffered_bytes,
                file_bytes: partitions.file_bytes,
                folder,
                number: *number,
            }),
        }
    }
}

impl Marker {
    /// The same for these rows of the table, in however many files.
    pub(super) fn of_rows(mut self, rows: Range<u64>) -> Self {
        if let Self::Made(made) = &mut self {
            made.rows = rows;
        }
        self
    }

    /// Whether any of the rows can be had again alone.
    pub(super) fn is_of_made_rows(&self) -> bool {
        matches!(self, Self::Made(_))
    }

    /// The pairs for the footer of a file that holds `rows`, or those of them that are in its
    /// partition.
    pub(super) fn marks(
        &self,
        rows: &Range<u64>,
        which: Which<'_>,
        content_id: Option<&str>,
    ) -> BTreeMap<String, String> {
        let (options, marks) = match self {
            Self::Made(made) => (&made.options, made.marks(rows, which, content_id)),
            Self::Read(read) => (&read.options, source_marks(&read.source, read.block_bytes)),
        };
        let mut pairs = options.key_value_metadata.clone();
        pairs.extend(marks);
        if let Which::Of { folder, .. } = which {
            pairs.insert(PARTITION.to_owned(), folder.to_owned());
        }
        pairs
    }

    /// Names the content of a file of `rows`, encoded by `encoder`, where that can be known before
    /// it is there.
    pub(super) fn content_id(
        &self,
        rows: &Range<u64>,
        which: Which<'_>,
        encoder: &RowGroupEncoder,
        sizing: &BlockSizing,
    ) -> Option<String> {
        let Self::Made(made) = self else { return None };
        let decided = WriteOptions {
            key_value_metadata: made.options.key_value_metadata.clone(),
            ..encoder.options().clone()
        };
        let Made {
            dataset,
            provenance,
            ..
        } = &**made;
        let partition = which.partition();
        let partition = partition.as_ref();
        Some(content_id(
            dataset, provenance, rows, &decided, sizing, partition,
        ))
    }
}

impl Made {
    fn marks(
        &self,
        rows: &Range<u64>,
        which: Which<'_>,
        content_id: Option<&str>,
    ) -> BTreeMap<String, String> {
        let Self {
            dataset,
            provenance,
            settings,
            options,
            rows: all,
        } = self;
        let command = made_by(dataset, provenance, all, settings, options, which.number());
        let block_bytes = settings.block_size.0;
        let id = content_id.unwrap_or_default();
        let mut marks = footer_marks(dataset, provenance, rows, block_bytes, id);
        marks.insert(MADE_BY.to_owned(), command);
        marks
    }
}
