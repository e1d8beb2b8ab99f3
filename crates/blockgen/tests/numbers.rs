//! Numbers and choices: their ranges, their distributions, and the law.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int64Type, TimestampMicrosecondType,
    UInt64Type,
};
use blockgen::{GenerateError, MAX_ROWS};
use proptest::prelude::*;

use support::generator;

const ROWS: u64 = 40_000;

/// One column of each kind and distribution.
const COLUMNS: [&str; 22] = [
    r#"name = "i8"; kind = "integer"; type = "int8""#,
    r#"name = "u64"; kind = "integer"; type = "uint64"; max = "18446744073709551615""#,
    r#"name = "unique"; kind = "integer"; unique = true"#,
    r#"name = "unique_u64"; kind = "integer"; type = "uint64"; unique = true"#,
    r#"name = "i_normal"; kind = "integer"; min = 0; max = 100; distribution = { normal = { mean = 50, std_dev = 30 } }"#,
    r#"name = "i_zipf"; kind = "integer"; max = 1_000_000; distribution = { zipf = { exponent = 1.1 } }"#,
    r#"name = "i_poisson"; kind = "integer"; distribution = { poisson = { mean = 4 } }"#,
    r#"name = "i_weights"; kind = "integer"; distribution = { weights = [{ value = -1, weight = 1 }, { from = 10, to = 20, weight = 3 }] }"#,
    r#"name = "f32"; kind = "float"; type = "float32""#,
    r#"name = "f_normal"; kind = "float"; distribution = { normal = { mean = 0.0, std_dev = 1.0 } }"#,
    r#"name = "f_log_normal"; kind = "float"; distribution = { log_normal = { mu = 1.0, sigma = 0.5 } }"#,
    r#"name = "f_exponential"; kind = "float"; distribution = { exponential = { rate = 0.1 } }"#,
    r#"name = "f_pareto"; kind = "float"; distribution = { pareto = { scale = 1.0, shape = 1.16 } }"#,
    r#"name = "f_beta"; kind = "float"; distribution = { beta = { alpha = 0.5, beta = 2.0 } }"#,
    r#"name = "f_weights"; kind = "float"; distribution = { weights = [{ value = 0.5, weight = 1 }, { from = -1.5, to = 2, weight = 0.5 }] }"#,
    r#"name = "f_decimals"; kind = "float"; decimals = 2; distribution = { exponential = { rate = 0.01 } }"#,
    r#"name = "d_uniform"; kind = "decimal"; precision = 9; scale = 2"#,
    r#"name = "d_wide"; kind = "decimal"; precision = 38; scale = 10"#,
    r#"name = "d_normal"; kind = "decimal"; min = 0; distribution = { normal = { mean = 100, std_dev = 25 } }"#,
    r#"name = "constant"; kind = "constant"; value = "x""#,
    r#"name = "choice"; kind = "choice"; values = ["a", "bb", ""]; weights = [1, 2.5, 0.5]"#,
    r#"name = "choice_numbers"; kind = "choice"; values = [1, 2, 3]"#,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ranges_compose(
        start in prop_oneof![0u64..5_000, 0u64..MAX_ROWS - 2_000],
        first in 0u64..300,
        second in 0u64..300,
    ) {
        let generator = generator(&COLUMNS);
        let (middle, end) = (start + first, start + first + second);
        let whole = generator.block(start..end).unwrap();
        let halves = [generator.block(start..middle), generator.block(middle..end)];
        let halves = halves.map(Result::unwrap);
        prop_assert_eq!(whole, concat_batches(&generator.schema(), &halves).unwrap());
    }

    /// Whatever the bounds and the parameters: no value leaves the range or is no number.
    #[test]
    fn bounds_hold_to_the_last_bit(
        a in -1e18f64..1e18, b in -1e18f64..1e18,
        shrink in 0i32..40,
        mean in -1e18f64..1e18, spread in 0.0f64..1e18,
        positive in 1e-3f64..1e3,
        narrow: bool,
    ) {
        let size = 10f64.powi(-shrink);
        let (min, max) = (a.min(b) * size, a.max(b) * size);
        let data_type = if narrow { "float32" } else { "float64" };
        for distribution in [
            "\"uniform\"".to_owned(),
            format!("{{ normal = {{ mean = {:?}, std_dev = {:?} }} }}", mean * size, spread * size),
            format!("{{ log_normal = {{ mu = {positive:?}, sigma = {:?} }} }}", positive * 10.0),
            format!("{{ exponential = {{ rate = {positive:?} }} }}"),
            format!("{{ pareto = {{ scale = {positive:?}, shape = {positive:?} }} }}"),
            format!("{{ beta = {{ alpha = {positive:?}, beta = 0.01 }} }}"),
            format!("{{ zipf = {{ exponent = {:?} }} }}", positive / 10.0),
            format!("{{ weights = [{{ from = {min:?}, to = {max:?}, weight = 1 }}] }}"),
        ] {
            // In weights the bounds are numbers of their own, which 32 bits would round.
            if narrow && distribution.contains("weights") {
                continue;
            }
            let column = format!(
                "name = \"a\"; kind = \"float\"; type = \"{data_type}\"; min = {min:?}; \
                 max = {max:?}; distribution = {distribution}"
            );
            let block = generator(&[&column]).block(0..200).unwrap();
            let inside = match block.column(0).data_type() {
                DataType::Float32 => {
                    let values = block.column(0).as_primitive::<Float32Type>().values();
                    values.iter().all(|v| (min as f32..=max as f32).contains(v))
                }
                _ => {
                    let values = block.column(0).as_primitive::<Float64Type>().values();
                    values.iter().all(|v| (min..=max).contains(v))
                }
            };
            prop_assert!(inside, "{}", column);
        }
    }
}

