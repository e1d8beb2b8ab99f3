//! Tables that refer to one another: what a row says of its parent is what the parent says itself.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Int32Type, Int64Type};
use blockgen::{DatasetSpec, GenerateError, Generator};
use proptest::prelude::*;

fn compile(spec: &str, table: &str) -> Generator {
    let spec = DatasetSpec::from_toml(spec).unwrap();
    Generator::compile(&spec, table, 7).unwrap()
}

fn whole(generator: &Generator) -> RecordBatch {
    generator.block(0..generator.rows().unwrap()).unwrap()
}

fn integers(batch: &RecordBatch, column: &str) -> Vec<Option<i64>> {
    let column = batch.column_by_name(column).unwrap();
    column.as_primitive::<Int64Type>().iter().collect()
}

/// Every way to refer to another table, over one, two and three steps.
const FAMILY: &str = r#"
[[tables]]
name = "regions"
rows = 7
columns = [
    { name = "id", kind = "sequence" },
    { name = "name", kind = "city" },
]

[[tables]]
name = "customers"
rows = 3_000
columns = [
    { name = "id", kind = "sequence", start = 0 },
    { name = "code", kind = "uuid" },
    { name = "name", kind = "person_name" },
    { name = "region_id", kind = "reference", to = "regions.id" },
    { name = "region", kind = "pull", of = "region_id", column = "name" },
    { name = "boss_id", kind = "reference", to = "customers.id", nulls = 0.3 },
    { name = "boss", kind = "pull", of = "boss_id", column = "name" },
    { name = "boss_region", kind = "pull", of = "boss_id", column = "region" },
]

[[tables]]
name = "orders"
rows = 5_000
columns = [
    { name = "id", kind = "sequence", start = 0 },
    { name = "customer", kind = "reference", to = "customers.code", distribution = { zipf = { exponent = 1.0 } } },
    { name = "customer_id", kind = "pull", of = "customer", column = "id" },
    { name = "customer_region", kind = "pull", of = "customer", column = "region" },
    { name = "boss_region", kind = "pull", of = "customer", column = "boss_region" },
    { name = "lost_id", kind = "reference", to = "customers.id", missing = 0.25 },
    { name = "lost_name", kind = "pull", of = "lost_id", column = "name" },
    { name = "first_line", kind = "reference", to = "lines.id" },
    { name = "first_line_region", kind = "pull", of = "first_line", column = "region" },
    { name = "place", kind = "struct", fields = [
        { name = "id", kind = "reference", to = "regions.id" },
        { name = "name", kind = "pull", of = "id", column = "name" },
    ] },
]

[[tables]]
name = "lines"
children = { of = "orders", min = 0, max = 4 }
columns = [
    { name = "id", kind = "sequence", start = 0 },
    { name = "order_id", kind = "parent", column = "id" },
    { name = "region", kind = "parent", column = "customer_region" },
    { name = "lost_name", kind = "parent", column = "lost_name" },
    { name = "number", kind = "line_number" },
    { name = "number_from_0", kind = "line_number", start = 0 },
]

[[tables]]
name = "events"
children = { of = "lines", min = 1, max = 3, mean = 1.25 }
columns = [
    { name = "line_id", kind = "parent", column = "id" },
    { name = "order_id", kind = "parent", column = "order_id" },
    { name = "number", kind = "line_number" },
]

[[tables]]
name = "passports"
rows = 3_000
columns = [
    { name = "customer_id", kind = "reference", to = "customers.id", unique = true },
    { name = "name", kind = "pull", of = "customer_id", column = "name" },
    { name = "region", kind = "pull", of = "customer_id", column = "region" },
]
"#;

const TABLES: [&str; 6] = [
    "regions",
    "customers",
    "orders",
    "lines",
    "events",
    "passports",
];

/// The values of `column`, a column of `parents`, at rows that `keys` names, which count from
/// `start`; null where a key is null or there is no such row.
fn looked_up(parents: &RecordBatch, column: &str, keys: &[Option<i64>], start: i64) -> ArrayRef {
    let rows = keys.iter().map(|key| {
        let row = (*key)? - start;
        (row < parents.num_rows() as i64).then_some(row as u64)
    });
    let column = parents.column_by_name(column).unwrap();
    take(column, &rows.collect::<UInt64Array>(), None).unwrap()
}

