//! How much is damaged, and which values.

use std::collections::BTreeMap;

use arrow::array::Array;
use blockgen::DatasetSpec;

use super::{cells, spec, table, texts};

/// Share of rows with a line of one kind in one column, against the share that was asked for.
#[test]
fn shares_are_kept() {
    const ROWS: u64 = 100_000;
    let mut spec = spec(
        r#"damage = [
            { kind = "duplicate", share = 0.02, columns = ["id", "email"] },
            { kind = "null", share = 0.3, columns = ["name", "age"] },
            { kind = "out_of_range", share = 0.01, columns = ["age", "score"] },
            { kind = "malformed", share = 0.1, columns = ["email"] },
            { kind = "wrong_reference", share = 0.05, columns = ["parent_key"] },
        ]"#,
    );
    spec.tables.truncate(2);
    let ledger = table(&spec, "t", 42).ledger(0..ROWS).unwrap();
    let mut counts = BTreeMap::<(String, String), f64>::new();
    let kinds = texts(&ledger, "damage").into_iter().map(Option::unwrap);
    for ((_, column), kind) in cells(&ledger).into_iter().zip(kinds) {
        *counts.entry((kind, column)).or_default() += 1.0;
    }
    let expected = [
        ("duplicate", "email", 0.02),
        ("duplicate", "id", 0.02),
        ("malformed", "email", 0.1 * 0.98),
        ("null", "age", 0.3),
        ("null", "name", 0.3),
        ("out_of_range", "age", 0.01 * 0.7),
        ("out_of_range", "score", 0.01),
        ("wrong_reference", "parent_key", 0.05),
    ];
    assert_eq!(counts.len(), expected.len(), "{counts:?}");
    for (kind, column, share) in expected {
        let count = counts[&(kind.to_owned(), column.to_owned())];
        let rows = ROWS as f64;
        let deviation = (count - rows * share).abs() / (rows * share * (1.0 - share)).sqrt();
        assert!(deviation < 4.5, "{kind} of {column}: {count}");
    }
}

/// Which rows are hit in one column says nothing about another.
#[test]
fn columns_are_hit_apart() {
    let spec = spec(r#"damage = [{ kind = "null", share = 0.5, columns = ["name", "age"] }]"#);
    let block = table(&spec, "t", 42).block(0..4_000).unwrap();
    let (name, age) = (
        block.column_by_name("name").unwrap(),
        block.column_by_name("age").unwrap(),
    );
    let both = (0..4_000)
        .filter(|row| name.is_null(*row) && age.is_null(*row))
        .count();
    // A quarter, within five standard deviations.
    assert!((863..1_137).contains(&both), "{both}");
}

#[test]
fn nulls_come_where_none_may_be() {
    let clean = table(&spec(""), "t", 1);
    let dirty =
        spec(r#"damage = [{ kind = "null", share = 1, columns = ["id", "tags", "place"] }]"#);
    let dirty = table(&dirty, "t", 1);
    for (was, is) in clean.schema().fields().iter().zip(dirty.schema().fields()) {
        let damaged = ["id", "tags", "place"].contains(&is.name().as_str());
        assert_eq!(is.is_nullable(), damaged || was.is_nullable(), "{is}");
    }
    let block = dirty.block(0..100).unwrap();
    assert_eq!(block.column_by_name("id").unwrap().null_count(), 100);
    // What is made of it is as if it were there.
    let was = clean.block(0..100).unwrap();
    assert_eq!(was.column_by_name("hash"), block.column_by_name("hash"));
}

#[test]
fn other_tables_and_other_columns_see_no_damage() {
    let clean = spec("");
    let dirty = spec(
        r#"damage = [
        { kind = "null", share = 0.5, columns = ["name", "id"] },
        { kind = "duplicate", share = 0.5, columns = ["parent"] },
    ]"#,
    );
    let rows = |spec: &DatasetSpec, name| table(spec, name, 3).block(0..1_000).unwrap();
    assert_eq!(rows(&clean, "children"), rows(&dirty, "children"));
    let (was, is) = (rows(&clean, "t"), rows(&dirty, "t"));
    for column in ["email", "country", "hash"] {
        assert_eq!(was.column_by_name(column), is.column_by_name(column));
    }
    // Nor is damage a part of what children follow from.
    let hash = |spec: &DatasetSpec, name| table(spec, name, 3).provenance().spec_hash;
    assert_eq!(hash(&clean, "children"), hash(&dirty, "children"));
    assert_ne!(hash(&clean, "t"), hash(&dirty, "t"));
}
