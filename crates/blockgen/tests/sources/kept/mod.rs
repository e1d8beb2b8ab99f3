//! No value is changed in silence: what a text becomes says the same, or the text is refused.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use blockgen::source::{SourceOptions, parse_type};
use expect_test::{Expect, expect};

mod numbers;
mod times;

use super::support::{number, options, read, said, source};

/// How the column `a` comes to its type.
enum Type<'a> {
    /// By all rows, those of the table below included.
    Sample,
    /// By a first row alone.
    Inferred(&'a str),
    Given(&'a str),
}
use Type::{Given, Inferred, Sample};

/// What the last row becomes, with its type; or what is said.
fn becomes(format: &str, a: &Type<'_>, text: &str) -> String {
    let row = |value: &str| match format {
        "csv" => format!("{value}\n"),
        _ => format!("{{\"a\":{value}}}\n"),
    };
    let (first, infer_rows) = match a {
        Inferred(first) => (row(first), 1),
        _ => (String::new(), 100),
    };
    let types = match a {
        Given(word) => vec![("a".to_owned(), parse_type(word).unwrap())],
        _ => Vec::new(),
    };
    let options = SourceOptions {
        infer_rows: number(infer_rows),
        types,
        ..options()
    };
    let header = if format == "csv" { "a\n" } else { "" };
    let rows: String = text.split(" | ").map(row).collect();
    let bytes = format!("{header}{first}{rows}");
    let rows = source(&format!("x.{format}"), bytes.as_bytes(), &options).and_then(read);
    match rows {
        Ok(rows) => {
            let shown = ArrayFormatter::try_new(rows.column(0), &FormatOptions::default());
            let last = shown.unwrap().value(rows.num_rows() - 1).to_string();
            format!("{last} ({})", rows.schema().field(0).data_type())
        }
        Err(error) => said(&error).trim_end().to_owned(),
    }
}

fn check(cases: &[(&str, Type<'_>, &str)], expected: Expect) {
    let mut told = String::new();
    for (format, a, text) in cases {
        let by = match a {
            Sample => "sample".to_owned(),
            Inferred(first) => format!("like {first}"),
            Given(word) => (*word).to_owned(),
        };
        let becomes = becomes(format, a, text);
        told += &format!("{format}, {by}: {text}\n    {becomes}\n");
    }
    expected.assert_eq(&told);
}

#[test]
fn fields_of_objects_are_there_once() {
    check(
        &[
            ("json", Sample, "1,\"a\":2"),
            ("json", Inferred("1"), "1,\"a\":2"),
            ("json", Inferred("1"), "1,\"\\u0061\":2"),
            ("json", Inferred("{\"b\":1}"), "{\"b\":1,\"b\":1}"),
            ("json", Inferred("[{\"b\":1}]"), "[{\"b\":1},{\"b\":\"2\"}]"),
            (
                "json",
                Inferred("{\"b\":[1.5]}"),
                "{\"b\":[1,9007199254740993]}",
            ),
            ("json", Sample, "{\"b\":[1.5]} | {\"b\":[9007199254740993]}"),
        ],
        expect![[r#"
            json, sample: 1,"a":2
                `x.json`, line 1: found the field `a` twice
            json, like 1: 1,"a":2
                `x.json`, line 2, column `a`: the field is there twice
            json, like 1: 1,"\u0061":2
                `x.json`, line 2, column `a`: the field is there twice
            json, like {"b":1}: {"b":1,"b":1}
                `x.json`, line 2, column `a.b`: the field is there twice
            json, like [{"b":1}]: [{"b":1},{"b":"2"}]
                `x.json`, line 2, column `a.b`: found `"2"`, expected int64, as the first 1 row suggests: it is a text and no number
            json, like {"b":[1.5]}: {"b":[1,9007199254740993]}
                `x.json`, line 2, column `a.b`: found `9007199254740993`, expected float64, as the first 1 row suggests: it has more digits than that holds
            json, sample: {"b":[1.5]} | {"b":[9007199254740993]}
                {b: [9007199254740993]} (Struct("b": List(Utf8)))
        "#]],
    );
}
