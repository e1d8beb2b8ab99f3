//! A source that is known to be readable, as far as its beginning tells.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use blockgen::source::{BytesRead, Source, SourceFormat};
use serde::{Serialize, Serializer};

use super::args::ReadArgs;
use super::faults::failure;
use super::files::{Files, find};
use super::limited::Limited;
use crate::byte_size::decimal;
use crate::failure::Failure;
use crate::text_table::printable;
use crate::thousands::grouped;

/// What standard input is called, where a name is needed.
const STDIN: &str = "stdin";

/// What was found out about a source without reading it.
#[derive(Debug, Clone, Serialize)]
pub struct SourceFacts {
    /// The files as they were named or found, in the order in which they are read.
    pub files: Vec<String>,
    /// Format of the first: `csv`, `json`, `parquet` or `ipc`.
    #[serde(serialize_with = "by_name")]
    pub format: SourceFormat,
    /// Their sizes together, as they lie there; unknown of a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// An open source.
pub struct Opened {
    /// What it is.
    pub facts: SourceFacts,
    /// The name of the table: that of the first file, without what stands behind its dots.
    pub table: String,
    /// Its blocks.
    pub blocks: Limited<Source>,
    /// How far its files have been read.
    pub bytes_read: BytesRead,
    /// The limit on its rows, if there is one.
    pub most_rows: Option<u64>,
    /// Its files, where they are Parquet.
    parquet_files: Vec<PathBuf>,
}

impl Opened {
    /// Opens what the arguments name, for at most so many rows. Reads as much as it takes to know
    /// the columns.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`](crate::ExitCode::Usage) for flags that do not fit the source;
    /// [`ExitCode::Source`](crate::ExitCode::Source) for what can't be read.
    pub fn open(args: &ReadArgs, most_rows: Option<u64>) -> Result<Self, Failure> {
        let options = args.options(most_rows);
        let mut paths = Vec::new();
        let (names, bytes, source) = match find(&args.from)? {
            Files::Stdin => {
                let source = Source::from_stream(STDIN, io::stdin(), &options);
                (vec![STDIN.to_owned()], None, source)
            }
            Files::Named(files) => {
                paths = files.iter().map(|file| file.path.clone()).collect();
                let name = |path: &Path| path.display().to_string();
                let names = files.iter().map(|file| name(&file.path)).collect();
                let mut bytes = files.iter().map(|file| file.bytes);
                let bytes = bytes.try_fold(0_u64, |sum, bytes| Some(sum.saturating_add(bytes?)));
                (names, bytes, Source::open_all(paths.clone(), &options))
            }
        };
        let source = source.map_err(|error| failure(error.into(), 0))?;
        let first = names.first().map_or(STDIN, String::as_str);
        args.check(first, source.format())?;
        if source.format() != SourceFormat::Parquet {
            paths.clear();
        }
        Ok(Self {
            parquet_files: paths,
            table: table_name(first),
            facts: SourceFacts {
                format: source.format(),
                files: names,
                bytes,
            },
            bytes_read: source.bytes_read(),
            blocks: Limited::new(source, most_rows),
            most_rows,
        })
    }

    /// How many rows will be read, where that can be known before: the footers of Parquet files say
    /// so, and are all read for it.
    pub fn count_rows(&self) -> Option<u64> {
        if self.parquet_files.is_empty() {
            return None;
        }
        let footers = self.parquet_files.iter().map(blockwrite::read_footer);
        let rows = footers.map(|footer| footer.ok().map(|footer| footer.rows()));
        let rows = rows.reduce(|sum, rows| Some(sum?.saturating_add(rows?)))??;
        Some(self.most_rows.map_or(rows, |most| rows.min(most)))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
fn by_name<S: Serializer>(format: &SourceFormat, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(format.name())
}

impl SourceFacts {
    /// The names of the files without their folders, as they may be passed on; of many the first.
    pub fn names(&self) -> String {
        let mut names = self.files.iter().map(|file| {
            let name = Path::new(file).file_name();
            name.map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned())
        });
        match self.files.len() {
            0..=3 => names.collect::<Vec<_>>().join(", "),
            many => {
                let first = names.next().unwrap_or_default();
                format!("{first} and {} more", grouped(many as u64 - 1))
            }
        }
    }
}

/// As plans and reports name it.
impl fmt::Display for SourceFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", printable(&self.names()), self.format)?;
        match self.bytes {
            Some(bytes) => write!(f, ", {})", decimal(bytes)),
            None => f.write_str(")"),
        }
    }
}

/// The name of a table that comes from a file: `orders` of `raw/orders.csv.gz`.
pub fn table_name(file: &str) -> String {
    let name = Path::new(file).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let packed = |packing: &&str| {
        let at = name.len().checked_sub(packing.len())?;
        let (stem, end) = name.split_at_checked(at)?;
        (!stem.is_empty() && end.eq_ignore_ascii_case(packing)).then_some(stem)
    };
    let packings = [".gz", ".gzip", ".zst", ".zstd"];
    let unpacked = packings.iter().find_map(packed).unwrap_or(&name);
    let stem = Path::new(unpacked).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_after_its_file() {
        for (file, table) in [
            ("raw/orders.csv.gz", "orders"),
            ("ORDERS.CSV.ZST", "ORDERS"),
            ("a.2024-01.ndjson", "a.2024-01"),
            ("orders", "orders"),
            (".gz", ".gz"),
            ("stdin", "stdin"),
        ] {
            assert_eq!(table_name(file), table, "{file}");
        }
    }

    #[test]
    fn many_files_are_told_by_the_first() {
        let facts = |files: &[&str], bytes| SourceFacts {
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            format: SourceFormat::Csv,
            bytes,
        };
        let few = facts(&["x/a.csv", "b.csv"], Some(1_500));
        assert_eq!(few.to_string(), "a.csv, b.csv (CSV, 1.50 kB)");
        let many = facts(&["a.csv", "b.csv", "c.csv", "d.csv"], None);
        assert_eq!(many.to_string(), "a.csv and 3 more (CSV)");
    }
}
