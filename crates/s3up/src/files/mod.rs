//! Files as they lie on a disk, one or thousands.
//!
//! ```text
//! upload_files: FileUpload … ─▶ FileUploads: files_in_flight tasks, one budget of bytes
//!                                  │ each, as upload_file
//!                                  ▼
//! path ─open─▶ SourceFile ──small──▶ read whole, MD5, compare ─▶ one PUT
//!                  └──large──▶ Upload: each part reads its own FileRange ─▶ compare ─▶ Complete
//! ```
//!
//! A file has to be the same at the end as at the beginning, or it is not committed.

mod buffers;
mod many;
mod one;
mod resume;
mod room;
mod source;

use std::path::PathBuf;

use crate::error::Error;
use crate::options::ObjectOptions;
use crate::receipt::Receipt;

pub use many::FileUploads;
pub(crate) use one::upload;
pub(crate) use room::Room;
pub(crate) use source::{FileRange, SourceProblem};

/// A file, and the object it is to become.
#[derive(Clone, Debug)]
pub struct FileUpload {
    /// Where the file lies.
    pub path: PathBuf,
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// What else the object is to be. The expected size is taken from the file.
    pub object: ObjectOptions,
}

impl FileUpload {
    /// An object with nothing but the file's bytes.
    pub fn new(
        path: impl Into<PathBuf>,
        bucket: impl Into<String>,
        key: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            bucket: bucket.into(),
            key: key.into(),
            object: ObjectOptions::default(),
        }
    }
}

/// What became of a file.
#[derive(Debug)]
pub struct FileOutcome {
    /// The file, as it was handed in.
    pub file: FileUpload,
    /// As [`Uploader::upload_file`](crate::Uploader::upload_file) answers for one.
    pub result: Result<Receipt, Error>,
}
