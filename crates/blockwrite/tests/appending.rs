//! What [`ParquetBlockWriter::append`] takes, leaves out and refuses.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use blockwrite::{
    BlockWriter, ByteDrain, Error, MAX_ROW_GROUPS, ParquetBlockWriter, RowGroupEncoder,
    WriteOptions,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn block(rows: usize) -> RecordBatch {
    let ids = Int64Array::from_iter_values(0..rows as i64);
    let words = StringArray::from_iter_values((0..rows).map(|i| ["sea", "lake"][i % 2]));
    RecordBatch::try_from_iter([("id", Arc::new(ids) as _), ("word", Arc::new(words) as _)])
        .unwrap()
}

fn encoder(of: &RecordBatch, options: &WriteOptions) -> RowGroupEncoder {
    RowGroupEncoder::new(of.schema(), options).unwrap()
}

#[test]
fn a_group_of_another_schema_is_refused_and_the_writer_goes_on() {
    let options = WriteOptions::default();
    let good = encoder(&block(3), &options);
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &good).unwrap();
    writer.append(good.encode(&block(3)).unwrap()).unwrap();

    let other = RecordBatch::try_from_iter([
        ("id", Arc::new(Int32Array::from(vec![1])) as ArrayRef),
        ("word", Arc::new(StringArray::from(vec!["x"])) as _),
    ])
    .unwrap();
    let foreign = encoder(&other, &options).encode(&other).unwrap();
    let error = writer.append(foreign).unwrap_err();
    assert!(
        matches!(&error, Error::SchemaMismatch { field, .. } if field == "id"),
        "{error:?}"
    );
    writer.append(good.encode(&block(2)).unwrap()).unwrap();
    assert_eq!(writer.finish().unwrap().rows, 5);
}

/// Alike for Arrow, and not for Parquet: a list whose elements have another name.
#[test]
fn a_group_of_other_parquet_columns_is_refused_too() {
    let list = |name: &str| {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
        let element = Arc::new(Field::new(name, DataType::Int32, true));
        let (_, offsets, values, nulls) = list.into_parts();
        let list = ListArray::new(element, offsets, values, nulls);
        RecordBatch::try_from_iter([("list", Arc::new(list) as _)]).unwrap()
    };
    let (ours, theirs) = (list("element"), list("item"));
    let options = WriteOptions::default();
    let encoder_of_ours = encoder(&ours, &options);
    let mut writer =
        ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder_of_ours).unwrap();
    let error = writer
        .append(encoder(&theirs, &options).encode(&theirs).unwrap())
        .unwrap_err();
    assert!(matches!(error, Error::SchemaMismatch { .. }), "{error:?}");
    // As a block it is encoded for this file and does no harm.
    writer.write_block(&theirs).unwrap();
    writer.write_block(&ours).unwrap();
    assert_eq!(writer.finish().unwrap().rows, 2);
}

#[test]
fn a_group_of_other_options_makes_a_file_that_reads() {
    let of = |codec: &str| {
        let compression = codec.parse().unwrap();
        encoder(
            &block(1),
            &WriteOptions {
                compression,
                ..WriteOptions::default()
            },
        )
    };
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &of("none")).unwrap();
    for codec in ["snappy", "zstd:3", "none"] {
        writer
            .append(of(codec).encode(&block(1000)).unwrap())
            .unwrap();
    }
    writer.finish().unwrap();
    let bytes = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let rows: usize = reader.build().unwrap().map(|b| b.unwrap().num_rows()).sum();
    assert_eq!(rows, 3000);
}

#[test]
fn a_group_without_rows_is_left_out() {
    let encoder = encoder(&block(0), &WriteOptions::default());
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    let stats = writer.append(encoder.encode(&block(0)).unwrap()).unwrap();
    assert_eq!(stats.rows, 0);
    assert!(writer.finish().unwrap().row_groups.is_empty());
}

#[test]
fn a_file_that_is_full_can_be_finished() {
    let schema = Schema::new(vec![Field::new("id", DataType::Int64, false)]);
    let ids = Arc::new(Int64Array::from(vec![7]));
    let one = RecordBatch::try_new(Arc::new(schema), vec![ids]).unwrap();
    let encoder = encoder(&one, &WriteOptions::default());
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    for _ in 0..MAX_ROW_GROUPS {
        writer.append(encoder.encode(&one).unwrap()).unwrap();
    }
    let error = writer.append(encoder.encode(&one).unwrap()).unwrap_err();
    assert!(matches!(error, Error::TooManyRowGroups { .. }), "{error:?}");
    assert_eq!(writer.finish().unwrap().rows, MAX_ROW_GROUPS as u64);
    let bytes = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), MAX_ROW_GROUPS);
}

#[test]
fn a_first_block_without_rows_fixes_the_schema_and_nothing_else() {
    let blocks = [block(0), block(5_000)];
    let write = |blocks: &[RecordBatch]| {
        let mut writer = ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default());
        for block in blocks {
            writer.write_block(block).unwrap();
            assert_eq!(writer.schema(), Some(&blocks[0].schema()));
        }
        writer.finish().unwrap();
        writer.into_sink().unwrap().take()
    };
    assert_eq!(
        write(&blocks),
        write(&blocks[1..]),
        "dictionaries as without it"
    );
    let empty = ParquetRecordBatchReaderBuilder::try_new(write(&blocks[..1])).unwrap();
    assert_eq!(empty.schema().fields().len(), 2);

    let mut writer = ParquetBlockWriter::new(Vec::new(), WriteOptions::default());
    writer.write_block(&block(0)).unwrap();
    let other = RecordBatch::try_from_iter([("x", Arc::new(Int64Array::from(vec![1])) as _)]);
    let error = writer.write_block(&other.unwrap()).unwrap_err();
    assert!(matches!(error, Error::SchemaMismatch { .. }), "{error:?}");
}

#[test]
fn what_is_known_only_at_the_end_stands_behind_the_options() {
    let options = WriteOptions {
        key_value_metadata: [("early".to_owned(), "1".to_owned())].into(),
        ..WriteOptions::default()
    };
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    let error = writer.add_metadata("rows", "3").unwrap_err();
    assert!(matches!(error, Error::NoSchema), "{error:?}");
    writer.write_block(&block(3)).unwrap();
    writer.add_metadata("rows", "3").unwrap();
    writer.finish().unwrap();
    let error = writer.add_metadata("late", "4").unwrap_err();
    assert!(matches!(error, Error::Finished), "{error:?}");

    let file = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    let keys: Vec<_> = pairs
        .unwrap()
        .iter()
        .map(|pair| pair.key.as_str())
        .filter(|key| *key != "ARROW:schema")
        .collect();
    assert_eq!(keys, ["early", "rows"]);
}

#[test]
fn pages_of_no_sensible_size_are_refused() {
    for page_bytes in [0, 1023, 256 * 1024 * 1024 + 1, usize::MAX] {
        let options = WriteOptions {
            page_bytes,
            ..WriteOptions::default()
        };
        let error = RowGroupEncoder::new(block(0).schema(), &options).unwrap_err();
        assert!(
            matches!(&error, Error::Option { option, .. } if option == "page_bytes"),
            "{error:?}"
        );
    }
}
