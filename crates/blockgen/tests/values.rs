//! What the kinds hold at options that the data set `people` does not use.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};

use support::generator;

const ROWS: u64 = 20_000;

/// Rows of a table of this one column.
fn block(options: &str) -> RecordBatch {
    let generator = generator(&[&format!("name = \"a\"; {options}")]);
    generator.block(0..ROWS).unwrap()
}

fn floats(options: &str) -> Vec<f64> {
    let block = block(&format!("kind = \"float\"; {options}"));
    let floats = block.column(0).as_primitive::<Float64Type>();
    floats.values().to_vec()
}

/// How often a value of the lower half comes, as a fraction of all.
fn below(values: &[f64], middle: f64) -> f64 {
    let below = values.iter().filter(|value| **value < middle).count();
    below as f64 / values.len() as f64
}

#[test]
fn decimals_come_from_the_smallest_value_to_the_largest() {
    for (options, expected) in [
        // As products with 100 these bounds are off by a little, each to the wrong side.
        (
            "min = 19.9; max = 19.99; decimals = 2",
            "19.90 19.91 19.92 19.93 19.94 19.95 19.96 19.97 19.98 19.99",
        ),
        ("min = 0.07; max = 0.1; decimals = 2", "0.07 0.08 0.09 0.10"),
        ("min = 0.29; max = 0.29; decimals = 2", "0.29"),
        ("min = -0.29; max = -0.28; decimals = 2", "-0.29 -0.28"),
        // Bounds with more decimals than the values have.
        ("min = -0.15; max = 0.19; decimals = 1", "-0.1 0.0 0.1"),
        ("min = -1.5; max = 1.5; decimals = 0", "-1 0 1"),
    ] {
        let mut values = floats(options);
        values.sort_by(f64::total_cmp);
        values.dedup();
        let expected: Vec<f64> = expected.split(' ').map(|v| v.parse().unwrap()).collect();
        assert_eq!(values, expected, "{options}");
    }
}

#[test]
fn floats_without_decimals_fill_their_range_evenly() {
    for (options, min, max) in [
        ("min = 0.0; max = 1.0", 0.0, 1.0),
        ("min = -273.15; max = 1e4", -273.15, 1e4),
        ("min = -8e307; max = 8e307", -8e307, 8e307),
    ] {
        let values = floats(options);
        assert!(values.iter().all(|value| (min..=max).contains(value)));
        // Half of them in each half, within five standard deviations, and a quarter below that.
        let at = |fraction: f64| min + (max - min) * fraction;
        for fraction in [0.25, 0.5, 0.75] {
            let found = below(&values, at(fraction));
            assert!((found - fraction).abs() < 0.018, "{options}: {found}");
        }
        // Nothing is rounded to a grid: no value comes twice.
        let different: BTreeSet<_> = values.iter().map(|value| value.to_bits()).collect();
        assert_eq!(different.len(), ROWS as usize, "{options}");
    }
    assert!(floats("min = 0.1; max = 0.1").iter().all(|v| *v == 0.1));
}

#[test]
fn integers_reach_both_ends_of_their_type() {
    let all = block("kind = \"integer\"; min = -9223372036854775808; max = 9223372036854775807");
    let all = all.column(0).as_primitive::<Int64Type>().values().to_vec();
    // A sixteenth of the type holds a sixteenth of the values, at either end.
    let share = |part: &dyn Fn(i64) -> bool| {
        all.iter().filter(|value| part(**value)).count() as f64 / ROWS as f64
    };
    let edge = i64::MAX / 8 * 7;
    for share in [share(&|n| n < -edge), share(&|n| n > edge)] {
        assert!((share - 1.0 / 16.0).abs() < 0.01, "{share}");
    }

    let ends = block("kind = \"integer\"; type = \"int32\"; min = 2147483646; max = 2147483647");
    let ends = ends.column(0).as_primitive::<Int32Type>();
    let different: BTreeSet<_> = ends.values().iter().copied().collect();
    assert!(different.into_iter().eq([i32::MAX - 1, i32::MAX]));
}

#[test]
fn flags_follow_their_probability() {
    let share = |probability: &str| {
        let block = block(&format!("kind = \"bool\"; probability = {probability}"));
        block.column(0).as_boolean().true_count() as f64 / ROWS as f64
    };
    assert_eq!(share("0.0"), 0.0);
    assert_eq!(share("1.0"), 1.0);
    assert!((share("0.1") - 0.1).abs() < 0.011);
}

#[test]
fn times_lie_from_the_first_moment_to_before_the_last() {
    let two = block(
        "kind = \"timestamp\"; from = 1969-12-31T23:59:59.999999Z; to = 1970-01-01T00:00:00.000001Z",
    );
    let two = two.column(0).as_primitive::<TimestampMicrosecondType>();
    let different: BTreeSet<_> = two.values().iter().copied().collect();
    assert!(different.into_iter().eq([-1, 0]));
}

#[test]
fn sentences_have_as_many_words_as_asked_for() {
    for words in [1, 5, 6, 1_000] {
        let lorem = generator(&[&format!("name = \"a\"; kind = \"lorem\"; words = {words}")]);
        let lorem = lorem.block(0..50).unwrap();
        for text in lorem.column(0).as_string::<i32>().iter().flatten() {
            assert_eq!(text.split(' ').count(), words, "{text}");
            assert!(text.ends_with('.') && !text.contains(". "), "{text}");
        }
    }
}
