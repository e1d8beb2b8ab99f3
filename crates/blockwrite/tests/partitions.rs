//! Rows by partitions: each row in exactly one, in its order, within the limits.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray, UInt8Array,
};
use arrow::datatypes::{Int32Type, Int64Type};
use blockwrite::{
    Error, PartitionBuffers, PartitionGroup, PartitionLimits, Partitioner, SortingColumn,
    WriteOptions,
};
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn block(country: &[Option<&str>], first: i64) -> RecordBatch {
    let ids = first..first + country.len() as i64;
    RecordBatch::try_from_iter_with_nullable([
        (
            "country",
            Arc::new(StringArray::from(country.to_vec())) as ArrayRef,
            true,
        ),
        ("id", Arc::new(Int64Array::from_iter_values(ids)), false),
    ])
    .unwrap()
}

fn ids(rows: &RecordBatch) -> Vec<i64> {
    let column = rows.column_by_name("id").unwrap();
    column.as_primitive::<Int64Type>().values().to_vec()
}

/// What a column of these values names its folders.
fn folders(column: ArrayRef) -> Vec<String> {
    let ids = Int64Array::from_iter_values(0..column.len() as i64);
    let block = RecordBatch::try_from_iter_with_nullable([
        ("x", column, true),
        ("id", Arc::new(ids) as ArrayRef, false),
    ]);
    let block = block.unwrap();
    let by = Partitioner::new(&block.schema(), &["x"], false).unwrap();
    let parts = by.split(&block).unwrap();
    parts.iter().map(|part| part.folder.to_string()).collect()
}

#[test]
fn values_have_the_texts_that_readers_turn_back() {
    for (column, names) in [
        (
            Arc::new(StringArray::from(vec![Some("FR"), None, Some("")])) as ArrayRef,
            &["x=FR", "x=__HIVE_DEFAULT_PARTITION__"][..],
        ),
        (
            Arc::new(StringViewArray::from(vec![
                "a/b",
                "a longer text, 7 o'clock",
            ])),
            &["x=a%2Fb", "x=a longer text, 7 o%27clock"],
        ),
        (
            Arc::new(Int64Array::from(vec![-7, 0, i64::MAX])),
            &["x=-7", "x=0", "x=9223372036854775807"],
        ),
        (Arc::new(UInt8Array::from(vec![255])), &["x=255"]),
        (
            Arc::new(BooleanArray::from(vec![true, false])),
            &["x=true", "x=false"],
        ),
        (
            Arc::new(Date32Array::from(vec![19_782, -1])),
            &["x=2024-02-29", "x=1969-12-31"],
        ),
        (
            Arc::new(
                Decimal128Array::from(vec![1250, -5])
                    .with_precision_and_scale(9, 2)
                    .unwrap(),
            ),
            &["x=12.50", "x=-0.05"],
        ),
        (
            Arc::new(
                ["b", "a", "b"]
                    .into_iter()
                    .collect::<DictionaryArray<Int32Type>>(),
            ),
            &["x=b", "x=a"],
        ),
    ] {
        assert_eq!(folders(column), names);
    }
}

#[test]
fn a_date_beyond_all_calendars_is_an_error() {
    let block = RecordBatch::try_from_iter([
        ("x", Arc::new(Date32Array::from(vec![i32::MAX])) as ArrayRef),
        ("id", Arc::new(Int64Array::from(vec![1]))),
    ]);
    let block = block.unwrap();
    let by = Partitioner::new(&block.schema(), &["x"], false).unwrap();
    assert!(matches!(by.split(&block), Err(Error::Conversion(_))));
}

#[test]
fn what_can_not_name_folders_is_refused() {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)])]);
    let schema = RecordBatch::try_from_iter([
        (
            "country",
            Arc::new(StringArray::from(vec!["FR"])) as ArrayRef,
        ),
        ("share", Arc::new(Float64Array::from(vec![0.5]))),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![0]))),
        ("lines", Arc::new(list)),
    ])
    .unwrap()
    .schema();
    let check = |columns: &[&str], expect: Expect| {
        let error = Partitioner::new(&schema, columns, false).unwrap_err();
        expect.assert_eq(&error.to_string());
    };
    check(
        &["contry"],
        expect![
            "`partition_by` names the column `contry`, which the schema does not have: did you mean `country`? (columns: country, share, at, lines)"
        ],
    );
    check(
        &["share"],
        expect![
            "can't partition by `share`: it is Float64, and floats that look the same may differ: take whole numbers, decimals or text"
        ],
    );
    check(
        &["country", "at"],
        expect![
            "can't partition by `at`: it is Timestamp(µs), and rows seldom share a moment: take a date, or a part of it as a number"
        ],
    );
    check(
        &["lines"],
        expect![
            "can't partition by `lines`: it is List(Int64), and it has others within: take one that is text, a whole number or a date"
        ],
    );
    check(
        &["country", "country"],
        expect!["`partition_by` is a list with `country` twice, and allowed is each column once"],
    );
    check(
        &[],
        expect!["`partition_by` is empty, and allowed is the names of one or more columns"],
    );
    let alone = schema.project(&[0]).unwrap();
    let error = Partitioner::new(&Arc::new(alone), &["country"], false).unwrap_err();
    expect!["`partition_by` is every column there is, and allowed is all but one, so that files have a column"]
    .assert_eq(&error.to_string());
}

