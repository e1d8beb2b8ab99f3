//! The built-in data set `lineitem` against clause 4.2.3 of the TPC-H specification, revision 3.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Int32Type, Int64Type};
use blockgen::{DatasetSpec, Generator};
use expect_test::expect;
use proptest::prelude::*;

/// Scale factor 0.01.
fn generator() -> Generator {
    let mut spec = DatasetSpec::builtin("lineitem").unwrap();
    spec.scale(0.01).unwrap();
    Generator::compile(&spec, "lineitem", 42).unwrap()
}

fn all() -> RecordBatch {
    let lineitem = generator();
    assert_eq!(lineitem.rows(), Some(60_000));
    lineitem.block(0..60_000).unwrap()
}

fn longs(rows: &RecordBatch, column: &str) -> Vec<i64> {
    let column = rows.column_by_name(column).unwrap();
    column.as_primitive::<Int64Type>().values().to_vec()
}

/// In hundredths.
fn decimals(rows: &RecordBatch, column: &str) -> Vec<i128> {
    let column = rows.column_by_name(column).unwrap();
    column.as_primitive::<Decimal128Type>().values().to_vec()
}

/// In days since 1970.
fn dates(rows: &RecordBatch, column: &str) -> Vec<i32> {
    let column = rows.column_by_name(column).unwrap();
    column.as_primitive::<Date32Type>().values().to_vec()
}

fn texts<'a>(rows: &'a RecordBatch, column: &str) -> Vec<&'a str> {
    let column = rows.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(Option::unwrap).collect()
}

