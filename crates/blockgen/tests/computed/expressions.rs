//! What `derived` computes: exactly, or not at all.

use blockgen::GenerateError;
use expect_test::expect;

use super::check;
use crate::support::generator;

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
