//! Dates and times that TOML has outside of quotes: what they mean where one is wanted, and what is
//! said where none is.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use blockgen::{DatasetSpec, Generator};
use expect_test::expect;

use support::{generator, spec};

/// The type and the first values of a column, or all that is said of it.
fn told(column: &str) -> String {
    let spec = DatasetSpec::from_toml(&spec(&[&format!("name = \"a\"; {column}")]));
    let generator = match spec.and_then(|spec| Generator::compile(&spec, "t", 1)) {
        Ok(generator) => generator,
        Err(error) => return format!("{error}\n"),
    };
    let block = generator.block(0..4).unwrap();
    let values = block.column(0);
    // Arrow knows no names of zones here; all are UTC.
    let shown = match values.data_type() {
        DataType::Timestamp(unit, Some(zone)) => {
            assert_eq!(&**zone, "UTC");
            &cast(values, &DataType::Timestamp(*unit, None)).unwrap()
        }
        _ => values,
    };
    let formatter = ArrayFormatter::try_new(shown, &FormatOptions::new()).unwrap();
    let shown: Vec<_> = (0..4).map(|row| formatter.value(row).to_string()).collect();
    format!("{}: {}\n", values.data_type(), shown.join(", "))
}

fn all(columns: &[&str]) -> String {
    columns.iter().map(|column| told(column)).collect()
}

#[test]
fn values_are_what_they_look_like() {
    expect![[r#"
        Timestamp(µs, "UTC"): 2024-05-01T12:00:00, 2024-05-01T12:00:00, 2024-05-01T12:00:00, 2024-05-01T12:00:00
        Timestamp(µs, "UTC"): 2024-05-01T10:00:00.250, 2024-05-01T10:00:00.250, 2024-05-01T10:00:00.250, 2024-05-01T10:00:00.250
        Timestamp(µs, "UTC"): 2024-05-01T12:00:00, 2024-05-01T12:00:00, 2024-05-01T12:00:00, 2024-05-01T12:00:00
        Date32: 2024-05-01, 2024-05-01, 2024-05-01, 2024-05-01
        Time64(µs): 08:30:00, 08:30:00, 08:30:00, 08:30:00
        Time64(µs): 08:30:00.000001, 08:30:00.000001, 08:30:00.000001, 08:30:00.000001
        Date32: 2024-05-02, 2024-05-02, 2024-05-02, 2024-05-02
        Time64(µs): 09:45:00, 09:45:00, 09:45:00, 09:45:00
        Timestamp(µs, "UTC"): 2024-05-02T00:00:00, 2024-05-02T00:00:00, 2024-05-02T00:00:00, 2024-05-02T00:00:00
    "#]].assert_eq(&all(&[
        r#"kind = "constant"; value = 2024-05-01T12:00:00Z"#,
        r#"kind = "constant"; value = 2024-05-01 12:00:00.25+02:00"#,
        r#"kind = "constant"; value = 2024-05-01T12:00:00"#,
        r#"kind = "constant"; value = 2024-05-01"#,
        r#"kind = "constant"; value = 08:30:00"#,
        r#"kind = "constant"; value = 08:30:00.000001"#,
        r#"kind = "choice"; values = [2024-05-01, 2024-05-02]"#,
        r#"kind = "choice"; values = [08:30:00, "09:45"]"#,
        r#"kind = "choice"; values = [2024-05-01T12:00:00Z, 2024-05-02]; weights = [1, 2]"#,
    ]));
}

#[test]
fn a_type_says_what_a_date_is_taken_for() {
    expect![[r#"
        Timestamp(µs, "UTC"): 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00
        Date32: 2024-05-01, 2024-05-01, 2024-05-01, 2024-05-01
        Time64(µs): 08:30:00, 08:30:00, 08:30:00, 08:30:00
        Utf8: 2024-05-01, 2024-05-01, 2024-05-01, 2024-05-01
    "#]].assert_eq(&all(&[
        r#"kind = "constant"; value = 2024-05-01; type = "timestamp""#,
        r#"kind = "constant"; value = "2024-05-01"; type = "date""#,
        r#"kind = "constant"; value = "08:30"; type = "time""#,
        r#"kind = "constant"; value = "2024-05-01""#,
    ]));
}

#[test]
fn what_fits_no_type_is_told_with_its_line() {
    expect![[r#"
        line 7: option `value` of column `t.a` cannot be read: a text stands in quotes, and "2024-05-01" was written without
        line 7: option `values` of column `t.a` cannot be read: a text stands in quotes, and "2024-05-01" was written without
        line 7: option `value` of column `t.a` is "2024-05-01"; allowed is finite numbers
        line 7: option `value` of column `t.a` is "2024-05-01T12:00:00"; allowed is dates such as "2024-05-01"
        line 7: option `value` of column `t.a` is "2024-05-01"; allowed is times of day such as "08:30:00", 00:00 to 23:59:59.999999
        line 7: option `value` of column `t.a` is "24:00"; allowed is times of day such as "08:30:00", 00:00 to 23:59:59.999999
        line 7: option `value` of column `t.a` is "08:30:00.0000001"; allowed is times of day such as "08:30:00", 00:00 to 23:59:59.999999
        line 7: option `values` of column `t.a` is "2024-05-01T12:00:00Z"; allowed is dates such as "2024-05-01"
        line 7: option `values` of column `t.a` is "x"; allowed is dates such as "2024-05-01"
        line 7: option `values` of column `t.a` is 1; allowed is times of day such as "08:30:00", 00:00 to 23:59:59.999999
    "#]].assert_eq(&all(&[
        r#"kind = "constant"; value = 2024-05-01; type = "string""#,
        r#"kind = "choice"; values = ["x", 2024-05-01]; type = "string""#,
        r#"kind = "constant"; value = 2024-05-01; type = "float""#,
        r#"kind = "constant"; value = 2024-05-01T12:00:00; type = "date""#,
        r#"kind = "constant"; value = 2024-05-01; type = "time""#,
        r#"kind = "constant"; value = "24:00"; type = "time""#,
        r#"kind = "constant"; value = 08:30:00.0000001"#,
        r#"kind = "choice"; values = [2024-05-01, 2024-05-01T12:00:00Z]"#,
        r#"kind = "choice"; values = ["x", 2024-05-01]"#,
        r#"kind = "choice"; values = [1, 08:30:00]"#,
    ]));
}

