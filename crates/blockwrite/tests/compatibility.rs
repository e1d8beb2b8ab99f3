//! Files for older readers: which types they have, and what is refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt64Array, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use blockwrite::{
    AutoEncodings, BlockWriter, ByteDrain, ColumnOptions, Compatibility, Encoding, PageVersion,
    ParquetBlockWriter, RowGroupEncoder, WriteOptions,
};
use expect_test::{Expect, expect};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::schema::printer::print_schema;

fn legacy() -> WriteOptions {
    WriteOptions {
        compatibility: Compatibility::Legacy,
        ..WriteOptions::default()
    }
}

fn numbers(values: Vec<i64>, as_type: &DataType) -> ArrayRef {
    cast(&Int64Array::from(values), as_type).unwrap()
}

/// The values as they are read back, or why they are not written.
fn written(array: ArrayRef, options: WriteOptions) -> String {
    let block = RecordBatch::try_from_iter_with_nullable([("x", array, true)]).unwrap();
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    if let Err(error) = writer.write_block(&block) {
        return error.to_string();
    }
    writer.finish().unwrap();
    let file = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut printed = Vec::new();
    let root = reader.parquet_schema().root_schema().get_fields()[0].clone();
    print_schema(&mut printed, &root);
    let type_line = String::from_utf8(printed).unwrap();
    let rows = reader.build().unwrap().next().unwrap().unwrap();
    let values = (0..rows.num_rows())
        .map(|row| arrow::util::display::array_value_to_string(rows.column(0), row).unwrap());
    let values: Vec<_> = values.collect();
    format!("{} {}", type_line.trim(), values.join(", "))
}

#[test]
fn types_become_those_that_older_readers_have_or_are_refused() {
    use DataType::{
        Date64, Decimal256, Float16, Interval, Time32, Time64, Timestamp, UInt8, UInt16, UInt32,
    };
    let case = |array: ArrayRef, expect: Expect| expect.assert_eq(&written(array, legacy()));
    case(
        numbers(vec![0, 255], &UInt8),
        expect!["OPTIONAL INT32 x (INTEGER(16,true)); 0, 255"],
    );
    case(
        numbers(vec![0, 65535], &UInt16),
        expect!["OPTIONAL INT32 x; 0, 65535"],
    );
    case(
        numbers(vec![0, 4_294_967_295], &UInt32),
        expect!["OPTIONAL INT64 x; 0, 4294967295"],
    );
    case(
        Arc::new(UInt64Array::from(vec![Some(i64::MAX as u64), None])),
        expect!["OPTIONAL INT64 x; 9223372036854775807, "],
    );
    case(
        Arc::new(UInt64Array::from(vec![
            Some(1),
            None,
            Some(i64::MAX as u64 + 1),
        ])),
        expect![
            "field `x`: the value 9223372036854775808 at 2 is no Int64, and nothing is rounded"
        ],
    );
    let zone = Some("+00:00".into());
    case(
        numbers(
            vec![1_000, -2_000],
            &Timestamp(TimeUnit::Nanosecond, zone.clone()),
        ),
        expect![
            "OPTIONAL INT64 x (TIMESTAMP(MICROS,true)); 1970-01-01T00:00:00.000001Z, 1969-12-31T23:59:59.999998Z"
        ],
    );
    case(
        numbers(vec![1_000, -1], &Timestamp(TimeUnit::Nanosecond, zone)),
        expect![[
            r#"field `x`: the value 1969-12-31T23:59:59.999999999Z at 1 is no Timestamp(µs, "+00:00"), and nothing is rounded"#
        ]],
    );
    case(
        numbers(vec![1], &Timestamp(TimeUnit::Second, None)),
        expect!["OPTIONAL INT64 x (TIMESTAMP(MICROS,false)); 1970-01-01T00:00:01"],
    );
    case(
        numbers(vec![5_000], &Time64(TimeUnit::Nanosecond)),
        expect!["OPTIONAL INT64 x (TIME(MICROS,false)); 00:00:00.000005"],
    );
    case(
        numbers(vec![5_001], &Time64(TimeUnit::Nanosecond)),
        expect![
            "field `x`: the value 00:00:00.000005001 at 0 is no Time64(µs), and nothing is rounded"
        ],
    );
    case(
        cast(
            &numbers(vec![61], &DataType::Int32),
            &Time32(TimeUnit::Second),
        )
        .unwrap(),
        expect!["OPTIONAL INT32 x (TIME(MILLIS,false)); 00:01:01"],
    );
    case(
        numbers(vec![86_400_000], &Date64),
        expect!["OPTIONAL INT32 x (DATE); 1970-01-02"],
    );
    case(
        numbers(vec![86_400_001], &Date64),
        expect![
            "field `x`: the value 1970-01-02T00:00:00.001 at 0 is no Date32, and nothing is rounded"
        ],
    );
    case(
        cast(&numbers(vec![3], &DataType::Float64), &Float16).unwrap(),
        expect!["OPTIONAL FLOAT x; 3.0"],
    );
    case(
        numbers(vec![7], &Decimal256(38, 2)),
        expect!["OPTIONAL FIXED_LEN_BYTE_ARRAY (16) x (DECIMAL(38,2)); 7.00"],
    );
    case(
        numbers(vec![7], &Decimal256(39, 2)),
        expect![
            "field `x` is Decimal256(39, 2), which can't be written: older readers have 38 digits (compatibility is legacy)"
        ],
    );
    case(
        new_null_array(&Interval(IntervalUnit::DayTime), 1),
        expect![
            "field `x` is Interval(DayTime), which can't be written: older readers have no intervals (compatibility is legacy)"
        ],
    );
}

