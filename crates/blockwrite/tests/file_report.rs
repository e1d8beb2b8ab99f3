//! What a report says, for every kind of column that lakes have.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema, UInt16Type};
use blockwrite::{
    BlockWriter, ByteDrain, Encoding, FileReport, FooterReader, ParquetBlockWriter,
    RowGroupEncoder, StatisticsLevel, WriteOptions,
};
use bytes::Bytes;
use expect_test::{Expect, expect};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

fn report(file: Bytes) -> FileReport {
    let mut reader = FooterReader::new(file.len() as u64).unwrap();
    loop {
        let wants = reader.wants();
        let bytes = file.slice(wants.start as usize..wants.end as usize);
        if let Some(footer) = reader.push(bytes).unwrap() {
            return footer.report().unwrap();
        }
    }
}

fn written(blocks: &[RecordBatch], options: WriteOptions) -> FileReport {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    for block in blocks {
        writer.write_block(block).unwrap();
    }
    writer.finish().unwrap();
    report(writer.into_sink().unwrap().take())
}

/// One line a field and a column, so that each fits on a screen.
fn check(report: &FileReport, expected: Expect) {
    let mut text = String::new();
    for field in &report.schema {
        text += &format!(
            "{:indent$}{}: {}, {} {}{}\n",
            "",
            field.path,
            field.arrow_type,
            field.physical_type.as_deref().unwrap_or("-"),
            field.logical_type.as_deref().unwrap_or("-"),
            if field.nullable { ", nullable" } else { "" },
            indent = 2 * field.depth
        );
    }
    text += "\n";
    for column in &report.column_reports {
        text += &format!(
            "{}: {} values, {} nulls, {} .. {}, {}{}\n",
            column.path,
            column.values,
            column
                .nulls
                .map_or("?".to_owned(), |nulls| nulls.to_string()),
            column.min.as_deref().unwrap_or("?"),
            column.max.as_deref().unwrap_or("?"),
            column.encodings.join("+"),
            match column.dictionary_groups {
                0 => String::new(),
                groups => format!(", a dictionary in {groups}"),
            }
        );
    }
    expected.assert_eq(&text);
}