#[test]
fn options_take_the_forms_that_they_can_use() {
    expect![[r#"
        Date32: 2024-05-01, 2024-05-01, 2024-05-01, 2024-05-01
        Time32(s): 08:30:00, 08:30:00, 08:30:00, 08:30:00
        Timestamp(s, "UTC"): 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00
        Timestamp(s, "UTC"): 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00, 2024-05-01T00:00:00
    "#]].assert_eq(&all(&[
        r#"kind = "date"; from = 2024-05-01; to = 2024-05-02"#,
        r#"kind = "time"; from = 08:30:00; to = 08:30:01; unit = "s""#,
        r#"kind = "timestamp"; from = 2024-05-01; to = 2024-05-01T00:00:01; unit = "s""#,
        r#"kind = "timestamp"; from = 2024-05-01T02:00:00+02:00; to = 2024-05-01 00:00:01Z; unit = "s""#,
    ]));
    expect![[r#"
        line 7: option `from` of column `t.a` cannot be read: `2024-05-01T00:00:00Z` is not a date such as 2024-05-01
        line 7: option `from` of column `t.a` cannot be read: `08:30:00` is not a date such as 2024-05-01
        line 7: option `from` of column `t.a` cannot be read: `2024-05-01` is not a time of day such as 08:30:00, 00:00 to 24:00
        line 7: option `from` of column `t.a` cannot be read: `08:30:00` is not a date-time such as 2020-01-01T00:00:00Z
        line 8: option `from` of column `t.a` cannot be read: `08:30:00` is not a date-time such as 2020-01-01T00:00:00Z
    "#]].assert_eq(&all(&[
        r#"kind = "date"; from = 2024-05-01T00:00:00Z; to = 2024-05-02"#,
        r#"kind = "date"; from = 08:30:00; to = 2024-05-02"#,
        r#"kind = "time"; from = 2024-05-01"#,
        r#"kind = "timestamp"; from = 08:30:00; to = 2024-05-02"#,
        r#"kind = "uuid"; version = 7; from = 08:30:00"#,
    ]));
}

#[test]
fn where_no_time_is_meant_quotes_are_missed() {
    expect![[r#"
        line 7: option `pattern` of column `t.a` is a date or time outside of quotes; a text is expected
        line 7: option `min` of column `t.a` is a date or time outside of quotes; a number or a text is expected
        line 8: option `ordered.every` of column `t.a` is a date or time outside of quotes; a text or a whole number is expected
        line 7: option `template` of column `t.a` is a date or time outside of quotes; a text is expected
        line 7: option `of` of column `t.a` is a date or time outside of quotes; a text is expected
        line 7: option `probability` of column `t.a` is a date or time outside of quotes; a number is expected
    "#]].assert_eq(&all(&[
        r#"kind = "pattern"; pattern = 2024-05-01"#,
        r#"kind = "integer"; min = 2024-05-01; max = 3"#,
        r#"kind = "timestamp"; from = 2024-05-01; ordered = { every = 01:00:00 }"#,
        r#"kind = "template"; template = 08:30:00"#,
        r#"kind = "row_hash"; of = [2024-05-01]"#,
        r#"kind = "bool"; probability = 2024-05-01T12:00:00Z"#,
    ]));
    let error = DatasetSpec::from_toml("[[tables]]\nname = 2024-05-01\ncolumns = []").unwrap_err();
    expect![
        "line 2: option `name` of table 1 is a date or time outside of quotes; a text is expected"
    ]
    .assert_eq(&error.to_string());
}

/// JSON has no dates: the type stands beside them there.
#[test]
fn a_spec_written_out_as_json_says_the_same() {
    let toml = spec(&[
        r#"name = "a"; kind = "constant"; value = 2024-05-01"#,
        r#"name = "b"; kind = "choice"; values = [08:30:00, 09:30:00]"#,
        r#"name = "c"; kind = "list"; min = 2; max = 2; item = { kind = "constant", value = 2024-05-01T00:00:00Z }"#,
    ]);
    let spec = DatasetSpec::from_toml(&toml).unwrap();
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(DatasetSpec::from_json(&json).unwrap(), spec);
    let plain: DatasetSpec = toml::from_str(&toml).unwrap();
    assert_eq!(plain, spec);
    // And the hash of one that says its type is that of one that has it from its form.
    let hash = |column: &str| generator(&[column]).provenance().spec_hash;
    assert_eq!(
        hash(r#"name = "a"; kind = "constant"; value = 2024-05-01"#),
        hash(r#"name = "a"; kind = "constant"; value = "2024-05-01"; type = "date""#),
    );
}
