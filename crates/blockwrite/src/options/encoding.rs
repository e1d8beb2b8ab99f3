//! Encodings by the names of the format, and which of them a column may have.

use std::fmt;

use parquet::basic::{Encoding as Parquet, Type};
use serde::{Deserialize, Serialize};

use super::PageVersion;

/// How the values of a column are written before they are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Decided by encoding a sample; see [`AutoEncodings`].
    #[default]
    Auto,
    /// Each value once, and indices to them; where the dictionary becomes too large, the rest
    /// plainly. Not for booleans, and for values of fixed length (decimals of more than 18 digits,
    /// too) only in pages of version 2.
    Dictionary,
    /// One value after the other. For all types, and read by everything.
    Plain,
    /// Runs of equal values. For booleans.
    Rle,
    /// Differences between integers, in as many bits as they need. For integers, dates, times and
    /// decimals of up to 18 digits.
    DeltaBinaryPacked,
    /// Lengths first, packed as [`DeltaBinaryPacked`](Self::DeltaBinaryPacked), then the bytes.
    /// For texts and bytes.
    DeltaLengthByteArray,
    /// What a value has in common with the one before is left out. For texts and bytes, also those
    /// of fixed length; small where rows are sorted by them, and slow.
    DeltaByteArray,
    /// The first bytes of all values, then the second ones, and so on, which codecs find easier.
    /// For floats, integers and values of fixed length.
    ByteStreamSplit,
}

/// Among which encodings [`Encoding::Auto`] chooses.
///
/// It tries them in the order of what they cost to write and read, and takes a dearer one only if
/// it saves a share of the bytes of the best so far: a dictionary a twentieth, rle,
/// delta_binary_packed, delta_length_byte_array and byte_stream_split a tenth, delta_byte_array
/// a fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoEncodings {
    /// Plain and dictionary, which every reader has. Spark's vectorised reader took no delta
    /// encodings before version 3.3 (SPARK-36879).
    #[default]
    Everywhere,
    /// Also the newer ones, as far as PyArrow, DuckDB and Polars read them: rle for booleans,
    /// delta_binary_packed for integers, delta_length_byte_array and delta_byte_array for texts and
    /// bytes, byte_stream_split for floats.
    All,
}

use Encoding::{
    ByteStreamSplit, DeltaBinaryPacked, DeltaByteArray, DeltaLengthByteArray, Dictionary, Plain,
    Rle,
};

impl Encoding {
    /// What values of this physical type may have, the cheapest first. Says what the parquet crate
    /// writes: it makes no dictionary of values of fixed length in pages of version 1.
    pub(crate) fn allowed(physical: Type, version: PageVersion) -> &'static [Self] {
        match (physical, version) {
            (Type::BOOLEAN, _) => &[Plain, Rle],
            (Type::INT32 | Type::INT64, _) => {
                &[Plain, Dictionary, DeltaBinaryPacked, ByteStreamSplit]
            }
            (Type::FLOAT | Type::DOUBLE, _) => &[Plain, Dictionary, ByteStreamSplit],
            (Type::BYTE_ARRAY, _) => &[Plain, Dictionary, DeltaLengthByteArray, DeltaByteArray],
            (Type::FIXED_LEN_BYTE_ARRAY, PageVersion::V1) => {
                &[Plain, ByteStreamSplit, DeltaByteArray]
            }
            (Type::FIXED_LEN_BYTE_ARRAY, PageVersion::V2) => {
                &[Plain, Dictionary, ByteStreamSplit, DeltaByteArray]
            }
            // Deprecated by the format; nothing in Arrow becomes one.
            (Type::INT96, _) => &[Plain],
        }
    }

    /// Whether PyArrow 26, DuckDB 1.5 and Polars 2.1 all read it for values of this physical type,
    /// as a table of files shows (`tests/services/options`). DuckDB splits the bytes of floats
    /// only, and Polars has only plain values and dictionaries where their length is fixed.
    pub(crate) fn is_read_by_others(self, physical: Type) -> bool {
        match self {
            ByteStreamSplit => matches!(physical, Type::FLOAT | Type::DOUBLE),
            DeltaByteArray => physical == Type::BYTE_ARRAY,
            _ => true,
        }
    }

    /// Whether readers have had it from the beginning.
    pub(crate) fn is_read_everywhere(self) -> bool {
        matches!(self, Self::Auto | Plain | Dictionary)
    }

    /// The share of the bytes of a cheaper encoding that this one may have at most to be taken in
    /// its place.
    ///
    /// A dictionary hashes every value: about a quarter of the encoding time where all columns do
    /// it. The others unpack bit by bit, or, worst, value after value from the one before.
    pub(crate) fn worth_it(self) -> f64 {
        match self {
            Self::Auto | Plain => 1.0,
            Dictionary => 0.95,
            Rle | DeltaBinaryPacked | DeltaLengthByteArray | ByteStreamSplit => 0.9,
            DeltaByteArray => 0.8,
        }
    }

    /// The encoding of values that are in no dictionary.
    pub(super) fn of_values(self) -> Parquet {
        match self {
            Self::Auto | Plain | Dictionary => Parquet::PLAIN,
            Rle => Parquet::RLE,
            DeltaBinaryPacked => Parquet::DELTA_BINARY_PACKED,
            DeltaLengthByteArray => Parquet::DELTA_LENGTH_BYTE_ARRAY,
            DeltaByteArray => Parquet::DELTA_BYTE_ARRAY,
            ByteStreamSplit => Parquet::BYTE_STREAM_SPLIT,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Dictionary => "dictionary",
            Plain => "plain",
            Rle => "rle",
            DeltaBinaryPacked => "delta_binary_packed",
            DeltaLengthByteArray => "delta_length_byte_array",
            DeltaByteArray => "delta_byte_array",
            ByteStreamSplit => "byte_stream_split",
        })
    }
}
