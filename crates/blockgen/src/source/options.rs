//! How a source is read.

use std::num::NonZeroUsize;

use arrow::datatypes::DataType;

use super::format::SourceFormat;

/// How a source is read. The defaults fit most files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOptions {
    /// The format; by default the one that the name tells, or else the first bytes.
    pub format: Option<SourceFormat>,
    /// Most rows of a block. Default: 8,192.
    pub block_rows: NonZeroUsize,
    /// Bytes at which a block of text ends, about: blocks of long rows have fewer of them.
    /// Default: 4 MiB.
    pub block_bytes: NonZeroUsize,
    /// Rows of CSV and JSON from which columns and types are inferred, at least 1. At most 64 MiB
    /// of text are looked at. Default: 10,000.
    pub infer_rows: NonZeroUsize,
    /// Types of columns of CSV and JSON by name, in place of those that would be inferred.
    pub types: Vec<(String, DataType)>,
    /// How CSV is written.
    pub csv: CsvOptions,
}

impl Default for SourceOptions {
    fn default() -> Self {
        const fn at_least_one(number: usize) -> NonZeroUsize {
            NonZeroUsize::MIN.saturating_add(number - 1)
        }
        Self {
            format: None,
            block_rows: at_least_one(8_192),
            block_bytes: at_least_one(4 << 20),
            infer_rows: at_least_one(10_000),
            types: Vec::new(),
            csv: CsvOptions::default(),
        }
    }
}

/// How a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// What divides fields; by default a tab in files named `.tsv` or `.tab`, else a comma.
    pub delimiter: Option<u8>,
    /// Whether the first record names the columns. Default: yes. Without, they are `column_1`,
    /// `column_2` and so on.
    pub header: bool,
    /// What encloses fields; doubled, it stands for itself. Default: `"`.
    pub quote: u8,
    /// What takes the meaning from a quote inside quotes. Default: nothing does.
    pub escape: Option<u8>,
    /// Lines that begin with it are passed over. Default: none are.
    pub comment: Option<u8>,
    /// Words that mean null, besides an empty field. Default: none.
    pub nulls: Vec<String>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            header: true,
            quote: b'"',
            escape: None,
            comment: None,
            nulls: Vec::new(),
        }
    }
}
