//! What columns of times hold.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeSet;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use arrow::util::display::array_value_to_string;

use blockgen::DatasetSpec;
use support::{generator, spec};

const ROWS: u64 = 20_000;

fn block(options: &str) -> RecordBatch {
    let generator = generator(&[&format!("name = \"a\"; {options}")]);
    generator.block(0..ROWS).unwrap()
}

/// The values as their type counts them.
fn counts(options: &str) -> Vec<i64> {
    let block = block(options);
    let counts = cast(block.column(0), &DataType::Int64).unwrap();
    counts.as_primitive::<Int64Type>().values().to_vec()
}

fn data_type(options: &str) -> DataType {
    block(options).column(0).data_type().clone()
}

/// How far the counts of `classes` equal parts are from even, in standard deviations of the
/// chi-square statistic.
fn unevenness(values: &[i64], min: i64, end: i64, classes: usize) -> f64 {
    let mut found = vec![0u64; classes];
    for value in values {
        assert!((min..end).contains(value), "{value}");
        let class = i128::from(value - min) * classes as i128 / i128::from(end - min);
        found[class as usize] += 1;
    }
    let expected = values.len() as f64 / classes as f64;
    let chi: f64 = found
        .iter()
        .map(|n| (*n as f64 - expected).powi(2) / expected)
        .sum();
    let freedom = classes as f64 - 1.0;
    (chi - freedom) / (2.0 * freedom).sqrt()
}

#[test]
fn types_follow_unit_and_zone() {
    let timestamp = |options: &str| {
        data_type(&format!(
            "kind = \"timestamp\"; from = 2024-01-01; to = 2025-01-01; {options}"
        ))
    };
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    for (options, unit, zone) in [
        ("", Microsecond, Some("UTC")),
        ("unit = \"s\"", Second, Some("UTC")),
        (
            "unit = \"ms\"; timezone = \"Europe/Berlin\"",
            Millisecond,
            Some("Europe/Berlin"),
        ),
        (
            "unit = \"ns\"; timezone = \"+02:00\"",
            Nanosecond,
            Some("+02:00"),
        ),
        ("unit = \"us\"; timezone = \"none\"", Microsecond, None),
        ("timezone = \"\"", Microsecond, None),
    ] {
        let expected = DataType::Timestamp(unit, zone.map(Into::into));
        assert_eq!(timestamp(options), expected, "{options}");
    }
    assert_eq!(
        data_type("kind = \"date\"; from = 2024-01-01; to = 2025-01-01"),
        DataType::Date32
    );
    for (name, time, unit) in [
        ("s", DataType::Time32(Second), Second),
        ("ms", DataType::Time32(Millisecond), Millisecond),
        ("us", DataType::Time64(Microsecond), Microsecond),
        ("ns", DataType::Time64(Nanosecond), Nanosecond),
    ] {
        assert_eq!(
            data_type(&format!("kind = \"time\"; unit = \"{name}\"")),
            time
        );
        let duration = format!("kind = \"duration\"; min = 0; max = 9; unit = \"{name}\"");
        assert_eq!(data_type(&duration), DataType::Duration(unit));
    }
}

#[test]
fn ranges_are_filled_evenly() {
    const DAY: i64 = 86_400;
    let year = (19_723 * DAY, 20_089 * DAY);
    for (options, (min, end)) in [
        (
            "kind = \"timestamp\"; from = 2024-01-01; to = 2025-01-01; unit = \"s\"",
            year,
        ),
        (
            "kind = \"timestamp\"; from = 2024-01-01; to = 2025-01-01; unit = \"ns\"",
            (year.0 * 1_000_000_000, year.1 * 1_000_000_000),
        ),
        (
            "kind = \"date\"; from = 2024-01-01; to = 2025-01-01",
            (19_723, 20_089),
        ),
        ("kind = \"time\"; unit = \"ms\"", (0, DAY * 1_000)),
        (
            "kind = \"time\"; from = \"08:30\"; to = \"17:00\"; unit = \"s\"",
            (30_600, 61_200),
        ),
        (
            "kind = \"duration\"; min = \"-1h\"; max = \"1h30m\"; unit = \"s\"",
            (-3_600, 5_401),
        ),
        ("kind = \"duration\"; min = -9; max = 9", (-9, 10)),
    ] {
        let values = counts(options);
        let classes = (end - min).min(366) as usize;
        // The last class must not be wider than the others where values are few.
        let classes = if (end - min) % classes as i64 == 0 {
            classes
        } else {
            10
        };
        let unevenness = unevenness(&values, min, end, classes);
        assert!(unevenness.abs() < 5.0, "{options}: {unevenness}");
        let span = (end - min) as f64;
        let reached = |value: i64| {
            values
                .iter()
                .any(|v| v.abs_diff(value) as f64 <= span / 500.0)
        };
        assert!(reached(min) && reached(end - 1), "{options}");
    }
}

