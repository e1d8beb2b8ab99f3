//! Columns made from others: `derived`, `case`, `offset`, and what is hidden.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;
use blockgen::{DatasetSpec, GenerateError, Generator};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use support::{generator, spec};

/// What an expression makes of a row with these columns: its type and its value.
fn derived(expression: &str, options: &str) -> String {
    let toml = format!(
        r#"
        [[tables]]
        name = "t"
        rows = 7
        columns = [
            {{ name = "five", kind = "constant", value = 5 }},
            {{ name = "minus", kind = "constant", value = -7 }},
            {{ name = "price", kind = "decimal", precision = 9, min = "19.99", max = "19.99" }},
            {{ name = "half", kind = "constant", value = 0.5 }},
            {{ name = "city", kind = "constant", value = "Köln" }},
            {{ name = "yes", kind = "constant", value = true }},
            {{ name = "nothing", kind = "constant", value = 3, nulls = 1.0 }},
            {{ name = "day", kind = "date", from = 2024-02-28, to = 2024-02-29 }},
            {{ name = "at", kind = "timestamp", from = 2024-05-01T00:00:00Z, to = 2024-05-01T00:00:01Z, unit = "s" }},
            {{ name = "two words", kind = "constant", value = 2 }},
            {{ name = "a", kind = "derived", expression = {expression:?}{options} }},
        ]
        "#
    );
    let spec = DatasetSpec::from_toml(&toml).unwrap();
    match Generator::compile(&spec, "t", 1) {
        Ok(generator) => {
            let rows = match generator.block(0..3) {
                Ok(rows) => rows,
                Err(error) => return error.to_string(),
            };
            let column = rows.column_by_name("a").unwrap();
            let value = match column.is_null(0) {
                true => "null".to_owned(),
                // Arrow shows moments of an offset alone.
                false => match column.as_primitive_opt::<TimestampMicrosecondType>() {
                    Some(moments) => moments.value_as_datetime(0).unwrap().to_string(),
                    None => array_value_to_string(column, 0).unwrap(),
                },
            };
            format!("{value} {}", column.data_type())
        }
        Err(error) => {
            let error = error.to_string();
            let (_, error) = error.split_once("column `t.a` ").unwrap();
            error.to_owned()
        }
    }
}

fn check(cases: &[&str], expected: &Expect) {
    let found = cases.iter().map(|case| {
        let (expression, options) = case.split_once(" | ").unwrap_or((case, ""));
        let options = match options {
            "" => String::new(),
            options => format!(", {options}"),
        };
        format!("{case} ▸ {}\n", derived(expression, &options))
    });
    expected.assert_eq(&found.collect::<String>());
}

