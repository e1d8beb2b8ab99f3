use blockgen::source::{SourceOptions, parse_type};
use expect_test::{Expect, expect};

use super::support::{number, options, source, told};

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
        expect![[""]],
    );
}

#[test]
fn numbers_keep_their_digits_or_become_what_holds_them() {
    check(
        "{\"int\":9223372036854775807,\"large\":18446744073709551615,\"mixed\":1,\"any\":1}\n\
         {\"int\":-1,\"large\":0,\"mixed\":1.5,\"any\":\"x\"}\n",
        expect![[""]],
    );
}

#[test]
fn an_array_is_read_as_its_elements() {
    let rows = || expect![[""]];
    check("[{\"a\":1,\"b\":\"],[\"},\n {\"a\":2}]\n", rows());
    check(
        "\u{feff} [ {\"a\":1,\"b\":\"],[\"}\r\n,{\"a\":2}\r\n]",
        rows(),
    );
    check("{\"a\":1,\"b\":\"],[\"}{\"a\":2}", rows());
    check("[1,2]", expect![[""]]);
    check("[{\"a\":1},{\"a\":2}", expect![[""]]);
    check("[]", expect![[""]]);
    check("", expect![[""]]);
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
        expect![[""]],
    );
}

#[test]
fn broken_text_is_told_with_its_line() {
    check("{\"a\":1}\n{\"a\":}\n", expect![[""]]);
    check("{\"a\":1}\n{\n\"a\":2\n\"b\":3}\n", expect![[""]]);
    check("{\"a\":1}\n\n{\"a\":", expect![[""]]);
    check("{\"a\":1}\n[2]\n", expect![[""]]);
    check("7\n", expect![[""]]);
    check("{\"a\":[1,{}]}\n", expect![[""]]);
    let rows = "{\"a\":1}\n".repeat(9);
    check_with(
        &one_row(),
        &format!("{rows}{{\"a\":tru}}\n{rows}"),
        expect![[""]],
    );
    check_with(&one_row(), &format!("{rows}{{\"a\":1"), expect![[""]]);
    check_with(&one_row(), &format!("{rows}8\n"), expect![[""]]);
    let elements = rows.replace('\n', ",\n");
    check_with(
        &one_row(),
        &format!("[\n{elements}{{}} {{}}]"),
        expect![[""]],
    );
}

#[test]
fn values_of_other_types_are_told_with_line_and_field() {
    let behind = |value: &str| format!("{{\"a\":1,\"b\":{{\"c\":1}}}}\n\n{{\"a\":{value}}}\n");
    check_with(&one_row(), &behind("\"x\""), expect![[""]]);
    // Arrow's reader would make it 1.
    check_with(&one_row(), &behind("1.5"), expect![[""]]);
    check_with(&one_row(), &behind("18446744073709551615"), expect![[""]]);
    check_with(&one_row(), &behind("[1]"), expect![[""]]);
    check_with(&one_row(), &behind("2,\"b\":{\"c\":0.1}"), expect![[""]]);
    // In the sample.
    check("{\"a\":{\"b\":1}}\n{\"a\":{\"b\":[1]}}\n", expect![[""]]);
}

#[test]
fn a_new_field_behind_the_sample_is_told_and_not_left_out() {
    check_with(&one_row(), "{\"a\":1}\n{\"a\":1,\"b\":2}\n", expect![[""]]);
    check_with(
        &one_row(),
        "{\"a\":{\"b\":1}}\n{\"a\":{\"c\":1}}\n",
        expect![[""]],
    );
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let bytes = b"{\"a\":\"x\"}\n{\"a\":\"\xE9\"}\n";
    expect![[""]].assert_eq(&told(source("a.json", bytes, &options())));
    expect![[""]].assert_eq(&told(source("a.json", bytes, &one_row())));
}
