//! Texts that are put together: patterns, and templates over other columns.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use blockgen::{DatasetSpec, GenerateError, Generator};
use expect_test::{Expect, expect};

use support::{generator, spec};

fn texts(block: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let column = block.column_by_name(column).unwrap();
    let texts = column.as_string::<i32>().iter();
    texts.map(|text| text.map(str::to_owned)).collect()
}

fn pattern(pattern: &str, more: &str) -> Generator {
    let pattern = toml::Value::String(pattern.to_owned());
    generator(&[&format!(
        "name = \"a\"; kind = \"pattern\"; pattern = {pattern}{more}"
    )])
}

/// How often each text comes in so many rows, against what is expected of each: the deviation in
/// standard deviations of the chi-square statistic.
fn unevenness(counts: &BTreeMap<String, u64>, share: impl Fn(&str) -> f64, rows: f64) -> f64 {
    let of_text = |(text, count): (&String, &u64)| {
        let expected = rows * share(text);
        (*count as f64 - expected).powi(2) / expected
    };
    let chi_square: f64 = counts.iter().map(of_text).sum();
    let freedom = counts.len() as f64 - 1.0;
    (chi_square - freedom) / (2.0 * freedom).sqrt()
}

fn counts(texts: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
}

#[test]
fn every_place_holds_what_the_pattern_says_each_as_often() {
    const ROWS: u64 = 60_000;
    let block = pattern("^#?[x-z_]-(red|g#){2}", "").block(0..ROWS).unwrap();
    let texts: Vec<_> = texts(&block, "a").into_iter().flatten().collect();
    assert_eq!(texts.len() as u64, ROWS);
    for (place, characters) in [
        "123456789",
        "0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "_xyz",
    ]
    .into_iter()
    .enumerate()
    {
        let found = counts(texts.iter().map(|text| text[place..=place].to_owned()));
        assert_eq!(
            found.keys().map(String::as_str).collect::<String>(),
            characters
        );
        let share = 1.0 / characters.len() as f64;
        let unevenness = unevenness(&found, |_| share, ROWS as f64);
        assert!(unevenness.abs() < 4.5, "place {place}: {unevenness}");
    }
    // Each text of a group, however many texts it stands for.
    let ends = counts(texts.iter().map(|text| text[4..].to_owned()));
    assert_eq!(ends.len(), 121);
    let share = |end: &str| {
        let numbers = end.matches('g').count() as i32;
        0.25 / 10f64.powi(numbers)
    };
    let unevenness = unevenness(&ends, share, ROWS as f64);
    assert!(unevenness.abs() < 4.5, "groups: {unevenness}");
}

#[test]
fn unique_texts_are_all_the_texts_there_are() {
    let plates = pattern("[A-Z]#(x|y#)", "; unique = true");
    let block = plates.block(0..2_860).unwrap();
    let all: BTreeSet<_> = texts(&block, "a").into_iter().flatten().collect();
    assert_eq!(all.len(), 2_860);
    let error = plates.block(2_000..2_861).unwrap_err();
    assert!(matches!(
        error,
        GenerateError::UniqueExhausted {
            values: 2_860,
            row: 2_860,
            ..
        }
    ));

    // More than 64 bits count, and rows far away.
    let long = pattern("[a-z0-9]{40}", "; unique = true");
    let mut all = BTreeSet::new();
    for start in [0, 1 << 40, 1 << 50] {
        all.extend(texts(&long.block(start..start + 5_000).unwrap(), "a"));
    }
    assert_eq!(all.len(), 15_000);
}

