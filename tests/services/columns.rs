//! Columns of every type that is encoded straight from Arrow buffers, with and without nulls and
//! dictionaries, in files that PyArrow and DuckDB read.

use std::process::Command;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int8Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use blockwrite::{BlockWriter as _, ParquetBlockWriter, WriteOptions};

use crate::rows_for_python::write_arrow;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/columns.py"
);

const ROWS: i64 = 40_000;

/// A column of each type: every `nulls`th row is null, and there are so many different values.
fn columns(nulls: Option<i64>, different: i64) -> RecordBatch {
    let rows = move || {
        (0..ROWS).map(move |row| {
            let null = nulls.is_some_and(|every| row % every == 0);
            // Scattered, and the same value for a while now and then.
            let value = (row - row % 17 * (row / 1000 % 2)).wrapping_mul(7_919) % different;
            (!null).then_some(value)
        })
    };
    let texts =
        || rows().map(|row| row.map(|value| "é".repeat(value as usize % 40) + &value.to_string()));
    macro_rules! of {
        ($array:ty, $convert:expr) => {
            Arc::new(<$array>::from_iter(rows().map(|row| row.map($convert)))) as ArrayRef
        };
    }
    let decimal = |precision| {
        let values = rows().map(|row| row.map(|value| i128::from(value % 1_000_000) - 5_000));
        let array = Decimal128Array::from_iter(values);
        Arc::new(array.with_precision_and_scale(precision, 2).unwrap()) as ArrayRef
    };
    let timestamps = TimestampMicrosecondArray::from_iter(rows()).with_timezone("UTC");
    let columns: [(&str, ArrayRef); 16] = [
        ("int8", of!(Int8Array, |value| value as i8)),
        (
            "int32",
            of!(Int32Array, |value| (value as i32).wrapping_sub(1_000)),
        ),
        ("int64", of!(Int64Array, |value| value << 40)),
        ("uint32", of!(UInt32Array, |value| u32::MAX - value as u32)),
        (
            "uint64",
            of!(UInt64Array, |value| u64::MAX / 2 + value as u64),
        ),
        ("float", of!(Float32Array, |value| value as f32 / 3.0)),
        ("double", of!(Float64Array, |value| -value as f64 / 7.0)),
        ("bool", of!(BooleanArray, |value| value % 3 == 0)),
        ("date", of!(Date32Array, |value| (value % 20_000) as i32)),
        ("timestamp", Arc::new(timestamps)),
        ("decimal9", decimal(9)),
        ("decimal15", decimal(15)),
        ("decimal30", decimal(30)),
        ("text", Arc::new(StringArray::from_iter(texts()))),
        ("large_text", Arc::new(LargeStringArray::from_iter(texts()))),
        (
            "bytes",
            Arc::new(BinaryArray::from_iter(
                texts().map(|text| text.map(String::into_bytes)),
            )),
        ),
    ];
    let nullable = nulls.is_some();
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, nullable)))
        .unwrap()
}

#[test]
fn of_every_type_are_read_by_others() {
    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(python);
    command.arg(SCRIPT);
    for (nulls, different) in [
        (None, 30),
        (None, 1 << 40),
        (Some(5), 100_003),
        (Some(1), 1),
    ] {
        for codec in ["none", "snappy", "lz4", "zstd:1"] {
            let batch = columns(nulls, different);
            let name = format!("{codec}-{different}-{nulls:?}").replace(':', "");
            let [file, expected] =
                ["parquet", "arrow"].map(|kind| folder.path().join(format!("{name}.{kind}")));
            write_arrow(&expected, &batch);
            let options = WriteOptions {
                compression: codec.parse().unwrap(),
                page_bytes: 64 * 1024,
                ..WriteOptions::default()
            };
            let mut writer = ParquetBlockWriter::create(&file, options).unwrap();
            writer.write_block(&batch.slice(0, 25_000)).unwrap();
            writer.write_block(&batch.slice(25_000, 15_000)).unwrap();
            writer.finish().unwrap();
            command.arg(&file).arg(&expected);
        }
    }
    let output = command.output().unwrap();
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}{failed}");
    assert_eq!(said.trim(), "16 files: equal");
}
