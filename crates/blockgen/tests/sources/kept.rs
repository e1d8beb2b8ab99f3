//! No value is changed in silence: what a text becomes says the same, or the text is refused.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use blockgen::source::{SourceOptions, parse_type};
use expect_test::{Expect, expect};
use proptest::prelude::*;

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
fn integers() {
    check(
        &[
            ("csv", Inferred("1"), "-7"),
            ("csv", Inferred("1"), "0"),
            ("csv", Inferred("1"), "-0"),
            ("csv", Inferred("1"), "007"),
            ("csv", Inferred("1"), "-01"),
            ("csv", Inferred("1"), "+7"),
            ("csv", Inferred("1"), "\" 7\""),
            ("csv", Inferred("1"), "9223372036854775807"),
            ("csv", Inferred("1"), "9223372036854775808"),
            ("csv", Inferred("1"), "1.0"),
            ("csv", Given("int64"), "007"),
            ("csv", Given("int64"), "+7"),
            ("csv", Given("int64"), "\" 7\""),
            ("csv", Given("int8"), "128"),
            ("csv", Sample, "1 | 9223372036854775808"),
            ("json", Inferred("1"), "-7"),
            ("json", Inferred("1"), "\"7\""),
            ("json", Inferred("1"), "\" 8\""),
            ("json", Inferred("1"), "1.0"),
            ("json", Inferred("1"), "9223372036854775808"),
            ("json", Given("int64"), "\"7\""),
            ("json", Given("int64"), "\"007\""),
            ("json", Given("int8"), "128"),
            ("json", Given("int64"), "-9223372036854775809"),
            ("json", Sample, "123456789012345678901234567890"),
            ("json", Sample, "-9223372036854775809"),
        ],
        expect![[r#"
            csv, like 1: -7
                -7 (Int64)
            csv, like 1: 0
                0 (Int64)
            csv, like 1: -0
                0 (Int64)
            csv, like 1: 007
                `x.csv`, line 3, column `a`: found `007`, expected int64, as the first 1 row suggests: its leading zero would be lost
            csv, like 1: -01
                `x.csv`, line 3, column `a`: found `-01`, expected int64, as the first 1 row suggests: its leading zero would be lost
            csv, like 1: +7
                `x.csv`, line 3, column `a`: found `+7`, expected int64, as the first 1 row suggests: its `+` would be lost
            csv, like 1: " 7"
                `x.csv`, line 3, column `a`: found ` 7`, expected int64, as the first 1 row suggests: the space around it would be lost
            csv, like 1: 9223372036854775807
                9223372036854775807 (Int64)
            csv, like 1: 9223372036854775808
                `x.csv`, line 3, column `a`: found `9223372036854775808`, expected int64, as the first 1 row suggests
            csv, like 1: 1.0
                `x.csv`, line 3, column `a`: found `1.0`, expected int64, as the first 1 row suggests
            csv, int64: 007
                7 (Int64)
            csv, int64: +7
                7 (Int64)
            csv, int64: " 7"
                7 (Int64)
            csv, int8: 128
                `x.csv`, line 2, column `a`: found `128`, expected int8
            csv, sample: 1 | 9223372036854775808
                9223372036854775808 (Utf8)
            json, like 1: -7
                -7 (Int64)
            json, like 1: "7"
                `x.json`, line 2, column `a`: found `"7"`, expected int64, as the first 1 row suggests: it is a text and no number
            json, like 1: " 8"
                `x.json`, line 2, column `a`: found `" 8"`, expected int64, as the first 1 row suggests: it is a text and no number
            json, like 1: 1.0
                `x.json`, line 2, column `a`: found `1.0`, expected int64, as the first 1 row suggests
            json, like 1: 9223372036854775808
                `x.json`, line 2, column `a`: found `9223372036854775808`, expected int64, as the first 1 row suggests
            json, int64: "7"
                7 (Int64)
            json, int64: "007"
                7 (Int64)
            json, int8: 128
                `x.json`, line 1, column `a`: found `128`, expected int8
            json, int64: -9223372036854775809
                `x.json`, line 1, column `a`: found `-9223372036854775809`, expected int64
            json, sample: 123456789012345678901234567890
                123456789012345678901234567890 (Utf8)
            json, sample: -9223372036854775809
                -9223372036854775809 (Utf8)
        "#]],
    );
}

#[test]
fn floats() {
    check(
        &[
            ("csv", Inferred("0.5"), "7"),
            ("csv", Inferred("0.5"), "1.50"),
            ("csv", Inferred("0.5"), ".5"),
            ("csv", Inferred("0.5"), "1.5e-07"),
            ("csv", Inferred("0.5"), "1e+16"),
            ("csv", Inferred("0.5"), "12e4"),
            ("csv", Inferred("0.5"), "007.5"),
            ("csv", Inferred("0.5"), "1e+999"),
            ("csv", Inferred("0.5"), "-1e-999"),
            ("csv", Inferred("0.5"), "NaN"),
            ("csv", Inferred("0.5"), "0.1"),
            ("csv", Inferred("0.5"), "0.30000000000000004"),
            (
                "csv",
                Inferred("0.5"),
                "0.1000000000000000055511151231257827",
            ),
            ("csv", Inferred("0.5"), "3.141592653589793238"),
            ("csv", Inferred("0.5"), "9007199254740993"),
            ("csv", Inferred("0.5"), "5.684341886080801e-14"),
            ("csv", Inferred("0.5"), "5e-324"),
            ("csv", Inferred("0.5"), "1.2345e-320"),
            ("csv", Given("float64"), "12e4"),
            ("csv", Given("float64"), "1e999"),
            ("csv", Given("float32"), "0.1"),
            ("csv", Given("float32"), "0.123456789"),
            ("csv", Given("float32"), "1e39"),
            ("csv", Given("float32"), "16777217"),
            ("csv", Sample, "1.5 | 9007199254740993"),
            ("csv", Sample, "1.5 | 12e4"),
            ("csv", Sample, "1.5 | 1e+999"),
            ("csv", Sample, "1.5 | 007"),
            ("json", Inferred("0.5"), "7"),
            ("json", Inferred("0.5"), "12e4"),
            ("json", Inferred("0.5"), "1e999"),
            ("json", Inferred("0.5"), "9007199254740993"),
            ("json", Inferred("0.5"), "\"0.5\""),
            ("json", Given("float64"), "\"0.5\""),
            ("json", Given("float64"), "1e999"),
            ("json", Given("float32"), "0.123456789"),
            ("json", Sample, "1.5 | 9007199254740993"),
            ("json", Sample, "1.5 | 3.141592653589793238"),
            ("json", Sample, "1.5 | 1e999"),
        ],
        expect![[r#"
            csv, like 0.5: 7
                7.0 (Float64)
            csv, like 0.5: 1.50
                1.5 (Float64)
            csv, like 0.5: .5
                0.5 (Float64)
            csv, like 0.5: 1.5e-07
                1.5e-7 (Float64)
            csv, like 0.5: 1e+16
                1e16 (Float64)
            csv, like 0.5: 12e4
                `x.csv`, line 3, column `a`: found `12e4`, expected float64, as the first 1 row suggests: it may be a code, which a number would change
            csv, like 0.5: 007.5
                `x.csv`, line 3, column `a`: found `007.5`, expected float64, as the first 1 row suggests: its leading zero would be lost
            csv, like 0.5: 1e+999
                `x.csv`, line 3, column `a`: found `1e+999`, expected float64, as the first 1 row suggests: it is larger than that holds
            csv, like 0.5: -1e-999
                `x.csv`, line 3, column `a`: found `-1e-999`, expected float64, as the first 1 row suggests: it is nearer to zero than that holds
            csv, like 0.5: NaN
                NaN (Float64)
            csv, like 0.5: 0.1
                0.1 (Float64)
            csv, like 0.5: 0.30000000000000004
                0.30000000000000004 (Float64)
            csv, like 0.5: 0.1000000000000000055511151231257827
                0.1 (Float64)
            csv, like 0.5: 3.141592653589793238
                `x.csv`, line 3, column `a`: found `3.141592653589793238`, expected float64, as the first 1 row suggests: it has more digits than that holds
            csv, like 0.5: 9007199254740993
                `x.csv`, line 3, column `a`: found `9007199254740993`, expected float64, as the first 1 row suggests: it has more digits than that holds
            csv, like 0.5: 5.684341886080801e-14
                5.684341886080801e-14 (Float64)
            csv, like 0.5: 5e-324
                5e-324 (Float64)
            csv, like 0.5: 1.2345e-320
                `x.csv`, line 3, column `a`: found `1.2345e-320`, expected float64, as the first 1 row suggests: it has more digits than that holds
            csv, float64: 12e4
                120000.0 (Float64)
            csv, float64: 1e999
                `x.csv`, line 2, column `a`: found `1e999`, expected float64: it is larger than that holds
            csv, float32: 0.1
                0.1 (Float32)
            csv, float32: 0.123456789
                `x.csv`, line 2, column `a`: found `0.123456789`, expected float32: it has more digits than that holds
            csv, float32: 1e39
                `x.csv`, line 2, column `a`: found `1e39`, expected float32: it is larger than that holds
            csv, float32: 16777217
                `x.csv`, line 2, column `a`: found `16777217`, expected float32: it has more digits than that holds
            csv, sample: 1.5 | 9007199254740993
                9007199254740993 (Utf8)
            csv, sample: 1.5 | 12e4
                12e4 (Utf8)
            csv, sample: 1.5 | 1e+999
                1e+999 (Utf8)
            csv, sample: 1.5 | 007
                007 (Utf8)
            json, like 0.5: 7
                7.0 (Float64)
            json, like 0.5: 12e4
                120000.0 (Float64)
            json, like 0.5: 1e999
                `x.json`, line 2, column `a`: found `1e999`, expected float64, as the first 1 row suggests: it is larger than that holds
            json, like 0.5: 9007199254740993
                `x.json`, line 2, column `a`: found `9007199254740993`, expected float64, as the first 1 row suggests: it has more digits than that holds
            json, like 0.5: "0.5"
                `x.json`, line 2, column `a`: found `"0.5"`, expected float64, as the first 1 row suggests: it is a text and no number
            json, float64: "0.5"
                0.5 (Float64)
            json, float64: 1e999
                `x.json`, line 1: found a number larger than float64 holds
            json, float32: 0.123456789
                `x.json`, line 1, column `a`: found `0.123456789`, expected float32: it has more digits than that holds
            json, sample: 1.5 | 9007199254740993
                9007199254740993 (Utf8)
            json, sample: 1.5 | 3.141592653589793238
                3.141592653589793238 (Utf8)
            json, sample: 1.5 | 1e999
                `x.json`, line 2: found a number larger than float64 holds
        "#]],
    );
}

#[test]
fn decimals() {
    let decimals = [
        "5",
        "5.0",
        "-5.00",
        "5.05",
        "6.15",
        "1.5e2",
        "1500e-3",
        "007",
        "99999999.9",
        "100000000",
        "1e400",
        "1e-400",
        "0.0000",
        "-0",
        ".",
        "5.",
        ".5",
        "x",
    ];
    let cases: Vec<_> = decimals
        .iter()
        .map(|text| ("csv", Given("decimal(9,1)"), *text))
        .collect();
    check(
        &cases,
        expect![[r#"
        csv, decimal(9,1): 5
            5.0 (Decimal128(9, 1))
        csv, decimal(9,1): 5.0
            5.0 (Decimal128(9, 1))
        csv, decimal(9,1): -5.00
            -5.0 (Decimal128(9, 1))
        csv, decimal(9,1): 5.05
            `x.csv`, line 2, column `a`: found `5.05`, expected decimal(9,1): it has more digits behind the point than that holds
        csv, decimal(9,1): 6.15
            `x.csv`, line 2, column `a`: found `6.15`, expected decimal(9,1): it has more digits behind the point than that holds
        csv, decimal(9,1): 1.5e2
            150.0 (Decimal128(9, 1))
        csv, decimal(9,1): 1500e-3
            1.5 (Decimal128(9, 1))
        csv, decimal(9,1): 007
            7.0 (Decimal128(9, 1))
        csv, decimal(9,1): 99999999.9
            99999999.9 (Decimal128(9, 1))
        csv, decimal(9,1): 100000000
            `x.csv`, line 2, column `a`: found `100000000`, expected decimal(9,1): it is larger than that holds
        csv, decimal(9,1): 1e400
            `x.csv`, line 2, column `a`: found `1e400`, expected decimal(9,1): it is larger than that holds
        csv, decimal(9,1): 1e-400
            `x.csv`, line 2, column `a`: found `1e-400`, expected decimal(9,1): it has more digits behind the point than that holds
        csv, decimal(9,1): 0.0000
            0.0 (Decimal128(9, 1))
        csv, decimal(9,1): -0
            0.0 (Decimal128(9, 1))
        csv, decimal(9,1): .
            `x.csv`, line 2, column `a`: found `.`, expected decimal(9,1)
        csv, decimal(9,1): 5.
            5.0 (Decimal128(9, 1))
        csv, decimal(9,1): .5
            0.5 (Decimal128(9, 1))
        csv, decimal(9,1): x
            `x.csv`, line 2, column `a`: found `x`, expected decimal(9,1)
    "#]],
    );
    let decimals = [
        "5", "5.05", "6.15", "\"5.0\"", "\"5.05\"", "\"x\"", "15e-1", "true",
    ];
    let cases: Vec<_> = decimals
        .iter()
        .map(|text| ("json", Given("decimal(9,1)"), *text))
        .collect();
    check(
        &cases,
        expect![[r#"
        json, decimal(9,1): 5
            5.0 (Decimal128(9, 1))
        json, decimal(9,1): 5.05
            `x.json`, line 1, column `a`: found `5.05`, expected decimal(9,1): it has more digits behind the point than that holds
        json, decimal(9,1): 6.15
            `x.json`, line 1, column `a`: found `6.15`, expected decimal(9,1): it has more digits behind the point than that holds
        json, decimal(9,1): "5.0"
            5.0 (Decimal128(9, 1))
        json, decimal(9,1): "5.05"
            `x.json`, line 1, column `a`: found `"5.05"`, expected decimal(9,1): it has more digits behind the point than that holds
        json, decimal(9,1): "x"
            `x.json`, line 1, column `a`: found `"x"`, expected decimal(9,1)
        json, decimal(9,1): 15e-1
            1.5 (Decimal128(9, 1))
        json, decimal(9,1): true
            `x.json`, line 1, column `a`: found `true`, expected decimal(9,1)
    "#]],
    );
    let nines = "9".repeat(38);
    let more = format!("{nines}9");
    let digits = "1".repeat(300);
    check(
        &[
            ("csv", Given("decimal(38,0)"), &nines),
            ("csv", Given("decimal(38,0)"), &more),
            ("csv", Given("decimal(38,38)"), &format!("0.{nines}")),
            ("csv", Given("decimal(38,0)"), &digits),
            ("json", Given("decimal(38,0)"), &digits),
        ],
        expect![[r#"
            csv, decimal(38,0): 99999999999999999999999999999999999999
                99999999999999999999999999999999999999 (Decimal128(38, 0))
            csv, decimal(38,0): 999999999999999999999999999999999999999
                `x.csv`, line 2, column `a`: found `999999999999999999999999999999999999999`, expected decimal(38,0): it is larger than that holds
            csv, decimal(38,38): 0.99999999999999999999999999999999999999
                0.99999999999999999999999999999999999999 (Decimal128(38, 38))
            csv, decimal(38,0): 111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111
                `x.csv`, line 2, column `a`: found `1111111111111111111111111111111111111111…`, expected decimal(38,0): it is larger than that holds
            json, decimal(38,0): 111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111
                `x.json`, line 1, column `a`: found `1111111111111111111111111111111111111111…`, expected decimal(38,0): it is larger than that holds
        "#]],
    );
}

#[test]
fn dates() {
    check(
        &[
            ("csv", Inferred("2020-01-01"), "2020-01-02"),
            ("csv", Inferred("2020-01-01"), "2020-01-02T10:00:00"),
            ("csv", Inferred("2020-01-01"), "2020-01-02 00:00:00"),
            ("csv", Inferred("2020-01-01"), "2020-01-02T00:00:00Z"),
            ("csv", Given("date"), "2020-01-02T10:00:00"),
            ("csv", Given("date"), "2020-01-02T00:00:00.000"),
            ("csv", Given("date"), "2020-01-02T00:00:00.001"),
            ("csv", Given("date"), "20200102"),
            ("csv", Given("date"), "+12020-01-02"),
            ("csv", Given("date"), "18262"),
            ("csv", Sample, "2020-01-01 | 2020-02-30"),
            ("csv", Sample, "2020-01-01 | 2020-01-02T10:00:00"),
            ("json", Given("date"), "\"2020-01-02\""),
            ("json", Given("date"), "\"2020-01-02T10:00:00\""),
            ("json", Given("date"), "1577836800"),
            ("json", Given("date"), "1.5"),
        ],
        expect![[r#"
            csv, like 2020-01-01: 2020-01-02
                2020-01-02 (Date32)
            csv, like 2020-01-01: 2020-01-02T10:00:00
                `x.csv`, line 3, column `a`: found `2020-01-02T10:00:00`, expected date, as the first 1 row suggests: its time of day would be lost
            csv, like 2020-01-01: 2020-01-02 00:00:00
                2020-01-02 (Date32)
            csv, like 2020-01-01: 2020-01-02T00:00:00Z
                `x.csv`, line 3, column `a`: found `2020-01-02T00:00:00Z`, expected date, as the first 1 row suggests: its zone would be lost
            csv, date: 2020-01-02T10:00:00
                `x.csv`, line 2, column `a`: found `2020-01-02T10:00:00`, expected date: its time of day would be lost
            csv, date: 2020-01-02T00:00:00.000
                2020-01-02 (Date32)
            csv, date: 2020-01-02T00:00:00.001
                `x.csv`, line 2, column `a`: found `2020-01-02T00:00:00.001`, expected date: its time of day would be lost
            csv, date: 20200102
                2020-01-02 (Date32)
            csv, date: +12020-01-02
                +12020-01-02 (Date32)
            csv, date: 18262
                `x.csv`, line 2, column `a`: found `18262`, expected date
            csv, sample: 2020-01-01 | 2020-02-30
                2020-02-30 (Utf8)
            csv, sample: 2020-01-01 | 2020-01-02T10:00:00
                2020-01-02T10:00:00 (Timestamp(µs))
            json, date: "2020-01-02"
                2020-01-02 (Date32)
            json, date: "2020-01-02T10:00:00"
                `x.json`, line 1, column `a`: found `"2020-01-02T10:00:00"`, expected date: its time of day would be lost
            json, date: 1577836800
                `x.json`, line 1, column `a`: found `1577836800`, expected date: a number does not say which unit it counts, and since when
            json, date: 1.5
                `x.json`, line 1, column `a`: found `1.5`, expected date: a number does not say which unit it counts, and since when
        "#]],
    );
}

#[test]
fn times() {
    check(
        &[
            ("csv", Given("time"), "10:00"),
            ("csv", Given("time"), "10:00:00.123456"),
            ("csv", Given("time"), "10:00:00.123456000"),
            ("csv", Given("time"), "10:00:00.1234567"),
            ("csv", Given("time"), "1:00:00.5 PM"),
            ("csv", Given("time"), "23:59:60"),
            ("csv", Given("time"), "123456"),
            ("csv", Given("time"), "24:00"),
            ("json", Given("time"), "\"10:00:00\""),
            ("json", Given("time"), "\"123456\""),
            ("json", Given("time"), "123456"),
        ],
        expect![[r#"
            csv, time: 10:00
                10:00:00 (Time64(µs))
            csv, time: 10:00:00.123456
                10:00:00.123456 (Time64(µs))
            csv, time: 10:00:00.123456000
                10:00:00.123456 (Time64(µs))
            csv, time: 10:00:00.1234567
                `x.csv`, line 2, column `a`: found `10:00:00.1234567`, expected time: it has more digits behind the point than that holds
            csv, time: 1:00:00.5 PM
                13:00:00.500 (Time64(µs))
            csv, time: 23:59:60
                `x.csv`, line 2, column `a`: found `23:59:60`, expected time: no type has a second 60
            csv, time: 123456
                `x.csv`, line 2, column `a`: found `123456`, expected time: a number does not say which unit it counts, and since when
            csv, time: 24:00
                `x.csv`, line 2, column `a`: found `24:00`, expected time
            json, time: "10:00:00"
                10:00:00 (Time64(µs))
            json, time: "123456"
                `x.json`, line 1, column `a`: found `"123456"`, expected time: a number does not say which unit it counts, and since when
            json, time: 123456
                `x.json`, line 1, column `a`: found `123456`, expected time: a number does not say which unit it counts, and since when
        "#]],
    );
}

#[test]
fn timestamps() {
    let first = "2020-01-01T00:00:00.000001";
    check(
        &[
            ("csv", Inferred(first), "2020-01-01 10:00:00"),
            ("csv", Inferred(first), "2020-01-01"),
            ("csv", Inferred(first), "2020-01-01T10:00:00.123456000"),
            ("csv", Inferred(first), "2020-01-01T10:00:00.123456789"),
            ("csv", Inferred(first), "2020-01-01T00:00:00+02:00"),
            ("csv", Inferred(first), "2020-01-01T00:00:00Z"),
            ("csv", Inferred(first), "2016-12-31T23:59:60"),
            ("csv", Inferred(first), "20200101"),
            (
                "csv",
                Inferred("2020-01-01T00:00:00Z"),
                "2020-01-01 10:00:00+0200",
            ),
            (
                "csv",
                Inferred("2020-01-01T00:00:00Z"),
                "2020-01-01 10:00:00",
            ),
            ("csv", Inferred("2020-01-01T00:00:00Z"), "2020-01-01"),
            ("csv", Given("timestamp"), "2020-01-01T00:00:00+02:00"),
            ("csv", Given("timestamp"), "2020-01-01T00:00:00.1234567"),
            ("csv", Given("timestamp_utc"), "2020-01-01T00:00:00"),
            ("csv", Given("timestamp_utc"), "2020-01-01T00:00:00+02:00"),
            (
                "csv",
                Given("timestamp_ns"),
                "2020-01-01T00:00:00.123456789",
            ),
            (
                "csv",
                Given("timestamp_ns"),
                "2020-01-01T00:00:00.1234567891",
            ),
            ("csv", Given("timestamp_ns"), "2500-01-01T00:00:00"),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00 | 2020-01-01T00:00:00.123456789",
            ),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00Z | 2020-01-01T00:00:00+02:00",
            ),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00 | 2020-01-01T00:00:00+02:00",
            ),
            ("csv", Sample, "2020-01-01T00:00:00 Europe/Vienna"),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00.123456789 | 2500-01-01T00:00:00",
            ),
            (
                "json",
                Given("timestamp"),
                "\"2020-01-01T00:00:00.1234567\"",
            ),
            ("json", Given("timestamp"), "\"2020-01-01T00:00:00+02:00\""),
            ("json", Given("timestamp"), "\"2020-01-01T00:00:00\""),
            ("json", Given("timestamp"), "1577836800.7"),
            ("json", Given("timestamp"), "1577836800"),
            (
                "json",
                Given("timestamp_utc"),
                "\"2020-01-01T00:00:00+02:00\"",
            ),
        ],
        expect![[r#"
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01 10:00:00
                2020-01-01T10:00:00 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01
                2020-01-01T00:00:00 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T10:00:00.123456000
                2020-01-01T10:00:00.123456 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T10:00:00.123456789
                `x.csv`, line 3, column `a`: found `2020-01-01T10:00:00.123456789`, expected timestamp, as the first 1 row suggests: it has more digits behind the point than that holds
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T00:00:00+02:00
                `x.csv`, line 3, column `a`: found `2020-01-01T00:00:00+02:00`, expected timestamp, as the first 1 row suggests: its zone would be lost
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T00:00:00Z
                `x.csv`, line 3, column `a`: found `2020-01-01T00:00:00Z`, expected timestamp, as the first 1 row suggests: its zone would be lost
            csv, like 2020-01-01T00:00:00.000001: 2016-12-31T23:59:60
                `x.csv`, line 3, column `a`: found `2016-12-31T23:59:60`, expected timestamp, as the first 1 row suggests: no type has a second 60
            csv, like 2020-01-01T00:00:00.000001: 20200101
                `x.csv`, line 3, column `a`: found `20200101`, expected timestamp, as the first 1 row suggests
            csv, like 2020-01-01T00:00:00Z: 2020-01-01 10:00:00+0200
                2020-01-01T08:00:00Z (Timestamp(µs, "+00:00"))
            csv, like 2020-01-01T00:00:00Z: 2020-01-01 10:00:00
                `x.csv`, line 3, column `a`: found `2020-01-01 10:00:00`, expected timestamp_utc, as the first 1 row suggests: it has no zone, so which instant it is cannot be known
            csv, like 2020-01-01T00:00:00Z: 2020-01-01
                `x.csv`, line 3, column `a`: found `2020-01-01`, expected timestamp_utc, as the first 1 row suggests: it has no zone, so which instant it is cannot be known
            csv, timestamp: 2020-01-01T00:00:00+02:00
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00+02:00`, expected timestamp: its zone would be lost
            csv, timestamp: 2020-01-01T00:00:00.1234567
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00.1234567`, expected timestamp: it has more digits behind the point than that holds
            csv, timestamp_utc: 2020-01-01T00:00:00
                2020-01-01T00:00:00Z (Timestamp(µs, "+00:00"))
            csv, timestamp_utc: 2020-01-01T00:00:00+02:00
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
            csv, timestamp_ns: 2020-01-01T00:00:00.123456789
                2020-01-01T00:00:00.123456789 (Timestamp(ns))
            csv, timestamp_ns: 2020-01-01T00:00:00.1234567891
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00.1234567891`, expected timestamp_ns: it has more digits behind the point than that holds
            csv, timestamp_ns: 2500-01-01T00:00:00
                `x.csv`, line 2, column `a`: found `2500-01-01T00:00:00`, expected timestamp_ns
            csv, sample: 2020-01-01T00:00:00 | 2020-01-01T00:00:00.123456789
                2020-01-01T00:00:00.123456789 (Timestamp(ns))
            csv, sample: 2020-01-01T00:00:00Z | 2020-01-01T00:00:00+02:00
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
            csv, sample: 2020-01-01T00:00:00 | 2020-01-01T00:00:00+02:00
                2020-01-01T00:00:00+02:00 (Utf8)
            csv, sample: 2020-01-01T00:00:00 Europe/Vienna
                2020-01-01T00:00:00 Europe/Vienna (Utf8)
            csv, sample: 2020-01-01T00:00:00.123456789 | 2500-01-01T00:00:00
                2500-01-01T00:00:00 (Utf8)
            json, timestamp: "2020-01-01T00:00:00.1234567"
                `x.json`, line 1, column `a`: found `"2020-01-01T00:00:00.1234567"`, expected timestamp: it has more digits behind the point than that holds
            json, timestamp: "2020-01-01T00:00:00+02:00"
                `x.json`, line 1, column `a`: found `"2020-01-01T00:00:00+02:00"`, expected timestamp: its zone would be lost
            json, timestamp: "2020-01-01T00:00:00"
                2020-01-01T00:00:00 (Timestamp(µs))
            json, timestamp: 1577836800.7
                `x.json`, line 1, column `a`: found `1577836800.7`, expected timestamp: a number does not say which unit it counts, and since when
            json, timestamp: 1577836800
                `x.json`, line 1, column `a`: found `1577836800`, expected timestamp: a number does not say which unit it counts, and since when
            json, timestamp_utc: "2020-01-01T00:00:00+02:00"
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
        "#]],
    );
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

proptest! {
    /// Whatever a program writes that writes floats comes back as it was.
    #[test]
    fn floats_that_were_written_as_such_are_kept(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        let texts = [format!("{value:?}"), format!("{value:.17e}"), format!("{value:.16e}")];
        for text in texts {
            let text = text.replace('e', "e+").replace("e+-", "e-");
            let found = becomes("csv", &Inferred("0.5"), &text);
            let (found, _) = found.split_once(" (Float64)").unwrap_or((&found, ""));
            prop_assert_eq!(found.parse(), Ok(value), "{}", text);
        }
    }

    /// A decimal is what its text says, or there is none.
    #[test]
    fn decimals_are_exact(value: i64, places in 0_u32..6, scale in 0_u32..6, zeros in 0_usize..3) {
        let sign = if value < 0 { "-" } else { "" };
        let unit = 10_u64.pow(places);
        let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
        let width = places as usize;
        let part = if places == 0 { String::new() } else { format!("{part:0width$}") };
        let zeros = "0".repeat(zeros);
        let text = format!("{sign}{whole}.{part}{zeros}");
        let type_word = format!("decimal(38,{scale})");
        let found = becomes("csv", &Given(&type_word), &text);
        let trimmed = part.trim_end_matches('0');
        if trimmed.len() > scale as usize {
            prop_assert!(found.contains("more digits behind the point"), "{}", found);
        } else {
            let digits = format!("{trimmed:0<width$}", width = scale as usize);
            let point = if scale == 0 { "" } else { "." };
            let sign = if value == 0 { "" } else { sign };
            prop_assert_eq!(found, format!("{sign}{whole}{point}{digits} (Decimal128(38, {scale}))"));
        }
    }
}
