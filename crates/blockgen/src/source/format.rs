//! The formats of sources, and how they are told apart.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::Hint;

/// What the bytes of a source mean, once unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceFormat {
    /// Lines of fields: RFC 4180 and its relatives.
    Csv,
    /// One object a row: one a line (NDJSON), or the elements of one array.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC: the file format (Feather 2) and the stream format.
    Ipc,
}

/// The format that a file's name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByName {
    pub format: SourceFormat,
    /// What the fields of such a CSV file are divided by.
    pub delimiter: u8,
}

/// The extensions that are known; those of a packed file stand before that of its packing.
const EXTENSIONS: &[(&str, SourceFormat, u8)] = &[
    ("csv", SourceFormat::Csv, b','),
    ("tsv", SourceFormat::Csv, b'\t'),
    ("tab", SourceFormat::Csv, b'\t'),
    ("ndjson", SourceFormat::Json, b','),
    ("jsonl", SourceFormat::Json, b','),
    ("json", SourceFormat::Json, b','),
    ("parquet", SourceFormat::Parquet, b','),
    ("pq", SourceFormat::Parquet, b','),
    ("arrow", SourceFormat::Ipc, b','),
    ("arrows", SourceFormat::Ipc, b','),
    ("ipc", SourceFormat::Ipc, b','),
    ("feather", SourceFormat::Ipc, b','),
];

impl SourceFormat {
    const ALL: [Self; 4] = [Self::Csv, Self::Json, Self::Parquet, Self::Ipc];

    /// The word for it: `csv`, `json`, `parquet` or `ipc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
            Self::Ipc => "ipc",
        }
    }

    pub(super) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The format that a file's name tells by its extension, such as `.csv` or `.csv.gz`.
    pub fn of_file_name(name: impl AsRef<Path>) -> Option<Self> {
        Self::by_name(name.as_ref()).map(|by_name| by_name.format)
    }

    /// By the extension, that of a packing left out.
    pub(super) fn by_name(path: &Path) -> Option<ByName> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let packed = [".gz", ".gzip", ".zst", ".zstd"];
        let name = packed
            .iter()
            .find_map(|packing| name.strip_suffix(packing))
            .unwrap_or(&name);
        let (_, extension) = name.rsplit_once('.')?;
        EXTENSIONS
            .iter()
            .find(|(known, ..)| *known == extension)
            .map(|&(_, format, delimiter)| ByName { format, delimiter })
    }

    /// By the first bytes. CSV has no mark, so it is never told by them.
    pub(super) fn by_bytes(first: &[u8]) -> Option<Self> {
        if first.starts_with(b"PAR1") {
            return Some(Self::Parquet);
        }
        // The stream format begins with the marker of a message.
        if first.starts_with(b"ARROW1") || first.starts_with(&[0xFF; 4]) {
            return Some(Self::Ipc);
        }
        match first.trim_ascii_start().first() {
            Some(b'{' | b'[') => Some(Self::Json),
            _ => None,
        }
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
            Self::Ipc => "Arrow IPC",
        })
    }
}

impl FromStr for SourceFormat {
    type Err = String;

    /// Reads the word, or any extension of the format's files.
    fn from_str(word: &str) -> Result<Self, String> {
        let known = EXTENSIONS.iter().find(|(known, ..)| *known == word);
        match known {
            Some(&(_, format, _)) => Ok(format),
            None => {
                let hint = Hint::new(word, EXTENSIONS.iter().map(|(known, ..)| *known));
                Err(format!("`{word}` is no format; {hint}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let check = |name: &str, format: Option<SourceFormat>| {
            let found = SourceFormat::by_name(Path::new(name)).map(|by_name| by_name.format);
            assert_eq!(found, format, "{name}");
        };
        check("a.csv", Some(SourceFormat::Csv));
        check("A.CSV.GZ", Some(SourceFormat::Csv));
        check("x/a.b.jsonl.zst", Some(SourceFormat::Json));
        check("a.feather", Some(SourceFormat::Ipc));
        check("a.pq", Some(SourceFormat::Parquet));
        check("a.gz", None);
        check("csv", None);
        check("-", None);
        let tab = SourceFormat::by_name(Path::new("a.tsv.gz")).unwrap();
        assert_eq!(tab.delimiter, b'\t');
    }

    #[test]
    fn first_bytes_tell_the_format_but_for_csv() {
        let check = |first: &[u8], format: Option<SourceFormat>| {
            assert_eq!(SourceFormat::by_bytes(first), format);
        };
        check(b"PAR1\x15\x04", Some(SourceFormat::Parquet));
        check(b"ARROW1\0\0", Some(SourceFormat::Ipc));
        check(
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0, 0, 0],
            Some(SourceFormat::Ipc),
        );
        check(b" \r\n[{", Some(SourceFormat::Json));
        check(b"{\"a\"", Some(SourceFormat::Json));
        check(b"a,b", None);
        check(b"", None);
    }

    #[test]
    fn a_misspelt_word_is_told_with_the_nearest() {
        assert_eq!("jsonl".parse(), Ok(SourceFormat::Json));
        let said = "paquet".parse::<SourceFormat>().unwrap_err();
        assert!(
            said.starts_with("`paquet` is no format; did you mean `parquet`?"),
            "{said}"
        );
    }
}
