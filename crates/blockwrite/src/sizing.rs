//! How many rows make a row group of a wanted size: solved from encoded samples.

use std::fmt;
use std::ops::Range;

use arrow::array::{Array as _, RecordBatch};
use serde::Serialize;

use crate::{
    BlockWriter as _, ByteDrain, Error, ParquetBlockWriter, Result, RowGroupEncoder, WriteOptions,
};

/// A row group holds at most so many rows, whatever size was wanted: readers (and the parallel
/// plans of Spark and DuckDB) expect groups of this order.
pub const MAX_ROW_GROUP_ROWS: u64 = 1_048_576;

/// A row group holds at most so much Arrow data, whatever size was wanted: it bounds the memory
/// of whoever encodes or decodes it. 64 MiB.
pub const MAX_ROW_GROUP_ARROW_BYTES: u64 = 64 * 1024 * 1024;

/// Rows of the very first sample: enough to see a dictionary pay, small enough to be free.
const FIRST_SAMPLE_ROWS: u64 = 2_048;

/// Two samples that agree so well need no third.
const CLOSE_ENOUGH: f64 = 0.005;

/// A limit that made row groups smaller than was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeLimit {
    /// [`MAX_ROW_GROUP_ROWS`].
    Rows,
    /// [`MAX_ROW_GROUP_ARROW_BYTES`].
    ArrowBytes,
}

/// The outcome of [`Sizer::solve`]: rows a group, and what sizes to expect. Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockSizing {
    /// Rows of each row group but the last.
    pub block_rows: u64,
    /// Expected size of such a row group in the file.
    pub group_bytes: u64,
    /// Expected size of such a block in memory, as Arrow arrays.
    pub arrow_bytes: u64,
    /// Expected size of a row in the file, footer excluded.
    pub row_bytes: f64,
    /// What each row group adds to the footer.
    pub footer_group_bytes: u64,
    /// Footer and magic bytes of a file without row groups.
    pub footer_fixed_bytes: u64,
    /// What kept the groups below the wanted size, if anything did.
    pub limited_by: Option<SizeLimit>,
}

/// Solves block sizes for one table: encodes samples until the answer stands.
///
/// The answer depends on the rows, the options and the wanted size alone, so that the same
/// request makes the same file on every machine.
pub struct Sizer<'a> {
    options: &'a WriteOptions,
    /// Makes the rows of a range; called a handful of times.
    sample: &'a mut SampleFn<'a>,
}

/// Makes a block of the rows in a half-open range.
pub type SampleFn<'a> =
    dyn FnMut(Range<u64>) -> Result<RecordBatch, Box<dyn std::error::Error + Send + Sync>> + 'a;

impl<'a> Sizer<'a> {
    /// A solver over the blocks that `sample` makes.
    pub fn new(options: &'a WriteOptions, sample: &'a mut SampleFn<'a>) -> Self {
        Self { options, sample }
    }

    /// The encoder whose undecided options the samples decided, and the sizes for row groups of
    /// `target_bytes` over the table's `rows`.
    ///
    /// # Errors
    ///
    /// [`Error::Sample`] when a sample can't be made; encoding errors.
    pub fn solve(
        &mut self,
        rows: Range<u64>,
        target_bytes: u64,
    ) -> Result<(RowGroupEncoder, BlockSizing)> {
        let total = rows.end.saturating_sub(rows.start);
        let target = target_bytes.max(1) as f64;
        let first = self.make(&rows, 0.0, FIRST_SAMPLE_ROWS)?;
        let rough = RowGroupEncoder::tuned(&first, self.options)?;
        let mut measured = Measured::of(&rough, &first)?;
        let arrow_row_bytes = measured.arrow_bytes as f64 / measured.rows.max(1) as f64;
        let (most, limit) = most_rows(arrow_row_bytes);

        // Size grows a little slower than rows (dictionaries), so the answer is approached from
        // samples of its own size, the first of which also decides the dictionaries.
        let mut block_rows = measured.rows_for(target).clamp(1, most);
        let start = self.make(&rows, 0.0, block_rows)?;
        let encoder = RowGroupEncoder::tuned(&start, self.options)?;
        measured = Measured::of(&encoder, &start)?;
        drop(start);
        let better = measured.rows_for(target).clamp(1, most);
        if !close(better, block_rows) && better.min(total) != measured.rows {
            measured = Measured::of(&encoder, &self.make(&rows, 0.0, better)?)?;
        }
        block_rows = measured.rows_for(target).clamp(1, most);
        // Tables drift (numbers grow, dates move): the middle and the end have a say too.
        for place in [0.5, 1.0] {
            if total > 2 * block_rows {
                measured.add(&Measured::of(
                    &encoder,
                    &self.make(&rows, place, block_rows)?,
                )?);
            }
        }
        block_rows = measured.rows_for(target).clamp(1, most);

        let (footer_fixed_bytes, footer_group_bytes) = footer(&encoder, &first)?;
        let row_bytes = measured.bytes as f64 / measured.rows.max(1) as f64;
        let sizing = BlockSizing {
            block_rows,
            group_bytes: (row_bytes * block_rows as f64).round() as u64,
            arrow_bytes: (arrow_row_bytes * block_rows as f64).round() as u64,
            row_bytes,
            footer_group_bytes,
            footer_fixed_bytes,
            limited_by: (block_rows == most && row_bytes * (most as f64) < target * 0.95)
                .then_some(limit),
        };
        Ok((encoder, sizing))
    }

