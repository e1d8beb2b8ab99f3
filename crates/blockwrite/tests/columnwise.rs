//! Row groups from columns that come one by one: [`RowGroupEncoder::columnwise`].

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Field, Int32Type, UInt32Type};
use blockwrite::{
    BlockWriter as _, EncodedRowGroup, Error, ParquetBlockWriter, Result, RowGroupEncoder,
    WriteOptions,
};
use bytes::Bytes;
use expect_test::{Expect, expect};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Flat columns and nested ones, turn by turn, so that chunks of both kinds of writers alternate.
fn block(from: i64, rows: usize) -> RecordBatch {
    let range = from..from + rows as i64;
    let place = StructArray::from(vec![(
        Arc::new(Field::new("lat", DataType::Float64, false)),
        Arc::new(Float64Array::from_iter_values(
            range.clone().map(|i| (i as f64 * 0.37).sin()),
        )) as ArrayRef,
    )]);
    let lists = range
        .clone()
        .map(|i| (i % 5 > 0).then(|| (0..i as i32 % 4).map(Some)));
    let texts = range
        .clone()
        .map(|i| (i % 3 > 0).then(|| format!("text {i}")));
    RecordBatch::try_from_iter([
        (
            "id",
            Arc::new(Int64Array::from_iter_values(range.clone())) as ArrayRef,
        ),
        ("place", Arc::new(place)),
        ("text", Arc::new(StringArray::from_iter(texts))),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
        ),
        (
            "count",
            Arc::new(UInt32Array::from_iter_values(range.map(|i| i as u32 % 9))),
        ),
    ])
    .unwrap()
}

fn encoder(toml: &str) -> RowGroupEncoder {
    let options: WriteOptions = toml::from_str(toml).unwrap();
    RowGroupEncoder::new(block(0, 1).schema(), &options).unwrap()
}

fn by_columns(encoder: &RowGroupEncoder, block: &RecordBatch) -> Result<EncodedRowGroup> {
    let mut group = encoder.columnwise(block.num_rows());
    for column in block.columns() {
        group.push(Arc::clone(column))?;
    }
    group.finish()
}

/// A file of three row groups in a sink that is copied into.
fn copied(encoder: &RowGroupEncoder) -> Bytes {
    let mut writer = ParquetBlockWriter::with_encoder(Vec::new(), encoder).unwrap();
    for from in [0, 700, 1_400] {
        writer
            .append(encoder.encode(&block(from, 700)).unwrap())
            .unwrap();
    }
    writer.finish().unwrap();
    writer.into_sink().unwrap().into()
}

/// The same file from columns that came one by one, in pieces as they lie.
fn drained(encoder: &RowGroupEncoder) -> Bytes {
    let mut writer = ParquetBlockWriter::draining(encoder).unwrap();
    let mut taken = Vec::new();
    for from in [0, 700, 1_400] {
        let group = by_columns(encoder, &block(from, 700)).unwrap();
        writer.append(group).unwrap();
        taken.extend(writer.sink_mut().unwrap().unwrap().take_pieces());
    }
    writer.finish().unwrap();
    taken.extend(writer.into_sink().unwrap().take_pieces());
    taken.concat().into()
}