#[test]
fn what_is_within_others_is_converted_too() {
    let list = DataType::List(Arc::new(Field::new("item", DataType::UInt32, true)));
    let packed = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::UInt64));
    let array = numbers(vec![4_000_000_000], &DataType::UInt32);
    let list = cast(&array, &list).unwrap();
    expect!["OPTIONAL group x (LIST) {   REPEATED group list {     OPTIONAL INT64 item;   } } [4000000000]"]
        .assert_eq(&written(list, legacy()).replace('\n', " "));
    let packed = cast(&numbers(vec![5, 5], &DataType::UInt64), &packed).unwrap();
    expect!["OPTIONAL INT64 x; 5, 5"].assert_eq(&written(packed, legacy()));
}

#[test]
fn options_that_older_readers_do_not_have_are_refused() {
    let case = |options: WriteOptions, expect: Expect| {
        let error = options.check().unwrap_err();
        expect.assert_eq(&error.to_string());
        assert!(error.is_of_options());
        let standard = WriteOptions {
            compatibility: Compatibility::Standard,
            ..options
        };
        standard.check().unwrap();
    };
    let lz4 = "lz4".parse().unwrap();
    case(
        WriteOptions {
            compression: lz4,
            ..legacy()
        },
        expect![
            "`compression` is lz4, and allowed is none, snappy, gzip or zstd, because compatibility is legacy"
        ],
    );
    case(
        WriteOptions {
            page_version: PageVersion::V2,
            ..legacy()
        },
        expect!["`page_version` is 2, and allowed is 1, because compatibility is legacy"],
    );
    case(
        WriteOptions {
            auto_encodings: AutoEncodings::All,
            ..legacy()
        },
        expect![
            "`auto_encodings` is all, and allowed is everywhere, because compatibility is legacy"
        ],
    );
    let column = ColumnOptions {
        encoding: Some(Encoding::ByteStreamSplit),
        ..ColumnOptions::default()
    };
    case(
        WriteOptions {
            columns: [("x".to_owned(), column)].into(),
            ..legacy()
        },
        expect![
            "`columns.x.encoding` is byte_stream_split, and allowed is auto, plain or dictionary, because compatibility is legacy"
        ],
    );
    let column = ColumnOptions {
        compression: Some(lz4),
        ..ColumnOptions::default()
    };
    case(
        WriteOptions {
            columns: [("x".to_owned(), column)].into(),
            ..legacy()
        },
        expect![
            "`columns.x.compression` is lz4, and allowed is none, snappy, gzip or zstd, because compatibility is legacy"
        ],
    );
}

/// Coercion alone gives types that Parquet has, and refuses what they do not hold.
#[test]
fn coerced_types_are_exact_too() {
    let coerced = || WriteOptions {
        coerce_types: true,
        ..WriteOptions::default()
    };
    expect!["OPTIONAL INT32 x (DATE); 1970-01-02"].assert_eq(&written(
        numbers(vec![86_400_000], &DataType::Date64),
        coerced(),
    ));
    expect![
        "field `x`: the value 1970-01-01T00:00:00.001 at 0 is no Date32, and nothing is rounded"
    ]
    .assert_eq(&written(numbers(vec![1], &DataType::Date64), coerced()));
    expect!["OPTIONAL INT64 x (TIMESTAMP(MILLIS,false)); 1970-01-01T00:00:01"].assert_eq(&written(
        numbers(vec![1], &DataType::Timestamp(TimeUnit::Second, None)),
        coerced(),
    ));
}

#[test]
fn a_type_that_parquet_does_not_have_is_an_error() {
    let fields =
        arrow::datatypes::UnionFields::try_new([0], [Field::new("a", DataType::Int32, true)]);
    let union = DataType::Union(fields.unwrap(), arrow::datatypes::UnionMode::Sparse);
    for (data_type, expect) in [
        (
            union,
            expect![[
                r#"field `x` is Union(Sparse, 0: ("a": Int32)), which can't be written: Parquet has no such type"#
            ]],
        ),
        (
            DataType::Struct(Vec::<Field>::new().into()),
            expect!["field `x` is Struct(), which can't be written: Parquet has no such type"],
        ),
    ] {
        let schema = arrow::datatypes::Schema::new(vec![Field::new("x", data_type, true)]);
        let error = RowGroupEncoder::new(Arc::new(schema), &WriteOptions::default()).unwrap_err();
        expect.assert_eq(&error.to_string());
    }
}
