//! What one Parquet file can hold: how many row groups, and how much of them in memory.

use blockwrite::{FOOTER_CHUNK_BYTES, MAX_ROW_GROUPS};

use crate::byte_size::{ByteSize, decimal};
use crate::thousands::{counted, grouped};

/// What a footer may take in memory until it is written, where larger row groups can help it: about
/// what the most row groups that the format has room for come to with sixteen columns. Whoever reads
/// the file takes as much for it.
const MOST_FOOTER_BYTES: u64 = 512 * 1024 * 1024;

/// The most row groups that a file is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GroupLimit {
    pub(super) groups: u64,
    columns: u64,
}

impl GroupLimit {
    /// Of files with so many leaf columns.
    pub(super) fn of(columns: usize) -> Self {
        let columns = (columns as u64).max(1);
        let by_memory = (MOST_FOOTER_BYTES / (columns * FOOTER_CHUNK_BYTES)).max(1);
        Self {
            groups: by_memory.min(MAX_ROW_GROUPS as u64),
            columns,
        }
    }

    /// Whether a file can have so many, however much memory they take.
    pub(super) fn has_room_for(groups: u64) -> bool {
        groups <= MAX_ROW_GROUPS as u64
    }

    /// What is said where blocks of `wanted` would have been too many row groups.
    pub(super) fn raised(&self, wanted: u64, raised: u64) -> String {
        let wanted = ByteSize(wanted);
        let groups = grouped(self.groups);
        let why = if self.groups == MAX_ROW_GROUPS as u64 {
            format!("would be more than the {groups} row groups that a Parquet file holds")
        } else {
            format!(
                "with {} would be more than {groups} row groups, and the footer of a file takes {} \
                 of memory for so many",
                counted(self.columns, "column"),
                decimal(self.groups * self.columns * FOOTER_CHUNK_BYTES),
            )
        };
        format!(
            "blocks of {wanted} {why}: raised to {}; with more files (--files) they stay small",
            decimal(raised)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::super::tests::plan;
    use super::*;

    #[test]
    fn few_columns_are_limited_by_the_format_and_many_by_memory() {
        assert_eq!(GroupLimit::of(16).groups, 32_767);
        assert_eq!(GroupLimit::of(0).groups, 32_767);
        assert_eq!(GroupLimit::of(17).groups, 31_580);
        assert_eq!(GroupLimit::of(1_000).groups, 536);
        assert_eq!(GroupLimit::of(usize::MAX / 4000).groups, 1);
        let said = [16, 100].map(|columns| GroupLimit::of(columns).raised(65_536, 1_234_567));
        expect![[r#"
            blocks of 64 KiB would be more than the 32,767 row groups that a Parquet file holds: raised to 1.23 MB; with more files (--files) they stay small
            blocks of 64 KiB with 100 columns would be more than 5,368 row groups, and the footer of a file takes 537 MB of memory for so many: raised to 1.23 MB; with more files (--files) they stay small
        "#]]
        .assert_eq(&(said.join("\n") + "\n"));
    }

    /// Plans of two thousand million people in blocks of 64 KiB.
    #[test]
    fn tiny_blocks_of_many_rows_are_planned_for() {
        let check = |files: &[(&'static str, &str)], expect: Expect| {
            let asked = [
                ("rows", "2000000000"),
                ("block_size", "64KiB"),
                ("to", "out/"),
            ];
            let plan = plan(&[&asked[..], files].concat()).unwrap();
            let numbers = &plan.tables[0].numbers;
            let made = numbers.origin.generated().unwrap();
            let mut shown = String::new();
            write!(
                shown,
                "{} row groups in {} files, of {} and {} rows each; {} in buffers",
                grouped(made.row_groups),
                made.files.as_ref().map_or(1, |files| files.of),
                decimal(numbers.sizing.group_bytes),
                numbers.sizing.block_rows,
                decimal(plan.memory_bytes),
            )
            .unwrap();
            expect.assert_eq(&shown);
        };
        check(
            &[],
            expect![
                "32,451 row groups in 1 files, of 10.9 MB and 61632 rows each; 560 MB in buffers"
            ],
        );
        check(
            &[("files", "10")],
            expect![
                "325,840 row groups in 10 files, of 1.10 MB and 6138 rows each; 496 MB in buffers"
            ],
        );
        check(
            &[("files", "1000")],
            expect![
                "6,494,000 row groups in 1000 files, of 65.6 kB and 308 rows each; 97.8 MB in buffers"
            ],
        );
        check(
            &[("file_size", "1GB")],
            expect![
                "6,493,788 row groups in 438 files, of 65.6 kB and 308 rows each; 223 MB in buffers"
            ],
        );
    }
}
