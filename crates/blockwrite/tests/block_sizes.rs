//! The law of sizes: what [`Sizer`] promises is what files come out as.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use blockwrite::{
    BlockSizing, BlockWriter, ByteDrain, MAX_ROW_GROUP_ARROW_BYTES, MAX_ROW_GROUP_ROWS,
    ParquetBlockWriter, RowGroupEncoder, SizeLimit, Sizer, WriteOptions, WriteStats,
};

/// Scatters numbers so that no codec finds a pattern (the end of MurmurHash3).
fn mixed(i: u64) -> u64 {
    let i = (i ^ (i >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let i = (i ^ (i >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    i ^ (i >> 33)
}

/// Rows with something unique, something repeated and something that grows.
fn rows(range: Range<u64>) -> RecordBatch {
    let cities = ["Oslo", "Lima", "Quito", "Hanoi"];
    table(
        range,
        |i| format!("{:x}", mixed(i)),
        |i| cities[(mixed(i) % 4) as usize].to_owned(),
    )
}

/// A dictionary that no sample has seen all of: tens of thousands of cities.
fn many_cities(range: Range<u64>) -> RecordBatch {
    table(
        range,
        |i| format!("{:x}{:x}", mixed(i), mixed(!i)),
        |i| format!("{:x}", mixed(mixed(i) % 20_000)),
    )
}

/// Texts that are three times as long at the end of 400,000 rows as at the beginning, by two jumps.
fn drifting(range: Range<u64>) -> RecordBatch {
    table(
        range,
        |i| letters(i, 16 + 16 * (i / 150_000).min(2) as usize),
        |i| format!("{}", i / 1000),
    )
}

/// A text of so many letters in which no codec finds a pattern.
fn letters(i: u64, length: usize) -> String {
    let words = (0..length.div_ceil(16) as u64).map(|k| format!("{:016x}", mixed(mixed(i) ^ k)));
    words.collect::<String>()[..length].to_owned()
}

fn table(
    range: Range<u64>,
    unique: impl Fn(u64) -> String,
    city: impl Fn(u64) -> String,
) -> RecordBatch {
    let ids = Int64Array::from_iter_values(range.clone().map(|i| i as i64));
    let unique = StringArray::from_iter_values(range.clone().map(unique));
    let city = StringArray::from_iter_values(range.map(city));
    RecordBatch::try_from_iter([
        ("id", Arc::new(ids) as _),
        ("unique", Arc::new(unique) as _),
        ("city", Arc::new(city) as _),
    ])
    .unwrap()
}

fn compressed(codec: &str) -> WriteOptions {
    WriteOptions {
        compression: codec.parse().unwrap(),
        ..WriteOptions::default()
    }
}

type Table = fn(Range<u64>) -> RecordBatch;

fn solve(
    table: Table,
    options: &WriteOptions,
    total: u64,
    target: u64,
) -> (RowGroupEncoder, BlockSizing) {
    let mut sample = |range| Ok(table(range));
    Sizer::new(options, &mut sample)
        .solve(0..total, target)
        .unwrap()
}

fn write(table: Table, encoder: &RowGroupEncoder, total: u64, sizing: &BlockSizing) -> WriteStats {
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), encoder).unwrap();
    for rows in sizing.cuts(0..total) {
        writer
            .append(encoder.encode(&table(rows)).unwrap())
            .unwrap();
        writer.sink_mut().unwrap().unwrap().take();
    }
    writer.finish().unwrap()
}

fn off(is: u64, wanted: u64) -> f64 {
    is as f64 / wanted as f64 - 1.0
}

#[test]
fn groups_and_files_come_out_at_the_wanted_size() {
    let cases: [(Table, &str, u64, u64); 9] = [
        (rows, "snappy", 400_000, 64 * 1024),
        (rows, "snappy", 400_000, 1024 * 1024),
        (rows, "snappy", 1_000_000, 5_000_000),
        (rows, "none", 400_000, 256 * 1024),
        (rows, "none", 1_000_000, 5_000_000),
        (rows, "zstd:1", 400_000, 1024 * 1024),
        (rows, "zstd:19", 200_000, 1_000_000),
        (many_cities, "snappy", 600_000, 8_000_000),
        (many_cities, "zstd:3", 600_000, 4_000_000),
    ];
    for (table, codec, total, target) in cases {
        let (encoder, sizing) = solve(table, &compressed(codec), total, target);
        assert_eq!(sizing.limited_by, None);
        let stats = write(table, &encoder, total, &sizing);
        let (_last, full) = stats.row_groups.split_last().unwrap();
        assert!(!full.is_empty());
        for group in full {
            let off = off(group.compressed_bytes, target);
            assert!(
                off.abs() < 0.05,
                "a group is {off:+.3} of {target} ({codec})"
            );
        }
        assert_eq!(stats.row_groups.len() as u64, sizing.row_groups(0..total));
        let planned = sizing.file_bytes(0..total);
        let off = off(stats.file_bytes, planned);
        // What a strong codec finds in whole pages shows little in samples of parts of them.
        let most = if codec.starts_with("zstd") {
            0.035
        } else {
            0.02
        };
        assert!(
            off.abs() < most,
            "the file is {off:+.3} of {planned} ({codec})"
        );
        let back = sizing.rows_for_file(0, planned);
        assert!(
            back.abs_diff(total) <= sizing.block_rows / 50,
            "{back} {total}"
        );
    }
}

#[test]
fn a_file_of_a_wanted_size_comes_out_so_with_its_metadata() {
    let mut options = WriteOptions::default();
    let marks = |text: &str| [("mark".to_owned(), text.repeat(1_500))].into();
    options.key_value_metadata = marks("x");
    for wanted in [20_000, 100_000, 1_500_000, 2_500_000] {
        for table in [rows, many_cities] as [Table; 2] {
            let mut sample = |range| Ok(table(range));
            let mut sizer = Sizer::new(&options, &mut sample);
            let (_, rough) = sizer.solve(0..u64::MAX / 4, 1 << 20).unwrap();
            let (encoder, sizing) = sizer
                .solve(0..rough.rows_for_file(0, wanted), 1 << 20)
                .unwrap();
            let total = sizing.rows_for_file(0, wanted);
            let encoder = encoder.with_metadata(marks("y")).unwrap();
            let stats = write(table, &encoder, total, &sizing);
            let off = off(stats.file_bytes, wanted);
            assert!(off.abs() < 0.02, "the file is {off:+.3} of {wanted}");
        }
    }
}

#[test]
fn samples_are_bounded_and_not_encoded_twice() {
    for codec in ["snappy", "zstd:19"] {
        let options = compressed(codec);
        let made = Cell::new(0);
        let mut sample = |range: Range<u64>| {
            made.set(made.get() + (range.end - range.start));
            Ok(rows(range))
        };
        let mut sizer = Sizer::new(&options, &mut sample);
        sizer.solve(0..u64::MAX / 4, 1 << 30).unwrap();
        // Some forty bytes a row, four samples and a half of at most 4 MiB, and the first.
        let first = made.replace(0);
        assert!(first < 600_000, "{first} rows ({codec})");
        let again = sizer.solve(0..u64::MAX / 4, 1 << 30).unwrap();
        assert_eq!(made.replace(0), 0, "all of that is known ({codec})");
        assert_eq!(again.1, solve(rows, &options, u64::MAX / 4, 1 << 30).1);
        sizer.solve(0..100_000_000, 1 << 30).unwrap();
        // New are the middle and the end, and short looks at whether rows grow in between.
        let new = made.get();
        assert!(new * 2 < first * 3, "{new} rows after {first} ({codec})");
    }
}

#[test]
fn limits_hold_and_are_named() {
    let (_, sizing) = solve(rows, &WriteOptions::default(), u64::MAX >> 2, 10 << 30);
    assert_eq!(sizing.block_rows, MAX_ROW_GROUP_ROWS);
    assert_eq!(sizing.limited_by, Some(SizeLimit::Rows));

    let heavy: Table = |range| table(range, |i| format!("{:x}", mixed(i)), |_| "x".repeat(500));
    let (encoder, sizing) = solve(heavy, &WriteOptions::default(), 1_000_000, 100 << 20);
    assert_eq!(sizing.limited_by, Some(SizeLimit::ArrowBytes));
    let group = encoder.encode(&heavy(0..sizing.block_rows)).unwrap();
    let arrow_bytes = group.stats().arrow_bytes;
    assert!(arrow_bytes <= MAX_ROW_GROUP_ARROW_BYTES, "{arrow_bytes}");
    assert!(off(arrow_bytes, sizing.arrow_bytes).abs() < 0.01);
}

#[test]
fn no_limit_is_named_where_the_table_ends_first() {
    for target in [1 << 20, 1 << 30] {
        let (_, sizing) = solve(rows, &WriteOptions::default(), 10, target);
        assert_eq!(sizing.limited_by, None);
        assert_eq!(sizing.row_groups(0..10), 1);
    }
}

#[test]
fn memory_is_planned_for_the_heaviest_rows() {
    // The last rows weigh ten times as much as the first.
    let growing: Table = |range| {
        let long = |i: u64| "y".repeat(if i < 1_500_000 { 20 } else { 400 });
        table(range, |i| format!("{i}"), long)
    };
    let total = 2_000_000;
    let (encoder, sizing) = solve(growing, &WriteOptions::default(), total, 1 << 30);
    let last = growing(total - sizing.block_rows..total);
    let arrow_bytes = encoder.encode(&last).unwrap().stats().arrow_bytes;
    assert!(arrow_bytes <= MAX_ROW_GROUP_ARROW_BYTES, "{arrow_bytes}");
    assert_eq!(sizing.limited_by, Some(SizeLimit::ArrowBytes));
}

/// Texts that grow by a letter every 4,000 rows, from 10 to 110 letters over 400,000 rows.
fn growing(range: Range<u64>) -> RecordBatch {
    let long = |i: u64| letters(i, 10 + (i / 4_000).min(100) as usize);
    table(range, long, |i| format!("{}", i % 50))
}

/// Texts that become longer in steps, the first of them within the first group.
fn stepping(range: Range<u64>) -> RecordBatch {
    let long = |i: u64| {
        let length = match i {
            0..4_000 => 15,
            4_000..12_000 => 36,
            12_000..60_000 => 65,
            _ => 100,
        };
        letters(i, length)
    };
    table(range, long, |i| format!("{}", i % 50))
}

/// The rows of [`growing`] from the last to the first.
fn shrinking(range: Range<u64>) -> RecordBatch {
    let long = |i: u64| {
        let length = 110 - (i / 4_000).min(100) as usize;
        letters(i, length)
    };
    table(range, long, |i| format!("{}", i % 50))
}

#[test]
fn groups_of_a_drifting_table_have_the_wanted_size_all_along() {
    let total = 400_000;
    let cases: [(Table, &str, u64); 9] = [
        (drifting, "snappy", 512 * 1024),
        (drifting, "none", 256 * 1024),
        (drifting, "lz4", 100_000),
        (growing, "snappy", 512 * 1024),
        (growing, "zstd:1", 200_000),
        (growing, "none", 100_000),
        (shrinking, "snappy", 1_000_000),
        (stepping, "snappy", 100_000),
        (stepping, "none", 500_000),
    ];
    for (table, codec, target) in cases {
        let (encoder, sizing) = solve(table, &compressed(codec), total, target);
        let drift = sizing.drift.as_ref().unwrap();
        let (fewest, most) = drift.group_rows(&(0..total));
        assert!(fewest * 2 < most, "{fewest} to {most} rows ({codec})");
        let stats = write(table, &encoder, total, &sizing);
        let (_last, full) = stats.row_groups.split_last().unwrap();
        let near = |size: u64| off(size, target).abs() <= 0.05;
        let within = full
            .iter()
            .filter(|group| near(group.compressed_bytes))
            .count();
        let sizes: Vec<_> = full.iter().map(|group| group.compressed_bytes).collect();
        assert!(
            within * 100 >= full.len() * 95,
            "{within} within of {sizes:?} for {target} ({codec})"
        );
        assert_eq!(stats.row_groups.len() as u64, sizing.row_groups(0..total));
        let planned = sizing.file_bytes(0..total);
        let off = off(stats.file_bytes, planned);
        assert!(
            off.abs() < 0.02,
            "the file is {off:+.3} of {planned} ({codec})"
        );
        let back = sizing.rows_for_file(0, planned);
        assert!(back.abs_diff(total) * 1_000 <= total, "{back} {total}");
    }
}

/// A file in the middle of many is cut like any other.
#[test]
fn any_part_of_a_drifting_table_is_cut_to_size() {
    let (total, target) = (400_000, 256 * 1024);
    let (encoder, sizing) = solve(growing, &WriteOptions::default(), total, target);
    for rows in [0..100_000, 150_001..260_000, 390_000..400_000] {
        let cuts: Vec<_> = sizing.cuts(rows.clone()).collect();
        assert_eq!(cuts.len() as u64, sizing.row_groups(rows.clone()));
        assert_eq!(
            (cuts[0].start, cuts[cuts.len() - 1].end),
            (rows.start, rows.end)
        );
        assert!(cuts.windows(2).all(|pair| pair[0].end == pair[1].start));
        let (_last, full) = cuts.split_last().unwrap();
        for cut in full {
            let size = encoder
                .encode(&growing(cut.clone()))
                .unwrap()
                .stats()
                .compressed_bytes;
            assert!(
                off(size, target).abs() <= 0.05,
                "{size} of {target}: {cut:?}"
            );
        }
    }
}

#[test]
fn a_table_that_does_not_drift_is_cut_evenly() {
    let sizing = solve(many_cities, &WriteOptions::default(), 400_000, 100_000).1;
    assert_eq!(sizing.drift, None);
    let cuts: Vec<_> = sizing.cuts(7..400_000).collect();
    let (last, full) = cuts.split_last().unwrap();
    assert!(
        full.iter()
            .all(|cut| cut.end - cut.start == sizing.block_rows)
    );
    assert_eq!(last.end, 400_000);
    assert_eq!(sizing.cuts(5..5).count(), 0);
}

#[test]
fn small_tables_and_none_at_all_are_sized_too() {
    for total in [0, 1, 7] {
        let (encoder, sizing) = solve(rows, &WriteOptions::default(), total, 1 << 20);
        assert!(sizing.block_rows >= 1);
        assert_eq!(sizing.row_groups(0..total), total.min(1));
        let stats = write(rows, &encoder, total, &sizing);
        let planned = sizing.file_bytes(0..total);
        assert!(off(stats.file_bytes, planned).abs() < 0.02, "{planned}");
    }
}