fn column(options: &str) -> ArrayRef {
    let generator = generator(&[&format!("name = \"a\"; {options}")]);
    let block = generator.block(0..ROWS).unwrap();
    assert_eq!(block.column(0).null_count(), 0);
    block.column(0).clone()
}

fn floats(options: &str) -> Vec<f64> {
    let values = cast(&column(options), &DataType::Float64).unwrap();
    values.as_primitive::<Float64Type>().values().to_vec()
}

fn whole(options: &str) -> Vec<i64> {
    let values = cast(&column(options), &DataType::Int64).unwrap();
    values.as_primitive::<Int64Type>().values().to_vec()
}

/// Kolmogorov and Smirnov: the largest distance between the distribution function and that of the
/// values, in units of one over the root of their number; 2 is passed once in three thousand times.
fn assert_follows(options: &str, function: impl Fn(f64) -> f64) {
    let mut values = floats(options);
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let distance = |(i, value): (usize, &f64)| {
        let expected = function(*value);
        (expected - i as f64 / count)
            .abs()
            .max((expected - (i + 1) as f64 / count).abs())
    };
    let largest = values.iter().enumerate().map(distance).fold(0.0, f64::max);
    assert!(
        largest * count.sqrt() < 2.0,
        "{options}: {}",
        largest * count.sqrt()
    );
}