#[test]
fn columns_one_by_one_are_the_block_and_pieces_are_the_file() {
    let bloom = "[columns.id.bloom_filter]\ndistinct = 700\n";
    for toml in [
        "",
        "compression = \"zstd:1\"",
        "compatibility = \"legacy\"",
        "page_version = \"2\"",
        "statistics = \"page\"",
        "sorting = [{ column = \"id\" }]",
        bloom,
        &format!("bloom_filter_position = \"end\"\n{bloom}"),
    ] {
        let encoder = encoder(toml);
        let (copied, drained) = (copied(&encoder), drained(&encoder));
        assert!(copied == drained, "the bytes differ: {toml}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(drained).unwrap();
        let blocks = reader.with_batch_size(700).build().unwrap();
        for (block_read, from) in blocks.zip([0, 700, 1_400]) {
            let (read, made) = (block_read.unwrap(), block(from, 700));
            // The types of `legacy` are others.
            assert_eq!(read.column(0), made.column(0), "{toml}");
            assert_eq!(read.column(2), made.column(2), "{toml}");
        }
    }
}

#[test]
fn memory_that_is_used_again_holds_one_row_group_at_a_time() {
    let encoder = encoder("");
    let groups: Vec<_> = (0..8)
        .map(|k| by_columns(&encoder, &block(k * 100, 100 + k as usize)).unwrap())
        .collect();
    let mut writer = ParquetBlockWriter::with_encoder(Vec::new(), &encoder).unwrap();
    for group in groups {
        writer.append(group).unwrap();
        // Its memory is free by now, and is written anew.
        drop(by_columns(&encoder, &block(9_000, 104)).unwrap());
    }
    writer.finish().unwrap();
    let file = Bytes::from(writer.into_sink().unwrap());
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let rows = reader.build().unwrap().map(|rows| rows.unwrap());
    let mut ids = rows.flat_map(|rows| {
        let ids = rows
            .column(0)
            .as_any()
            .downcast_ref::<Int64Array>()
            .unwrap()
            .clone();
        ids.values().to_vec()
    });
    for k in 0..8 {
        for id in k * 100..k * 100 + 100 + k {
            assert_eq!(ids.next(), Some(id));
        }
    }
    assert_eq!(ids.next(), None);
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let check = |encoder: &RowGroupEncoder, rows: usize, columns: &[ArrayRef], expect: Expect| {
        let mut group = encoder.columnwise(rows);
        let pushed = columns
            .iter()
            .try_for_each(|column| group.push(Arc::clone(column)));
        let error = pushed.and_then(|()| group.finish().map(drop)).unwrap_err();
        let reason = std::error::Error::source(&error);
        let reason = reason.map(|reason| format!(": {reason}"));
        expect.assert_eq(&format!("{error}{}", reason.unwrap_or_default()));
    };
    let plain = encoder("");
    let good = block(0, 4).columns().to_vec();
    check(
        &plain,
        4,
        &good[..3],
        expect!["field `list`: expected List(Int32) nullable, found no such column"],
    );
    check(
        &plain,
        4,
        &[&good[..], &good[..1]].concat(),
        expect!["field `column 6`: expected no such column, found Int64"],
    );
    check(
        &plain,
        4,
        &good[2..3],
        expect!["field `id`: expected Int64 not null, found Utf8 nullable"],
    );
    check(
        &plain,
        5,
        &good,
        expect![
            "could not bring a block into the form of the file: Invalid argument error: column `id` has 4 rows in a row group of 5"
        ],
    );

    let not_null = Field::new("id", DataType::Int64, false);
    let schema = Arc::new(arrow::datatypes::Schema::new(vec![not_null]));
    let strict = RowGroupEncoder::new(schema, &WriteOptions::default()).unwrap();
    let nulls = Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef;
    check(
        &strict,
        2,
        &[nulls],
        expect!["field `id`: expected Int64 not null, found Int64 nullable"],
    );

    let sorted = encoder("sorting = [{ column = \"id\", descending = true }]");
    check(
        &sorted,
        4,
        &good,
        expect![
            "row 1 of the block is out of order: `id` is 1 after 0, and the file is declared to be sorted by id descending"
        ],
    );
}

/// They mean nothing, and every producer chooses them differently.
#[test]
fn names_within_a_column_may_differ_where_its_type_changes() {
    let list = |name: &str| {
        let list = ListArray::from_iter_primitive::<UInt32Type, _, _>([Some([Some(7)])]);
        let element = Arc::new(Field::new(name, DataType::UInt32, true));
        let (_, offsets, values, nulls) = list.into_parts();
        let list = ListArray::new(element, offsets, values, nulls);
        RecordBatch::try_from_iter([("list", Arc::new(list) as ArrayRef)]).unwrap()
    };
    for toml in ["", "compatibility = \"legacy\""] {
        let options: WriteOptions = toml::from_str(toml).unwrap();
        let mut writer = ParquetBlockWriter::new(Vec::new(), options);
        writer.write_block(&list("item")).unwrap();
        writer.write_block(&list("element")).unwrap();
        assert_eq!(writer.finish().unwrap().rows, 2, "{toml}");
    }
}

#[test]
fn rows_without_columns_are_row_groups() {
    let schema = Arc::new(arrow::datatypes::Schema::empty());
    let encoder = RowGroupEncoder::new(schema, &WriteOptions::default()).unwrap();
    let mut writer = ParquetBlockWriter::draining(&encoder).unwrap();
    for _ in 0..3 {
        writer
            .append(encoder.columnwise(5).finish().unwrap())
            .unwrap();
    }
    assert_eq!(writer.finish().unwrap().rows, 15);
}

/// What a sink refused once is missing in it, even if it takes the rest.
#[test]
fn a_flush_that_fails_ends_the_writer() {
    struct FailsOnce(u32);
    impl std::io::Write for FailsOnce {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += 1;
            match self.0 {
                2 => Err(std::io::Error::other("once")),
                _ => Ok(bytes.len()),
            }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let encoder = encoder("");
    let small = block(0, 3);
    let mut writer = ParquetBlockWriter::with_encoder(FailsOnce(0), &encoder).unwrap();
    let appended = writer.append(encoder.encode(&small).unwrap());
    let flushed = appended.and_then(|_| writer.sink_mut().map(drop));
    flushed.unwrap_err();
    assert!(matches!(writer.sink_mut(), Ok(None)));
    assert!(matches!(writer.finish(), Err(Error::Poisoned)));
}
