//! The files of a table that becomes several: which rows are in each, and what each says of itself.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use blockwrite::{BlockSizing, RowGroupEncoder};
use s3up::ObjectOptions;

use super::ends::Ends;
use super::marker::{Marker, Which};
use super::table::Place;
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::marks::CONTENT_ID;
use crate::part_names::part_of;

/// One file of a table, about to be made.
#[derive(Debug)]
pub struct FilePlan {
    /// Where it goes.
    pub destination: Destination,
    /// A local file of the same bytes that is written first and kept, where one was asked for.
    pub keep_local: Option<PathBuf>,
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
            ..ObjectOptions::default()
        }
    }
}

/// The files that a table becomes. Cheap to clone, and of the size of one file: there may be
/// thousands, and each is worked out when its turn comes.
#[derive(Debug, Clone)]
pub struct FileSet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ends: Ends,
    /// Those that are made.
    chosen: Range<u64>,
    /// With the number still open.
    destination: Destination,
    /// Likewise, of copies that are kept.
    keep_local: Option<PathBuf>,
    /// Encodes the rows of all of them.
    encoder: RowGroupEncoder,
    sizing: BlockSizing,
    marker: Marker,
}

impl FileSet {
    /// The files `chosen` of those that rows become; where their number is not known, as many as
    /// there may be.
    pub(super) fn new(
        ends: Ends,
        chosen: Range<u64>,
        place: &Place,
        encoder: RowGroupEncoder,
        sizing: BlockSizing,
        marker: Marker,
    ) -> Self {
        Self(Arc::new(Inner {
            ends,
            chosen,
            destination: place.destination.clone(),
            keep_local: place.keep_local.clone(),
            encoder,
            sizing,
            marker,
        }))
    }

    /// How many files the table has, whether they are made or not, where that is known.
    pub fn of(&self) -> Option<u64> {
        match &self.0.ends {
            Ends::Cut(cut) => Some(cut.files),
            Ends::AtSize(_) => None,
        }
    }

    /// Whether some of them can be made alone.
    pub fn takes_some(&self) -> bool {
        self.0.marker.is_of_made_rows()
    }

    /// Where they end.
    pub fn ends(&self) -> &Ends {
        &self.0.ends
    }

    /// The files that are made, by their numbers from 0.
    pub fn chosen(&self) -> Range<u64> {
        self.0.chosen.clone()
    }

    /// The rows of a file; none where they are not known.
    pub fn rows(&self, number: u64) -> Range<u64> {
        match &self.0.ends {
            Ends::Cut(cut) => cut.rows_of(number),
            Ends::AtSize(_) => 0..0,
        }
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
            keep_local: self.0.keep_local.clone().map(|path| part_of(path, number)),
            content_id: self.content_id(number),
            file_bytes: match &self.0.ends {
                Ends::Cut(_) => Some(self.0.sizing.file_bytes(rows)),
                Ends::AtSize(_) => None,
            },
        }
    }

    /// The encoder with the marks of a file.
    ///
    /// # Errors
    ///
    /// None that a plan has not met.
    pub fn encoder(&self, number: u64) -> Result<RowGroupEncoder, Failure> {
        let rows = self.rows(number);
        let id = self.content_id(number);
        let which = Which::Numbered(number);
        let marks = self.0.marker.marks(&rows, which, id.as_deref());
        let encoder = self.0.encoder.with_metadata(marks);
        encoder.map_err(|error| Failure::new(ExitCode::Internal, error))
    }

    fn content_id(&self, number: u64) -> Option<String> {
        let Inner {
            marker,
            encoder,
            sizing,
            ..
        } = &*self.0;
        marker.content_id(&self.rows(number), Which::Numbered(number), encoder, sizing)
    }
}
