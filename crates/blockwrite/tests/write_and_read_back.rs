//! Files written through the public interface and read back by the parquet crate's reader.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::Int32Type;
use blockwrite::{
    BlockWriter, ByteDrain, Compression, Error, ParquetBlockWriter, RowGroupEncoder, WriteOptions,
};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

/// A block with every kind of column that matters: nullable, nested, with a time zone.
fn block(rows: std::ops::Range<i64>) -> RecordBatch {
    let some = |i: i64| i % 3 != 0;
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        (
            "id",
            Arc::new(Int64Array::from_iter_values(rows.clone())),
            false,
        ),
        (
            "word",
            Arc::new(StringArray::from_iter(
                rows.clone().map(|i| some(i).then(|| format!("word {i}"))),
            )),
            true,
        ),
        (
            "share",
            Arc::new(Float64Array::from_iter(
                rows.clone().map(|i| some(i).then_some(i as f64 / 7.0)),
            )),
            true,
        ),
        (
            "flag",
            Arc::new(BooleanArray::from_iter(
                rows.clone().map(|i| Some(i % 2 == 0)),
            )),
            true,
        ),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.clone()).with_timezone("UTC"),
            ),
            false,
        ),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(
                rows.map(|i| some(i).then(|| (0..i % 5).map(|k| Some(k as i32)))),
            )),
            true,
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn read(bytes: Bytes) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

fn write(blocks: &[RecordBatch], options: WriteOptions) -> Bytes {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    for block in blocks {
        writer.write_block(block).unwrap();
    }
    writer.finish().unwrap();
    writer.into_sink().unwrap().take()
}

#[test]
fn every_codec_gives_the_rows_back() {
    let blocks = [block(0..500), block(500..900)];
    let whole = concat_batches(&blocks[0].schema(), &blocks).unwrap();
    for codec in [
        "none", "snappy", "lz4", "gzip:1", "gzip:9", "zstd:1", "zstd:19", "brotli:0", "brotli:5",
    ] {
        let compression: Compression = codec.parse().unwrap();
        let bytes = write(
            &blocks,
            WriteOptions {
                compression,
                ..WriteOptions::default()
            },
        );
        assert_eq!(read(bytes), whole, "{codec}");
    }
}

#[test]
fn one_block_is_one_row_group_and_the_numbers_add_up() {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default());
    for k in 0..5 {
        let group = writer
            .write_block(&block(k * 100..(k + 1) * 100))
            .unwrap()
            .unwrap();
        assert_eq!(group.rows, 100);
    }
    assert_eq!(
        writer.write_block(&block(0..0)).unwrap(),
        None,
        "no rows, no row group"
    );
    let stats = writer.finish().unwrap();
    let bytes = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).unwrap();
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.len(), 5);
    assert_eq!(stats.rows, 500);
    assert_eq!(stats.columns, groups[0].num_columns());
    assert_eq!(stats.file_bytes, bytes.len() as u64);
    for (said, is) in stats.row_groups.iter().zip(groups) {
        assert_eq!(said.compressed_bytes as i64, is.compressed_size());
        assert_eq!(said.uncompressed_bytes as i64, is.total_byte_size());
    }
}

#[test]
fn a_block_of_another_schema_is_refused_and_the_writer_goes_on() {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default());
    let good = block(0..10);
    writer.write_block(&good).unwrap();
    let columns = good.columns().iter().enumerate().map(|(i, column)| {
        let column: ArrayRef = if i == 0 {
            Arc::new(Int32Array::from_iter_values(0..10))
        } else {
            column.clone()
        };
        let field = good.schema_ref().field(i).clone();
        (field.name().clone(), column, field.is_nullable())
    });
    let bad = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let error = writer.write_block(&bad).unwrap_err();
    assert!(
        matches!(&error, Error::SchemaMismatch { field, .. } if field == "id"),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "field `id`: expected Int64 not null, found Int32 not null"
    );
    writer.write_block(&good).unwrap();
    assert_eq!(writer.finish().unwrap().rows, 20);
}

