//! Bloom filters: how large they are.

use std::ops::RangeInclusive;

use parquet::file::properties::BloomFilterPosition as Position;
use serde::{Deserialize, Serialize};

/// A filter is at most so large: the parquet crate makes none larger (`BITSET_MAX_LENGTH`), and
/// would silently miss the rate that was asked for.
const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// A Bloom filter of a column, one in each row group. It is made for the expected number of
/// distinct values, and folded to what the values that came need.
///
/// While a row group is encoded, it takes the memory that the expected number asks for: about
/// 1 MiB for 1,000,000 distinct values at 0.05.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BloomFilter {
    /// Expected number of distinct values in a row group, at least 1. Where more come, the filter
    /// errs more often than it is to. 1,048,576 by default: the most rows that a row group has.
    pub distinct: u64,
    /// The share of values that are not there and that the filter does not exclude: above 0, below
    /// 1. 0.05 by default.
    pub false_positives: f64,
}

impl Default for BloomFilter {
    fn default() -> Self {
        Self {
            distinct: crate::MAX_ROW_GROUP_ROWS,
            false_positives: 0.05,
        }
    }
}

impl BloomFilter {
    /// What such a filter may be told.
    pub(super) const DISTINCT: RangeInclusive<u64> = 1..=1 << 32;

    pub(super) fn rate_is_one(&self) -> bool {
        self.false_positives > 0.0 && self.false_positives < 1.0
    }

    /// Whether a filter that errs no more often can be made.
    pub(super) fn fits(&self) -> bool {
        self.bytes() <= MAX_BYTES
    }

    /// Bytes of a split block Bloom filter of eight bits a value, from the specification of the
    /// format (BloomFilter.md, "Sizing an SBBF"): −8 n / ln(1 − p^(1/8)) bits, rounded up to a
    /// power of two.
    fn bytes(&self) -> u64 {
        let unset = 1.0 - self.false_positives.powf(1.0 / 8.0);
        let bits = -8.0 * self.distinct as f64 / unset.ln();
        ((bits / 8.0).ceil() as u64)
            .checked_next_power_of_two()
            .unwrap_or(u64::MAX)
    }
}

/// Where a file's Bloom filters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BloomFilterPosition {
    /// Behind the row group of each: nothing of them is kept in memory.
    #[default]
    AfterRowGroup,
    /// All together before the footer: a reader fetches them at once, and they are kept in memory
    /// until the file is finished.
    End,
}

impl BloomFilterPosition {
    pub(super) fn position(self) -> Position {
        match self {
            Self::AfterRowGroup => Position::AfterRowGroup,
            Self::End => Position::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_parquet_crate() {
        let bytes = |distinct, false_positives| {
            BloomFilter {
                distinct,
                false_positives,
            }
            .bytes()
        };
        // The figure in the documentation of `BloomFilterPropertiesBuilder::with_max_ndv`.
        assert_eq!(bytes(1_048_576, 0.05), 1024 * 1024);
        assert_eq!(bytes(1, 0.5), 1);
        assert_eq!(bytes(u64::MAX, 0.001), u64::MAX);
    }
}
