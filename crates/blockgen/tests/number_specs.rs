//! What is said about numbers and choices that no column can have, and that specs of them read back
//! as themselves.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use blockgen::{DatasetSpec, Generator};
use expect_test::{Expect, expect};

use support::{generator, spec};

fn refused(column: &str, expected: &Expect) {
    let spec = DatasetSpec::from_toml(&spec(&[&format!("name = \"a\"; {column}")]));
    let error = Generator::compile(&spec.unwrap(), "t", 1).unwrap_err();
    expected.assert_eq(&format!("{error}\n"));
}

fn unread(column: &str, expected: &str) {
    let error = DatasetSpec::from_toml(&spec(&[&format!("name = \"a\"; {column}")])).unwrap_err();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(text.contains(expected), "{text}");
}

#[test]
fn ranges_and_types() {
    for (column, expected) in [
        (
            r#"kind = "integer"; type = "uint8"; min = -1; max = 256"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 8: option `min` of column `t.a` is -1; allowed is 0 to 255, which is what the type holds
                  line 9: option `max` of column `t.a` is 256; allowed is 0 to 255, which is what the type holds
            "#]],
        ),
        (
            r#"kind = "integer"; min = 1.5"#,
            expect![[r#"
                line 7: option `min` of column `t.a` is 1.5; allowed is a whole number, in quotes if it is large
            "#]],
        ),
        (
            r#"kind = "integer"; max = "18446744073709551616"; type = "uint64""#,
            expect![[r#"
                line 7: option `max` of column `t.a` is 18446744073709551616; allowed is 0 to 18446744073709551615, which is what the type holds
            "#]],
        ),
        (
            r#"kind = "integer"; min = 5; max = 5; distribution = { normal = { mean = 0, std_dev = -1 } }"#,
            expect![[r#"
                line 9: option `distribution.normal.std_dev` of column `t.a` is -1; allowed is 0 or more, and finite
            "#]],
        ),
        (
            r#"kind = "integer"; unique = true; distribution = { poisson = { mean = 3 } }"#,
            expect![[r#"
                line 7: option `unique` of column `t.a` is true; allowed is false, or true with uniform values: others come more than once by design
            "#]],
        ),
        (
            r#"kind = "float"; type = "float32"; max = 1e39"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 1e39; allowed is -3.4028234663852886e38 to 3.4028234663852886e38, which is what the type holds
            "#]],
        ),
        (
            r#"kind = "float"; type = "float32"; decimals = 7"#,
            expect![[r#"
                line 8: option `decimals` of column `t.a` is 7; allowed is 0 to 6
            "#]],
        ),
        (
            r#"kind = "float"; min = -1e308; max = 1e308"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 1e308; allowed is a range that is itself a finite number
            "#]],
        ),
        (
            r#"kind = "decimal"; precision = 39"#,
            expect![[r#"
                line 7: option `precision` of column `t.a` is 39; allowed is 1 to 38
            "#]],
        ),
        (
            r#"kind = "decimal"; precision = 3; scale = 4"#,
            expect![[r#"
                line 8: option `scale` of column `t.a` is 4; allowed is 0 to precision (3)
            "#]],
        ),
        (
            r#"kind = "decimal"; precision = 4; min = 0.125; max = 100"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 8: option `min` of column `t.a` is 0.125; allowed is -99.99 to 99.99, in quotes if it has more than 15 digits, and with at most 2 of them behind the point
                  line 9: option `max` of column `t.a` is 100; allowed is -99.99 to 99.99, in quotes if it has more than 15 digits, and with at most 2 of them behind the point
            "#]],
        ),
        (
            r#"kind = "decimal"; min = 2; max = "1.99""#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 1.99; allowed is min (2.00) or more
            "#]],
        ),
    ] {
        refused(column, &expected);
    }
    let few = spec(&[r#"name = "a"; kind = "integer"; min = 1; max = 9; unique = true"#]);
    let mut few = DatasetSpec::from_toml(&few).unwrap();
    few.tables[0].rows = Some(9);
    assert!(Generator::compile(&few, "t", 1).is_ok());
    few.tables[0].rows = Some(10);
    expect!["line 9: option `unique` of column `t.a` is true; allowed is false, or a range of at least as many values as rows are asked for (10): min (1) to max (9) are 9"].assert_eq(&Generator::compile(&few, "t", 1).unwrap_err().to_string());
}

#[test]
fn parameters_of_distributions() {
    for (distribution, expected) in [
        (
            "{ normal = { mean = nan, std_dev = 1 } }",
            expect![[r#"
                line 9: option `distribution.normal.mean` of column `t.a` is NaN; allowed is a finite number
            "#]],
        ),
        (
            "{ normal = { mean = 0, std_dev = inf } }",
            expect![[r#"
                line 9: option `distribution.normal.std_dev` of column `t.a` is inf; allowed is 0 or more, and finite
            "#]],
        ),
        (
            "{ log_normal = { mu = inf, sigma = 1 } }",
            expect![[r#"
                line 9: option `distribution.log_normal.mu` of column `t.a` is inf; allowed is a finite number
            "#]],
        ),
        (
            "{ log_normal = { mu = 0, sigma = nan } }",
            expect![[r#"
                line 9: option `distribution.log_normal.sigma` of column `t.a` is NaN; allowed is 0 or more, and finite
            "#]],
        ),
        (
            "{ exponential = { rate = 0 } }",
            expect![[r#"
                line 9: option `distribution.exponential.rate` of column `t.a` is 0; allowed is above 0, and finite
            "#]],
        ),
        (
            "{ zipf = { exponent = 101 } }",
            expect![[r#"
                line 9: option `distribution.zipf.exponent` of column `t.a` is 101; allowed is above 0, up to 100
            "#]],
        ),
        (
            "{ pareto = { scale = -1, shape = 1 } }",
            expect![[r#"
                line 9: option `distribution.pareto.scale` of column `t.a` is -1; allowed is above 0, and finite
            "#]],
        ),
        (
            "{ pareto = { scale = 1, shape = nan } }",
            expect![[r#"
                line 9: option `distribution.pareto.shape` of column `t.a` is NaN; allowed is above 0, and finite
            "#]],
        ),
        (
            "{ poisson = { mean = 1e8 } }",
            expect![[r#"
                line 9: option `distribution.poisson.mean` of column `t.a` is 100000000; allowed is above 0, up to 10000000
            "#]],
        ),
        (
            "{ beta = { alpha = 0, beta = 1 } }",
            expect![[r#"
                line 9: option `distribution.beta.alpha` of column `t.a` is 0; allowed is 0.001 to 1000000
            "#]],
        ),
        (
            "{ beta = { alpha = 1, beta = 1e7 } }",
            expect![[r#"
                line 9: option `distribution.beta.beta` of column `t.a` is 10000000; allowed is 0.001 to 1000000
            "#]],
        ),
        (
            "{ weights = [] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is empty; allowed is at least one weight
            "#]],
        ),
        (
            "{ weights = [{ value = 1, weight = -1 }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is a weight of -1 in bucket 1; allowed is weights of 0 or more
            "#]],
        ),
        (
            "{ weights = [{ value = 1, weight = nan }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is a weight of NaN in bucket 1; allowed is weights of 0 or more
            "#]],
        ),
        (
            "{ weights = [{ value = 1, weight = 0 }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is weights of 0 only; allowed is at least one weight above 0
            "#]],
        ),
        (
            "{ weights = [{ value = 1, weight = 1e308 }, { value = 2, weight = 1e308 }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is weights whose sum overflows; allowed is weights whose sum is a finite number
            "#]],
        ),
        (
            "{ weights = [{ weight = 1 }, { value = 1, to = 3, weight = 1 }] }",
            expect![[r#"
                2 things are wrong with the spec:
                  line 9: option `distribution.weights` of column `t.a` is no value in bucket 1; allowed is either `value`, or `from` and `to`
                  line 9: option `distribution.weights` of column `t.a` is value and to in bucket 2; allowed is either `value`, or `from` and `to`
            "#]],
        ),
        (
            "{ weights = [{ from = 3, to = 1, weight = 1 }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is 3 to 1 in bucket 1; allowed is a range that does not end before it starts, of at most 2^64 values
            "#]],
        ),
        (
            "{ weights = [{ from = 3.5, to = 1000, weight = 1 }] }",
            expect![[r#"
                line 9: option `distribution.weights` of column `t.a` is 3.5 in bucket 1; allowed is whole numbers from 0 to 100
            "#]],
        ),
    ] {
        let column =
            format!("kind = \"integer\"; min = 0; max = 100; distribution = {distribution}");
        refused(&column, &expected);
    }
    for (distribution, expected) in [
        (
            "{ poisson = { mean = 1 } }; min = 100; max = 200",
            expect![[r#"
                line 7: option `distribution.poisson.mean` of column `t.a` is 1; allowed is a mean whose counts come between min (100) and max (200) at all
            "#]],
        ),
        (
            "{ beta = { alpha = 1, beta = 1 } }; min = -1e308; max = 1e308",
            expect![[r#"
                line 9: option `max` of column `t.a` is 1e308; allowed is a range that is itself a finite number (min is -1e308)
            "#]],
        ),
        (
            "{ weights = [{ from = 0.5, to = 2, weight = 1 }] }; max = 1",
            expect![[r#"
                line 7: option `distribution.weights` of column `t.a` is 2 in bucket 1; allowed is -1.7976931348623157e308 to 1
            "#]],
        ),
        (
            "{ weights = [{ from = 1.5, to = 0.5, weight = 1 }] }",
            expect![[r#"
                line 7: option `distribution.weights` of column `t.a` is 1.5 to 0.5 in bucket 1; allowed is a range that does not end before it starts, and is itself finite
            "#]],
        ),
    ] {
        refused(
            &format!("kind = \"float\"; distribution = {distribution}"),
            &expected,
        );
    }
    refused(
        r#"kind = "decimal"; distribution = { weights = [{ value = "0.125", weight = 1 }] }"#,
        &expect![[r#"
            line 7: option `distribution.weights` of column `t.a` is 0.125 in bucket 1; allowed is numbers of at most 2 decimals from -9999999999999999.99 to 9999999999999999.99
        "#]],
    );
    unread(
        r#"kind = "float"; distribution = "gauss""#,
        "`gauss`, which is not one of its words; known: `uniform`, `normal`, `log_normal`, \
         `exponential`, `zipf`, `pareto`, `poisson`, `beta`, `weights`",
    );
    unread(
        r#"kind = "float"; distribution = "norml""#,
        "did you mean `normal`?",
    );
    unread(
        r#"kind = "float"; distribution = "normal""#,
        "is `normal` alone; it with its options, as `{ normal = { mean = …, std_dev = … } }`, is \
         expected",
    );
    unread(
        r#"kind = "float"; distribution = { normal = { mean = 1, sd = 2 } }"#,
        "has option `distribution.normal.sd`",
    );
    unread(r#"kind = "integer"; min = "0x10""#, "`0x10` is no number");
}

#[test]
fn values_of_choices() {
    for (column, expected) in [
        (
            r#"kind = "choice"; values = []"#,
            expect![[r#"
                line 7: option `values` of column `t.a` is empty; allowed is at least one value
            "#]],
        ),
        (
            r#"kind = "choice"; values = [1, "a", true]"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 7: option `values` of column `t.a` is "a"; allowed is whole numbers
                  line 7: option `values` of column `t.a` is true; allowed is whole numbers
            "#]],
        ),
        (
            r#"kind = "choice"; values = ["a", "b"]; weights = [1]"#,
            expect![[r#"
                line 8: option `weights` of column `t.a` is a list of 1; allowed is one for each value (2)
            "#]],
        ),
        (
            r#"kind = "choice"; values = ["a", "b"]; weights = [1, -2]"#,
            expect![[r#"
                line 8: option `weights` of column `t.a` is -2; allowed is weights of 0 or more
            "#]],
        ),
        (
            r#"kind = "choice"; values = ["a", "b"]; weights = [nan, 1]"#,
            expect![[r#"
                line 8: option `weights` of column `t.a` is NaN; allowed is weights of 0 or more
            "#]],
        ),
        (
            r#"kind = "choice"; values = ["a", "b"]; weights = [0, 0.0]"#,
            expect![[r#"
                line 8: option `weights` of column `t.a` is [0.0, 0.0]; allowed is at least one weight above 0
            "#]],
        ),
        (
            r#"kind = "choice"; values = [inf]"#,
            expect![[r#"
                line 7: option `values` of column `t.a` is inf; allowed is finite numbers
            "#]],
        ),
        (
            r#"kind = "choice"; values = ["2024-05-01", "soon"]; type = "timestamp""#,
            expect![[r#"
                line 7: option `values` of column `t.a` is "soon"; allowed is date-times such as "2024-05-01T12:00:00Z"
            "#]],
        ),
        (
            r#"kind = "constant"; value = "x"; type = "integer""#,
            expect![[r#"
                line 7: option `value` of column `t.a` is "x"; allowed is whole numbers
            "#]],
        ),
    ] {
        refused(column, &expected);
    }
    unread(
        r#"kind = "constant"; value = [1]"#,
        "option `value` of column `t.a` is a list",
    );
}

#[test]
fn specs_of_numbers_read_back_as_themselves() {
    let columns = [
        r#"name = "a"; kind = "integer"; type = "uint64"; max = "18446744073709551615"; unique = true"#,
        r#"name = "b"; kind = "float"; type = "float32"; distribution = { normal = { mean = 1, std_dev = 0.1 } }"#,
        r#"name = "c"; kind = "decimal"; precision = 38; min = "0.10"; max = 1e20; distribution = { zipf = { exponent = 2 } }"#,
        r#"name = "d"; kind = "integer"; distribution = { weights = [{ value = 1, weight = 1 }, { from = "2", to = 3, weight = 0.5 }] }"#,
        r#"name = "e"; kind = "choice"; values = ["a", "b"]; weights = [1, 2]; type = "string""#,
        r#"name = "f"; kind = "choice"; values = [1, 2.5, -3]"#,
        r#"name = "g"; kind = "constant"; value = true"#,
        r#"name = "h"; kind = "integer"; distribution = "uniform""#,
    ];
    assert_eq!(generator(&columns).block(0..9).unwrap().num_columns(), 8);
    let spec = DatasetSpec::from_toml(&spec(&columns)).unwrap();
    let toml = toml::to_string(&spec).unwrap();
    assert_eq!(DatasetSpec::from_toml(&toml).unwrap(), spec, "{toml}");
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(
        serde_json::from_str::<DatasetSpec>(&json).unwrap(),
        spec,
        "{json}"
    );
}
