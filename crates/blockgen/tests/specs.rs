//! Specs that are refused, and what is said about it; ranges that are refused, likewise.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::error::Error;
use std::num::NonZeroU64;

use blockgen::{DatasetSpec, GenerateError, Generator, MAX_BLOCK_ROWS, MAX_ROWS};
use expect_test::{Expect, expect};

use support::{generator, spec};

/// The error and what lies beneath it, one a line.
fn chain(error: &dyn Error) -> String {
    let mut text = format!("{error}\n");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("{}\n", cause.to_string().trim_end()));
        source = cause.source();
    }
    text
}

fn refused(toml: &str, expected: &Expect) {
    let spec = DatasetSpec::from_toml(toml);
    let error = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    expected.assert_eq(&chain(&error.unwrap_err()));
}

#[test]
fn names_that_are_missing_or_stand_twice() {
    let twice = r#"name = "a"; kind = "uuid""#;
    refused(
        &spec(&[twice, twice]),
        &expect![[r#"
            line 9: table `t` names column `a` twice; each column needs a name of its own
        "#]],
    );
    refused(
        &(spec(&[twice]) + &spec(&[twice])),
        &expect![[r#"
            line 8: the spec names table `t` twice; each table needs a name of its own
        "#]],
    );
    refused(
        &spec(&[r#"name = ""; kind = "uuid""#]),
        &expect![[r#"
            line 5: column 1 of table `t` has an empty name; names are what values are derived from, so give it one
        "#]],
    );
    refused(
        "[[tables]]\nname = \"t\"\ncolumns = []",
        &expect![[r#"
            line 2: table `t` has no columns; give it at least one `[[tables.columns]]`
        "#]],
    );
    refused(
        "[[tables]]\nname = \"tt\"\n[[tables.columns]]\nname = \"a\"\nkind = \"uuid\"",
        &expect![[r#"
            the spec has no table `t`; did you mean `tt`? known: `tt`
        "#]],
    );
    let builtin = DatasetSpec::builtin("poeple").unwrap_err().to_string();
    let start = "there is no built-in data set `poeple`; did you mean `people`? known: ";
    assert!(builtin.starts_with(start), "{builtin}");
}

#[test]
fn references_to_other_columns() {
    let name = r#"name = "name"; kind = "person_name""#;
    refused(
        &spec(&[name, r#"name = "e"; kind = "email"; of = "nane""#]),
        &expect![[r#"
            line 11: option `of` of column `t.e` names `nane`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; did you mean `name`? known: `name`
        "#]],
    );
    // Another letter altogether is no slip.
    refused(
        &spec(&[
            r#"name = "n"; kind = "person_name""#,
            r#"name = "e"; kind = "email"; of = "x""#,
        ]),
        &expect![[r#"
            line 11: option `of` of column `t.e` names `x`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; known: `n`
        "#]],
    );
    // There, but not a name.
    refused(
        &spec(&[
            r#"name = "c"; kind = "city""#,
            r#"name = "e"; kind = "email"; of = "c""#,
        ]),
        &expect![[r#"
            line 11: option `of` of column `t.e` names `c`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
        "#]],
    );
}

#[test]
fn options_outside_of_what_is_allowed() {
    for (column, expected) in [
        (
            r#"kind = "bool"; probability = 1.5"#,
            expect![[r#"
                line 7: option `probability` of column `t.a` is 1.5; allowed is 0 to 1
            "#]],
        ),
        (
            r#"kind = "bool"; probability = nan"#,
            expect![[r#"
                line 7: option `probability` of column `t.a` is NaN; allowed is 0 to 1
            "#]],
        ),
        (
            r#"kind = "integer"; min = 3; max = 2"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 2; allowed is min (3) or more
            "#]],
        ),
        (
            r#"kind = "integer"; type = "int32"; min = 0; max = 3_000_000_000"#,
            expect![[r#"
                line 9: option `max` of column `t.a` is 3000000000; allowed is -2147483648 to 2147483647, which is what the type holds
            "#]],
        ),
        (
            r#"kind = "float"; min = 2.5; max = 2.0"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 2; allowed is min (2.5) or more
            "#]],
        ),
        (
            r#"kind = "float"; min = 0.0; max = inf"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is inf; allowed is a finite number
            "#]],
        ),
        (
            r#"kind = "float"; min = 0.0; max = 1.0; decimals = 16"#,
            expect![[r#"
                line 9: option `decimals` of column `t.a` is 16; allowed is 0 to 15
            "#]],
        ),
        (
            r#"kind = "float"; min = 0.0; max = 1e15; decimals = 2"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 1000000000000000; allowed is at most 90071992547409.92 to either side of zero: beyond, floats are too far apart for decimals (2)
            "#]],
        ),
        (
            r#"kind = "float"; min = 0.12; max = 0.18; decimals = 1"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 0.18; allowed is 0.2 or more, the lowest value that min (0.12) and decimals (1) leave
            "#]],
        ),
        (
            r#"kind = "lorem"; words = 0"#,
            expect![[r#"
                line 7: option `words` of column `t.a` is 0; allowed is 1 to 1000
            "#]],
        ),
        (
            r#"kind = "timestamp"; from = "2024-01-01"; to = "2024-01-01""#,
            expect![[r#"
                line 8: option `to` of column `t.a` is 2024-01-01T00:00:00Z; allowed is later than from (2024-01-01T00:00:00Z)
            "#]],
        ),
        (
            r#"kind = "timestamp"; from = 2024-01-01; to = "9999-12-31T23:59:59-01:00""#,
            expect![[r#"
                line 8: option `to` of column `t.a` is 253402304399000000 µs since 1970; allowed is 0000-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z
            "#]],
        ),
        (
            r#"kind = "timestamp"; from = "yesterday"; to = "2024-01-01""#,
            expect![[r#"
                line 7: option `from` of column `t.a` cannot be read: `yesterday` is not a date-time such as 2020-01-01T00:00:00Z
            "#]],
        ),
    ] {
        refused(&spec(&[&format!("name = \"a\"; {column}")]), &expected);
    }
}

#[test]
fn ranges_that_no_block_can_have() {
    let rows = generator(&[r#"name = "u"; kind = "uuid""#]);
    let reversed = std::ops::Range { start: 5, end: 3 };
    for (range, expected) in [
        (
            reversed.clone(),
            expect![[r#"
            cannot make rows 5..3 of table `t`: the range ends before it starts; ranges are half-open, the first row is 0
        "#]],
        ),
        (
            MAX_ROWS - 5..MAX_ROWS + 1,
            expect![[r#"
            cannot make rows up to 9223372036854775808 of table `t`: a table ends at row 9223372036854775807; ask for lower rows
        "#]],
        ),
        (
            0..MAX_BLOCK_ROWS + 1,
            expect![[r#"
            cannot make 16777217 rows of table `t` in one block: the most is 16777216; ask for several smaller blocks
        "#]],
        ),
    ] {
        expected.assert_eq(&chain(&rows.block(range).unwrap_err()));
    }
    assert_eq!(rows.block(7..7).unwrap().num_rows(), 0);
    assert_eq!(rows.block(MAX_ROWS - 1..MAX_ROWS).unwrap().num_rows(), 1);

    // A reader and tasks report it too, once, where making nothing would hide it.
    let size = NonZeroU64::new(10).unwrap();
    let mut reader = rows.blocks(reversed.clone(), size);
    let error = reader.next().unwrap().unwrap_err();
    assert!(
        error.to_string().contains("ends before it starts"),
        "{error}"
    );
    assert!(reader.next().is_none());
    let tasks: Vec<_> = rows.tasks(reversed, size).collect();
    assert_eq!(tasks.len(), 1);
    assert!(matches!(
        tasks[0].clone().run(),
        Err(GenerateError::ReversedRange {
            start: 5,
            end: 3,
            ..
        })
    ));
}

#[test]
fn values_that_do_not_fit() {
    // Refused before the first byte is made: 16 million sentences of at least 2,000 bytes.
    let long = generator(&[r#"name = "l"; kind = "lorem"; words = 1000"#]);
    expect![[r#"
        cannot make 16777216 rows of column `t.l` in one block: its texts exceed the 2147483647 bytes of an Arrow string array; ask for smaller blocks
    "#]].assert_eq(&chain(&long.block(0..MAX_BLOCK_ROWS).unwrap_err()));

    let late = generator(&[r#"name = "s"; kind = "sequence"; start = 9223372036854775800"#]);
    assert_eq!(late.block(0..8).unwrap().num_rows(), 8);
    // A block without rows overflows nothing.
    assert_eq!(late.block(9..9).unwrap().num_rows(), 0);
    expect![[r#"
        cannot make row 8 of column `t.s`: a sequence that starts at 9223372036854775800 leaves the range of int64 there; start it lower or ask for lower rows
    "#]].assert_eq(&chain(&late.block(0..9).unwrap_err()));
}
