//! What can go wrong, in words that name the field, the file and the remedy.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use parquet::errors::ParquetError;

/// Result of this crate's fallible calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of encoding, writing and reading back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A block or an encoded row group does not have the schema that the first block fixed.
    #[error("field `{field}`: expected {expected}, found {found}")]
    SchemaMismatch {
        /// The first field that differs; one within others with dots: `place.lat`.
        field: String,
        /// What the first block fixed: type and nullability, or the absence of the field.
        expected: String,
        /// What this block has.
        found: String,
    },

    /// The writer was finished before; it takes no more calls.
    #[error("the writer is finished: a new file needs a new writer")]
    Finished,

    /// `finish` was called before any block or schema was given.
    #[error("no block was written and no schema was given, so there is no file to make")]
    NoSchema,

    /// An earlier write failed, so that what is in the output can't be completed.
    #[error("an earlier write failed: the output can't be completed and is discarded")]
    Poisoned,

    /// An option names a column that the schema does not have.
    #[error(
        "options name the column `{column}`, which the schema does not have (columns: {known})"
    )]
    UnknownColumn {
        /// The name in the options.
        column: String,
        /// The columns there are, separated by commas.
        known: String,
    },

    /// The options want pages of a size that no file should have.
    #[error("page_bytes is {found}, and a data page has 1024 (1 KiB) to 268435456 (256 MiB)")]
    PageBytes {
        /// The size in the options.
        found: usize,
    },

    /// The file has as many row groups as Parquet can count; it can be finished.
    #[error("a Parquet file holds at most {most} row groups: make larger blocks or another file")]
    TooManyRowGroups {
        /// The limit, which is reached.
        most: usize,
    },

    /// The parquet crate refused to encode a block or to complete the file.
    #[error("could not {action}")]
    Parquet {
        /// What was tried.
        action: &'static str,
        /// The cause.
        #[source]
        source: ParquetError,
    },

    /// The sink refused bytes.
    #[error("could not {action}")]
    Sink {
        /// What was tried.
        action: &'static str,
        /// The cause.
        #[source]
        source: io::Error,
    },

    /// A file or folder could not be used.
    #[error("could not {action} `{path}`")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },

    /// A file is complete and under its name, but the disk did not confirm the name.
    #[error("`{path}` is in place, but may not survive a power cut")]
    NotDurable {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        #[source]
        source: io::Error,
    },

    /// The target of a file can't be replaced by a whole new one.
    #[error("can't write to `{path}`: {reason}")]
    Target {
        /// The target as it was given.
        path: PathBuf,
        /// Why not, and what to do.
        reason: &'static str,
    },

    /// What was to be read is no Parquet file.
    #[error("it is no Parquet file: {reason}")]
    NotParquet {
        /// By what that is seen.
        reason: String,
    },

    /// The file is encrypted, its footer or some of its columns.
    #[error("it is an encrypted Parquet file, and this program has no keys: decrypt it first")]
    Encrypted,

    /// The file is Parquet, but says what can't be.
    #[error("the Parquet file is damaged: {what}")]
    Damaged {
        /// What it says, or what is missing.
        what: String,
    },

    /// Other bytes came than were asked for: the file has changed, or a fetch was cut.
    #[error(
        "asked for the {} bytes from byte {} of the file and got {got}: it has changed since it was \
         begun, so begin again",
        wanted.end - wanted.start,
        wanted.start
    )]
    WrongBytes {
        /// The bytes of the file that were wanted.
        wanted: Range<u64>,
        /// How many came.
        got: u64,
    },

    /// A file is there, but is no Parquet file that can be read; the source says why.
    #[error("could not read `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it is instead, or what is wrong with it.
        #[source]
        source: Box<Self>,
    },

    /// A sample of the data could not be made.
    #[error("could not make a sample block")]
    Sample(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// What a [`BlockWriter`](crate::BlockWriter) of one's own has to say; shown as it is.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

/// Turns an error of the parquet crate into ours; an I/O error of the sink keeps its own kind.
pub(crate) fn parquet_error(action: &'static str) -> impl FnOnce(ParquetError) -> Error {
    move |source| match source {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(io) => Error::Sink {
                action,
                source: *io,
            },
            Err(cause) => Error::Parquet {
                action,
                source: ParquetError::External(cause),
            },
        },
        source => Error::Parquet { action, source },
    }
}
