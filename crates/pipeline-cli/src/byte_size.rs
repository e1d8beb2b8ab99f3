//! Sizes as people write them: MB is 10^6, MiB is 2^20.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A number of bytes, read from and printed as `1MiB`, `50MB`, `1.5GiB`, `4096`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u64", try_from = "String")]
pub struct ByteSize(pub u64);

/// A size that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a size: write a number and a unit, for example 50MB (10^6 bytes) or 1MiB (2^20 bytes)"
)]
pub struct ParseByteSizeError;

const UNITS: [(&str, u64); 12] = [
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("pib", 1 << 50),
    ("pb", 1_000_000_000_000_000),
];

impl FromStr for ByteSize {
    type Err = ParseByteSizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let split = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_'))
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let unit = unit.trim().to_ascii_lowercase();
        let (_, factor) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or(ParseByteSizeError)?;
        let number = number.replace('_', "");
        let bytes = match number.parse::<u64>() {
            Ok(whole) => whole.checked_mul(*factor),
            Err(_) => number
                .parse::<f64>()
                .ok()
                .map(|part| part * *factor as f64)
                .filter(|bytes| *bytes < u64::MAX as f64)
                .map(|bytes| bytes.round() as u64),
        };
        bytes.map(Self).ok_or(ParseByteSizeError)
    }
}

impl TryFrom<String> for ByteSize {
    type Error = ParseByteSizeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ByteSize> for u64 {
    fn from(size: ByteSize) -> Self {
        size.0
    }
}

impl ByteSize {
    /// To the byte, in one word that reads back as the same.
    pub fn in_one_word(self) -> String {
        let shown = self.to_string().replace(' ', "");
        match shown.parse::<Self>() {
            Ok(read) if read == self => shown,
            _ => format!("{}B", self.0),
        }
    }
}

/// Prints the exact binary unit where there is one, else three digits of the decimal unit.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        for (unit, factor) in [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
            if bytes >= factor && bytes.is_multiple_of(factor) {
                return f.pad(&format!("{} {unit}", bytes / factor));
            }
        }
        f.pad(&decimal(bytes))
    }
}

/// A size in a decimal unit, for measured numbers: `13.4 MB`.
pub fn decimal(bytes: u64) -> String {
    for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
        let value = bytes as f64 / factor;
        if value >= 0.9995 {
            let digits = if value < 9.995 {
                2
            } else if value < 99.95 {
                1
            } else {
                0
            };
            return format!("{value:.digits$} {unit}");
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_what_they_are_written_as() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4096),
            ("10MB", 10_000_000),
            ("1MiB", 1 << 20),
            ("1 mib", 1 << 20),
            ("1.5GiB", 3 << 29),
            ("50_000kB", 50_000_000),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        for bad in ["", "MB", "1XB", "-1MB", "1.2.3MB", "99999999999TB", "one"] {
            assert_eq!(bad.parse::<ByteSize>(), Err(ParseByteSizeError), "{bad}");
        }
    }

    #[test]
    fn exact_binary_sizes_and_measured_ones_print_apart() {
        for (bytes, text) in [
            (1 << 20, "1 MiB"),
            (3 << 29, "1536 MiB"),
            (50_000_000, "50.0 MB"),
            (999, "999 B"),
            (1_234_567, "1.23 MB"),
            (999_999, "1.00 MB"),
        ] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }
}
