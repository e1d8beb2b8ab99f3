//! How many files a table becomes, and which rows are in each.

use std::ops::Range;

use crate::byte_size::ByteSize;
use crate::row_range::{RowRange, parse_rows};

/// A table becomes so many files at most. Names have five digits, and whoever reads a folder opens
/// every file in it.
pub const MAX_FILES: u64 = 10_000;

/// How many files a table was asked to become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileCount {
    /// Nothing was asked for: one, under a name of its own.
    #[default]
    One,
    /// So many; at least one.
    Exactly(u64),
    /// As many as make files of about this size.
    OfSize(ByteSize),
}

impl FileCount {
    /// How many files data of so many bytes becomes; at least one. Rounded, so that no small file
    /// is left over.
    pub fn of_bytes(self, bytes: u64) -> u64 {
        match self {
            Self::One => 1,
            Self::Exactly(files) => files.max(1),
            Self::OfSize(ByteSize(size)) => {
                let size = size.max(1);
                let (whole, rest) = (bytes / size, bytes % size);
                (whole + u64::from(rest >= size.div_ceil(2))).max(1)
            }
        }
    }

    /// The words that ask for the same.
    pub fn words(self) -> Option<(&'static str, String)> {
        match self {
            Self::One => None,
            Self::Exactly(files) => Some(("--files", files.to_string())),
            Self::OfSize(size) => Some(("--file-size", size.in_one_word())),
        }
    }
}

/// Rows cut into files that differ by a row at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvenCut {
    /// Rows of all files.
    pub rows: Range<u64>,
    /// Files; at least one.
    pub files: u64,
}

impl EvenCut {
    /// The rows of a file, counted from 0; none behind the last file.
    pub fn rows_of(&self, file: u64) -> Range<u64> {
        let total = u128::from(self.rows.end.saturating_sub(self.rows.start));
        let files = u128::from(self.files.max(1));
        // The product of two 64-bit numbers has room in 128 bits, and the quotient is no row
        // behind the last.
        let border = |file: u64| {
            let at = total * u128::from(file).min(files) / files;
            self.rows.start + at as u64
        };
        border(file)..border(file.saturating_add(1))
    }

    /// The file of a row; the last one of rows behind it.
    pub fn file_of(&self, row: u64) -> u64 {
        let total = u128::from(self.rows.end.saturating_sub(self.rows.start));
        let at = u128::from(row.saturating_sub(self.rows.start));
        let files = self.files.max(1);
        if at >= total {
            return files - 1;
        }
        // Borders are rounded down, so that file `f` begins at or before the row exactly where
        // `total * f / files` is less than `at + 1`; the last such file has it.
        (((at + 1) * u128::from(files)).div_ceil(total) - 1) as u64
    }

    /// The rows of several files that follow one another.
    pub fn rows_of_all(&self, files: &Range<u64>) -> Range<u64> {
        let first = self.rows_of(files.start).start;
        first..self.rows_of(files.end).start.max(first)
    }

    /// Rows of the largest file.
    pub fn most_rows(&self) -> u64 {
        let total = self.rows.end.saturating_sub(self.rows.start);
        total.div_ceil(self.files.max(1))
    }
}

/// A number of files, as `--files` takes it.
///
/// # Errors
///
/// What is wrong with it.
pub fn parse_files(text: &str) -> Result<u64, String> {
    match parse_rows(text) {
        Ok(files @ 1..=MAX_FILES) => Ok(files),
        _ => Err(format!(
            "not a number of files: write a whole number from 1 to {MAX_FILES}"
        )),
    }
}

/// The size of a file, as `--file-size` takes it.
///
/// # Errors
///
/// What is wrong with it.
pub fn parse_file_size(text: &str) -> Result<ByteSize, String> {
    match text.parse::<ByteSize>() {
        Ok(ByteSize(0)) => Err("not a size to work with: it must be above zero".to_owned()),
        Ok(size) => Ok(size),
        Err(error) => Err(error.to_string()),
    }
}

/// Files by their numbers, as `--only-files` takes them.
///
/// # Errors
///
/// What is wrong with them.
pub fn parse_only_files(text: &str) -> Result<Range<u64>, String> {
    match text.parse::<RowRange>() {
        Ok(RowRange(files)) if files.is_empty() => Err("there is no file in it".to_owned()),
        Ok(RowRange(files)) => Ok(files),
        Err(_) => Err(
            "not a range of files: write A..B, for example 0..8 (file 8 is not in it)".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn files_hold_every_row_once_and_differ_by_one(
            start in 0..u64::MAX / 2,
            total in 0..u64::MAX / 2,
            files in 1..200_u64,
        ) {
            let cut = EvenCut { rows: start..start + total, files };
            let mut next = start;
            for file in 0..files {
                let rows = cut.rows_of(file);
                prop_assert_eq!(rows.start, next);
                let count = rows.end - rows.start;
                prop_assert!(count == total / files || count == total / files + 1);
                prop_assert!(count <= cut.most_rows());
                if !rows.is_empty() {
                    prop_assert_eq!(cut.file_of(rows.start), file);
                    prop_assert_eq!(cut.file_of(rows.end - 1), file);
                }
                next = rows.end;
            }
            prop_assert_eq!(next, start + total);
            prop_assert!(cut.rows_of(files).is_empty());
            prop_assert_eq!(cut.rows_of_all(&(0..files)), cut.rows.clone());
        }
    }

    #[test]
    fn a_size_becomes_the_nearest_number_of_files() {
        let of_size = FileCount::OfSize(ByteSize(100));
        for (bytes, files) in [(0, 1), (49, 1), (149, 1), (150, 2), (1000, 10), (1049, 10)] {
            assert_eq!(of_size.of_bytes(bytes), files, "{bytes}");
        }
        assert_eq!(FileCount::Exactly(7).of_bytes(1), 7);
        assert_eq!(FileCount::One.of_bytes(u64::MAX), 1);
        let smallest = FileCount::OfSize(ByteSize(1));
        assert_eq!(smallest.of_bytes(u64::MAX), u64::MAX);
    }

    #[test]
    fn files_are_asked_for_by_number_size_and_range() {
        assert_eq!(parse_files("1_000"), Ok(1000));
        assert_eq!(parse_only_files("7..16"), Ok(7..16));
        assert_eq!(parse_file_size("128MiB"), Ok(ByteSize(128 << 20)));
        for bad in ["", "0", "-1", "ten", "10001"] {
            assert!(parse_files(bad).is_err(), "{bad}");
        }
        for bad in ["", "7", "7..7", "8..7"] {
            assert!(parse_only_files(bad).is_err(), "{bad}");
        }
        assert!(parse_file_size("0").is_err());
    }
}