#[track_caller]
fn assert_pulled(rows: &RecordBatch, column: &str, expected: &ArrayRef) {
    assert_eq!(rows.column_by_name(column).unwrap(), expected, "{column}");
}

#[test]
fn pulled_values_are_the_parents_own() {
    let [regions, customers, orders, lines, events, passports] =
        TABLES.map(|table| whole(&compile(FAMILY, table)));

    let keys = integers(&customers, "region_id");
    assert_pulled(&customers, "region", &looked_up(&regions, "name", &keys, 1));
    let keys = integers(&customers, "boss_id");
    assert!(keys.iter().any(Option::is_none));
    let boss = |column| looked_up(&customers, column, &keys, 0);
    assert_pulled(&customers, "boss", &boss("name"));
    assert_pulled(&customers, "boss_region", &boss("region"));

    // The key that is referred to is that of the parent whose other key is pulled.
    let keys = integers(&orders, "customer_id");
    let customer = |column| looked_up(&customers, column, &keys, 0);
    assert_pulled(&orders, "customer", &customer("code"));
    assert_pulled(&orders, "customer_region", &customer("region"));
    assert_pulled(&orders, "boss_region", &customer("boss_region"));
    let keys = integers(&orders, "lost_id");
    assert_pulled(
        &orders,
        "lost_name",
        &looked_up(&customers, "name", &keys, 0),
    );
    let keys = integers(&orders, "first_line");
    let region = looked_up(&lines, "region", &keys, 0);
    assert_pulled(&orders, "first_line_region", &region);
    let place = orders.column_by_name("place").unwrap().as_struct();
    let place = RecordBatch::from(place.clone());
    let keys = integers(&place, "id");
    assert_pulled(&place, "name", &looked_up(&regions, "name", &keys, 1));

    let keys = integers(&lines, "order_id");
    let order = |column| looked_up(&orders, column, &keys, 0);
    assert_pulled(&lines, "region", &order("customer_region"));
    assert_pulled(&lines, "lost_name", &order("lost_name"));

    let keys = integers(&events, "line_id");
    assert_pulled(
        &events,
        "order_id",
        &looked_up(&lines, "order_id", &keys, 0),
    );

    let keys = integers(&passports, "customer_id");
    let customer = |column| looked_up(&customers, column, &keys, 0);
    assert_pulled(&passports, "name", &customer("name"));
    assert_pulled(&passports, "region", &customer("region"));
    let different: BTreeSet<_> = keys.into_iter().collect();
    assert_eq!(different.len(), 3_000);
}

#[test]
fn columns_may_be_null_only_where_there_may_be_no_parent() {
    let nullable = |table: &str| {
        let schema = compile(FAMILY, table).schema();
        let fields = schema.fields().iter().filter(|field| field.is_nullable());
        let names: Vec<_> = fields.map(|field| field.name().clone()).collect();
        names.join(" ")
    };
    assert_eq!(nullable("customers"), "boss_id boss boss_region");
    assert_eq!(nullable("orders"), "boss_region lost_name");
    assert_eq!(nullable("lines"), "lost_name");
    assert_eq!(nullable("passports"), "");
}

#[test]
fn missing_parents_are_missing_and_as_many_as_asked_for() {
    let orders = whole(&compile(FAMILY, "orders"));
    let keys = integers(&orders, "lost_id");
    let missing = keys.iter().flatten().filter(|key| **key >= 3_000);
    // A quarter, within five standard deviations.
    assert!((1_100..1_400).contains(&missing.clone().count()));
    assert!(missing.clone().all(|key| *key < 6_000));
    let names = orders.column_by_name("lost_name").unwrap();
    assert_eq!(names.null_count(), missing.count());
}

