//! Codecs by the names people know, with levels that are checked when they are read.

use std::fmt;
use std::str::FromStr;

use parquet::basic::{BrotliLevel, Compression as Codec, GzipLevel, ZstdLevel};
use serde::{Deserialize, Serialize};

/// Compression of a file's pages: a codec and, where it has one, its level.
///
/// Read from and printed as `none`, `snappy`, `gzip[:0-9]`, `zstd[:1-22]`, `lz4`,
/// `brotli[:0-11]`; `lz4` is Parquet's `LZ4_RAW`.
///
/// ```
/// use blockwrite::Compression;
/// let codec: Compression = "zstd:3".parse()?;
/// assert_eq!(codec.to_string(), "zstd:3");
/// assert!("zstd:99".parse::<Compression>().is_err());
/// # Ok::<(), blockwrite::ParseCompressionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Compression(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    None,
    #[default]
    Snappy,
    Gzip(u8),
    Zstd(u8),
    Lz4,
    Brotli(u8),
}

/// A compression that can't be read, with what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is no compression: use none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11], for example zstd:3"
)]
pub struct ParseCompressionError {
    given: String,
}

impl Compression {
    /// Pages are stored as they are.
    pub const NONE: Self = Self(Kind::None);
    /// Snappy, the default: read everywhere.
    pub const SNAPPY: Self = Self(Kind::Snappy);
    /// Parquet's `LZ4_RAW`.
    pub const LZ4: Self = Self(Kind::Lz4);

    /// Most Arrow data in a sample that is encoded so.
    pub(crate) fn sample_bytes(self) -> u64 {
        match self.0 {
            Kind::Brotli(10..) => 512 * 1024,
            Kind::Brotli(9) | Kind::Zstd(15..) | Kind::Gzip(9..) => 1024 * 1024,
            _ => 4 * 1024 * 1024,
        }
    }

    /// Whether older Spark and Athena read it. `zstd` is for Athena and Spark 3; Spark 2 has it
    /// where Hadoop's native libraries do.
    pub(crate) fn is_read_by_legacy(self) -> bool {
        !matches!(self.0, Kind::Lz4 | Kind::Brotli(_))
    }

    /// The codec as the parquet crate takes it.
    pub(crate) fn codec(self) -> Codec {
        const CHECKED: &str = "levels are checked when a Compression is made";
        match self.0 {
            Kind::None => Codec::UNCOMPRESSED,
            Kind::Snappy => Codec::SNAPPY,
            Kind::Lz4 => Codec::LZ4_RAW,
            Kind::Gzip(level) => Codec::GZIP(GzipLevel::try_new(level.into()).expect(CHECKED)),
            Kind::Zstd(level) => Codec::ZSTD(ZstdLevel::try_new(level.into()).expect(CHECKED)),
            Kind::Brotli(level) => {
                Codec::BROTLI(BrotliLevel::try_new(level.into()).expect(CHECKED))
            }
        }
    }
}

impl FromStr for Compression {
    type Err = ParseCompressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseCompressionError {
            given: text.to_owned(),
        };
        let lower = text.trim().to_ascii_lowercase();
        let (name, level) = match lower.split_once(':') {
            Some((name, level)) => (name, Some(level.parse::<u8>().map_err(|_| refuse())?)),
            None => (lower.as_str(), None),
        };
        let level_in = |default: u8, allowed: std::ops::RangeInclusive<u8>| match level {
            None => Ok(default),
            Some(level) if allowed.contains(&level) => Ok(level),
            Some(_) => Err(refuse()),
        };
        let without_level = |kind| {
            if level.is_none() {
                Ok(kind)
            } else {
                Err(refuse())
            }
        };
        // Default levels are those of the parquet crate: fast rather than small.
        Ok(Self(match name {
            "none" | "uncompressed" => without_level(Kind::None)?,
            "snappy" => without_level(Kind::Snappy)?,
            "lz4" | "lz4_raw" => without_level(Kind::Lz4)?,
            "gzip" => Kind::Gzip(level_in(6, 0..=9)?),
            "zstd" => Kind::Zstd(level_in(1, 1..=22)?),
            "brotli" => Kind::Brotli(level_in(1, 0..=11)?),
            _ => return Err(refuse()),
        }))
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::None => f.write_str("none"),
            Kind::Snappy => f.write_str("snappy"),
            Kind::Lz4 => f.write_str("lz4"),
            Kind::Gzip(level) => write!(f, "gzip:{level}"),
            Kind::Zstd(level) => write!(f, "zstd:{level}"),
            Kind::Brotli(level) => write!(f, "brotli:{level}"),
        }
    }
}

impl From<Compression> for String {
    fn from(compression: Compression) -> Self {
        compression.to_string()
    }
}

impl TryFrom<String> for Compression {
    type Error = ParseCompressionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_level_reads_back_as_it_prints() {
        let mut names = vec!["none".to_owned(), "snappy".into(), "lz4".into()];
        names.extend((0..=9).map(|level| format!("gzip:{level}")));
        names.extend((1..=22).map(|level| format!("zstd:{level}")));
        names.extend((0..=11).map(|level| format!("brotli:{level}")));
        for name in names {
            let compression: Compression = name.parse().unwrap();
            assert_eq!(compression.to_string(), name);
            // Panics if the level were one that the codec refuses.
            let _ = compression.codec();
        }
        assert_eq!(
            " ZSTD ".parse::<Compression>().unwrap().to_string(),
            "zstd:1"
        );
    }

    #[test]
    fn what_is_no_compression_is_refused_with_what_is() {
        for bad in [
            "",
            "snapy",
            "snappy:1",
            "zstd:0",
            "zstd:23",
            "gzip:10",
            "gzip:",
            "brotli:-1",
        ] {
            let error = bad.parse::<Compression>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("`{bad}` is no compression")),
                "{error}"
            );
        }
    }
}