#[test]
fn ends_are_rounded_up_to_the_unit() {
    let two = "kind = \"timestamp\"; from = 1969-12-31T23:59:58.1Z; to = 1970-01-01T00:00:00.1Z";
    let seconds: BTreeSet<_> = counts(&format!("{two}; unit = \"s\""))
        .into_iter()
        .collect();
    assert!(seconds.into_iter().eq([-1, 0]));
    let three = "kind = \"time\"; from = \"00:00:00.0005\"; to = \"00:00:00.003000001\"";
    let millis: BTreeSet<_> = counts(&format!("{three}; unit = \"ms\""))
        .into_iter()
        .collect();
    assert!(millis.into_iter().eq([1, 2, 3]));
}

#[test]
fn steps_are_counted_from_the_first_value() {
    for (options, expected) in [
        (
            "kind = \"timestamp\"; from = 2024-01-01T00:05:00Z; to = 2024-01-01T01:00:00Z; \
             unit = \"s\"; step = \"15m\"; timezone = \"none\"",
            "2024-01-01T00:05:00 2024-01-01T00:20:00 2024-01-01T00:35:00 2024-01-01T00:50:00",
        ),
        (
            "kind = \"date\"; from = 2024-02-28; to = 2024-03-14; step = \"1w\"",
            "2024-02-28 2024-03-06 2024-03-13",
        ),
        (
            "kind = \"date\"; from = 2024-02-28; to = 2024-03-02; step = 2",
            "2024-02-28 2024-03-01",
        ),
        (
            "kind = \"time\"; step = \"8h\"; unit = \"s\"",
            "00:00:00 08:00:00 16:00:00",
        ),
        (
            "kind = \"time\"; from = \"12:00\"; step = \"8h\"; unit = \"s\"",
            "12:00:00 20:00:00",
        ),
        (
            "kind = \"duration\"; min = -5; max = 6; step = 5; unit = \"s\"",
            "-PT5S P0D PT5S",
        ),
        // Longer than the range: its first value alone.
        (
            "kind = \"date\"; from = 2024-02-28; to = 2025-02-28; step = 1_000_000",
            "2024-02-28",
        ),
    ] {
        let block = block(options);
        let values: BTreeSet<_> = (0..block.num_rows())
            .map(|row| array_value_to_string(block.column(0), row).unwrap())
            .collect();
        let expected: BTreeSet<_> = expected.split(' ').map(str::to_owned).collect();
        assert_eq!(values, expected, "{options}");
    }
}

#[test]
fn ordered_times_are_a_line_and_a_delay() {
    let from = "kind = \"timestamp\"; from = 1970-01-01";
    let exact = counts(&format!("{from}; ordered = {{ every = \"1m30s\" }}"));
    assert!(
        exact
            .iter()
            .zip(0..)
            .all(|(value, row)| *value == row * 90_000_000)
    );

    let delayed = counts(&format!(
        "{from}; unit = \"ms\"; ordered = {{ every = \"10s\", jitter = \"10s\" }}"
    ));
    assert!(delayed.windows(2).all(|pair| pair[0] <= pair[1]));
    let delays: Vec<_> = delayed
        .iter()
        .zip(0..)
        .map(|(value, row)| value - row * 10_000)
        .collect();
    assert!(unevenness(&delays, 0, 10_000, 100).abs() < 5.0);

    // Longer delays overtake, and a step rounds down.
    let late = counts(&format!(
        "{from}; unit = \"s\"; step = \"1m\"; ordered = {{ every = \"10s\", jitter = \"5m\" }}"
    ));
    assert!(late.windows(2).any(|pair| pair[0] > pair[1]));
    assert!(late.iter().zip(0..).all(|(value, row)| {
        value % 60 == 0 && (row * 10 / 60 * 60..row * 10 + 300).contains(value)
    }));
}