    /// A sample of at most `wanted` rows, at the start (0.0) to the end (1.0) of the table.
    fn make(&mut self, rows: &Range<u64>, place: f64, wanted: u64) -> Result<RecordBatch> {
        let total = rows.end.saturating_sub(rows.start);
        let wanted = wanted.min(total);
        let start = rows.start + ((total - wanted) as f64 * place) as u64;
        (self.sample)(start..start + wanted).map_err(Error::Sample)
    }
}

/// Rows and bytes of the samples so far.
struct Measured {
    rows: u64,
    bytes: u64,
    arrow_bytes: u64,
}

impl Measured {
    fn of(encoder: &RowGroupEncoder, block: &RecordBatch) -> Result<Self> {
        let encoded = encoder.encode(block)?;
        Ok(Self {
            rows: encoded.stats().rows,
            bytes: encoded.stats().compressed_bytes,
            arrow_bytes: encoded.stats().arrow_bytes,
        })
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.arrow_bytes += other.arrow_bytes;
    }

    fn rows_for(&self, target: f64) -> u64 {
        (target * self.rows as f64 / self.bytes.max(1) as f64).round() as u64
    }
}

fn close(a: u64, b: u64) -> bool {
    a.abs_diff(b) as f64 <= b as f64 * CLOSE_ENOUGH
}

/// The most rows a group may have, and which limit says so.
fn most_rows(arrow_row_bytes: f64) -> (u64, SizeLimit) {
    let by_bytes = (MAX_ROW_GROUP_ARROW_BYTES as f64 / arrow_row_bytes.max(1e-9)) as u64;
    if by_bytes < MAX_ROW_GROUP_ROWS {
        (by_bytes.max(1), SizeLimit::ArrowBytes)
    } else {
        (MAX_ROW_GROUP_ROWS, SizeLimit::Rows)
    }
}

/// Bytes of a block's values, offsets and validity, without spare capacity.
pub(crate) fn arrow_bytes(block: &RecordBatch) -> u64 {
    block
        .columns()
        .iter()
        .map(|column| {
            let data = column.to_data();
            data.get_slice_memory_size()
                .unwrap_or_else(|_| column.get_array_memory_size()) as u64
        })
        .sum()
}

/// Footer bytes of a file without row groups, and what each group adds: measured on files.
fn footer(encoder: &RowGroupEncoder, block: &RecordBatch) -> Result<(u64, u64)> {
    let file_of = |groups: usize| -> Result<u64> {
        let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), encoder)?;
        for _ in 0..groups {
            writer.append(encoder.encode(block)?)?;
        }
        let stats = writer.finish()?;
        Ok(stats.file_bytes - stats.compressed_bytes)
    };
    let (none, one, two) = (file_of(0)?, file_of(1)?, file_of(2)?);
    // The second group is the typical one: its offsets take more bytes than the first's.
    Ok((none.min(one), two.saturating_sub(one)))
}

impl BlockSizing {
    /// Row groups of a file of so many rows.
    pub fn row_groups(&self, rows: u64) -> u64 {
        rows.div_ceil(self.block_rows)
    }

