//! `A..B`, half-open and zero-based.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Rows `start` to `end - 1` of a table, written `1000..2000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRange(pub Range<u64>);

impl FromStr for RowRange {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str =
            "not a range of rows: write A..B, for example 0..1000 (row 1000 is not in it)";
        let (start, end) = text.split_once("..").ok_or(FORM)?;
        let range = parse_rows(start).map_err(|_| FORM)?..parse_rows(end).map_err(|_| FORM)?;
        if range.end < range.start {
            return Err("the range ends before it starts");
        }
        Ok(Self(range))
    }
}

impl fmt::Display for RowRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.0.start, self.0.end)
    }
}

/// A number of rows; `_` may group digits.
pub fn parse_rows(text: &str) -> Result<u64, &'static str> {
    text.trim()
        .replace('_', "")
        .parse()
        .map_err(|_| "not a number of rows: write a whole number, for example 1000000 or 1_000_000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back_as_they_print() {
        assert_eq!("5..9".parse(), Ok(RowRange(5..9)));
        assert_eq!(
            "1_000..2_000".parse::<RowRange>().unwrap().to_string(),
            "1000..2000"
        );
        for bad in ["", "5", "5..", "..5", "9..5", "-1..5", "a..b", "1..=2"] {
            assert!(bad.parse::<RowRange>().is_err(), "{bad}");
        }
    }
}
