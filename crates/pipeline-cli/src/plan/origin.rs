//! Where the rows of a table come from, and what is known of the file for that.

use std::ops::Range;

use serde::Serialize;

use crate::source::SourceFacts;
use crate::text_table::printable;

/// Where the rows of a table come from.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Origin {
    /// They are made, so that everything is known beforehand.
    Generated(Generated),
    /// They are read.
    Read(ReadRows),
}

/// Rows that follow from a spec and a seed. Sizes are bytes.
#[derive(Debug, Clone, Serialize)]
pub struct Generated {
    /// Data set: the name of a built-in spec, or of a file.
    pub dataset: String,
    /// Seed of every value.
    pub seed: u64,
    /// Rows of the table that are made, half-open.
    pub rows: Range<u64>,
    /// The files that they become, where there may be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<FilesMade>,
    /// Row groups of all files.
    pub row_groups: u64,
    /// Expected size of all files.
    pub file_bytes: u64,
    /// Expected parts of a file; one where a single PUT will do.
    pub parts: u64,
    /// Names the content: the same id means the same rows, encoded in the same way.
    pub content_id: String,
}

/// The files of a table that may become several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilesMade {
    /// Those that are made, by their numbers from 0, half-open.
    pub made: Range<u64>,
    /// How many the table has.
    pub of: u64,
}

impl FilesMade {
    /// How many are made.
    pub fn count(&self) -> u64 {
        self.made.end - self.made.start
    }
}

/// Rows that are in files or come by a stream: how many is known when they are there.
///
/// They have no content id. One that means the same rows would have to follow from all bytes of
/// the files, which would be read twice; and names, sizes and times stay the same where a file was
/// changed and its time set back.
#[derive(Debug, Clone, Serialize)]
pub struct ReadRows {
    /// What is read.
    pub source: SourceFacts,
    /// No more rows are read, where there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_rows: Option<u64>,
}

impl Origin {
    /// What is known of rows that are made.
    pub fn generated(&self) -> Option<&Generated> {
        match self {
            Self::Generated(generated) => Some(generated),
            Self::Read(_) => None,
        }
    }

    /// The source of rows that are read.
    pub fn source(&self) -> Option<&SourceFacts> {
        match self {
            Self::Generated(_) => None,
            Self::Read(read) => Some(&read.source),
        }
    }
}

impl Generated {
    /// Rows that are made.
    pub fn total_rows(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    /// A table of this data set, by its name, with that of the data set where it is another.
    pub fn what(&self, table: &str) -> String {
        if self.dataset == table {
            printable(table)
        } else {
            format!("{} of {}", printable(table), printable(&self.dataset))
        }
    }
}