fn block(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns
        .into_iter()
        .map(|(name, values)| (name, values, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn array(values: impl Array + 'static) -> ArrayRef {
    Arc::new(values)
}

#[test]
fn the_whole_report_as_json() {
    let block = |ids: [i64; 3]| {
        let fields = vec![
            Field::new("id", DataType::Int64, false),
            Field::new("word", DataType::Utf8, true),
        ];
        let words = StringArray::from(vec![Some("lake"), None, Some("lake")]);
        let columns = vec![array(Int64Array::from(ids.to_vec())), array(words)];
        RecordBatch::try_new(Schema::new(fields).into(), columns).unwrap()
    };
    let mut options = WriteOptions::default();
    options
        .key_value_metadata
        .insert("made.by".to_owned(), "a test".to_owned());
    for (column, encoding) in [("id", Encoding::Plain), ("word", Encoding::Dictionary)] {
        let column = options.columns.entry(column.to_owned()).or_default();
        column.encoding = Some(encoding);
    }
    let mut report = written(&[block([7, 8, 9]), block([-1, 2, 3])], options);
    assert!(
        report
            .created_by
            .unwrap()
            .starts_with("parquet-rs version ")
    );
    // It has the version of the parquet crate in it.
    report.created_by = Some("somebody".to_owned());
    report.footer_bytes = 0;
    report.file_bytes = 0;
    expect![[r#"
        {
          "file_bytes": 0,
          "footer_bytes": 0,
          "format_version": 1,
          "created_by": "somebody",
          "rows": 6,
          "columns": 2,
          "uncompressed_bytes": 176,
          "compressed_bytes": 188,
          "schema": [
            {
              "path": "id",
              "depth": 0,
              "arrow_type": "Int64",
              "physical_type": "INT64",
              "logical_type": null,
              "nullable": false,
              "column": 0
            },
            {
              "path": "word",
              "depth": 0,
              "arrow_type": "Utf8",
              "physical_type": "BYTE_ARRAY",
              "logical_type": "STRING",
              "nullable": true,
              "column": 1
            }
          ],
          "row_groups": [
            {
              "index": 0,
              "rows": 3,
              "uncompressed_bytes": 88,
              "compressed_bytes": 94,
              "first_byte": 4
            },
            {
              "index": 1,
              "rows": 3,
              "uncompressed_bytes": 88,
              "compressed_bytes": 94,
              "first_byte": 98
            }
          ],
          "column_reports": [
            {
              "path": "id",
              "encodings": [
                "PLAIN",
                "RLE"
              ],
              "codecs": [
                "SNAPPY"
              ],
              "uncompressed_bytes": 82,
              "compressed_bytes": 86,
              "dictionary_groups": 0,
              "values": 6,
              "nulls": 0,
              "min": "-1",
              "max": "9",
              "bloom_filter": false,
              "column_index": false,
              "offset_index": true
            },
            {
              "path": "word",
              "encodings": [
                "PLAIN",
                "RLE",
                "RLE_DICTIONARY"
              ],
              "codecs": [
                "SNAPPY"
              ],
              "uncompressed_bytes": 94,
              "compressed_bytes": 102,
              "dictionary_groups": 2,
              "values": 6,
              "nulls": 2,
              "min": "lake",
              "max": "lake",
              "bloom_filter": false,
              "column_index": false,
              "offset_index": true
            }
          ],
          "key_value_metadata": {
            "made.by": "a test"
          },
          "arrow_schema": true
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn numbers_and_texts() {
    let first = block(vec![
        ("i8", array(Int8Array::from(vec![Some(-1), None, Some(5)]))),
        ("u64", array(UInt64Array::from(vec![1, u64::MAX, 2]))),
        ("f32", array(Float32Array::from(vec![1.5, f32::NAN, -2.5]))),
        ("f64", array(Float64Array::from(vec![1e300, 0.0, -0.1]))),
        ("flag", array(BooleanArray::from(vec![true, false, true]))),
        (
            "text",
            array(StringArray::from(vec!["b\u{1b}[31m", "ä", "a\tb"])),
        ),
        (
            "long",
            array(StringArray::from(vec![
                "l".repeat(50),
                "m".repeat(200),
                "z".into(),
            ])),
        ),
        (
            "bytes",
            array(BinaryArray::from(vec![&b"\xff\x00"[..], b"\x01", b""])),
        ),
        (
            "uuid",
            array(
                FixedSizeBinaryArray::try_from_iter(
                    [[0x11; 16], [0xab; 16], [0x22; 16]].into_iter(),
                )
                .unwrap(),
            ),
        ),
        ("nulls", array(StringArray::new_null(3))),
        ("nothing", array(NullArray::new(3))),
        (
            "city",
            array(DictionaryArray::<UInt16Type>::from_iter([
                "Bern", "Aarau", "Bern",
            ])),
        ),
        ("late", array(Int64Array::from(vec![None, None, None]))),
    ]);
    // A second row group that moves the extremes and fills a column that was all nulls.
    let second = block(
        first
            .schema()
            .fields()
            .iter()
            .zip(first.columns())
            .map(|(field, values)| {
                let values = match field.name().as_str() {
                    "i8" => array(Int8Array::from(vec![100])),
                    "text" => array(StringArray::from(vec!["A"])),
                    "late" => array(Int64Array::from(vec![-12])),
                    _ => values.slice(0, 1),
                };
                (field.name().as_str(), values)
            })
            .collect(),
    );
    check(
        &written(&[first, second], WriteOptions::default()),
        expect![[r#"
        i8: Int8, INT32 INT(8), nullable
        u64: UInt64, INT64 UINT(64), nullable
        f32: Float32, FLOAT -, nullable
        f64: Float64, DOUBLE -, nullable
        flag: Boolean, BOOLEAN -, nullable
        text: Utf8, BYTE_ARRAY STRING, nullable
        long: Utf8, BYTE_ARRAY STRING, nullable
        bytes: Binary, BYTE_ARRAY -, nullable
        uuid: FixedSizeBinary(16), FIXED_LEN_BYTE_ARRAY -, nullable
        nulls: Utf8, BYTE_ARRAY STRING, nullable
        nothing: Null, INT32 NULL, nullable
        city: Dictionary(UInt16, Utf8), BYTE_ARRAY STRING, nullable
        late: Int64, INT64 -, nullable

        i8: 4 values, 1 nulls, -1 .. 100, PLAIN+RLE
        u64: 4 values, 0 nulls, 1 .. 18446744073709551615, PLAIN+RLE
        f32: 4 values, 0 nulls, -2.5 .. 1.5, PLAIN+RLE
        f64: 4 values, 0 nulls, -0.1 .. 1e300, PLAIN+RLE
        flag: 4 values, 0 nulls, false .. true, PLAIN+RLE
        text: 4 values, 0 nulls, A .. ä, PLAIN+RLE
        long: 4 values, 0 nulls, lllllllllllllllllllllllllllllllllllllll… .. z, PLAIN+RLE
        bytes: 4 values, 0 nulls,  .. ff00, PLAIN+RLE
        uuid: 4 values, 0 nulls, 11111111111111111111111111111111 .. abababababababababababababababab, PLAIN+RLE
        nulls: 4 values, 4 nulls, ? .. ?, PLAIN+RLE
        nothing: 4 values, 4 nulls, ? .. ?, PLAIN+RLE
        city: 4 values, 0 nulls, Aarau .. Bern, PLAIN+RLE
        late: 4 values, 3 nulls, -12 .. -12, PLAIN+RLE
    "#]],
    );
}

#[test]
fn dates_times_and_decimals() {
    let block = block(vec![
        ("date", array(Date32Array::from(vec![-1, 20_000]))),
        ("date_ms", array(Date64Array::from(vec![0, 86_400_000]))),
        (
            "time_ms",
            array(Time32MillisecondArray::from(vec![0, 86_399_999])),
        ),
        (
            "time_us",
            array(Time64MicrosecondArray::from(vec![1, 3_600_000_000])),
        ),
        (
            "local_s",
            array(TimestampSecondArray::from(vec![0, 1_700_000_000])),
        ),
        (
            "utc_us",
            array(
                TimestampMicrosecondArray::from(vec![1, 1_700_000_000_123_456])
                    .with_timezone("UTC"),
            ),
        ),
        (
            "plus_ns",
            array(
                TimestampNanosecondArray::from(vec![1, 1_700_000_000_123_456_789])
                    .with_timezone("+02:00"),
            ),
        ),
        (
            "price",
            array(
                Decimal128Array::from(vec![-1, 123_456])
                    .with_precision_and_scale(9, 2)
                    .unwrap(),
            ),
        ),
        (
            "wide",
            array(
                Decimal256Array::from_iter_values([(-5).into(), 7.into()])
                    .with_precision_and_scale(50, 3)
                    .unwrap(),
            ),
        ),
        ("took", array(DurationMillisecondArray::from(vec![5, 6]))),
    ]);
    check(
        &written(&[block], WriteOptions::default()),
        expect![[r#"
        date: Date32, INT32 DATE, nullable
        date_ms: Date64, INT64 -, nullable
        time_ms: Time32(ms), INT32 TIME(MILLIS, LOCAL), nullable
        time_us: Time64(µs), INT64 TIME(MICROS, LOCAL), nullable
        local_s: Timestamp(s), INT64 -, nullable
        utc_us: Timestamp(µs, "UTC"), INT64 TIMESTAMP(MICROS, UTC), nullable
        plus_ns: Timestamp(ns, "+02:00"), INT64 TIMESTAMP(NANOS, UTC), nullable
        price: Decimal128(9, 2), INT32 DECIMAL(9, 2), nullable
        wide: Decimal256(50, 3), FIXED_LEN_BYTE_ARRAY DECIMAL(50, 3), nullable
        took: Duration(ms), INT64 -, nullable

        date: 2 values, 0 nulls, 1969-12-31 .. 2024-10-04, PLAIN+RLE
        date_ms: 2 values, 0 nulls, 1970-01-01T00:00:00 .. 1970-01-02T00:00:00, PLAIN+RLE
        time_ms: 2 values, 0 nulls, 00:00:00 .. 23:59:59.999, PLAIN+RLE
        time_us: 2 values, 0 nulls, 00:00:00.000001 .. 01:00:00, PLAIN+RLE
        local_s: 2 values, 0 nulls, 1970-01-01T00:00:00 .. 2023-11-14T22:13:20, PLAIN+RLE
        utc_us: 2 values, 0 nulls, 1970-01-01T00:00:00.000001Z .. 2023-11-14T22:13:20.123456Z, PLAIN+RLE
        plus_ns: 2 values, 0 nulls, 1970-01-01T00:00:00.000000001Z .. 2023-11-14T22:13:20.123456789Z, PLAIN+RLE
        price: 2 values, 0 nulls, -0.01 .. 1234.56, PLAIN+RLE
        wide: 2 values, 0 nulls, -0.005 .. 0.007, PLAIN+RLE
        took: 2 values, 0 nulls, ? .. ?, PLAIN+RLE
    "#]],
    );
}

#[test]
fn what_lies_in_other_columns() {
    let lat = array(Float64Array::from(vec![Some(46.9), None]));
    let tags = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), None, Some(3)]),
        None,
    ]);
    let place = StructArray::new(
        Fields::from(vec![
            Field::new("lat", DataType::Float64, true),
            Field::new("tags", tags.data_type().clone(), true),
        ]),
        vec![lat, array(tags)],
        None,
    );
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    map.keys().append_value("k");
    map.values().append_value(4);
    map.append(true).unwrap();
    map.append(false).unwrap();
    let mut deep = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
    deep.append_value([Some([Some("x")])]);
    deep.append_null();
    let block = block(vec![
        ("id", array(Int32Array::from(vec![1, 2]))),
        ("place", array(place)),
        ("counts", array(map.finish())),
        ("deep", array(deep.finish())),
        ("last", array(StringArray::from(vec!["p", "q"]))),
    ]);
    check(
        &written(&[block], WriteOptions::default()),
        expect![[r#"
        id: Int32, INT32 -, nullable
        place: Struct("lat": Float64, "tags": List(Int32)), - -, nullable
          place.lat: Float64, DOUBLE -, nullable
          place.tags: List(Int32), - -, nullable
            place.tags.item: Int32, INT32 -, nullable
        counts: Map("entries": non-null Struct("keys": non-null Utf8, "values": Int32), unsorted), - -, nullable
          counts.keys: Utf8, BYTE_ARRAY STRING
          counts.values: Int32, INT32 -, nullable
        deep: List(List(Utf8)), - -, nullable
          deep.item: List(Utf8), - -, nullable
            deep.item.item: Utf8, BYTE_ARRAY STRING, nullable
        last: Utf8, BYTE_ARRAY STRING, nullable

        id: 2 values, 0 nulls, 1 .. 2, PLAIN+RLE
        place.lat: 2 values, 1 nulls, 46.9 .. 46.9, PLAIN+RLE
        place.tags.list.item: 4 values, 2 nulls, 1 .. 3, PLAIN+RLE
        counts.entries.keys: 2 values, 1 nulls, k .. k, PLAIN+RLE
        counts.entries.values: 2 values, 1 nulls, 4 .. 4, PLAIN+RLE
        deep.list.item.list.item: 2 values, 1 nulls, x .. x, PLAIN+RLE
        last: 2 values, 0 nulls, p .. q, PLAIN+RLE
    "#]],
    );
}

#[test]
fn no_rows_and_no_statistics() {
    let ids = block(vec![("id", array(Int64Array::from(vec![1, 2])))]);
    let encoder = RowGroupEncoder::new(ids.schema(), &WriteOptions::default()).unwrap();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    writer.finish().unwrap();
    let empty = report(writer.into_sink().unwrap().take());
    assert_eq!(
        (empty.rows, empty.row_groups.len(), empty.columns),
        (0, 0, 1)
    );
    assert!(!empty.column_reports[0].offset_index);
    check(
        &empty,
        expect![[r#"
        id: Int64, INT64 -, nullable

        id: 0 values, 0 nulls, ? .. ?, 
    "#]],
    );

    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_bloom_filter_enabled(true)
        .set_offset_index_disabled(true)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), ids.schema(), Some(properties)).unwrap();
    writer.write(&ids).unwrap();
    let silent = report(writer.into_inner().unwrap().into());
    let column = &silent.column_reports[0];
    assert!(column.bloom_filter && !column.offset_index && !column.column_index);
    check(
        &silent,
        expect![[r#"
        id: Int64, INT64 -, nullable

        id: 2 values, ? nulls, ? .. ?, PLAIN+RLE+RLE_DICTIONARY, a dictionary in 1
    "#]],
    );
}

/// What one row group does not say is not known of the file, however much the others say.
#[test]
fn one_row_group_without_statistics() {
    let ids = |first| {
        block(vec![(
            "id",
            array(Int64Array::from(vec![first, first + 1])),
        )])
    };
    let encoder = RowGroupEncoder::new(ids(0).schema(), &WriteOptions::default()).unwrap();
    let silent = WriteOptions {
        statistics: StatisticsLevel::None,
        ..WriteOptions::default()
    };
    let silent = RowGroupEncoder::new(ids(0).schema(), &silent).unwrap();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    writer.append(encoder.encode(&ids(5)).unwrap()).unwrap();
    writer.append(silent.encode(&ids(9)).unwrap()).unwrap();
    writer.finish().unwrap();
    let report = report(writer.into_sink().unwrap().take());
    check(
        &report,
        expect![[r#"
        id: Int64, INT64 -, nullable

        id: 4 values, ? nulls, ? .. ?, PLAIN+RLE+RLE_DICTIONARY, a dictionary in 2
    "#]],
    );
}
