//! A source that cannot be read.

use std::fmt;
use std::io;

use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::format::SourceFormat;
use super::loss::Loss;
use crate::error::Hint;

/// A line of a text file, and the column if it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line in it, the first being 1. Lines inside quotes count.
    pub line: u64,
    /// The column or field.
    pub column: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, line {}", self.file, self.line)?;
        match &self.column {
            Some(column) => write!(f, ", column `{column}`"),
            None => Ok(()),
        }
    }
}

/// A source cannot be read, or holds something else than it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be opened.
    #[error("could not open `{file}`")]
    Open {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },

    /// Reading or unpacking failed.
    #[error("could not read `{file}`")]
    Read {
        /// The file.
        file: String,
        /// What the system or the unpacker said.
        source: io::Error,
    },

    /// No file at all.
    #[error("there is no file to read")]
    NoFiles,

    /// Neither the name nor the first bytes tell the format.
    #[error(
        "cannot tell the format of `{file}`, neither from its name nor from its first bytes; \
         name one of {}",
        SourceFormat::names()
    )]
    UnknownFormat {
        /// The file.
        file: String,
    },

    /// A part of this crate that reads the file was not compiled.
    #[error("cannot read `{file}`: this program was built without the feature `{feature}`")]
    NotBuilt {
        /// The file.
        file: String,
        /// The feature of this crate.
        feature: &'static str,
    },

    /// Parquet is read from its end, and a stream has none until it is over.
    #[error(
        "cannot read `{file}` as a stream: Parquet is read from its end; save it as a file that \
         is not packed"
    )]
    NotAStream {
        /// The file.
        file: String,
    },

    /// Text in another encoding than UTF-8.
    #[error("`{file}` is {encoding} and not UTF-8; convert it first (iconv does)")]
    Encoding {
        /// The file.
        file: String,
        /// What it is.
        encoding: &'static str,
    },

    /// Nothing that columns could be known from.
    #[error("`{file}` has no columns: expected {expected}, found nothing")]
    NoColumns {
        /// The file.
        file: String,
        /// What would have named them.
        expected: &'static str,
    },

    /// Options that contradict each other or cannot work.
    #[error("cannot read with {what}")]
    Options {
        /// Which, and why.
        what: String,
    },

    /// A type is given for a column that is not there.
    #[error("`{file}` has no column `{column}`, for which a type is given; {hint}")]
    UnknownColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// Those that there are.
        hint: Hint,
    },

    /// Two columns of one name.
    #[error("`{file}` has two columns named `{column}`")]
    DuplicateColumn {
        /// The file.
        file: String,
        /// The name.
        column: String,
    },

    /// The text breaks the rules of its format.
    #[error("{place}: {what}")]
    Malformed {
        /// Where.
        place: Box<Place>,
        /// What was found and what is expected.
        what: String,
    },

    /// A row has more or fewer fields than there are columns.
    #[error(
        "{place}: found {}, expected {expected}, one for each column",
        counted(*found as u64, "field")
    )]
    FieldCount {
        /// Where.
        place: Box<Place>,
        /// Fields of the row.
        found: usize,
        /// Columns of the file.
        expected: usize,
    },

    /// A value is not of its column's type, or would not be the same as one of that.
    #[error(
        "{place}: found {found}, expected {}{}{}",
        type_words(expected), from_sample(*sampled), why(*loss)
    )]
    Value {
        /// Where.
        place: Box<Place>,
        /// The value, shortened if it is long.
        found: String,
        /// The type of the column.
        expected: DataType,
        /// The rows from which the type was inferred; none where it was given.
        sampled: Option<u64>,
        /// What would be lost; none where the reader takes no such value.
        loss: Option<Loss>,
    },

    /// A record has a field that no record of the sample has.
    #[error("{place}: a new field, which is not in the first {}", counted(*sampled, "row"))]
    NewField {
        /// Where, with the field.
        place: Box<Place>,
        /// The rows from which the fields are known.
        sampled: u64,
    },

    /// One record has more text than may be held in memory.
    #[error(
        "{place}: the row that begins here is longer than {most_bytes} bytes; a quote or bracket \
         that is not closed?"
    )]
    RowTooLong {
        /// Where it begins.
        place: Box<Place>,
        /// The limit.
        most_bytes: usize,
    },

    /// A file of several has other columns than the first.
    #[error("`{file}`: column `{column}` is {found}, but in `{first}` it is {expected}")]
    SchemaDiffers {
        /// The file.
        file: Box<str>,
        /// The column.
        column: Box<str>,
        /// What it is there.
        found: Box<str>,
        /// The file that is read first.
        first: Box<str>,
        /// What it is in that.
        expected: Box<str>,
    },

    /// The bytes are not what their format asks for.
    #[error("`{file}` is damaged or no {format} file: {what}")]
    Damaged {
        /// The file.
        file: String,
        /// The format.
        format: SourceFormat,
        /// What was found.
        what: String,
    },
}

/// As [`RecordBatchReader`](arrow::array::RecordBatchReader)s tell errors.
impl From<SourceError> for ArrowError {
    fn from(error: SourceError) -> Self {
        Self::ExternalError(Box::new(error))
    }
}

fn type_words(data_type: &DataType) -> String {
    super::types::word(data_type)
}

fn from_sample(sampled: Option<u64>) -> String {
    sampled.map_or_else(String::new, |rows| {
        let suggest = if rows == 1 { "suggests" } else { "suggest" };
        format!(", as the first {} {suggest}", counted(rows, "row"))
    })
}

fn why(loss: Option<Loss>) -> String {
    loss.map_or_else(String::new, |loss| format!(": {loss}"))
}

fn counted(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// A value as a message shows it: in quotes, shortened to a length that a line holds.
pub(super) fn shown(value: &str) -> String {
    const MOST_LETTERS: usize = 40;
    let mut letters = value.chars();
    let start: String = letters.by_ref().take(MOST_LETTERS).collect();
    let rest = if letters.next().is_some() { "…" } else { "" };
    let mut said = String::from("`");
    for letter in start.chars() {
        // A value with ends of lines in it stays on the line of the message.
        if letter.is_control() {
            said.extend(letter.escape_default());
        } else {
            said.push(letter);
        }
    }
    said + rest + "`"
}
