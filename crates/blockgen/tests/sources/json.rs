use blockgen::source::{SourceOptions, parse_type};
use expect_test::{Expect, expect};

use super::support::{number, options, source, told};

/// What several texts hold.
const TWO_ROWS: &str = "\
a: Int64
b: Utf8
+---+-----+
| a | b   |
+---+-----+
| 1 | ],[ |
| 2 |     |
+---+-----+
";

fn check_with(options: &SourceOptions, text: &str, expected: Expect) {
    expected.assert_eq(&told(source("a.json", text.as_bytes(), options)));
}

fn check(text: &str, expected: Expect) {
    check_with(&options(), text, expected);
}

/// Only the first row tells the fields.
fn one_row() -> SourceOptions {
    SourceOptions {
        infer_rows: number(1),
        ..options()
    }
}

#[test]
fn fields_come_in_the_order_in_which_they_appear() {
    check(
        "{\"z\":1,\"b\":true,\"text\":\"x\",\"list\":[1,2.5],\"who\":{\"y\":1,\"x\":null}}\n\
         {\"b\":null,\"new\":\"\u{e9}\",\"z\":-5,\"who\":{\"w\":\"deep\"}}\n\n\
         {\"z\":9007199254740993,\"list\":[]}",
        expect![[r#"
            z: Int64
            b: Boolean
            text: Utf8
            list: List(Float64)
            who: Struct("y": Int64, "x": Utf8, "w": Utf8)
            new: Utf8
            +------------------+------+------+------------+---------------------+-----+
            | z                | b    | text | list       | who                 | new |
            +------------------+------+------+------------+---------------------+-----+
            | 1                | true | x    | [1.0, 2.5] | {y: 1, x: , w: }    |     |
            | -5               |      |      |            | {y: , x: , w: deep} | é   |
            | 9007199254740993 |      |      | []         |                     |     |
            +------------------+------+------+------------+---------------------+-----+
        "#]],
    );
}

#[test]
fn numbers_keep_their_digits_or_become_what_holds_them() {
    check(
        "{\"int\":9223372036854775807,\"large\":18446744073709551615,\"mixed\":1,\"any\":1}\n\
         {\"int\":-1,\"large\":0,\"mixed\":1.5,\"any\":\"x\"}\n",
        expect![[r#"
            int: Int64
            large: UInt64
            mixed: Float64
            any: Utf8
            +---------------------+----------------------+-------+-----+
            | int                 | large                | mixed | any |
            +---------------------+----------------------+-------+-----+
            | 9223372036854775807 | 18446744073709551615 | 1.0   | 1   |
            | -1                  | 0                    | 1.5   | x   |
            +---------------------+----------------------+-------+-----+
        "#]],
    );
}

#[test]
fn an_array_is_read_as_its_elements() {
    let same = |text: &str| {
        assert_eq!(
            told(source("a.json", text.as_bytes(), &options())),
            TWO_ROWS
        );
    };
    same("[{\"a\":1,\"b\":\"],[\"},\n {\"a\":2}]\n");
    same("\u{feff} [ {\"a\":1,\"b\":\"],[\"}\r\n,{\"a\":2}\r\n]");
    same("{\"a\":1,\"b\":\"],[\"}{\"a\":2}");
    check(
        "[1,2]",
        expect![[r#"
        `a.json`, line 1: found `1`, expected an object
    "#]],
    );
    check(
        "[{\"a\":1},{\"a\":2}",
        expect![[r#"
        `a.json`, line 1: the file ends inside its array
    "#]],
    );
    check(
        "[]",
        expect![[r#"
        `a.json` has no columns: expected an object with fields, found nothing
    "#]],
    );
    check(
        "",
        expect![[r#"
        `a.json` has no columns: expected an object with fields, found nothing
    "#]],
    );
}

#[test]
fn types_can_be_given() {
    let types = [("at", "timestamp"), ("n", "float64"), ("id", "text")];
    let types = types.map(|(name, word)| (name.to_owned(), parse_type(word).unwrap()));
    let options = SourceOptions {
        types: types.to_vec(),
        ..options()
    };
    check_with(
        &options,
        "{\"at\":\"2024-01-31T10:00:00\",\"n\":1,\"id\":7}\n",
        expect![[r#"
            at: Timestamp(µs)
            n: Float64
            id: Utf8
            +---------------------+-----+----+
            | at                  | n   | id |
            +---------------------+-----+----+
            | 2024-01-31T10:00:00 | 1.0 | 7  |
            +---------------------+-----+----+
        "#]],
    );
}

#[test]
fn broken_text_is_told_with_its_line() {
    check(
        "{\"a\":1}\n{\"a\":}\n",
        expect![[r#"
            `a.json`, line 2: no JSON: expected value
        "#]],
    );
    check(
        "{\"a\":1}\n{\n\"a\":2\n\"b\":3}\n",
        expect![[r#"
            `a.json`, line 4: no JSON: expected `,` or `}`
        "#]],
    );
    check(
        "{\"a\":1}\n\n{\"a\":",
        expect![[r#"
        `a.json`, line 3: the file ends within the object that begins here
    "#]],
    );
    check(
        "{\"a\":1}\n[2]\n",
        expect![[r#"
        `a.json`, line 2: found a list, expected an object
    "#]],
    );
    check(
        "7\n",
        expect![[r#"
        `a.json`, line 1: found a number, expected an object
    "#]],
    );
    check(
        "{\"a\":[1,{}]}\n",
        expect![[r#"
            `a.json`, line 1: found an object in a list that begins with a number
        "#]],
    );
    let rows = "{\"a\":1}\n".repeat(9);
    check_with(
        &one_row(),
        &format!("{rows}{{\"a\":tru}}\n{rows}"),
        expect![[r#"
            `a.json`, line 10: no JSON: expected ident
        "#]],
    );
    check_with(
        &one_row(),
        &format!("{rows}{{\"a\":1"),
        expect![[r#"
        `a.json`, line 10: the file ends within the object that begins here
    "#]],
    );
    check_with(
        &one_row(),
        &format!("{rows}8\n"),
        expect![[r#"
        `a.json`, line 10: found `8`, expected an object
    "#]],
    );
    let elements = rows.replace('\n', ",\n");
    check_with(
        &one_row(),
        &format!("[\n{elements}{{}} {{}}]"),
        expect![[r#"
            `a.json`, line 11: found `{`, expected a comma or the end of the array
        "#]],
    );
}

#[test]
fn values_of_other_types_are_told_with_line_and_field() {
    let behind = |value: &str| format!("{{\"a\":1,\"b\":{{\"c\":1}}}}\n\n{{\"a\":{value}}}\n");
    check_with(
        &one_row(),
        &behind("\"x\""),
        expect![[r#"
            `a.json`, line 3, column `a`: found `"x"`, expected int64, as the first 1 row suggests: it is a text and no number
        "#]],
    );
    // Arrow's reader would make it 1.
    check_with(
        &one_row(),
        &behind("1.5"),
        expect![[r#"
            `a.json`, line 3, column `a`: found `1.5`, expected int64, as the first 1 row suggests
        "#]],
    );
    check_with(
        &one_row(),
        &behind("18446744073709551615"),
        expect![[r#"
            `a.json`, line 3, column `a`: found `18446744073709551615`, expected int64, as the first 1 row suggests
        "#]],
    );
    check_with(
        &one_row(),
        &behind("[1]"),
        expect![[r#"
            `a.json`, line 3, column `a`: found `[1]`, expected int64, as the first 1 row suggests
        "#]],
    );
    check_with(
        &one_row(),
        &behind("2,\"b\":{\"c\":0.1}"),
        expect![[r#"
            `a.json`, line 3, column `b`: found `{"c":0.1}`, expected Struct("c": Int64), as the first 1 row suggests
        "#]],
    );
    // In the sample.
    check(
        "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":[1]}}\n",
        expect![[r#"
        `a.json`, line 2, column `a.b`: found a list, expected a number as in rows before
    "#]],
    );
}

#[test]
fn a_new_field_behind_the_sample_is_told_and_not_left_out() {
    check_with(
        &one_row(),
        "{\"a\":1}\n{\"a\":1,\"b\":2}\n",
        expect![[r#"
            `a.json`, line 2, column `b`: a new field, which is not in the first 1 row
        "#]],
    );
    check_with(
        &one_row(),
        "{\"a\":{\"b\":1}}\n{\"a\":{\"c\":1}}\n",
        expect![[r#"
            `a.json`, line 2, column `a.c`: a new field, which is not in the first 1 row
        "#]],
    );
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let bytes = b"{\"a\":\"x\"}\n{\"a\":\"\xE9\"}\n";
    expect![[r#"
        `a.json`, line 2: no JSON: invalid unicode code point
    "#]]
    .assert_eq(&told(source("a.json", bytes, &options())));
    expect![[r#"
        `a.json`, line 2: no JSON: invalid unicode code point
    "#]]
    .assert_eq(&told(source("a.json", bytes, &one_row())));
}