#[test]
fn files_have_the_other_columns_and_their_options() {
    let block = block(&[Some("FR"), Some("PT")], 0);
    let sorted = |column: &str| SortingColumn {
        column: column.to_owned(),
        descending: false,
        nulls_first: false,
    };
    let mut options = WriteOptions {
        sorting: vec![sorted("country"), sorted("id")],
        ..WriteOptions::default()
    };
    for column in ["country", "id"] {
        options
            .columns
            .insert(column.to_owned(), Default::default());
    }
    for (keep, columns) in [(false, &["id"][..]), (true, &["country", "id"])] {
        let by = Partitioner::new(&block.schema(), &["country"], keep).unwrap();
        let names = |batch: &RecordBatch| {
            let schema = batch.schema();
            let fields = schema.fields().iter();
            fields.map(|field| field.name().clone()).collect::<Vec<_>>()
        };
        for part in by.split(&block).unwrap() {
            assert_eq!(names(&part.rows), columns);
            assert_eq!(&part.rows.schema(), by.file_schema());
        }
        let of_files = by.file_options(&options);
        let sorting = of_files.sorting.iter().map(|sorted| &sorted.column);
        assert_eq!(sorting.collect::<Vec<_>>(), columns);
        assert_eq!(of_files.columns.keys().collect::<Vec<_>>(), columns);
    }
}

#[test]
fn one_partition_too_many_is_told_with_its_folder() {
    let block = block(&[Some("FR"), Some("PT"), Some("FR"), Some("ES")], 0);
    let by = Partitioner::new(&block.schema(), &["country"], false).unwrap();
    let limits = PartitionLimits {
        partitions: 2,
        ..PartitionLimits::default()
    };
    let mut buffers = PartitionBuffers::new(&by, limits, 1000);
    let error = buffers.add(by.split(&block).unwrap()).unwrap_err();
    expect!["there are more than 2 partitions by `country`: the row that would open another one belongs to `country=ES`"]
        .assert_eq(&error.to_string());
}

const NAMES: [Option<&str>; 6] = [
    Some("FR"),
    Some("PT"),
    Some("a/b"),
    Some(""),
    None,
    Some("x"),
];

/// The ids of each partition, in the order of its groups; and the largest group's rows.
fn by_folder(groups: &[PartitionGroup]) -> BTreeMap<String, Vec<i64>> {
    let mut found = BTreeMap::<String, Vec<i64>>::new();
    for group in groups {
        let rows = group.rows().unwrap();
        assert!(rows.num_rows() > 0);
        found
            .entry(group.folder.to_string())
            .or_default()
            .extend(ids(&rows));
    }
    found
}

proptest! {
    /// Whatever the blocks, the groups and the limit on memory.
    #[test]
    fn every_row_is_in_one_partition_and_in_its_order(
        blocks in prop::collection::vec(prop::collection::vec(0..NAMES.len(), 0..60), 0..8),
        group_bytes in 1..800_u64,
        buffered_bytes in 0..20_000_u64,
    ) {
        let mut expected = BTreeMap::<String, Vec<i64>>::new();
        let schema = block(&[], 0).schema();
        let by = Partitioner::new(&schema, &["country"], false).unwrap();
        let limits = PartitionLimits { partitions: 10, buffered_bytes };
        let mut buffers = PartitionBuffers::new(&by, limits, group_bytes);
        let (mut groups, mut next) = (Vec::new(), 0);
        for rows in &blocks {
            let names: Vec<_> = rows.iter().map(|at| NAMES[*at]).collect();
            let block = block(&names, next);
            for (name, id) in names.iter().zip(next..) {
                let folder = match name {
                    None | Some("") => "country=__HIVE_DEFAULT_PARTITION__".to_owned(),
                    Some(name) => format!("country={}", name.replace('/', "%2F")),
                };
                expected.entry(folder).or_default().push(id);
            }
            next += rows.len() as i64;
            groups.extend(buffers.add(by.split(&block).unwrap()).unwrap());
            prop_assert!(buffers.buffered_bytes() <= buffered_bytes);
        }
        prop_assert_eq!(buffers.partitions(), expected.len());
        groups.extend(buffers.rest());
        prop_assert_eq!(by_folder(&groups), expected);
        // Eight bytes a row: rounded to the next row, and one at the least.
        for group in &groups {
            let most = (group_bytes as f64 / 8.0).round().max(1.0) as usize;
            prop_assert!(group.rows().unwrap().num_rows() <= most);
        }
    }
}

/// Where there is no more room, it is the largest partition that gives its rows.
#[test]
fn the_largest_partition_makes_room() {
    let mut names = vec![Some("FR"); 60];
    names.extend([Some("PT"); 20]);
    let block = block(&names, 0);
    let by = Partitioner::new(&block.schema(), &["country"], false).unwrap();
    let limits = PartitionLimits {
        partitions: 2,
        buffered_bytes: 600,
    };
    let mut buffers = PartitionBuffers::new(&by, limits, 1 << 20);
    let groups = buffers.add(by.split(&block).unwrap()).unwrap();
    let folders: Vec<_> = groups.iter().map(|group| &*group.folder).collect();
    assert_eq!(folders, ["country=FR"]);
    assert_eq!(groups[0].rows().unwrap().num_rows(), 60);
    assert_eq!(buffers.rest().count(), 1);
}