#[test]
fn it_has_the_sixteen_columns() {
    let mut schema = String::new();
    for field in generator().schema().fields() {
        assert!(!field.is_nullable());
        schema += &format!("{} {}\n", field.name(), field.data_type());
    }
    expect![[r#"
        l_orderkey Int64
        l_partkey Int64
        l_suppkey Int64
        l_linenumber Int32
        l_quantity Decimal128(15, 2)
        l_extendedprice Decimal128(15, 2)
        l_discount Decimal128(15, 2)
        l_tax Decimal128(15, 2)
        l_returnflag Utf8
        l_linestatus Utf8
        l_shipdate Date32
        l_commitdate Date32
        l_receiptdate Date32
        l_shipinstruct Utf8
        l_shipmode Utf8
        l_comment Utf8
    "#]]
    .assert_eq(&schema);
    let spec = DatasetSpec::builtin("lineitem").unwrap();
    let written = spec.written_tables().map(|table| table.name.as_str());
    assert_eq!(written.collect::<Vec<_>>(), ["lineitem"]);
    // Of scale factor 1.
    let lineitem = Generator::compile(&spec, "lineitem", 1).unwrap();
    assert_eq!(lineitem.rows(), Some(6_000_000));
}

#[test]
fn an_order_has_one_to_seven_lines_and_one_of_eight_keys_of_every_32() {
    let rows = all();
    let numbers = rows.column_by_name("l_linenumber").unwrap();
    let numbers = numbers.as_primitive::<Int32Type>().values();
    let mut lines = BTreeMap::<i64, i32>::new();
    for (key, number) in longs(&rows, "l_orderkey").into_iter().zip(numbers) {
        let count = lines.entry(key).or_default();
        *count += 1;
        assert_eq!(count, number);
    }
    // From 1 to 7, 32 to 39, 64 to 71, and so on.
    let expected = (1..=15_000i64).map(|order| order / 8 * 32 + order % 8);
    assert!(lines.keys().copied().eq(expected));
    let mut frequencies = [0; 7];
    for count in lines.values() {
        frequencies[*count as usize - 1] += 1;
    }
    // One of seven each: 2,143, give or take five standard deviations.
    let even = |count: &i32| (1_929..2_357).contains(count);
    assert!(frequencies.iter().all(even), "{frequencies:?}");
}

#[test]
fn a_part_has_four_suppliers_and_one_price() {
    let rows = all();
    let (parts, suppliers) = (longs(&rows, "l_partkey"), longs(&rows, "l_suppkey"));
    let (scale_parts, scale_suppliers) = (2_000, 100);
    let distinct = |keys: &[i64]| keys.iter().copied().collect::<BTreeSet<_>>();
    assert!(distinct(&parts).into_iter().eq(1..=scale_parts));
    assert!(distinct(&suppliers).into_iter().eq(1..=scale_suppliers));
    let (quantities, prices) = (
        decimals(&rows, "l_quantity"),
        decimals(&rows, "l_extendedprice"),
    );
    let mut of_part = BTreeMap::<i64, BTreeSet<i64>>::new();
    for (row, (&part, &supplier)) in parts.iter().zip(&suppliers).enumerate() {
        of_part.entry(part).or_default().insert(supplier);
        let s = scale_suppliers;
        let known = (0..4).map(|i| (part + i * (s / 4 + (part - 1) / s)) % s + 1);
        assert!(
            known.into_iter().any(|known| known == supplier),
            "{part} {supplier}"
        );
        // p_retailprice, in hundredths.
        let retail = 90_000 + part / 10 % 20_001 + 100 * (part % 1_000);
        assert_eq!(quantities[row] % 100, 0);
        assert!((1..=50).contains(&(quantities[row] / 100)));
        assert_eq!(prices[row], quantities[row] / 100 * i128::from(retail));
    }
    assert!(of_part.values().all(|suppliers| suppliers.len() <= 4));
    let four = of_part.values().filter(|suppliers| suppliers.len() == 4);
    assert!(four.count() > 1_900);
    let hundredths = |column| decimals(&rows, column).into_iter().collect::<BTreeSet<_>>();
    assert!(hundredths("l_discount").into_iter().eq(0..=10));
    assert!(hundredths("l_tax").into_iter().eq(0..=8));
    assert!(
        hundredths("l_quantity")
            .into_iter()
            .eq((1..=50).map(|units| units * 100))
    );
}

#[test]
fn dates_flags_and_states_agree() {
    const START: i32 = 8_035; // 1992-01-01
    const CURRENT: i32 = 9_298; // 1995-06-17
    const LAST_ORDER: i32 = 10_440; // 1998-08-02, 151 days before the end of the year
    let rows = all();
    let [ships, commits, receipts] =
        ["l_shipdate", "l_commitdate", "l_receiptdate"].map(|column| dates(&rows, column));
    let (flags, states) = (texts(&rows, "l_returnflag"), texts(&rows, "l_linestatus"));
    let keys = longs(&rows, "l_orderkey");
    let mut orders = BTreeMap::<i64, (i32, i32)>::new();
    let mut returned = 0;
    for row in 0..rows.num_rows() {
        let (ship, commit, receipt) = (ships[row], commits[row], receipts[row]);
        assert!((1..=30).contains(&(receipt - ship)));
        // What the dates leave for the order's own.
        let earliest = (ship - 121).max(commit - 90).max(START);
        let latest = (ship - 1).min(commit - 30).min(LAST_ORDER);
        let order = orders.entry(keys[row]).or_insert((START, LAST_ORDER));
        *order = (order.0.max(earliest), order.1.min(latest));
        assert!(order.0 <= order.1, "order {}", keys[row]);
        assert_eq!(states[row], if ship > CURRENT { "O" } else { "F" });
        match receipt <= CURRENT {
            true => assert!(["R", "A"].contains(&flags[row])),
            false => assert_eq!(flags[row], "N"),
        }
        returned += u32::from(flags[row] == "R");
    }
    // About half of what was received by then, which is about half of all.
    assert!((14_000..15_500).contains(&returned), "{returned}");
    assert!(*ships.iter().min().unwrap() < START + 20);
    assert!(*ships.iter().max().unwrap() > LAST_ORDER + 100);
}

#[test]
fn texts_are_of_their_lists_and_lengths() {
    let rows = all();
    let distinct = |column| texts(&rows, column).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(distinct("l_shipinstruct").len(), 4);
    assert!(distinct("l_shipinstruct").contains("TAKE BACK RETURN"));
    assert_eq!(distinct("l_shipmode").len(), 7);
    assert!(distinct("l_shipmode").contains("REG AIR"));
    let lengths: BTreeSet<_> = texts(&rows, "l_comment")
        .iter()
        .map(|text| text.len())
        .collect();
    assert!(lengths.into_iter().eq(10..=43));
    assert!(distinct("l_comment").len() > 55_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn ranges_compose(start in 0u64..50_000, first in 0u64..3_000, second in 0u64..3_000) {
        let lineitem = generator();
        let (middle, end) = (start + first, start + first + second);
        let halves = [start..middle, middle..end].map(|rows| lineitem.block(rows).unwrap());
        let joined = concat_batches(&lineitem.schema(), &halves).unwrap();
        prop_assert_eq!(lineitem.block(start..end).unwrap(), joined);
    }
}
