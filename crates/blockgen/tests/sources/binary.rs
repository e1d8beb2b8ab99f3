//! Parquet and Arrow IPC.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow::array::{
    ArrayRef, DictionaryArray, Int64Array, ListArray, RecordBatch, RecordBatchReader as _,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Int8Type, Int32Type};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use blockgen::source::Source;
use expect_test::expect;

use super::support::{options, read, source, told};

/// Rows with what CSV has not: lists, nulls beside empty texts, zones.
pub fn table(rows: i64) -> RecordBatch {
    let numbers = || 0..rows;
    let names = numbers().map(|row| (row % 3 > 0).then(|| format!("n{row}")));
    let lists = numbers().map(|row| Some((0..row % 4).map(|item| Some(item as i32))));
    let times = TimestampMicrosecondArray::from_iter_values(numbers()).with_timezone("UTC");
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(Int64Array::from_iter_values(numbers()))),
        ("name", Arc::new(names.collect::<StringArray>())),
        (
            "items",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
        ),
        ("at", Arc::new(times)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn ipc_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

pub fn ipc_file(batch: &RecordBatch, packed: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default()
        .try_with_compression(packed)
        .unwrap();
    let schema = batch.schema();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
    let half = batch.num_rows() / 2;
    writer.write(&batch.slice(0, half)).unwrap();
    writer
        .write(&batch.slice(half, batch.num_rows() - half))
        .unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn values_come_back_as_they_were_written() {
    let table = table(20);
    let check = |name: &str, bytes: &[u8]| {
        let source = source(name, bytes, &options()).unwrap();
        assert_eq!(source.schema(), table.schema());
        assert_eq!(read(source).unwrap(), table, "{name}");
    };
    check("-", &ipc_stream(&table));
    check("a.feather", &ipc_file(&table, None));
    check(
        "lz4.feather",
        &ipc_file(&table, Some(CompressionType::LZ4_FRAME)),
    );
    check(
        "zstd.feather",
        &ipc_file(&table, Some(CompressionType::ZSTD)),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, parquet(&table)).unwrap();
    let source = Source::open(&path, &options()).unwrap();
    let bytes = source.bytes_read();
    assert_eq!(read(source).unwrap(), table);
    assert!(bytes.get() > 0);
}

#[test]
fn blocks_have_no_more_rows_than_asked_for() {
    let mut blocks = source("-", &ipc_stream(&table(10)), &options()).unwrap();
    let mut rows = Vec::new();
    while let Some(block) = blocks.next_block().unwrap() {
        rows.push(block.num_rows());
    }
    assert_eq!(rows, [3, 3, 3, 1]);
}

#[test]
fn dictionaries_become_their_values() {
    let words: DictionaryArray<Int8Type> = ["x", "y", "x"].into_iter().collect();
    let batch = RecordBatch::try_from_iter([("word", Arc::new(words) as ArrayRef)]).unwrap();
    expect![[r#"
        word: Utf8
        +------+
        | word |
        +------+
        | x    |
        | y    |
        | x    |
        +------+
    "#]]
    .assert_eq(&told(source("-", &ipc_stream(&batch), &options())));
}

#[test]
fn a_file_that_is_cut_off_or_no_such_file_is_told() {
    let file = ipc_file(&table(20), None);
    let at_a_message = {
        // The stream in it without its end.
        let stream = ipc_stream(&table(20));
        let mut cut = b"ARROW1\0\0".to_vec();
        cut.extend_from_slice(&stream[..stream.len() - 8]);
        cut
    };
    let check = |bytes: &[u8]| told(source("a.arrow", bytes, &options()));
    expect![[r#"
        `a.arrow` is damaged or no Arrow IPC file: it ends within a message
    "#]]
    .assert_eq(&check(&file[..file.len() / 2]));
    expect![[r#"
        `a.arrow` is damaged or no Arrow IPC file: the file ends before its stream does
    "#]]
    .assert_eq(&check(&at_a_message));
    expect![[r#"
        `a.arrow` is damaged or no Arrow IPC file: a message says that its description is 174206049 bytes long
    "#]].assert_eq(&check(b"a,b\n1,2\n"));
    expect![[r#"
        `a.arrow` is damaged or no Arrow IPC file: Expected schema message, found empty stream
    "#]]
    .assert_eq(&check(b""));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    for bytes in [b"".as_slice(), b"PAR1PAR1", &parquet(&table(20))[..300]] {
        std::fs::write(&path, bytes).unwrap();
        let said = told(Source::open(&path, &options()));
        assert!(said.contains("is damaged or no Parquet file: "), "{said}");
    }
}

#[test]
fn lengths_that_nobody_has_are_told_before_memory_is_reserved() {
    let stream = ipc_stream(&table(20));
    let length_of_meta = {
        let mut bytes = stream.clone();
        bytes[4..8].copy_from_slice(&i32::MAX.to_le_bytes());
        bytes
    };
    let check = |bytes: &[u8]| told(source("a.arrow", bytes, &options()));
    expect![[r#"
        `a.arrow` is damaged or no Arrow IPC file: a message says that its description is 2147483647 bytes long
    "#]].assert_eq(&check(&length_of_meta));
}