#[test]
fn several_rows_share_a_day_or_a_second() {
    let days = counts("kind = \"date\"; from = 1970-01-01; ordered = { every = \"1h\" }");
    assert!(days.iter().zip(0..).all(|(day, row)| *day == row / 24));
    let thirds =
        "kind = \"timestamp\"; from = 1970-01-01; unit = \"s\"; ordered = { every = \"333ms\" }";
    assert!(
        counts(thirds)
            .iter()
            .zip(0..)
            .all(|(second, row)| *second == row * 333 / 1_000)
    );
    // In nanoseconds there is no number of seconds that all can be counted in.
    let days = "kind = \"date\"; from = 1970-01-01; ordered = { every = \"7ns\", jitter = \"1d\" }";
    let days = counts(days);
    assert!(days.iter().all(|day| [0, 1].contains(day)));
}

#[test]
fn the_widest_ranges() {
    for options in [
        "kind = \"timestamp\"; from = 0000-01-01; to = \"9999-12-31T23:59:59.999999Z\"; unit = \"ms\"",
        "kind = \"timestamp\"; from = \"1677-09-21T00:12:43.145225Z\"; to = \"2262-04-11T23:47:16.854775Z\"; unit = \"ns\"",
        "kind = \"duration\"; min = -9223372036854775807; max = 9223372036854775807",
        "kind = \"date\"; from = 0000-01-01; to = 9999-12-31",
    ] {
        let values = counts(options);
        let (low, high) = (values.iter().min().unwrap(), values.iter().max().unwrap());
        let width = i128::from(*high) - i128::from(*low);
        let negative = values.iter().filter(|value| **value < 0).count();
        assert!(
            negative > 0 && negative < values.len() && width > 3_000_000,
            "{options}"
        );
    }
}

#[test]
fn options_are_read_back_as_they_were_written() {
    let text = spec(&[
        r#"name = "a"; kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; unit = "ns"; timezone = ""; step = "90s""#,
        r#"name = "b"; kind = "timestamp"; from = 2024-01-01; ordered = { every = 10, jitter = "1h30m" }"#,
        r#"name = "c"; kind = "date"; from = 2024-02-29; to = "2025-01-01"; step = 7"#,
        r#"name = "d"; kind = "date"; from = 2024-02-29; ordered = { every = "6h" }"#,
        r#"name = "e"; kind = "time"; from = 08:30:00.5; to = "24:00"; unit = "ms"; step = "1s""#,
        r#"name = "f"; kind = "duration"; min = "-1d"; max = 7; unit = "s"; step = "1w""#,
        r#"name = "g"; kind = "binary"; min_bytes = 1; max_bytes = 2"#,
        r#"name = "h"; kind = "binary"; bytes = 20; fixed = true"#,
        r#"name = "i"; kind = "sequence"; start = 9; step = -2; type = "uint64""#,
        r#"name = "j"; kind = "uuid"; version = 7; from = 2024-01-01; every = "1us""#,
        r#"name = "k"; kind = "row_hash"; of = ["j", "a"]; algorithm = "sha256_int64""#,
        r#"name = "l"; kind = "row_hash""#,
    ]);
    let spec = DatasetSpec::from_toml(&text).unwrap();
    let toml = toml::to_string(&spec).unwrap();
    assert_eq!(DatasetSpec::from_toml(&toml).unwrap(), spec, "{toml}");
    let json = serde_json::to_string(&spec).unwrap();
    let read: DatasetSpec = serde_json::from_str(&json).unwrap();
    assert_eq!(read, spec, "{json}");
}
