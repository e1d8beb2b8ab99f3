//! The built-in data set `shop`: its tables fit together, whatever their size.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use blockgen::{DatasetSpec, Generator};
use expect_test::expect;

fn shop(orders: u64) -> DatasetSpec {
    let mut shop = DatasetSpec::builtin("shop").unwrap();
    shop.set_rows("orders", orders).unwrap();
    shop
}

fn generator(spec: &DatasetSpec, table: &str) -> Generator {
    Generator::compile(spec, table, 42).unwrap()
}

fn integers(rows: &RecordBatch, column: &str) -> Vec<i64> {
    let column = rows.column_by_name(column).unwrap();
    column.as_primitive::<Int64Type>().values().to_vec()
}

/// Checks that `column` of the rows is `theirs` of the parents, which `key` leads to: the parent's
/// row is made again for each.
fn assert_joined(
    rows: &RecordBatch,
    key: &str,
    parents: &Generator,
    their_key: &str,
    columns: &[(&str, &str)],
) {
    let first = integers(&parents.block(0..1).unwrap(), their_key)[0];
    let known = parents.rows().unwrap();
    for (row, key) in integers(rows, key).into_iter().enumerate().step_by(7) {
        let parent = (key - first) as u64;
        assert!(parent < known, "row {row} refers to {key}");
        let parent = parents.block(parent..parent + 1).unwrap();
        assert_eq!(integers(&parent, their_key), [key]);
        for (ours, theirs) in columns {
            let value = rows.column_by_name(ours).unwrap().slice(row, 1);
            assert_eq!(
                &value,
                parent.column_by_name(theirs).unwrap(),
                "{ours} {row}"
            );
        }
    }
}

#[test]
fn every_foreign_key_exists_and_what_is_pulled_is_the_parents() {
    let shop = shop(100_000);
    let [customers, products, orders, lines] =
        ["customers", "products", "orders", "order_lines"].map(|table| generator(&shop, table));
    for start in [0, 50_000, 99_000] {
        let range: Range<u64> = start..start + 1_000;
        let rows = orders.block(range.clone()).unwrap();
        let country = [("country", "country")];
        assert_joined(&rows, "customer_id", &customers, "customer_id", &country);

        let rows = lines.block(range.start * 4..range.end * 4).unwrap();
        let of_order = [("ordered_at", "ordered_at"), ("country", "country")];
        assert_joined(&rows, "order_id", &orders, "order_id", &of_order);
        let price = [("unit_price", "price")];
        assert_joined(&rows, "product_id", &products, "product_id", &price);
        let floats = |column: &str| {
            let column = rows.column_by_name(column).unwrap();
            column.as_primitive::<Float64Type>().values().to_vec()
        };
        let quantities = rows.column_by_name("quantity").unwrap();
        let quantities = quantities.as_primitive::<Int32Type>().values().iter();
        let prices = floats("unit_price").into_iter().zip(quantities);
        for ((price, quantity), amount) in prices.zip(floats("amount")) {
            assert!((price * f64::from(*quantity) - amount).abs() < 1e-9);
        }
    }
}

#[test]
fn lines_follow_from_orders() {
    for orders in [1, 1_023, 1_024, 1_025, 100_000] {
        let shop = shop(orders);
        let lines = generator(&shop, "order_lines");
        assert_eq!(lines.rows(), Some(orders * 4));
        let mut counts = vec![0; orders as usize];
        let rows = lines.block(0..orders * 4).unwrap();
        let numbers = rows.column_by_name("line_number").unwrap();
        let numbers = numbers.as_primitive::<Int32Type>().values().iter();
        for (order, number) in integers(&rows, "order_id").into_iter().zip(numbers) {
            let count = &mut counts[(order - 1_000_000) as usize];
            *count += 1;
            assert_eq!(number, count);
        }
        assert!(
            counts.iter().all(|count| (1..=7).contains(count)),
            "{orders}"
        );
    }
}

#[test]
fn nobody_orders_before_there_is_a_shop() {
    let shop = shop(2_000);
    let latest = |table: &str, column: &str| {
        let rows = generator(&shop, table).block(0..2_000).unwrap();
        let times = rows.column_by_name(column).unwrap();
        let times = times.as_primitive::<TimestampMicrosecondType>();
        let times = times.values().iter().copied();
        (times.clone().min().unwrap(), times.max().unwrap())
    };
    assert!(latest("customers", "registered_at").1 < latest("orders", "ordered_at").0);
}

#[test]
fn the_schemas_are_as_published() {
    let shop = DatasetSpec::builtin("shop").unwrap();
    let mut schemas = String::new();
    for table in &shop.tables {
        let generator = generator(&shop, &table.name);
        schemas += &format!("{} {}\n", table.name, generator.rows().unwrap());
        for field in generator.schema().fields() {
            let null = if field.is_nullable() { " or null" } else { "" };
            schemas += &format!("  {} {}{null}\n", field.name(), field.data_type());
        }
    }
    expect![[r#"
        customers 20000
          customer_id Int64
          name Utf8
          email Utf8
          phone Utf8 or null
          street Utf8
          city Utf8
          country Utf8
          newsletter Boolean
          registered_at Timestamp(µs, "UTC")
          referred_by Int64 or null
        products 1000
          product_id Int64
          sku Utf8
          description Utf8
          category Utf8
          supplier Utf8
          price Float64
          weight_g Int32
        orders 100000
          order_id Int64
          customer_id Int64
          country Utf8
          ordered_at Timestamp(µs, "UTC")
          status Utf8
          payment Utf8
          is_gift Boolean
          comment Utf8 or null
        order_lines 400000
          order_id Int64
          line_number Int32
          product_id Int64
          category Utf8
          unit_price Float64
          quantity Int32
          amount Float64
          ordered_at Timestamp(µs, "UTC")
          country Utf8
    "#]]
    .assert_eq(&schemas);
}

#[test]
fn the_copy_outside_of_the_crate_is_the_same() {
    let copy = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../specs/shop.toml"
    ));
    assert_eq!(copy.unwrap(), include_str!("../specs/shop.toml"));
}
