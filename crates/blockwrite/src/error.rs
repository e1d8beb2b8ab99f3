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
        "`{option}` names the column `{column}`, which the schema does not have{} (columns: {known})",
        did_you_mean(.nearest.as_deref())
    )]
    UnknownColumn {
        /// The option, by its name in a file of options.
        option: &'static str,
        /// The name in it.
        column: String,
        /// The column that is spelt most like it, if any is.
        nearest: Option<String>,
        /// The columns there are, and the fields within them by their paths, separated by commas.
        known: String,
    },

    /// An option has a value that can't be followed.
    #[error("`{option}` is {found}, and allowed is {allowed}")]
    Option {
        /// The option, by its name in a file of options: `page_bytes`, `columns.id.encoding`.
        option: String,
        /// Its value.
        found: String,
        /// What it may be.
        allowed: String,
    },

    /// A column has a type that can't be written, or not with these options.
    #[error("field `{field}` is {found}, which can't be written: {reason}")]
    Unsupported {
        /// The field; one within others with dots.
        field: String,
        /// Its type.
        found: String,
        /// Why not, and what to do.
        reason: &'static str,
    },

    /// A value that the type of its column in the file does not hold exactly.
    #[error(
        "field `{field}`: the value {value} at {position} is no {wanted}, and nothing is rounded"
    )]
    Inexact {
        /// The field; one within others with dots.
        field: String,
        /// The row in the block, counted from 0; of a field within lists the place among all
        /// elements of the block.
        position: usize,
        /// The value.
        value: String,
        /// The type that it was to have.
        wanted: String,
    },

    /// Arrow could not change the types of a block, or compare its rows.
    #[error("could not bring a block into the form of the file")]
    Conversion(#[source] arrow::error::ArrowError),

    /// Values of a column can't name folders.
    #[error("can't partition by `{column}`: it is {found}, and {reason}")]
    PartitionType {
        /// The column.
        column: String,
        /// Its type.
        found: String,
        /// Why not, and what to take instead.
        reason: &'static str,
    },

    /// Rows have more different values in the partition columns than partitions may be open.
    #[error(
        "there are more than {most} partitions by {columns}: the row that would open another one \
         belongs to `{folder}`"
    )]
    TooManyPartitions {
        /// The columns.
        columns: String,
        /// The limit.
        most: usize,
        /// The folder for which there is no room.
        folder: String,
    },

    /// Rows are not in the order that the options declare.
    #[error(
        "row {row} of {} is out of order: `{column}` is {found} after {previous}, and the file is \
         declared to be sorted by {order}",
        group_of(*.row_group)
    )]
    NotSorted {
        /// The first sorting column in which the two rows differ.
        column: String,
        /// The row in its block or row group, counted from 0; 0 where it is the row group before
        /// that ends behind it.
        row: usize,
        /// The row group in the file, counted from 0, if it is known: encoders do not know it.
        row_group: Option<usize>,
        /// The value in the row before.
        previous: String,
        /// The value in this row.
        found: String,
        /// What the options declare: `day, id descending`.
        order: String,
    },

    /// An encoded row group of whose order nothing is known, or that was held against another one.
    #[error(
        "the row group was encoded without a look at its order, and the file is declared to be \
         sorted by {order}: encode it with the options of the file"
    )]
    OrderUnknown {
        /// What the options of the file declare.
        order: String,
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

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(": did you mean `{name}`?"))
}

fn group_of(row_group: Option<usize>) -> String {
    row_group.map_or_else(
        || "the block".to_owned(),
        |group| format!("row group {group}"),
    )
}

impl Error {
    /// Whether it is the options that are at fault, not the rows.
    pub fn is_of_options(&self) -> bool {
        matches!(self, Self::Option { .. } | Self::UnknownColumn { .. })
    }

    /// The same error, of rows that were to be this row group of the file.
    pub(crate) fn in_group(mut self, group: usize) -> Self {
        if let Self::NotSorted { row_group, .. } = &mut self {
            *row_group = Some(group);
        }
        self
    }
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