#[test]
fn a_template_holds_the_values_of_its_row() {
    let block = generator(&[
        r#"name = "id"; kind = "sequence"; start = -1"#,
        r#"name = "who"; kind = "person_name""#,
        r#"name = "at"; kind = "timestamp"; from = 2024-01-01; to = 2024-01-01T00:00:00.000001Z"#,
        r#"name = "yes"; kind = "bool"; probability = 1.0"#,
        r#"name = "gap"; kind = "bool"; probability = 1.0; nulls = 0.5"#,
        r#"name = "all"; kind = "template"; template = "{{{id:03}}} {who} {at} {yes}""#,
        r#"name = "twice"; kind = "template"; template = "{all}|{all}"; case = "upper""#,
        r#"name = "gone"; kind = "template"; template = "{gap}{id}""#,
        r#"name = "kept"; kind = "template"; template = "{gap}{id}"; null_text = "?""#,
        r#"name = "empty"; kind = "template"; template = """#,
    ])
    .block(0..200)
    .unwrap();
    let [who, all, twice, gone, kept] =
        ["who", "all", "twice", "gone", "kept"].map(|column| texts(&block, column));
    let gap = block.column_by_name("gap").unwrap();
    for row in 0..200 {
        let id = row as i64 - 1;
        let who = who[row].as_ref().unwrap();
        let expected = format!("{{{id:03}}} {who} 2024-01-01T00:00:00Z true");
        assert_eq!(all[row].as_ref(), Some(&expected));
        let expected = format!("{expected}|{expected}").to_uppercase();
        assert_eq!(twice[row].as_ref(), Some(&expected));
        match gap.is_null(row) {
            true => {
                assert_eq!(gone[row], None);
                assert_eq!(kept[row], Some(format!("?{id}")));
            }
            false => {
                assert_eq!(gone[row], Some(format!("true{id}")));
                assert_eq!(kept[row], gone[row]);
            }
        }
    }
    assert!(
        (60..140).contains(&gap.null_count()),
        "{}",
        gap.null_count()
    );
    let nullable = |column: &str| {
        block
            .schema()
            .field_with_name(column)
            .unwrap()
            .is_nullable()
    };
    assert!(nullable("gone") && !nullable("kept") && !nullable("all"));
}

#[test]
fn a_column_whose_name_has_a_colon_can_be_named() {
    let block = generator(&[
        r#"name = "id"; kind = "sequence"; start = 5"#,
        r#"name = "id:03"; kind = "constant"; value = "itself""#,
        r#"name = "a:b"; kind = "constant"; value = "named""#,
        r#"name = "all"; kind = "template"; template = "{id:02} {id:03} {a:b}""#,
    ])
    .block(0..1)
    .unwrap();
    assert_eq!(texts(&block, "all")[0].as_deref(), Some("05 itself named"));
}

#[test]
fn a_template_is_spelt_in_ascii_and_put_into_case_as_a_whole() {
    for (options, expected) in [
        ("", "Ünïcödé ß"),
        ("; case = \"upper\"", "ÜNÏCÖDÉ SS"),
        ("; case = \"lower\"", "ünïcödé ß"),
        ("; ascii = true", "Unicode ss"),
        ("; ascii = true; case = \"upper\"", "UNICODE SS"),
    ] {
        let block = generator(&[
            r#"name = "a"; kind = "pattern"; pattern = "Ünïcödé""#,
            &format!("name = \"b\"; kind = \"template\"; template = \"{{a}} ß\"{options}"),
        ])
        .block(0..1)
        .unwrap();
        assert_eq!(texts(&block, "b"), [Some(expected.to_owned())], "{options}");
    }
}

fn refused(columns: &[&str], expected: &Expect) {
    let spec = DatasetSpec::from_toml(&spec(columns));
    let error = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    expected.assert_eq(&error.unwrap_err().to_string());
}

