//! Relations that cannot be: what is said about them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use blockgen::{DatasetSpec, Generator};
use expect_test::{Expect, expect};

/// Two tables that others refer to, and a table `t` of these options and columns.
fn spec(options: &str, columns: &str) -> String {
    format!(
        r#"
[[tables]]
name = "customers"
rows = 100
columns = [
    {{ name = "id", kind = "sequence" }},
    {{ name = "name", kind = "person_name" }},
]

[[tables]]
name = "countless"
columns = [{{ name = "id", kind = "sequence" }}]

[[tables]]
name = "t"
{options}
columns = [
{columns}
]
"#
    )
}

#[track_caller]
fn refused(toml: &str, expected: &Expect) {
    let spec = DatasetSpec::from_toml(toml);
    let errors = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    expected.assert_eq(&format!("{}\n", errors.unwrap_err()));
}

#[test]
fn references_to_nowhere() {
    refused(
        &spec(
            "",
            r#"
            { name = "a", kind = "reference", to = "custmers.id" },
            { name = "b", kind = "reference", to = "customers.ix" },
            { name = "c", kind = "reference", to = "customers" },
            { name = "d", kind = "reference", to = "countless.id" },
            { name = "e", kind = "reference", to = "t.e" },
        "#,
        ),
        &expect![[r#"
            5 things are wrong with the spec:
              line 11: option `rows` of table `countless` is not given; allowed is 1 to 9223372036854775807, because column `t.d` refers to its rows
              line 15: option `rows` of table `t` is not given; allowed is 1 to 9223372036854775807, because column `t.e` refers to its rows
              line 19: option `to` of column `t.a` is `custmers.id`; allowed is a column of a table, as `table.column`; did you mean `customers.id`? known: `customers.id`, `customers.name`, `countless.id`, `t.a`, `t.b`, `t.c`, `t.d`, `t.e`
              line 20: option `to` of column `t.b` is `customers.ix`; allowed is a column of a table, as `table.column`; did you mean `customers.id`? known: `customers.id`, `customers.name`
              line 21: option `to` of column `t.c` is `customers`; allowed is a column of a table, as `table.column`; did you mean `customers.id`? known: `customers.id`, `customers.name`, `countless.id`, `t.a`, `t.b`, `t.c`, `t.d`, `t.e`
        "#]],
    );
}

#[test]
fn options_of_references() {
    refused(
        &spec(
            "rows = 101",
            r#"
            { name = "a", kind = "reference", to = "customers.id", missing = 1.5 },
            { name = "b", kind = "reference", to = "customers.name", missing = 0.5 },
            { name = "c", kind = "reference", to = "customers.id", distribution = { zipf = { exponent = -1.0 } } },
            { name = "d", kind = "reference", to = "customers.id", distribution = { zipf = { exponent = 1.0 } }, unique = true },
            { name = "e", kind = "reference", to = "customers.id", unique = true },
            { name = "f", kind = "reference", to = "customers.id", missing = nan, distribution = { zipf = { exponent = nan } } },
        "#,
        ),
        &expect![[r#"
            8 things are wrong with the spec:
              line 19: option `missing` of column `t.a` is 1.5; allowed is a share, 0 to 1
              line 20: option `missing` of column `t.b` is 0.5; allowed is 0: `customers.name` is no sequence or uuid, and of another kind no value is known to be without a row
              line 21: option `distribution.exponent` of column `t.c` is -1; allowed is 0 to 10
              line 22: option `distribution` of column `t.d` is zipf; allowed is uniform, because `unique` takes each parent at most once
              line 22: option `unique` of column `t.d` is true; allowed is false: there are 101 values, and 100 parents to refer to
              line 23: option `unique` of column `t.e` is true; allowed is false: there are 101 values, and 100 parents to refer to
              line 24: option `distribution.exponent` of column `t.f` is NaN; allowed is 0 to 10
              line 24: option `missing` of column `t.f` is NaN; allowed is a share, 0 to 1
        "#]],
    );
    let far = spec(
        "",
        r#"{ name = "a", kind = "reference", to = "customers.id", missing = 0.1 }"#,
    );
    refused(
        &far.replace(
            "\"sequence\" }",
            "\"sequence\", start = 9_223_372_036_854_775_700 }",
        ),
        &expect![[r#"
            line 18: option `missing` of column `t.a` is 0.1; allowed is 0: `customers.id` has 100 rows, and no room for as many values behind them
        "#]],
    );
    refused(
        &spec(
            "",
            r#"{ name = "a", kind = "reference", to = "customers.id" }"#,
        )
        .replace("rows = 100", "rows = 0"),
        &expect![[r#"
            line 4: option `rows` of table `customers` is 0; allowed is 1 to 9223372036854775807, because column `t.a` refers to its rows
        "#]],
    );
}

#[test]
fn pulls_and_parents_without_a_parent() {
    refused(
        &spec(
            "",
            r#"
            { name = "customer_id", kind = "reference", to = "customers.id" },
            { name = "a", kind = "pull", of = "custmer_id", column = "name" },
            { name = "b", kind = "pull", of = "a", column = "name" },
            { name = "c", kind = "pull", of = "customer_id", column = "nane" },
            { name = "d", kind = "parent", column = "id" },
            { name = "e", kind = "line_number" },
        "#,
        ),
        &expect![[r#"
            5 things are wrong with the spec:
              line 20: option `of` of column `t.a` names `custmer_id`, which is no column of kind `reference` in this table; did you mean `customer_id`? known: `customer_id`
              line 21: option `of` of column `t.b` names `a`, which is no column of kind `reference` in this table; known: `customer_id`
              line 22: option `column` of column `t.c` is `nane`; allowed is a column of table `customers`; did you mean `name`? known: `id`, `name`
              line 23: option `kind` of column `t.d` is `parent`; allowed is a kind that stands for itself: table `t` has no `children`, which would say whose children its rows are
              line 24: option `kind` of column `t.e` is `line_number`; allowed is a kind that stands for itself: table `t` has no `children`, which would say whose children its rows are
        "#]],
    );
    refused(
        &spec(
            r#"children = { of = "customers", max = 3 }"#,
            r#"
            { name = "a", kind = "parent", column = "nam" },
            { name = "b", kind = "line_number", start = 2147483647 },
            { name = "c", kind = "list", max = 3, item = { kind = "parent", column = "name" } },
        "#,
        ),
        &expect![[r#"
            3 things are wrong with the spec:
              line 19: option `column` of column `t.a` is `nam`; allowed is a column of table `customers`; did you mean `name`? known: `id`, `name`
              line 20: option `start` of column `t.b` is 2147483647; allowed is -2147483648 to 1147483647
              line 21: option `kind` of column `t.c.item` is `parent`; allowed is a kind that needs no row of the table, because elements of lists are none
        "#]],
    );
}

#[test]
fn circles() {
    refused(
        &spec(
            "rows = 9",
            r#"
            { name = "id", kind = "sequence" },
            { name = "boss", kind = "reference", to = "t.id" },
            { name = "top", kind = "pull", of = "boss", column = "top" },
            { name = "a", kind = "reference", to = "t.b" },
            { name = "b", kind = "pull", of = "boss", column = "a" },
        "#,
        ),
        &expect![[r#"
            2 things are wrong with the spec:
              line 21: column `t.top` needs itself: `t.top` needs `t.top`; take one of these steps out
              line 22: column `t.a` needs itself: `t.a` needs `t.b` needs `t.a`; take one of these steps out
        "#]],
    );
    let turned = r#"
[[tables]]
name = "t"
children = { of = "u", max = 3 }
columns = [{ name = "a", kind = "uuid" }]

[[tables]]
name = "u"
children = { of = "v", max = 3 }
columns = [{ name = "a", kind = "uuid" }]

[[tables]]
name = "v"
children = { of = "t", max = 3 }
columns = [{ name = "a", kind = "uuid" }]
"#;
    refused(
        turned,
        &expect![[r#"
            line 4: option `children.of` of table `t` is `u`; allowed is a table whose rows are not counted by this one's (`t` of `u` of `v` of `t`)
        "#]],
    );
}

#[test]
fn children() {
    let column = r#"{ name = "a", kind = "uuid" }"#;
    for (options, expected) in [
        (
            r#"children = { of = "custmers", max = 3 }"#,
            expect![[r#"
                line 16: option `children.of` of table `t` is `custmers`; allowed is the name of a table; did you mean `customers`? known: `customers`, `countless`, `t`
            "#]],
        ),
        (
            r#"children = { of = "countless", max = 3 }"#,
            expect![[r#"
                line 11: option `rows` of table `countless` is not given; allowed is 0 to 9223372036854775807, because table `t` is counted by its rows
            "#]],
        ),
        (
            r#"children = { of = "t", max = 3 }"#,
            expect![[r#"
                line 16: option `children.of` of table `t` is `t`; allowed is a table whose rows are not counted by this one's (`t` of `t`)
            "#]],
        ),
        (
            r#"children = { of = "customers", min = 3, max = 2 }"#,
            expect![[r#"
                line 16: option `children.max` of table `t` is 2; allowed is min (3) to 1000000000
            "#]],
        ),
        (
            r#"children = { of = "customers", min = 0, max = 0 }"#,
            expect![[r#"
                line 16: option `children.max` of table `t` is 0; allowed is 1 to 1000000000
            "#]],
        ),
        (
            r#"children = { of = "customers", max = 2_000_000_000 }"#,
            expect![[r#"
                line 16: option `children.max` of table `t` is 2000000000; allowed is 1 to 1000000000
            "#]],
        ),
        (
            r#"children = { of = "customers", max = 2, mean = 2.5 }"#,
            expect![[r#"
                line 16: option `children.mean` of table `t` is 2.5; allowed is min (1) to max (2)
            "#]],
        ),
        (
            r#"children = { of = "customers", max = 2, mean = nan }"#,
            expect![[r#"
                line 16: option `children.mean` of table `t` is NaN; allowed is min (1) to max (2)
            "#]],
        ),
        (
            "rows = 3\nchildren = { of = \"customers\", max = 2 }",
            expect![[r#"
                line 16: option `rows` of table `t` is 3; allowed is none: its rows are the children of table `customers`, whose rows decide
            "#]],
        ),
    ] {
        refused(&spec(options, column), &expected);
    }
    refused(
        &spec(
            r#"children = { of = "customers", max = 1_000_000_000 }"#,
            column,
        )
        .replace("rows = 100", "rows = 9_000_000_000_000"),
        &expect![[r#"
            line 16: option `children.max` of table `t` is 1000000000; allowed is so many that 9000000000000 parents have 9223372036854775807 in all at most
        "#]],
    );
}

#[test]
fn products() {
    refused(
        &spec(
            "",
            r#"
            { name = "text", kind = "uuid" },
            { name = "n", kind = "sequence" },
            { name = "a", kind = "product", of = [] },
            { name = "b", kind = "product", of = ["n", "text", "m"], factor = inf, decimals = 16 },
            { name = "c", kind = "product", of = ["n", "c"] },
        "#,
        ),
        &expect![[r#"
            6 things are wrong with the spec:
              line 21: option `of` of column `t.a` is a list of 0; allowed is 1 to 16 columns
              line 22: option `factor` of column `t.b` is inf; allowed is a finite number
              line 22: option `decimals` of column `t.b` is 16; allowed is 0 to 15
              line 22: option `of` of column `t.b` is `text`, which is of type Utf8; allowed is columns of numbers
              line 22: option `of` of column `t.b` names `m`, which is no column in this table; known: `text`, `n`, `a`, `b`, `c`
              line 23: column `t.c` needs itself: `t.c` needs `t.c`; take one of these steps out
        "#]],
    );
}

/// Every step asks twice, each time for other rows: made as it says, a value would take 2^40.
#[test]
fn work_that_doubles_with_every_step() {
    let mut columns = String::from(
        "{ name = \"id\", kind = \"sequence\" },\n\
         { name = \"x\", kind = \"reference\", to = \"t.id\" },\n\
         { name = \"y\", kind = \"reference\", to = \"t.id\" },\n\
         { name = \"v0\", kind = \"sequence\" },\n",
    );
    for step in 1..=40 {
        let before = step - 1;
        columns += &format!(
            "{{ name = \"a{step}\", kind = \"pull\", of = \"x\", column = \"v{before}\" }},\n\
             {{ name = \"b{step}\", kind = \"pull\", of = \"y\", column = \"v{before}\" }},\n\
             {{ name = \"v{step}\", kind = \"product\", of = [\"a{step}\", \"b{step}\"] }},\n",
        );
    }
    refused(
        &spec("rows = 9", &columns),
        &expect![[r#"
            line 54: column `t.v11` is made from 16376 other columns, over all steps; allowed is 10000 at most
        "#]],
    );
    let mut columns = String::from("{ name = \"v0\", kind = \"sequence\" },\n");
    for step in 1..=200 {
        let before = step - 1;
        let column =
            format!("{{ name = \"v{step}\", kind = \"product\", of = [\"v{before}\"] }},\n");
        columns = column + &columns;
    }
    refused(
        &spec("", &columns),
        &expect![[r#"
            line 146: column `t.v72` is made from 128 other columns, over all steps; allowed is 128 at most
        "#]],
    );
}

/// UUIDs of version 7 end where their time does, and sequences where their type does.
#[test]
fn keys_that_end_soon_have_no_room_for_missing_ones() {
    let with = |rows: u64, key: &str| {
        format!(
            r#"
            [[tables]]
            name = "p"
            rows = {rows}
            columns = [{{ name = "id", {key} }}]

            [[tables]]
            name = "t"
            rows = 100
            columns = [{{ name = "a", kind = "reference", to = "p.id", missing = 0.5 }}]
            "#
        )
    };
    let late = r#"kind = "uuid", version = 7, from = 2554-07-21T23:34:33Z, every = "100ms""#;
    refused(
        &with(5, late),
        &expect![[r#"
            line 10: option `missing` of column `t.a` is 0.5; allowed is 0: `p.id` has 5 rows, and no room for as many values behind them
        "#]],
    );
    // Eight rows lie before the end of the time.
    let spec = DatasetSpec::from_toml(&with(4, late)).unwrap();
    let rows = Generator::compile(&spec, "t", 1).unwrap().block(0..100);
    assert_eq!(rows.unwrap().num_rows(), 100);
    for (start, step) in [(2_147_483_641, 1), (-2_147_483_642, -1)] {
        let key = format!(r#"kind = "sequence", type = "int32", start = {start}, step = {step}"#);
        let rows = |rows| DatasetSpec::from_toml(&with(rows, &key)).unwrap().check();
        assert!(rows(4).is_err(), "{start}");
        assert!(rows(3).is_ok(), "{start}");
    }
}

/// Not a number is not equal to itself, and a table is still itself.
#[test]
fn a_table_with_a_number_that_is_none_is_found() {
    let mut spec = DatasetSpec::from_toml(&spec(
        "rows = 9",
        r#"
        { name = "x", kind = "float", min = 0.0, max = 1.0 },
        { name = "a", kind = "reference", to = "t.xx" },
    "#,
    ))
    .unwrap();
    spec.tables[2].columns[0].nulls = Some(f64::NAN);
    let errors = spec.check().unwrap_err().to_string();
    assert!(
        errors.contains("did you mean `t.x`? known: `t.x`, `t.a`"),
        "{errors}"
    );
}
