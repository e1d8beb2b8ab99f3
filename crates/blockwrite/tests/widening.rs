//! Blocks of another schema, under [`SchemaPolicy::Widen`] and by name.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DictionaryArray, Float32Array, Int32Array, Int64Array, ListArray, NullArray,
    RecordBatch, StringArray, StructArray, UInt64Array, new_null_array,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema, TimeUnit};
use arrow::util::display::array_value_to_string;
use blockwrite::{BlockWriter, ByteDrain, Error, ParquetBlockWriter, SchemaPolicy, WriteOptions};
use expect_test::{Expect, expect};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

fn widening(match_by_name: bool) -> WriteOptions {
    WriteOptions {
        schema_policy: SchemaPolicy::Widen,
        match_by_name,
        ..WriteOptions::default()
    }
}

fn of(columns: Vec<(&str, ArrayRef, bool)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// A file whose schema is that of `first`, with the rows of `block`.
fn written(
    first: &RecordBatch,
    block: &RecordBatch,
    options: WriteOptions,
) -> Result<RecordBatch, Error> {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    writer.write_block(&first.slice(0, 0)).unwrap();
    writer.write_block(block)?;
    writer.finish()?;
    let file = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = reader.schema().clone();
    let blocks: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    Ok(concat_batches(&schema, &blocks).unwrap())
}

#[test]
fn columns_are_found_by_name_and_missing_ones_are_null() {
    let id = |ids: Vec<i64>| Arc::new(Int64Array::from(ids)) as ArrayRef;
    let word = |words: Vec<&str>| Arc::new(StringArray::from(words)) as ArrayRef;
    let schema = of(vec![
        ("id", id(vec![]), false),
        ("word", word(vec![]), true),
        ("more", word(vec![]), true),
    ]);
    let narrow = Arc::new(Int32Array::from(vec![7])) as ArrayRef;
    let without = of(vec![
        ("id", narrow.clone(), false),
        ("word", word(vec!["sea"]), false),
    ]);
    let back = written(&schema, &without, widening(false)).unwrap();
    assert_eq!(back.column(0).as_ref(), &Int64Array::from(vec![7]));
    assert_eq!(back.column(2).null_count(), 1);

    let swapped = of(vec![
        ("word", word(vec!["sea"]), true),
        ("id", narrow, false),
    ]);
    let back = written(&schema, &swapped, widening(true)).unwrap();
    assert_eq!(back.column(1).as_ref(), &StringArray::from(vec!["sea"]));

    let case = |block: &RecordBatch, options: WriteOptions, expect: Expect| {
        let error = written(&schema, block, options).unwrap_err();
        expect.assert_eq(&error.to_string());
    };
    case(
        &swapped,
        widening(false),
        expect!["field `id`: expected Int64 not null here, found the field `word`"],
    );
    case(
        &swapped,
        WriteOptions {
            match_by_name: true,
            ..WriteOptions::default()
        },
        expect!["field `more`: expected Utf8 nullable, found no such field"],
    );
    case(
        &of(vec![("word", word(vec!["sea"]), true)]),
        widening(true),
        expect!["field `id`: expected Int64 not null, found no such field"],
    );
    case(
        &of(vec![
            ("id", id(vec![1]), false),
            ("extra", id(vec![1]), false),
        ]),
        widening(false),
        expect!["field `extra`: expected no such field, found Int64 not null"],
    );
    case(
        &of(vec![("id", id(vec![1]), true)]),
        widening(false),
        expect!["field `id`: expected Int64 not null, found Int64 nullable"],
    );
}

#[test]
fn what_would_lose_something_is_refused() {
    let case = |have: ArrayRef, want: DataType, expect: Expect| {
        let first = of(vec![("x", new_null_array(&want, 0), true)]);
        let block = of(vec![("x", have, true)]);
        expect.assert_eq(&match written(&first, &block, widening(false)) {
            Ok(_) => "written".to_owned(),
            Err(error) => error.to_string(),
        });
    };
    let int64 = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
    let exact = 1 << 53;
    case(
        int64(vec![exact, -exact]),
        DataType::Float64,
        expect!["written"],
    );
    case(
        int64(vec![0, exact + 1]),
        DataType::Float64,
        expect!["field `x`: the value 9007199254740993 at 1 is no Float64, and nothing is rounded"],
    );
    case(
        int64(vec![1]),
        DataType::Int32,
        expect!["field `x`: expected Int32 nullable, found Int64 nullable"],
    );
    case(
        Arc::new(UInt64Array::from(vec![1])),
        DataType::Int64,
        expect!["field `x`: expected Int64 nullable, found UInt64 nullable"],
    );
    let seconds = cast(
        &int64(vec![1, i64::MAX / 10]),
        &DataType::Timestamp(TimeUnit::Second, None),
    );
    case(
        seconds.unwrap(),
        DataType::Timestamp(TimeUnit::Microsecond, None),
        expect![
            "field `x`: the value 922337203685477580 at 1 is no Timestamp(µs), and nothing is rounded"
        ],
    );
    case(
        Arc::new(NullArray::new(2)),
        DataType::Utf8,
        expect!["written"],
    );
}

#[test]
fn nested_fields_widen_and_hidden_values_do_not_matter() {
    let item = |price: DataType, more: bool| {
        let mut fields = vec![Field::new("price", price, true)];
        if more {
            fields.push(Field::new("note", DataType::Utf8, true));
        }
        DataType::List(Arc::new(Field::new(
            "item",
            DataType::Struct(fields.into()),
            true,
        )))
    };
    let narrow = item(DataType::Int64, false);
    let DataType::List(element) = &narrow else {
        unreachable!()
    };
    let DataType::Struct(fields) = element.data_type() else {
        unreachable!()
    };
    // The second element, which no float holds, is null with its struct; the last list is null
    // with its element.
    let beyond = (1 << 53) + 1;
    let prices = Int64Array::from(vec![1, beyond, 3, beyond]);
    let structs = StructArray::new(
        Fields::clone(fields),
        vec![Arc::new(prices)],
        Some(vec![true, false, true, true].into()),
    );
    let lists = ListArray::new(
        element.clone(),
        arrow::buffer::OffsetBuffer::from_lengths([1, 2, 1]),
        Arc::new(structs),
        Some(vec![true, true, false].into()),
    );
    let first = of(vec![(
        "lines",
        new_null_array(&item(DataType::Float64, true), 0),
        true,
    )]);
    let block = of(vec![("lines", Arc::new(lists), true)]);
    let back = written(&first, &block.slice(1, 2), widening(false)).unwrap();
    let shown = |row| array_value_to_string(back.column(0), row).unwrap();
    expect!["[, {price: 3.0, note: }] and "].assert_eq(&format!("{} and {}", shown(0), shown(1)));

    let first = of(vec![(
        "lines",
        new_null_array(&item(DataType::Utf8, true), 0),
        true,
    )]);
    let error = written(&first, &block, widening(false)).unwrap_err();
    expect!["field `lines.item.price`: expected Utf8 nullable, found Int64 nullable"]
        .assert_eq(&error.to_string());
}

#[test]
fn a_block_without_a_schema_policy_is_as_it_was() {
    let schema = Schema::new(vec![Field::new("x", DataType::Int64, false)]);
    let first = RecordBatch::new_empty(Arc::new(schema));
    let block = of(vec![("x", Arc::new(Int32Array::from(vec![1])), false)]);
    let error = written(&first, &block, WriteOptions::default()).unwrap_err();
    assert!(matches!(error, Error::SchemaMismatch { .. }), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is read is what arrow's own cast makes of the block, and casting that back gives the
    /// block.
    #[test]
    fn values_are_equal_after_widening(
        values in prop::collection::vec(prop::option::of(any::<i32>()), 1..60),
        floats in prop::collection::vec(prop::option::of(prop::num::f32::NORMAL), 60),
        offset in 0_usize..5,
    ) {
        let rows = values.len();
        let ints = Int32Array::from(values.clone());
        let texts = StringArray::from_iter(values.iter().map(|v| v.map(|v| (v % 50).to_string())));
        let packed: DictionaryArray<Int32Type> = texts.iter().collect();
        let floats = Float32Array::from(floats[..rows].to_vec());
        let decimals = cast(&ints, &DataType::Decimal128(10, 0)).unwrap();
        let millis = cast(&Int64Array::from_iter(values.iter().map(|v| v.map(i64::from))),
            &DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))).unwrap();
        let columns: Vec<(&str, ArrayRef, DataType)> = vec![
            ("i64", Arc::new(ints.clone()), DataType::Int64),
            ("f64", Arc::new(ints), DataType::Float64),
            ("double", Arc::new(floats), DataType::Float64),
            ("large", Arc::new(texts.clone()), DataType::LargeUtf8),
            ("view", Arc::new(texts), DataType::Utf8View),
            ("plain", Arc::new(packed), DataType::Utf8),
            ("digits", decimals.clone(), DataType::Decimal128(20, 0)),
            ("scaled", decimals, DataType::Decimal128(20, 4)),
            ("nanos", millis, DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))),
        ];
        let first = columns.iter().map(|(name, _, want)| (*name, new_null_array(want, 0), true));
        let first = of(first.collect());
        let block = of(columns.iter().map(|(name, have, _)| (*name, have.clone(), true)).collect());
        let offset = offset.min(rows - 1);
        let block = block.slice(offset, rows - offset);
        let back = written(&first, &block, widening(false)).unwrap();
        for ((column, have), (name, _, want)) in back.columns().iter().zip(block.columns()).zip(&columns) {
            prop_assert_eq!(column.data_type(), want, "{}", name);
            prop_assert_eq!(column, &cast(have, want).unwrap(), "{}", name);
            prop_assert_eq!(&cast(column, have.data_type()).unwrap(), have, "{}", name);
        }
    }
}