#[test]
fn patterns_that_mean_nothing() {
    for (options, expected) in [
        (
            r###"pattern = "##[A-""###,
            expect![[
                r#"line 7: option `pattern` of column `t.a` is `##[A-`, at character 3 with `[`, which is never closed; allowed is a `]` behind it, or `\[` for the bracket itself"#
            ]],
        ),
        (
            r###"pattern = "ab[9-0]""###,
            expect![
                "line 7: option `pattern` of column `t.a` is `ab[9-0]`, at character 5 with the range `9-0`, which ends before it starts; allowed is the lower character first"
            ],
        ),
        (
            r###"pattern = "(a|b""###,
            expect![[
                r#"line 7: option `pattern` of column `t.a` is `(a|b`, at character 1 with `(`, which is never closed; allowed is a `)` behind it, or `\(` for the bracket itself"#
            ]],
        ),
        (
            r###"pattern = "#{1001}""###,
            expect![[
                r#"line 7: option `pattern` of column `t.a` is `#{1001}`, at character 2 with `{`; allowed is a number of repetitions from 1 to 1000, as in `{4}`, or `\{` for the brace itself"#
            ]],
        ),
        (
            r###"pattern = "#{999}##""###,
            expect![
                "line 7: option `pattern` of column `t.a` is `#{999}##`, at character 8 with the place after which there are too many; allowed is 1000 places for characters, repetitions and alternatives counted"
            ],
        ),
        (
            r###"pattern = '\d\d'"###,
            expect![[
                r#"line 7: option `pattern` of column `t.a` is `\d\d`, at character 1 with `\d`; allowed is one of `#^?[](){}|\-` behind it"#
            ]],
        ),
        (
            r###"pattern = "(a|ab)"; unique = true"###,
            expect![
                "line 8: option `unique` of column `t.a` is true; allowed is false, or alternatives that begin with different characters: otherwise two ways may lead to one text"
            ],
        ),
        (
            r###"pattern = "(a|)"; unique = true"###,
            expect![
                "line 8: option `unique` of column `t.a` is true; allowed is false, or alternatives that begin with different characters: otherwise two ways may lead to one text"
            ],
        ),
    ] {
        refused(
            &[&format!("name = \"a\"; kind = \"pattern\"; {options}")],
            &expected,
        );
    }
    let few = "[[tables]]\nname = \"t\"\nrows = 101\ncolumns = [{ name = \"a\", kind = \"pattern\", pattern = \"##\", unique = true }]";
    let error = Generator::compile(&DatasetSpec::from_toml(few).unwrap(), "t", 1).unwrap_err();
    expect!["line 4: option `unique` of column `t.a` is true for 101 rows; allowed is at most 100 rows: so many texts are told apart by the pattern"].assert_eq(&error.to_string());
}

#[test]
fn templates_that_cannot_be_filled() {
    let name = r#"name = "name"; kind = "person_name""#;
    for (options, expected) in [
        (
            r#"template = "{nmae} {x}""#,
            expect![[r#"
            2 things are wrong with the spec:
              line 16: option `template` of column `t.a` names `nmae`, which is no column in this table; did you mean `name`? known: `name`, `list`, `a`
              line 16: option `template` of column `t.a` names `x`, which is no column in this table; known: `name`, `list`, `a`"#]],
        ),
        (
            r#"template = "a {name""#,
            expect![
                "line 16: option `template` of column `t.a` is `a {name`, whose `{` at character 3 is alone; allowed is a `}` to it, or `{{` for the brace itself"
            ],
        ),
        (
            r#"template = "{name} }""#,
            expect![
                "line 16: option `template` of column `t.a` is `{name} }`, whose `}` at character 8 is alone; allowed is a `{` to it, or `}}` for the brace itself"
            ],
        ),
        (
            r#"template = "{name:04}{name:.2}{name:5}""#,
            expect![
                "line 16: option `template` of column `t.a` is one with the format `5` at character 19; allowed is `:0` and a width up to 64, `:.` and up to 15 decimals, or `:word`"
            ],
        ),
        (
            r#"template = "{name:04}""#,
            expect![
                "line 16: option `template` of column `t.a` is one with a width for `name`, which is of type Utf8; allowed is that for whole numbers"
            ],
        ),
        (
            r#"template = "<{a}>""#,
            expect![
                "line 14: column `t.a` needs itself: `t.a` needs `t.a`; take one of these steps out"
            ],
        ),
        (
            r#"template = "{list}""#,
            expect![
                "line 16: option `template` of column `t.a` is one with `list`, which is of type List(non-null Utf8); allowed is text, numbers, decimals, booleans, dates, times, durations and bytes"
            ],
        ),
    ] {
        let list = r#"name = "list"; kind = "list"; item = { kind = "uuid" }"#;
        let template = format!("name = \"a\"; kind = \"template\"; {options}");
        refused(&[name, list, &template], &expected);
    }
}