fn standard_normal(z: f64) -> f64 {
    libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

#[test]
fn continuous_distributions_follow_their_functions() {
    let float = |rest: &str| format!("kind = \"float\"; {rest}");
    assert_follows(&float(""), |x| x);
    assert_follows(&float("min = -3; max = 5"), |x| (x + 3.0) / 8.0);
    assert_follows(
        &float("distribution = { normal = { mean = -3, std_dev = 2.5 } }"),
        |x| standard_normal((x + 3.0) / 2.5),
    );
    // Cut off at both ends: the shape inside stays.
    let part = (standard_normal(-1.0), standard_normal(0.5));
    assert_follows(
        &float("min = -1; max = 0.5; distribution = { normal = { mean = 0, std_dev = 1 } }"),
        |x| (standard_normal(x) - part.0) / (part.1 - part.0),
    );
    assert_follows(
        &float("distribution = { log_normal = { mu = 1.5, sigma = 0.7 } }"),
        |x| standard_normal((x.ln() - 1.5) / 0.7),
    );
    assert_follows(
        &float("distribution = { exponential = { rate = 4 } }"),
        |x| 1.0 - (-4.0 * x).exp(),
    );
    assert_follows(
        &float("min = 10; distribution = { exponential = { rate = 4 } }"),
        |x| 1.0 - (-4.0 * (x - 10.0)).exp(),
    );
    assert_follows(
        &float("distribution = { pareto = { scale = 2, shape = 1.16 } }"),
        |x| 1.0 - (2.0 / x).powf(1.16),
    );
    assert_follows(
        &float("distribution = { beta = { alpha = 1, beta = 1 } }"),
        |x| x,
    );
    assert_follows(
        &float("distribution = { beta = { alpha = 0.5, beta = 0.5 } }"),
        |x| 2.0 / std::f64::consts::PI * x.sqrt().asin(),
    );
    assert_follows(
        &float("min = 10; max = 20; distribution = { beta = { alpha = 3, beta = 1 } }"),
        |x| ((x - 10.0) / 10.0).powi(3),
    );
    assert_follows(
        &float("distribution = { beta = { alpha = 2, beta = 4 } }"),
        |x| 1.0 - (1.0 - x).powi(5) - 5.0 * x * (1.0 - x).powi(4),
    );
    assert_follows(
        &float(
            "min = -5; max = 5; distribution = { weights = [{ from = -1, to = 1, weight = 3 }, { from = 2, to = 3, weight = 1 }] }",
        ),
        |x| {
            if x <= 1.0 {
                (x + 1.0) / 2.0 * 0.75
            } else {
                0.75 + (x - 2.0) * 0.25
            }
        },
    );
}

/// Deviation of the counts of whole numbers from what is expected, in standard deviations of the
/// chi-square statistic; what is expected less than eight times is put together.
fn assert_counts(options: &str, from: i64, probabilities: &[f64]) {
    let mut counts = BTreeMap::<i64, f64>::new();
    for value in whole(options) {
        *counts.entry(value).or_default() += 1.0;
    }
    let last = from + probabilities.len() as i64 - 1;
    assert!(
        counts.keys().all(|value| (from..=last).contains(value)),
        "{options}: {counts:?}"
    );
    let total: f64 = probabilities.iter().sum();
    let (mut chi_square, mut cells, mut rest) = (0.0, 0.0, (0.0, 0.0));
    let mut add = |found: f64, expected: f64| {
        chi_square += (found - expected).powi(2) / expected;
        cells += 1.0;
    };
    for (value, probability) in (from..).zip(probabilities) {
        let expected = probability / total * ROWS as f64;
        let found = counts.get(&value).copied().unwrap_or(0.0);
        if expected < 8.0 {
            rest = (rest.0 + found, rest.1 + expected);
        } else {
            add(found, expected);
        }
    }
    if rest.1 > 1.0 {
        add(rest.0, rest.1);
    }
    let off = (chi_square - (cells - 1.0)) / (2.0 * (cells - 1.0)).sqrt();
    assert!(off.abs() < 4.5, "{options}: {off}");
}

#[test]
fn counts_and_ranks_come_as_often_as_they_should() {
    let integer = |rest: &str| format!("kind = \"integer\"; {rest}");
    assert_counts(&integer("min = -3; max = 4"), -3, &[1.0; 8]);
    for exponent in [0.5, 1.0, 1.1, 3.0] {
        let zipf = |ranks: u32| -> Vec<f64> {
            (1..=ranks)
                .map(|rank| f64::from(rank).powf(-exponent))
                .collect()
        };
        for (range, from, ranks) in [("max = 10", 1, 10), ("min = 5; max = 1004", 5, 1_000)] {
            let options =
                format!("{range}; distribution = {{ zipf = {{ exponent = {exponent:?} }} }}");
            assert_counts(&integer(&options), from, &zipf(ranks));
        }
        let one = format!("max = 1; distribution = {{ zipf = {{ exponent = {exponent:?} }} }}");
        assert!(whole(&integer(&one)).iter().all(|rank| *rank == 1));
    }
    let poisson = |mean: f64, counts: std::ops::Range<u32>| -> Vec<f64> {
        let log = |k: f64| k * mean.ln() - mean - libm::lgamma(k + 1.0);
        counts.map(|k| log(f64::from(k)).exp()).collect()
    };
    for mean in [0.1, 3.5, 40.0] {
        let options = format!("distribution = {{ poisson = {{ mean = {mean:?} }} }}");
        assert_counts(&integer(&options), 0, &poisson(mean, 0..150));
    }
    let some = "min = 2; max = 4; distribution = { poisson = { mean = 3.5 } }";
    assert_counts(&integer(some), 2, &poisson(3.5, 2..5));
    // Rounded, not cut off: each whole number has what lies half a step around it.
    let bell: Vec<_> = (-4..=6)
        .map(|n| (f64::from(n) - 1.0) / 1.5)
        .map(|z| standard_normal(z + 1.0 / 3.0) - standard_normal(z - 1.0 / 3.0))
        .collect();
    let normal = "min = -4; max = 6; distribution = { normal = { mean = 1, std_dev = 1.5 } }";
    assert_counts(&integer(normal), -4, &bell);
    let waiting: Vec<f64> = (0..200).map(|n| (-0.3 * f64::from(n)).exp()).collect();
    assert_counts(
        &integer("distribution = { exponential = { rate = 0.3 } }"),
        0,
        &waiting,
    );
    let even = "min = 1; max = 6; distribution = { beta = { alpha = 1, beta = 1 } }";
    assert_counts(&integer(even), 1, &[1.0; 6]);
    let weights = "distribution = { weights = [{ value = 1, weight = 5 }, { from = 3, to = 5, weight = 3 }, { value = 4, weight = 1 }, { value = 9, weight = 0 }] }";
    assert_counts(&integer(weights), 1, &[5.0, 0.0001, 1.0, 2.0, 1.0][..5]);
}

#[test]
fn large_counts_lie_around_their_mean() {
    let counts = floats("kind = \"integer\"; distribution = { poisson = { mean = 1e7 } }");
    let mean = counts.iter().sum::<f64>() / ROWS as f64;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / ROWS as f64;
    assert!(
        (mean - 1e7).abs() < 5.0 * (1e7 / ROWS as f64).sqrt(),
        "{mean}"
    );
    assert!((variance / 1e7 - 1.0).abs() < 0.05, "{variance}");
}

#[test]
fn every_type_of_integers_reaches_its_ends() {
    for (data_type, min, max) in [
        ("int8", -128, 127),
        ("uint8", 0, 255),
        ("int16", -32_768, 32_767),
        ("uint16", 0, 65_535),
    ] {
        // Unique: all of them, each once.
        let options =
            format!("name = \"a\"; kind = \"integer\"; type = \"{data_type}\"; unique = true");
        let generator = generator(&[&options]);
        let block = generator.block(0..(max - min + 1) as u64).unwrap();
        let values = cast(block.column(0), &DataType::Int64).unwrap();
        let values: BTreeSet<_> = values
            .as_primitive::<Int64Type>()
            .values()
            .iter()
            .copied()
            .collect();
        assert!(values.into_iter().eq(min..=max), "{data_type}");
    }
    let top = column("kind = \"integer\"; type = \"uint64\"; min = \"18446744073709551614\"");
    let top: BTreeSet<_> = top
        .as_primitive::<UInt64Type>()
        .values()
        .iter()
        .copied()
        .collect();
    assert!(top.into_iter().eq([u64::MAX - 1, u64::MAX]));
    let all = column("kind = \"integer\"; type = \"uint64\"");
    let upper = all
        .as_primitive::<UInt64Type>()
        .values()
        .iter()
        .filter(|n| **n > u64::MAX / 2);
    assert!((upper.count() as f64 / ROWS as f64 - 0.5).abs() < 0.015);
    // From a distribution, too, above what is signed.
    let high = column(
        "kind = \"integer\"; type = \"uint64\"; min = \"18446744073709551614\"; distribution = { zipf = { exponent = 1 } }",
    );
    let high = high.as_primitive::<UInt64Type>();
    assert!(high.values().iter().all(|n| *n >= u64::MAX - 1));
}

#[test]
fn unique_values_never_come_twice_and_say_when_they_are_used_up() {
    let ids = whole("kind = \"integer\"; min = 1_000_000; max = 1_039_999; unique = true");
    assert!(ids.windows(2).filter(|pair| pair[0] < pair[1]).count() < ROWS as usize * 51 / 100);
    let different: BTreeSet<_> = ids.into_iter().collect();
    assert!(different.into_iter().eq(1_000_000..1_040_000));
    let all = whole("kind = \"integer\"; unique = true");
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len() as u64, ROWS);

    let few = generator(&[r#"name = "a"; kind = "integer"; min = 1; max = 10; unique = true"#]);
    assert_eq!(few.block(3..10).unwrap().num_rows(), 7);
    let error = few.block(3..11).unwrap_err();
    assert!(matches!(
        error,
        GenerateError::UniqueExhausted {
            values: 10,
            row: 10,
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        "cannot make row 10 of column `t.a`: there are 10 values that it may have, and none may \
         come twice; let there be more, or ask for lower rows"
    );
}

#[test]
fn decimals_are_exact_and_reach_their_ends() {
    let prices =
        column("kind = \"decimal\"; precision = 4; scale = 2; min = 19.9; max = \"19.99\"");
    assert_eq!(prices.data_type(), &DataType::Decimal128(4, 2));
    let prices = prices.as_primitive::<Decimal128Type>();
    let different: BTreeSet<_> = prices.values().iter().copied().collect();
    assert!(different.into_iter().eq(1990..=1999));
    let all = column(
        "kind = \"decimal\"; precision = 38; scale = 0; min = \"-99999999999999999999999999999999999999\"",
    );
    let most = 10i128.pow(38) - 1;
    let values = all.as_primitive::<Decimal128Type>().values();
    assert!(values.iter().all(|value| (-most..=most).contains(value)));
    let share = |above: i128| {
        let above = values.iter().filter(|value| **value > above);
        above.count() as f64 / ROWS as f64
    };
    assert!((share(most / 2) - 0.25).abs() < 0.015);
    assert!((share(-most / 2) - 0.75).abs() < 0.015);
    let bell =
        floats("kind = \"decimal\"; distribution = { normal = { mean = 100, std_dev = 25 } }");
    assert!((bell.iter().sum::<f64>() / ROWS as f64 - 100.0).abs() < 0.7);
    let weights = column(
        "kind = \"decimal\"; distribution = { weights = [{ value = \"0.99\", weight = 1 }, { value = 5, weight = 0 }] }",
    );
    assert!(
        weights
            .as_primitive::<Decimal128Type>()
            .values()
            .iter()
            .all(|value| *value == 99)
    );
    // Decimals of floats by a distribution are those nearest to decimal numbers, as well.
    for value in floats(
        "kind = \"float\"; decimals = 2; max = 1000; distribution = { exponential = { rate = 0.01 } }",
    ) {
        assert_eq!(format!("{value:.2}").parse::<f64>().unwrap(), value);
    }
    let narrow = column("kind = \"float\"; type = \"float32\"; decimals = 3; min = -8; max = 8");
    for value in narrow.as_primitive::<Float32Type>().values() {
        assert_eq!(format!("{value:.3}").parse::<f32>().unwrap(), *value);
    }
}

#[test]
fn choices_and_constants_are_of_the_type_they_are_written_in() {
    let texts = column(
        "kind = \"choice\"; values = [\"a\", \"\", \"long enough for two steps\"]; weights = [6, 0, 2]",
    );
    let texts: Vec<_> = texts.as_string::<i32>().iter().flatten().collect();
    let a = texts.iter().filter(|text| **text == "a").count();
    assert!((a as f64 / ROWS as f64 - 0.75).abs() < 0.012, "{a}");
    assert!(
        texts
            .iter()
            .all(|text| *text == "a" || text.starts_with("long enough for two steps"))
    );
    assert_counts(
        "kind = \"choice\"; values = [4, 5, 6, 6]",
        4,
        &[1.0, 1.0, 2.0],
    );
    for (options, data_type) in [
        ("kind = \"choice\"; values = [1, 2.5]", DataType::Float64),
        (
            "kind = \"choice\"; values = [1, 2]; type = \"float\"",
            DataType::Float64,
        ),
        (
            "kind = \"choice\"; values = [true, false]",
            DataType::Boolean,
        ),
        ("kind = \"constant\"; value = 1", DataType::Int64),
        ("kind = \"constant\"; value = true", DataType::Boolean),
        ("kind = \"constant\"; value = \"x\"", DataType::Utf8),
    ] {
        assert_eq!(column(options).data_type(), &data_type, "{options}");
    }
    let half = column("kind = \"choice\"; values = [true, false]; weights = [1, 3]");
    assert!((half.as_boolean().true_count() as f64 / ROWS as f64 - 0.25).abs() < 0.012);
    let moment =
        column("kind = \"constant\"; value = \"1970-01-01T00:00:01Z\"; type = \"timestamp\"");
    let moment = moment.as_primitive::<TimestampMicrosecondType>();
    assert!(moment.values().iter().all(|value| *value == 1_000_000));
    let floats = floats("kind = \"choice\"; values = [1, 2.5]");
    assert_eq!(
        floats
            .iter()
            .filter(|value| **value == 1.0 || **value == 2.5)
            .count(),
        ROWS as usize
    );
}
