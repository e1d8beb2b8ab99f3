//! Integers, floats and decimals.

use expect_test::expect;
use proptest::prelude::*;

use super::{Given, Inferred, Sample, becomes, check};

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