    /// Expected size of a file of so many rows.
    pub fn file_bytes(&self, rows: u64) -> u64 {
        let pages = (self.row_bytes * rows as f64).round() as u64;
        pages + self.footer_fixed_bytes + self.row_groups(rows) * self.footer_group_bytes
    }

    /// Rows of a file of the wanted size; at least one.
    pub fn rows_for_file(&self, file_bytes: u64) -> u64 {
        let row = self.row_bytes + self.footer_group_bytes as f64 / self.block_rows as f64;
        let left = file_bytes.saturating_sub(self.footer_fixed_bytes) as f64;
        ((left / row.max(1e-9)).round() as u64).max(1)
    }
}

impl fmt::Debug for Sizer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sizer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    use super::*;

    /// Rows with something unique, something repeated and something that grows.
    fn rows(range: Range<u64>) -> RecordBatch {
        let mixed = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
        RecordBatch::try_from_iter([
            (
                "id",
                Arc::new(Int64Array::from_iter_values(
                    range.clone().map(|i| i as i64),
                )) as _,
            ),
            (
                "unique",
                Arc::new(StringArray::from_iter_values(
                    range.clone().map(|i| format!("{:x}", mixed(i))),
                )) as _,
            ),
            (
                "city",
                Arc::new(StringArray::from_iter_values(range.map(|i| {
                    ["Oslo", "Lima", "Quito", "Hanoi"][(mixed(i) % 4) as usize]
                }))) as _,
            ),
        ])
        .unwrap()
    }

    #[test]
    fn groups_and_files_come_out_at_the_wanted_size() {
        let options = WriteOptions::default();
        for (table_rows, target) in [
            (400_000, 256 * 1024),
            (400_000, 1024 * 1024),
            (3_000_000, 5_000_000),
        ] {
            let mut sample = |range| Ok(rows(range));
            let (encoder, sizing) = Sizer::new(&options, &mut sample)
                .solve(0..table_rows, target)
                .unwrap();
            assert_eq!(sizing.limited_by, None);

            let mut writer =
                ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
            let mut start = 0;
            while start < table_rows {
                let end = (start + sizing.block_rows).min(table_rows);
                writer
                    .append(encoder.encode(&rows(start..end)).unwrap())
                    .unwrap();
                writer.sink_mut().unwrap().unwrap().take();
                start = end;
            }
            let stats = writer.finish().unwrap();
            let (_last, full) = stats.row_groups.split_last().unwrap();
            for group in full {
                let off = group.compressed_bytes as f64 / target as f64 - 1.0;
                assert!(
                    off.abs() < 0.05,
                    "a group of {} for {target}",
                    group.compressed_bytes
                );
            }
            assert_eq!(stats.row_groups.len() as u64, sizing.row_groups(table_rows));
            let off = stats.file_bytes as f64 / sizing.file_bytes(table_rows) as f64 - 1.0;
            assert!(
                off.abs() < 0.02,
                "file {} planned {}",
                stats.file_bytes,
                sizing.file_bytes(table_rows)
            );
            let back = sizing.rows_for_file(sizing.file_bytes(table_rows));
            assert!(
                back.abs_diff(table_rows) <= sizing.block_rows / 50,
                "{back} {table_rows}"
            );
        }
    }

    #[test]
    fn limits_hold_and_are_named() {
        let options = WriteOptions::default();
        let mut sample = |range| Ok(rows(range));
        let (_, sizing) = Sizer::new(&options, &mut sample)
            .solve(0..u64::MAX >> 2, 10 << 30)
            .unwrap();
        assert_eq!(sizing.block_rows, MAX_ROW_GROUP_ROWS);
        assert_eq!(sizing.limited_by, Some(SizeLimit::Rows));
    }

    #[test]
    fn small_tables_and_none_at_all_are_sized_too() {
        let options = WriteOptions::default();
        for total in [0, 1, 7] {
            let mut sample = |range| Ok(rows(range));
            let (_, sizing) = Sizer::new(&options, &mut sample)
                .solve(0..total, 1 << 20)
                .unwrap();
            assert!(sizing.block_rows >= 1);
            assert_eq!(sizing.row_groups(total), total.min(1));
        }
    }
}
