//! What holds of any expression.

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use blockgen::{DatasetSpec, Generator};
use proptest::prelude::*;

use super::derived;
use crate::support::spec;

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

/// A decimal number as it is written: `units` of 10^-`scale`.
fn literal(units: i64, scale: u32) -> String {
    let power = 10u64.pow(scale);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / power, units.unsigned_abs() % power);
    match scale {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = scale as usize),
    }
}

/// `numerator / denominator`, rounded to a whole number with halves away from zero.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    let negative = (numerator < 0) != (denominator < 0);
    let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let whole = ((2 * numerator + denominator) / (2 * denominator)) as i128;
    if negative { -whole } else { whole }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Against the exact ratio of two whole numbers, rounded once.
    #[test]
    fn a_quotient_is_rounded_once(
        (a, a_scale) in (-60_000i64..60_000, 0u32..6),
        (b, b_scale) in (prop_oneof![1i64..30, -30i64..0, Just(10_000)], 0u32..4),
        scale in 0u32..6,
        negated: bool,
    ) {
        let sign = if negated { "-" } else { "" };
        let quotient = format!("{sign}(n * {} / {})", literal(a, a_scale), literal(b, b_scale));
        let spec = DatasetSpec::from_toml(&format!(
            r#"
            [[tables]]
            name = "t"
            columns = [
                {{ name = "n", kind = "sequence" }},
                {{ name = "whole", kind = "derived", expression = "{quotient}", type = "int64" }},
                {{ name = "decimal", kind = "derived", expression = "{quotient}", precision = 30, scale = {scale} }},
                {{ name = "float", kind = "derived", expression = "{quotient}", type = "float64", scale = {scale} }},
            ]
            "#
        )).unwrap();
        let rows = Generator::compile(&spec, "t", 1).unwrap().block(0..20).unwrap();
        for (row, n) in (0..20).zip(1i128..) {
            let sign = if negated { -1 } else { 1 };
            let exact = |digits: u32| rounded(
                sign * n * i128::from(a) * 10i128.pow(digits + b_scale),
                i128::from(b) * 10i128.pow(a_scale),
            );
            let whole = rows.column(1).as_primitive::<arrow::datatypes::Int64Type>().value(row);
            prop_assert_eq!(i128::from(whole), exact(0), "{} with n = {}", quotient, n);
            let decimal = rows.column(2).as_primitive::<arrow::datatypes::Decimal128Type>();
            prop_assert_eq!(decimal.value(row), exact(scale), "{} with n = {}", quotient, n);
            let float = rows.column(3).as_primitive::<arrow::datatypes::Float64Type>().value(row);
            prop_assert_eq!(float, exact(scale) as f64 / 10f64.powi(scale as i32));
        }
    }
}

#[test]
fn what_lies_below_a_half_stays_below() {
    for (expression, options, expected) in [
        ("five * 4.9999 / 50", r#", type = "int64""#, "0 Int64"),
        (
            "five * 0.4999 / 500",
            ", scale = 2",
            "0.00 Decimal128(18, 2)",
        ),
        ("-(five * 4.9999 / 50)", r#", type = "int32""#, "0 Int32"),
        ("five * 5.0000 / 50", r#", type = "int64""#, "1 Int64"),
    ] {
        assert_eq!(derived(expression, options), expected, "{expression}");
    }
}