#[test]
fn a_finished_writer_takes_nothing_more() {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default());
    assert!(matches!(writer.finish(), Err(Error::NoSchema)));
    writer.write_block(&block(0..1)).unwrap();
    writer.finish().unwrap();
    assert!(matches!(
        writer.write_block(&block(0..1)),
        Err(Error::Finished)
    ));
    assert!(matches!(writer.finish(), Err(Error::Finished)));
}

#[test]
fn a_file_without_rows_is_a_file() {
    let encoder = RowGroupEncoder::new(block(0..0).schema(), &WriteOptions::default()).unwrap();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    writer.finish().unwrap();
    let back = read(writer.into_sink().unwrap().take());
    assert_eq!((back.num_rows(), back.num_columns()), (0, 6));
}

#[test]
fn the_trait_is_object_safe() {
    let mut writers: Vec<Box<dyn BlockWriter>> = vec![Box::new(ParquetBlockWriter::new(
        Vec::new(),
        WriteOptions::default(),
    ))];
    writers[0].write_block(&block(0..3)).unwrap();
    assert_eq!(writers[0].finish().unwrap().rows, 3);
}

#[test]
fn a_dropped_writer_leaves_no_file_and_a_finished_one_exactly_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.parquet");
    let mut writer = ParquetBlockWriter::create(&path, WriteOptions::default()).unwrap();
    writer.write_block(&block(0..1000)).unwrap();
    assert!(!path.exists());
    drop(writer);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);

    let mut writer = ParquetBlockWriter::create(&path, WriteOptions::default()).unwrap();
    writer.write_block(&block(0..1000)).unwrap();
    writer.finish().unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(read(fs::read(&path).unwrap().into()), block(0..1000));
}

#[test]
fn a_sink_that_fails_is_named_and_ends_the_writer() {
    /// Takes so many bytes and then no more, as a full disk does.
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() > self.0 {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            self.0 -= bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = ParquetBlockWriter::new(Full(20_000), WriteOptions::default());
    let error = loop {
        if let Err(error) = writer.write_block(&block(0..2000)) {
            break error;
        }
    };
    let Error::Sink { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), io::ErrorKind::StorageFull);
    assert!(matches!(writer.finish(), Err(Error::Poisoned)));
}

#[test]
fn an_option_for_a_column_that_is_not_there_is_refused() {
    let mut options = WriteOptions::default();
    options.columns.entry("wrod".into()).or_default();
    let error = ParquetBlockWriter::new(Vec::new(), options)
        .write_block(&block(0..1))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`columns` names the column `wrod`, which the schema does not have: did you mean `word`? \
         (columns: id, word, share, flag, at, list, list.item)"
    );
}

#[test]
fn metadata_stands_in_the_footer() {
    let options = WriteOptions {
        key_value_metadata: [("made.by".to_owned(), "a test".to_owned())].into(),
        ..WriteOptions::default()
    };
    let reader = ParquetRecordBatchReaderBuilder::try_new(write(&[block(0..1)], options)).unwrap();
    let pairs = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    assert!(
        pairs
            .iter()
            .any(|p| p.key == "made.by" && p.value.as_deref() == Some("a test"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Encoding on other threads and appending later gives the bytes of `write_block`.
    #[test]
    fn encode_and_append_are_write_block(cuts in prop::collection::vec(1_i64..400, 1..6)) {
        let blocks: Vec<_> = cuts.iter().scan(0, |at, rows| {
            *at += rows;
            Some(block(*at - rows..*at))
        }).collect();
        let options = WriteOptions::default();
        let plain = write(&blocks, options.clone());

        let encoder = RowGroupEncoder::tuned(&blocks[0], &options).unwrap();
        let threads: Vec<_> = blocks.iter().map(|block| {
            let (encoder, block) = (encoder.clone(), block.clone());
            std::thread::spawn(move || encoder.encode(&block).unwrap())
        }).collect();
        let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
        let mut taken = Vec::new();
        for thread in threads {
            writer.append(thread.join().unwrap()).unwrap();
            taken.extend_from_slice(&writer.sink_mut().unwrap().unwrap().take());
        }
        writer.finish().unwrap();
        taken.extend_from_slice(&writer.into_sink().unwrap().take());
        prop_assert_eq!(&plain[..], &taken[..]);
        prop_assert_eq!(read(plain), concat_batches(&blocks[0].schema(), &blocks).unwrap());
    }
}