#[test]
fn numbers_are_exact() {
    check(
        &[
            "five + 2 * 3",
            "(five + 2) * 3",
            "- five - -minus",
            "minus div 2",
            "minus % 2",
            "price * five",
            "price * 1.19",
            "price * 1.19 | scale = 2",
            "five / 3",
            "five / 3 | scale = 1",
            "minus / 2 | type = \"int32\"",
            "1 / 3 * 3 | scale = 2",
            "price / 1000 | precision = 38, scale = 20",
            "price | type = \"float64\"",
            "half * five",
            "half / 3 | scale = 3",
            "five + \"two words\"",
            "rows(t) * 10",
            "9223372036854775807 - five + minus",
            ".5 + 5.",
        ],
        &expect![[r#"
            five + 2 * 3 ▸ 11 Int64
            (five + 2) * 3 ▸ 21 Int64
            - five - -minus ▸ -12 Int64
            minus div 2 ▸ -3 Int64
            minus % 2 ▸ -1 Int64
            price * five ▸ 99.95 Decimal128(18, 2)
            price * 1.19 ▸ 23.7881 Decimal128(18, 4)
            price * 1.19 | scale = 2 ▸ 23.79 Decimal128(18, 2)
            five / 3 ▸ 1.666667 Decimal128(18, 6)
            five / 3 | scale = 1 ▸ 1.7 Decimal128(18, 1)
            minus / 2 | type = "int32" ▸ -4 Int32
            1 / 3 * 3 | scale = 2 ▸ 1.00 Decimal128(18, 2)
            price / 1000 | precision = 38, scale = 20 ▸ 0.01999000000000000000 Decimal128(38, 20)
            price | type = "float64" ▸ 19.99 Float64
            half * five ▸ 2.5 Float64
            half / 3 | scale = 3 ▸ 0.167 Float64
            five + "two words" ▸ 7 Int64
            rows(t) * 10 ▸ 70 Int64
            9223372036854775807 - five + minus ▸ 9223372036854775795 Int64
            .5 + 5. ▸ 5.5 Decimal128(18, 1)
        "#]],
    );
}

#[test]
fn dates_texts_and_conditions() {
    check(
        &[
            "day + 1",
            "day - date '2024-01-01'",
            "2 + day",
            "at + 90.5",
            "at - timestamp '2024-04-30T23:00:00Z'",
            "at = timestamp '2024-05-01'",
            "day < date '2024-02-28' or five >= 5",
            "city = 'Köln' and not yes",
            "city <> 'O''Hara'",
            "price > 19.98 and price <= 19.990",
            "half < five",
            "nothing = 3",
            "nothing = 3 or yes",
            "nothing is null and five is not null",
            "nothing + five",
            "five / 0",
            "five % (five - 5)",
            "five div 0 = 1",
        ],
        &expect![[r#"
            day + 1 ▸ 2024-02-29 Date32
            day - date '2024-01-01' ▸ 58 Int64
            2 + day ▸ 2024-03-01 Date32
            at + 90.5 ▸ 2024-05-01 00:01:30.500 Timestamp(µs, "UTC")
            at - timestamp '2024-04-30T23:00:00Z' ▸ 3600.000000 Decimal128(18, 6)
            at = timestamp '2024-05-01' ▸ true Boolean
            day < date '2024-02-28' or five >= 5 ▸ true Boolean
            city = 'Köln' and not yes ▸ false Boolean
            city <> 'O''Hara' ▸ true Boolean
            price > 19.98 and price <= 19.990 ▸ true Boolean
            half < five ▸ true Boolean
            nothing = 3 ▸ null Boolean
            nothing = 3 or yes ▸ true Boolean
            nothing is null and five is not null ▸ true Boolean
            nothing + five ▸ null Int64
            five / 0 ▸ null Decimal128(18, 6)
            five % (five - 5) ▸ null Int64
            five div 0 = 1 ▸ null Boolean
        "#]],
    );
}

#[test]
fn mistakes_are_told_with_their_place() {
    check(
        &[
            "five + * 2",
            "five +",
            "(five",
            "five five",
            "",
            "fvie + 1",
            "city + 1",
            "yes + 1",
            "day + half",
            "day * 2",
            "day < at",
            "day = 5",
            "five and yes",
            "not five",
            "date '2024-02-30' < day",
            "'open",
            "five ~ 2",
            "five is null2",
            "five + 1 is null",
            "rows(s)",
            "sqrt(five)",
            "99999999999999999999999999999999999999999",
            "city",
            "a + 1",
            "five | scale = 19",
            "five | precision = 39",
            "yes | type = \"int32\"",
            "half | type = \"decimal\"",
            "half | scale = 16",
            "day | scale = 1",
            "price * price * price * price * price * price * price * price * price * price",
            "1.123456789012345678901234567890 * 1.1",
        ],
        &expect![[r#"
            five + * 2 ▸ is `five + * 2`, which at character 8 has `*`; allowed is a number, a text in single quotes, the name of a column, or `(`
            five + ▸ is `five +`, which at character 7 has its end; allowed is a number, a text in single quotes, the name of a column, or `(`
            (five ▸ is `(five`, which at character 6 has its end; allowed is an operator or `)`
            five five ▸ is `five five`, which at character 6 has `five`; allowed is an operator, or its end
             ▸ is ``, which at character 1 has its end; allowed is a number, a text in single quotes, the name of a column, or `(`
            fvie + 1 ▸ names `fvie`, which is no column in this table; did you mean `five`? known: `five`, `minus`, `price`, `half`, `city`, `yes`, `nothing`, `day`, `at`, `two words`, `a`
            city + 1 ▸ is `city + 1`, which at character 6 has an operator beside a text; allowed is numbers, dates and timestamps; two texts can be compared, and conditions be joined by `and` and `or`
            yes + 1 ▸ is `yes + 1`, which at character 5 has an operator beside a condition; allowed is numbers, dates and timestamps; two texts can be compared, and conditions be joined by `and` and `or`
            day + half ▸ is `day + half`, which at character 5 has `+` between a date and a number; allowed is two numbers; a date and whole days, or a timestamp and exact seconds; two dates or two timestamps with `-`
            day * 2 ▸ is `day * 2`, which at character 5 has `*` between a date and a number; allowed is two numbers; a date and whole days, or a timestamp and exact seconds; two dates or two timestamps with `-`
            day < at ▸ is `day < at`, which at character 5 has a comparison of a date with a timestamp; allowed is two of one type
            day = 5 ▸ is `day = 5`, which at character 5 has a comparison of a date with a number; allowed is two of one type
            five and yes ▸ is `five and yes`, which at character 1 has a number; allowed is a condition
            not five ▸ is `not five`, which at character 5 has a number; allowed is a condition
            date '2024-02-30' < day ▸ is `date '2024-02-30' < day`, which at character 1 has the text '2024-02-30'; allowed is a date such as date '2024-05-01'
            'open ▸ is `'open`, which at character 1 has `'`, which no other closes; allowed is texts in single quotes, names in double ones
            five ~ 2 ▸ is `five ~ 2`, which at character 6 has `~`; allowed is numbers, texts in single quotes, names of columns, and operators
            five is null2 ▸ is `five is null2`, which at character 9 has `null2`; allowed is `null`
            five + 1 is null ▸ is `five + 1 is null`, which at character 10 has `is` behind what is no column; allowed is a column, such as `email is null`
            rows(s) ▸ is `rows(s)`, which at character 1 has `rows(s)`; allowed is the name of a table; known: `t`
            sqrt(five) ▸ is `sqrt(five)`, which at character 1 has `sqrt(`; allowed is `rows(table)`, the only function
            99999999999999999999999999999999999999999 ▸ is `99999999999999999999999999999999999999999`, which at character 1 has a longer number; allowed is at most 38 digits, 30 of them behind the point
            city ▸ is `city`, which is a text; allowed is numbers, dates and conditions; texts are composed by `template`
            a + 1 ▸ needs itself: `t.a` needs `t.a`; take one of these steps out
            five | scale = 19 ▸ is 19; allowed is 0 to precision (18)
            five | precision = 39 ▸ is 39; allowed is 1 to 38
            yes | type = "int32" ▸ is int32; allowed is none: only numbers have a choice
            half | type = "decimal" ▸ is decimal; allowed is `float64`, or none: there are floats among the columns
            half | scale = 16 ▸ is 16; allowed is 0 to 15
            day | scale = 1 ▸ is 1; allowed is none: values are Date32
            price * price * price * price * price * price * price * price * price * price ▸ is not given; allowed is 0 to precision (18); the expression itself has 20
            1.123456789012345678901234567890 * 1.1 ▸ is not given; allowed is 0 to precision (18); the expression itself has 30
        "#]],
    );
}

#[test]
fn what_does_not_fit_is_an_error_and_never_another_value() {
    for (expression, options) in [
        ("n * 9223372036854775807", ""),
        ("n * 100000", "; type = \"int32\""),
        ("n * 100", "; precision = 5; scale = 2"),
        (
            "n * n * n * n * n * n * n * n * n * 99999999999999999999999",
            "; type = \"float64\"",
        ),
    ] {
        let rows = generator(&[
            "name = \"n\"; kind = \"sequence\"; start = 0",
            &format!("name = \"a\"; kind = \"derived\"; expression = \"{expression}\"{options}"),
        ]);
        assert_eq!(rows.block(0..2).unwrap().num_rows(), 2, "{expression}");
        let error = rows.block(90_000..100_000).unwrap_err();
        assert!(
            matches!(error, GenerateError::ExpressionOverflow { .. }),
            "{error}"
        );
    }
    let rows = generator(&[
        r#"name = "n"; kind = "sequence""#,
        r#"name = "a"; kind = "derived"; expression = "n * 1000000000000000000""#,
    ]);
    expect!["cannot make rows 5..50 of column `t.a`: what is computed for one of them leaves the range of Int64; choose a wider type, or smaller numbers to compute with"]
        .assert_eq(&rows.block(5..50).unwrap_err().to_string());
}

/// Wide intermediate values are computed in 128 bits, for a block as for a row.
#[test]
fn a_block_with_large_numbers_has_the_same_values_as_its_rows() {
    let rows = generator(&[
        r#"name = "n"; kind = "sequence""#,
        r#"name = "a"; kind = "derived"; expression = "n * n * n * n * n div 1000000000000""#,
    ]);
    let whole = rows.block(0..20_000).unwrap();
    for row in [0, 3, 5_000, 12_345, 19_999] {
        assert_eq!(
            whole.slice(row, 1),
            rows.block(row as u64..row as u64 + 1).unwrap()
        );
    }
}

#[test]
fn cases_are_taken_in_order() {
    let rows = generator(&[
        r#"name = "n"; kind = "sequence"; start = 0"#,
        r#"name = "a"; kind = "case"; when = [{ if = "n < 2", kind = "constant", value = "low" }, { if = "n < 4", kind = "template", template = "n{n}" }, { if = "n = 5", kind = "constant", value = "x", nulls = 1.0 }]; else = { kind = "constant", value = "high" }"#,
        r#"name = "b"; kind = "case"; when = [{ if = "n % 2 = 1", kind = "list", item = { kind = "constant", value = 7 }, min = 1, max = 1 }]"#,
    ]);
    let rows = rows.block(0..6).unwrap();
    let texts = rows.column(1).as_string::<i32>().iter();
    assert_eq!(
        texts.collect::<Vec<_>>(),
        [
            Some("low"),
            Some("low"),
            Some("n2"),
            Some("n3"),
            Some("high"),
            None
        ]
    );
    let lists: Vec<_> = (0..6).map(|row| rows.column(2).is_valid(row)).collect();
    assert_eq!(lists, [false, true, false, true, false, true]);
}

#[test]
fn offsets_lie_between_their_ends_and_reach_both() {
    let rows = generator(&[
        r#"name = "day"; kind = "date"; from = 2024-01-01; to = 2025-01-01; nulls = 0.1"#,
        r#"name = "a"; kind = "offset"; of = "day"; min = "-1d"; max = "1w""#,
        r#"name = "at"; kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; timezone = "Europe/Berlin""#,
        r#"name = "b"; kind = "offset"; of = "at"; min = 0; max = 3"#,
    ]);
    let rows = rows.block(0..5_000).unwrap();
    let days = rows.column(0).as_primitive::<Date32Type>();
    let later = rows.column(1).as_primitive::<Date32Type>();
    assert_eq!(days.nulls(), later.nulls());
    let mut seen = [0; 9];
    for (day, later) in days.iter().zip(later).filter_map(|(a, b)| a.zip(b)) {
        seen[usize::try_from(later - day + 1).unwrap()] += 1;
    }
    assert!(
        seen.iter().all(|count| (400..600).contains(count)),
        "{seen:?}"
    );
    assert_eq!(rows.column(2).data_type(), rows.column(3).data_type());
    let times = |i: usize| rows.column(i).as_primitive::<TimestampMicrosecondType>();
    let pairs = times(2).values().iter().zip(times(3).values());
    assert!(
        pairs
            .clone()
            .all(|(at, later)| (0..=3).contains(&(later - at)))
    );
}

#[test]
fn options_that_are_refused() {
    let check = |column: &str, expected: Expect| {
        let day = r#"name = "day"; kind = "date"; from = 2024-01-01; to = 2025-01-01"#;
        let n = r#"name = "n"; kind = "integer""#;
        let toml = spec(&[day, n, &format!("name = \"a\"; {column}")]);
        let error = DatasetSpec::from_toml(&toml).and_then(|spec| spec.check());
        expected.assert_eq(&error.unwrap_err().to_string());
    };
    check(
        r#"kind = "offset"; of = "n"; min = 0; max = 1"#,
        expect![
            "line 17: option `of` of column `t.a` is `n`, which is of type Int64; allowed is a column of dates or timestamps"
        ],
    );
    check(
        r#"kind = "offset"; of = "day"; min = "1h"; max = "-2d""#,
        expect![
            "line 18: option `min` of column `t.a` is 1h; allowed is whole days, of 10,000 years at most"
        ],
    );
    check(
        r#"kind = "offset"; of = "day"; min = 2; max = 1"#,
        expect!["line 19: option `max` of column `t.a` is 1; allowed is min (2) or more"],
    );
    check(
        r#"kind = "offset"; of = "day"; min = 0; max = 99_999_999"#,
        expect![
            "line 19: option `max` of column `t.a` is 99999999; allowed is whole days, of 10,000 years at most"
        ],
    );
    check(
        r#"kind = "case"; when = []"#,
        expect!["line 17: option `when` of column `t.a` is a list of 0; allowed is 1 to 64 cases"],
    );
    check(
        r#"kind = "case"; when = [{ if = "n", kind = "city" }, { if = "n > 1", kind = "integer" }, { if = "n >", kind = "lorem", words = 0 }]"#,
        expect![[r#"
            3 things are wrong with the spec:
              line 17: option `if` of column `t.a.when.1` is `n`, which is a number; allowed is a condition, such as `quantity >= 10 and country = 'France'`
              line 17: option `if` of column `t.a.when.3` is `n >`, which at character 4 has its end; allowed is a number, a text in single quotes, the name of a column, or `(`
              line 17: option `words` of column `t.a.when.3` is 0; allowed is 1 to 1000"#]],
    );
    check(
        r#"kind = "case"; when = [{ if = "n = 1", kind = "city" }, { if = "n > 1", kind = "integer" }]"#,
        expect![
            "line 17: option `when` of column `t.a` is cases of types Utf8 and Int64; allowed is kinds that make values of one type"
        ],
    );
    check(
        r#"kind = "case"; when = [{ kind = "city" }, { if = "n = 1", kind = "ctiy" }, { if = "n = 1", kind = "integer", mim = 1 }]"#,
        expect![[r#"
            3 things are wrong with the spec:
              line 17: column `t.a.when.1` lacks option `if`, which a case needs
              line 17: column `t.a.when.2` is of kind `ctiy`, which does not exist; did you mean `city`, of 102 known?
              line 17: column `t.a.when.3` has option `mim`, which kind `integer` does not have; did you mean `min`? known: `distribution`, `if`, `kind`, `locale`, `max`, `min`, `nulls`, `type`, `unique`"#]],
    );
    check(
        r#"kind = "excerpt"; min = 9; max = 5_000"#,
        expect!["line 18: option `max` of column `t.a` is 5000; allowed is min (9) to 4096"],
    );
    check(
        r#"kind = "excerpt"; min = 9"#,
        expect!["line 15: column `t.a` lacks option `max`, which kind `excerpt` needs"],
    );
    check(
        r#"kind = "struct"; fields = [{ name = "x", kind = "city", hidden = true }]"#,
        expect![
            "line 17: option `fields` of column `t.a` is a list of hidden fields; allowed is one that is not hidden"
        ],
    );
}

#[test]
fn hidden_columns_and_tables_are_there_for_others_alone() {
    let spec = DatasetSpec::from_toml(
        r#"
        [[tables]]
        name = "parents"
        hidden = true
        rows = 10
        columns = [
            { name = "id", kind = "sequence" },
            { name = "secret", kind = "city", hidden = true },
        ]

        [[tables]]
        name = "t"
        columns = [
            { name = "parent", kind = "reference", to = "parents.id", hidden = true },
            { name = "city", kind = "pull", of = "parent", column = "secret" },
            { name = "hash", kind = "row_hash" },
            { name = "place", kind = "struct", fields = [
                { name = "x", kind = "integer", min = 1, max = 1, hidden = true },
                { name = "y", kind = "derived", expression = "x + 1" },
            ] },
        ]
        "#,
    )
    .unwrap();
    let written = spec.written_tables().map(|table| table.name.as_str());
    assert_eq!(written.collect::<Vec<_>>(), ["t"]);
    let rows = Generator::compile(&spec, "t", 1).unwrap();
    let schema = rows.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(names, ["city", "hash", "place"]);
    assert_eq!(
        rows.block(0..5)
            .unwrap()
            .column(2)
            .as_struct()
            .num_columns(),
        1
    );

    // Shown, they have the values that the others were made from, which do not change.
    let mut shown = spec.clone();
    shown.tables[0].hidden = false;
    let same = Generator::compile(&shown, "t", 1).unwrap();
    assert_eq!(same.provenance(), rows.provenance());
    shown.tables[1].columns[0].hidden = false;
    let shown = Generator::compile(&shown, "t", 1)
        .unwrap()
        .block(0..5)
        .unwrap();
    let rows = rows.block(0..5).unwrap();
    assert_eq!(shown.column_by_name("city"), rows.column_by_name("city"));

    for (toml, expected) in [
        (
            "[[tables]]\nname = \"t\"\ncolumns = [{ name = \"a\", kind = \"city\", hidden = true }]",
            expect![
                "line 2: table `t` has no columns but hidden ones; take `hidden` from one that is to be written"
            ],
        ),
        (
            "[[tables]]\nname = \"t\"\nhidden = true\ncolumns = [{ name = \"a\", kind = \"city\" }]",
            expect![
                "the spec has no tables but hidden ones; take `hidden` from one that is to be written"
            ],
        ),
    ] {
        expected.assert_eq(&DatasetSpec::from_toml(toml).unwrap_err().to_string());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ranges_compose(
        seed: u64,
        start in prop_oneof![0u64..5_000, 0u64..1 << 40],
        first in 0u64..300,
        second in 0u64..300,
    ) {
        let spec = DatasetSpec::from_toml(&spec(&[
            r#"name = "n"; kind = "integer"; min = -1_000; max = 1_000; nulls = 0.1"#,
            r#"name = "day"; kind = "date"; from = 2024-01-01; to = 2025-01-01"#,
            r#"name = "sum"; kind = "derived"; expression = "n * n / (n - 7)""#,
            r#"name = "due"; kind = "offset"; of = "day"; min = 1; max = 30"#,
            r#"name = "text"; kind = "excerpt"; min = 1; max = 90; locale = "ja_jp""#,
            r#"name = "a"; kind = "case"; when = [{ if = "sum > 3 and due > day + 9", kind = "excerpt", min = 5, max = 6, nulls = 0.3 }]; else = { kind = "template", template = "{text}!" }"#,
        ])).unwrap();
        let rows = Generator::compile(&spec, "t", seed).unwrap();
        let (middle, end) = (start + first, start + first + second);
        let halves: [RecordBatch; 2] =
            [start..middle, middle..end].map(|range| rows.block(range).unwrap());
        let joined = concat_batches(&rows.schema(), &halves).unwrap();
        prop_assert_eq!(rows.block(start..end).unwrap(), joined);
    }

    /// Any text as an expression: no panic.
    #[test]
    fn expressions_of_any_kind(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "five", "city", "day", "at", "half", "yes", "price", "nothing", "(", ")", "+", "-",
                "*", "/", "%", "div", "=", "<", "and", "or", "not", "is null", "1", "0", "2.5",
                "'x'", "date '2024-01-01'", "timestamp '2024-01-01'", "rows(t)",
                "99999999999999999999", "é", "\"", "'",
            ]),
            0..9,
        ),
    ) {
        let expression = words.join(" ").replace(['"'], "");
        prop_assert!(!derived(&expression, "").is_empty());
    }
}
