//! Blocks of any size become row groups of the wanted one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StringArray};
use arrow::compute::concat_batches;
use arrow::error::ArrowError;
use blockwrite::{BlockWriter as _, ByteDrain, ParquetBlockWriter, Regroup, WriteOptions};
use proptest::prelude::*;

fn rows(start: usize, rows: usize, letters: usize) -> RecordBatch {
    let numbers = || start..start + rows;
    let ids = Int64Array::from_iter_values(numbers().map(|i| i as i64));
    // Digits that no codec finds a pattern in.
    let texts = numbers().map(|i| {
        let digits = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!("{digits:016x}").repeat(letters.div_ceil(16))
    });
    let texts = StringArray::from_iter_values(texts);
    RecordBatch::try_from_iter([("id", Arc::new(ids) as _), ("text", Arc::new(texts) as _)])
        .unwrap()
}

/// Blocks of so many rows each.
fn blocks(sizes: &[usize], letters: usize) -> Vec<RecordBatch> {
    let starts = sizes.iter().scan(0, |start, size| {
        let at = *start;
        *start += size;
        Some((at, *size))
    });
    starts
        .map(|(start, size)| rows(start, size, letters))
        .collect()
}

fn reader(blocks: &[RecordBatch]) -> impl RecordBatchReader {
    let schema = rows(0, 0, 1).schema();
    RecordBatchIterator::new(blocks.iter().cloned().map(Ok), schema)
}

fn groups(blocks: &[RecordBatch], target_bytes: u64) -> Vec<RecordBatch> {
    let regroup = Regroup::new(reader(blocks), &WriteOptions::default(), target_bytes).unwrap();
    regroup.collect::<Result<_, _>>().unwrap()
}

/// Sizes of the groups in a file.
fn encoded(blocks: &[RecordBatch], target_bytes: u64) -> Vec<u64> {
    let regroup = Regroup::new(reader(blocks), &WriteOptions::default(), target_bytes).unwrap();
    let encoder = regroup.encoder().clone();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    for group in regroup {
        writer
            .append(encoder.encode(&group.unwrap()).unwrap())
            .unwrap();
    }
    let stats = writer.finish().unwrap();
    let groups = stats.row_groups.iter();
    groups.map(|group| group.compressed_bytes).collect()
}

#[test]
fn groups_have_the_wanted_size_whatever_the_blocks_have() {
    for sizes in [[100; 400].as_slice(), &[40_000], &[1, 39_999]] {
        let groups = encoded(&blocks(sizes, 16), 100_000);
        let (last, full) = groups.split_last().unwrap();
        assert!(full.len() > 3, "{groups:?}");
        for bytes in full {
            let off = *bytes as f64 / 100_000.0 - 1.0;
            assert!(off.abs() < 0.05, "{groups:?}");
        }
        assert!(*last <= 105_000, "{groups:?}");
    }
}

#[test]
fn rows_that_become_longer_make_groups_with_fewer_of_them() {
    let mut blocks = blocks(&[5_000; 20], 16);
    for block in &mut blocks[10..] {
        *block = rows(0, 5_000, 160);
    }
    let groups = groups(&blocks, 200_000);
    let (first, late) = (groups[1].num_rows(), groups[groups.len() - 2].num_rows());
    assert!(late * 4 < first, "{first} rows, then {late}");
}

#[test]
fn a_row_above_the_wanted_size_is_a_group_of_its_own() {
    let groups = groups(&blocks(&[3, 2], 100_000), 1_000);
    let rows: Vec<_> = groups.iter().map(RecordBatch::num_rows).collect();
    assert_eq!(rows, [1; 5]);
}

#[test]
fn a_reader_without_rows_has_no_groups() {
    assert!(groups(&[], 1_000).is_empty());
    assert!(groups(&[rows(0, 0, 1)], 1_000).is_empty());
}

#[test]
fn what_a_reader_says_is_passed_on() {
    let said = || Err(ArrowError::ExternalError("no more paper".into()));
    let schema = rows(0, 0, 1).schema();
    let at_once = RecordBatchIterator::new([said()], Arc::clone(&schema));
    let error = Regroup::new(at_once, &WriteOptions::default(), 1_000)
        .err()
        .unwrap();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "no more paper");
    // Behind the sample.
    let blocks = vec![Ok(rows(0, 40_000, 160)), Ok(rows(0, 40_000, 160)), said()];
    let reader = RecordBatchIterator::new(blocks, schema);
    let mut regroup = Regroup::new(reader, &WriteOptions::default(), 1 << 20).unwrap();
    let error = regroup.find_map(Result::err).unwrap();
    assert!(error.to_string().contains("no more paper"), "{error}");
    assert!(regroup.next().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_row_is_in_one_group_in_order(
        sizes in proptest::collection::vec(0_usize..3_000, 0..8),
        target in 1_u64..200_000,
    ) {
        let blocks = blocks(&sizes, 32);
        let groups = groups(&blocks, target);
        prop_assert!(groups.iter().all(|group| group.num_rows() > 0));
        let schema = rows(0, 0, 1).schema();
        let whole = concat_batches(&schema, &blocks).unwrap();
        prop_assert_eq!(concat_batches(&schema, &groups).unwrap(), whole);
    }
}
