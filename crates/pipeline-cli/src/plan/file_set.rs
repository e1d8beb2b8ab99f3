//! The files of a table that becomes several: which rows are in each, and what each says of itself.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use blockgen::Provenance;
use blockwrite::{BlockSizing, RowGroupEncoder, WriteOptions};
use s3up::ObjectOptions;

use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::file_count::EvenCut;
use crate::made_by::{MADE_BY, made_by};
use crate::marks::{CONTENT_ID, content_id, footer_marks};
use crate::settings::Settings;

/// One file of a table, about to be made.
#[derive(Debug)]
pub struct FilePlan {
    /// Where it goes.
    pub destination: Destination,
    /// Names its content, where that can be known before it is there.
    pub content_id: Option<String>,
    /// Expected size in bytes, if its rows are known.
    pub file_bytes: Option<u64>,
}

impl FilePlan {
    /// What the object is, besides its bytes.
    pub fn object_options(&self) -> ObjectOptions {
        ObjectOptions {
            content_type: Some("application/vnd.apache.parquet".to_owned()),
            metadata: self
                .content_id
                .iter()
                .map(|id| (CONTENT_ID.to_owned(), id.clone()))
                .collect(),
            expected_size: self.file_bytes,
        }
    }
}

/// What a file says of itself in its footer, and by what its content is known.
#[derive(Debug)]
pub(super) struct Marker {
    pub(super) dataset: String,
    pub(super) provenance: Provenance,
    pub(super) settings: Settings,
    /// As they were asked for.
    pub(super) options: WriteOptions,
    /// All rows of the table that are asked for, in however many files.
    pub(super) rows: Range<u64>,
}

impl Marker {
    /// The pairs for the footer of a file that holds `rows`: the only one, or the one with a
    /// `number`.
    pub(super) fn marks(
        &self,
        rows: &Range<u64>,
        number: Option<u64>,
        content_id: &str,
    ) -> BTreeMap<String, String> {
        let Self {
            dataset,
            provenance,
            settings,
            options,
            rows: all,
        } = self;
        let command = made_by(dataset, provenance, all, settings, options, number);
        let block_bytes = settings.block_size.0;
        let marks = footer_marks(dataset, provenance, rows, block_bytes, content_id);
        let mut pairs = options.key_value_metadata.clone();
        pairs.extend(marks);
        pairs.insert(MADE_BY.to_owned(), command);
        pairs
    }

    /// Names the content of `rows`, encoded by `encoder`.
    pub(super) fn content_id(
        &self,
        rows: &Range<u64>,
        encoder: &RowGroupEncoder,
        sizing: &BlockSizing,
    ) -> String {
        let decided = WriteOptions {
            key_value_metadata: self.options.key_value_metadata.clone(),
            ..encoder.options().clone()
        };
        content_id(&self.dataset, &self.provenance, rows, &decided, sizing)
    }
}

/// The files that a table becomes. Cheap to clone, and of the size of one file: there may be
/// thousands, and each is worked out when its turn comes.
#[derive(Debug, Clone)]
pub struct FileSet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cut: EvenCut,
    /// Those that are made.
    chosen: Range<u64>,
    /// With the number still open.
    destination: Destination,
    /// Encodes the rows of all of them.
    encoder: RowGroupEncoder,
    sizing: BlockSizing,
    marker: Marker,
}

impl FileSet {
    /// The files `chosen` of those that rows are cut into.
    pub(super) fn new(
        cut: EvenCut,
        chosen: Range<u64>,
        destination: Destination,
        encoder: RowGroupEncoder,
        sizing: BlockSizing,
        marker: Marker,
    ) -> Self {
        Self(Arc::new(Inner {
            cut,
            chosen,
            destination,
            encoder,
            sizing,
            marker,
        }))
    }

    /// How many files the table has, whether they are made or not.
    pub fn of(&self) -> u64 {
        self.0.cut.files
    }

    /// The files that are made, by their numbers from 0.
    pub fn chosen(&self) -> Range<u64> {
        self.0.chosen.clone()
    }

    /// The rows of a file.
    pub fn rows(&self, number: u64) -> Range<u64> {
        self.0.cut.rows_of(number)
    }

    /// Where a file goes.
    pub fn destination(&self, number: u64) -> Destination {
        self.0.destination.part(number)
    }

    /// A file.
    pub fn file(&self, number: u64) -> FilePlan {
        let rows = self.rows(number);
        FilePlan {
            destination: self.destination(number),
            content_id: Some(self.content_id(&rows)),
            file_bytes: Some(self.0.sizing.file_bytes(rows)),
        }
    }

    /// The encoder with the marks of a file.
    ///
    /// # Errors
    ///
    /// None that a plan has not met.
    pub fn encoder(&self, number: u64) -> Result<RowGroupEncoder, Failure> {
        let rows = self.rows(number);
        let id = self.content_id(&rows);
        let marks = self.0.marker.marks(&rows, Some(number), &id);
        let encoder = self.0.encoder.with_metadata(marks);
        encoder.map_err(|error| Failure::new(ExitCode::Internal, error))
    }

    fn content_id(&self, rows: &Range<u64>) -> String {
        let Inner {
            marker,
            encoder,
            sizing,
            ..
        } = &*self.0;
        marker.content_id(rows, encoder, sizing)
    }
}