#[test]
fn children_are_numbered_and_follow_their_parents() {
    let [orders, lines, events] =
        ["orders", "lines", "events"].map(|table| compile(FAMILY, table).rows().unwrap());
    assert_eq!(orders, 5_000);
    // Two an order; of 10,000 lines nine blocks of 1,024 have 1,280 events each, and 784 have 980.
    assert_eq!(lines, 10_000);
    assert_eq!(events, 12_500);

    for (table, parent) in [("lines", "order_id"), ("events", "line_id")] {
        let rows = whole(&compile(FAMILY, table));
        let parents = integers(&rows, parent);
        assert!(parents.is_sorted());
        let numbers = rows.column_by_name("number").unwrap();
        let numbers = numbers.as_primitive::<Int32Type>().values();
        let mut last = (None, 0);
        for (parent, number) in parents.into_iter().zip(numbers) {
            let expected = if parent == last.0 { last.1 + 1 } else { 1 };
            assert_eq!(*number, expected);
            last = (parent, *number);
        }
        if let Some(from_0) = rows.column_by_name("number_from_0") {
            let from_0 = from_0.as_primitive::<Int32Type>().values().iter();
            assert!(from_0.zip(numbers).all(|(zero, one)| zero + 1 == *one));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The law, for every kind of relation, in any range of rows.
    #[test]
    fn ranges_compose(
        table in prop::sample::select(&TABLES[..]),
        at in 0.0f64..1.0,
        first in 0u64..1_500,
        second in 0u64..1_500,
    ) {
        let generator = compile(FAMILY, table);
        let rows = generator.rows().unwrap();
        let start = (rows as f64 * at) as u64;
        let (middle, end) = ((start + first).min(rows), (start + first + second).min(rows));
        let whole = generator.block(start..end).unwrap();
        let halves = [generator.block(start..middle), generator.block(middle..end)];
        let halves = concat_batches(&generator.schema(), &halves.map(Result::unwrap)).unwrap();
        prop_assert_eq!(whole, halves);
    }
}

#[test]
fn a_spec_of_relations_written_out_reads_back_as_itself() {
    let shop = DatasetSpec::builtin("shop").unwrap();
    for spec in [DatasetSpec::from_toml(FAMILY).unwrap(), shop] {
        let toml = toml::to_string(&spec).unwrap();
        assert_eq!(DatasetSpec::from_toml(&toml).unwrap(), spec, "{toml}");
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(DatasetSpec::from_json(&json).unwrap(), spec, "{json}");
    }
}

/// The rows of the parents' table are an input to values; nothing else about it is.
#[test]
fn what_else_the_parents_have_changes_nothing() {
    let before = whole(&compile(FAMILY, "lines"));
    let other = FAMILY.replace("\"person_name\"", "\"job\"").replace(
        "{ name = \"code\", kind = \"uuid\" }",
        "{ name = \"new\", kind = \"city\" }, { name = \"code\", kind = \"uuid\" }",
    );
    let after = whole(&compile(&other, "lines"));
    for column in ["id", "order_id", "region", "number"] {
        assert_eq!(before.column_by_name(column), after.column_by_name(column));
    }
    assert_ne!(
        before.column_by_name("lost_name"),
        after.column_by_name("lost_name")
    );
}

#[test]
fn the_hash_covers_what_values_depend_on_and_no_more() {
    let hash = |spec: &str, table: &str| compile(spec, table).provenance().spec_hash;
    let tables_that_change = |from: &str, to: &str| {
        let changed = FAMILY.replace(from, to);
        assert_ne!(changed, FAMILY, "{from}");
        let different = |table: &&&str| hash(FAMILY, table) != hash(&changed, table);
        TABLES
            .iter()
            .filter(different)
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let customers = "name = \"customers\"\nrows = 3_00";
    let passports = "name = \"passports\"\nrows = 3_00";
    for (from, to, expected) in [
        (
            "rows = 7",
            "rows = 8",
            "customers orders lines events passports",
        ),
        // They refer to one another, so they depend on their own rows as well.
        (
            customers,
            "name = \"customers\"\nrows = 3_50",
            "customers orders lines events passports",
        ),
        // Orders refer to lines, and lines are children of orders.
        ("rows = 5_000", "rows = 5_001", "orders lines events"),
        ("mean = 1.25", "mean = 1.5", "events"),
        ("unique = true", "unique = false", "passports"),
        // No table depends on its own rows alone.
        (passports, "name = \"passports\"\nrows = 2_00", ""),
    ] {
        assert_eq!(tables_that_change(from, to), expected, "{to}");
    }
    // The order of tables is none of it.
    let mut turned = DatasetSpec::from_toml(FAMILY).unwrap();
    turned.tables.reverse();
    for table in TABLES {
        let turned = Generator::compile(&turned, table, 7).unwrap();
        assert_eq!(
            turned.provenance().spec_hash,
            hash(FAMILY, table),
            "{table}"
        );
        assert_eq!(
            turned.block(0..5).unwrap(),
            compile(FAMILY, table).block(0..5).unwrap()
        );
    }
}

#[test]
fn rows_beyond_the_last_child_or_parent_cannot_be_made() {
    let lines = compile(FAMILY, "lines");
    assert_eq!(lines.block(10_000..10_000).unwrap().num_rows(), 0);
    let beyond = lines.block(9_999..10_001).unwrap_err();
    assert_eq!(
        beyond.to_string(),
        "cannot make rows up to 10001 of table `lines`: its parents have 10000 children in all; \
         ask for lower rows, or give the parents' table more"
    );
    assert!(matches!(
        beyond,
        GenerateError::BeyondLastChild { rows: 10_000, .. }
    ));
    let beyond = compile(FAMILY, "passports")
        .block(2_990..3_002)
        .unwrap_err();
    assert_eq!(
        beyond.to_string(),
        "cannot make row 3001 of column `passports.customer_id`: it refers to each of 3000 \
         parents once; ask for lower rows, or give the parents' table more"
    );
}

#[test]
fn rows_can_be_set_and_scaled_from_outside() {
    let rows = |spec: &DatasetSpec, table: &str| Generator::compile(spec, table, 7).unwrap().rows();
    let mut spec = DatasetSpec::from_toml(FAMILY).unwrap();
    spec.set_rows("orders", 1_000).unwrap();
    assert_eq!(rows(&spec, "orders"), Some(1_000));
    assert_eq!(rows(&spec, "lines"), Some(2_000));
    spec.scale(0.25).unwrap();
    // 1.75 is rounded to 2, 0.25 × 3,000 is exact.
    let sizes: Vec<_> = TABLES
        .iter()
        .map(|table| rows(&spec, table).unwrap())
        .collect();
    assert_eq!(sizes, [2, 750, 250, 500, 625, 750]);
    spec.scale(1e-9).unwrap();
    assert_eq!(rows(&spec, "regions"), Some(1));
    assert_eq!(rows(&spec, "orders"), Some(1));
    let before = spec.clone();

    for (error, expected) in [
        (
            spec.set_rows("ordres", 1),
            "the spec has no table `ordres`; did you mean `orders`? known: `regions`, \
             `customers`, `orders`, `lines`, `events`, `passports`",
        ),
        (
            spec.set_rows("lines", 10),
            "option `rows` of table `lines` is 10; allowed is none: its rows are the children of \
             table `orders`, whose rows decide",
        ),
        (
            spec.set_rows("orders", u64::MAX),
            "option `rows` of table `orders` is 18446744073709551615; allowed is 0 to \
             9223372036854775807",
        ),
        (
            spec.scale(0.0),
            "the rows of all tables cannot be multiplied by 0; allowed is a number above 0",
        ),
        (
            spec.scale(f64::NAN),
            "the rows of all tables cannot be multiplied by NaN; allowed is a number above 0",
        ),
        (
            spec.scale(1e19),
            "the rows of all tables cannot be multiplied by 1e19; allowed is a \
             factor that leaves table `regions`, which has 1 rows, 9223372036854775807 at most",
        ),
    ] {
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
    assert_eq!(spec, before);
}

/// A million customers, and one of them has a fourteenth of all orders, as the law has it.
#[test]
fn popular_parents_are_as_popular_as_the_law_says() {
    let spec = FAMILY.replace("rows = 3_000", "rows = 1_000_000");
    let orders = compile(&spec, "orders").block(0..100_000).unwrap();
    let mut counts = std::collections::BTreeMap::new();
    for key in integers(&orders, "customer_id") {
        *counts.entry(key).or_insert(0u32) += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    // The sum of 1/k up to a million is 14.393.
    for (rank, count) in counts[..20].iter().enumerate() {
        let expected = 100_000.0 / 14.393 / (rank as f64 + 1.0);
        let deviations = (f64::from(*count) - expected).abs() / expected.sqrt();
        assert!(deviations < 6.0, "{rank}: {count}");
    }
}

#[test]
fn products_are_rounded_and_null_where_a_factor_is() {
    let table = compile(
        r#"
        [[tables]]
        name = "t"
        columns = [
            { name = "price", kind = "float", min = 0.0, max = 100.0, decimals = 2, nulls = 0.1 },
            { name = "count", kind = "integer", min = -3, max = 9, type = "int32" },
            { name = "total", kind = "product", of = ["price", "count"], decimals = 2 },
            { name = "with_tax", kind = "product", of = ["total"], factor = 1.19 },
        ]
        "#,
        "t",
    );
    let block = table.block(0..2_000).unwrap();
    let float = |name: &str| {
        let column = block.column_by_name(name).unwrap();
        column
            .as_primitive::<arrow::datatypes::Float64Type>()
            .clone()
    };
    let (prices, totals, taxed) = (float("price"), float("total"), float("with_tax"));
    let counts = block.column(1).as_primitive::<Int32Type>();
    assert!(prices.null_count() > 100);
    for row in 0..2_000 {
        assert_eq!(totals.is_null(row), prices.is_null(row));
        assert_eq!(taxed.is_null(row), prices.is_null(row));
        if prices.is_valid(row) {
            let exact = prices.value(row) * f64::from(counts.value(row));
            assert_eq!(format!("{exact:.2}"), format!("{:.2}", totals.value(row)));
            assert_eq!(taxed.value(row), totals.value(row) * 1.19);
        }
    }
}

/// A field of a struct and a column whose name has a dot are called the same, and are not.
#[test]
fn names_with_dots_lead_to_their_own_tables() {
    let rows = whole(&compile(
        r#"
        [[tables]]
        name = "few"
        rows = 10
        columns = [{ name = "id", kind = "sequence" }]

        [[tables]]
        name = "many"
        rows = 10
        columns = [{ name = "id", kind = "sequence", start = 1_000 }]

        [[tables]]
        name = "t"
        rows = 100
        columns = [
            { name = "a", kind = "struct", fields = [{ name = "b", kind = "reference", to = "few.id" }] },
            { name = "a.b", kind = "reference", to = "many.id" },
        ]
        "#,
        "t",
    ));
    let few = rows.column_by_name("a").unwrap().as_struct();
    let few = few.column(0).as_primitive::<Int64Type>().values().iter();
    assert!(few.into_iter().all(|key| (1..=10).contains(key)));
    let many = integers(&rows, "a.b").into_iter();
    assert!(many.flatten().all(|key| (1_000..1_010).contains(&key)));
}

/// One table after the other or all at once: the same rows, schemas and origins.
#[test]
fn tables_that_are_compiled_together_are_those_compiled_alone() {
    for name in DatasetSpec::builtin_names() {
        let spec = DatasetSpec::builtin(name).unwrap();
        let tables: Vec<_> = spec.tables.iter().map(|table| &*table.name).collect();
        let together = Generator::compile_tables(&spec, &tables, 42).unwrap();
        assert_eq!(together.len(), tables.len());
        for (table, one) in tables.iter().zip(together) {
            let alone = Generator::compile(&spec, table, 42).unwrap();
            assert_eq!(one.provenance(), alone.provenance());
            assert_eq!((one.table(), one.rows()), (*table, alone.rows()));
            assert_eq!(one.block(0..50).unwrap(), alone.block(0..50).unwrap());
        }
    }
    let spec = DatasetSpec::builtin("shop").unwrap();
    let two = Generator::compile_tables(&spec, &["orders", "customers"], 1).unwrap();
    let names: Vec<_> = two.iter().map(Generator::table).collect();
    assert_eq!(names, ["orders", "customers"]);
    let error = Generator::compile_tables(&spec, &["orders", "custmers"], 1).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the spec has no table `custmers`; did you mean")
    );
    assert!(Generator::compile_tables(&spec, &[], 1).unwrap().is_empty());
}
