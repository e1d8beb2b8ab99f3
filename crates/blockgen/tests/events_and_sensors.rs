//! The built-in data sets `events` and `sensors`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, TimestampMicrosecondType};
use blockgen::{DatasetSpec, Generator};
use expect_test::expect;

fn generator(spec: &str, table: &str) -> Generator {
    let spec = DatasetSpec::builtin(spec).unwrap();
    Generator::compile(&spec, table, 42).unwrap()
}

fn times(rows: &RecordBatch, column: &str) -> Vec<i64> {
    let column = rows.column_by_name(column).unwrap();
    let column = column.as_primitive::<TimestampMicrosecondType>();
    column.values().to_vec()
}

fn share(rows: &RecordBatch, column: &str) -> f64 {
    let column = rows.column_by_name(column).unwrap();
    column.logical_null_count() as f64 / column.len() as f64
}

#[test]
fn their_schemas_are_as_published() {
    let mut schemas = String::new();
    for (spec, table) in [
        ("events", "events"),
        ("sensors", "devices"),
        ("sensors", "readings"),
    ] {
        let generator = generator(spec, table);
        schemas += &format!("{table} {}\n", generator.rows().unwrap());
        for field in generator.schema().fields() {
            let null = if field.is_nullable() { " or null" } else { "" };
            schemas += &format!("  {} {}{null}\n", field.name(), field.data_type());
        }
    }
    expect![[r#"
        events 100000
          event_id Utf8
          event_time Timestamp(µs, "UTC")
          received_at Timestamp(µs, "UTC")
          session_id Utf8
          event_number Int32
          user_id Int64 or null
          event_type Utf8
          page Struct("path": non-null Utf8, "url": non-null Utf8, "referrer": Utf8)
          device Struct("type": non-null Utf8, "os": non-null Utf8, "browser": non-null Utf8, "user_agent": non-null Utf8)
          geo Struct("country": non-null Utf8, "city": Utf8, "lat": non-null Float64, "lon": non-null Float64) or null
          items List(non-null Struct("sku": non-null Utf8, "price": non-null Decimal128(9, 2), "quantity": non-null Int32)) or null
          properties Map("key_value": non-null Struct("key": non-null Utf8, "value": non-null Utf8), unsorted) or null
          duration_ms Int32 or null
        devices 1000
          device_id Utf8
          model Utf8
          firmware Utf8
          site Utf8
          lat Float64
          lon Float64
          installed_on Date32
          usual_temperature Float64
          battery_at_start Float64
        readings 100000
          device_id Utf8
          measured_at Timestamp(µs, "UTC")
          temperature_c Float64 or null
          humidity_percent Float64 or null
          pressure_hpa Float64 or null
          co2_ppm Int32 or null
          battery_v Float64
          signal_dbm Int16
          quality Utf8
    "#]].assert_eq(&schemas);
}

#[test]
fn steps_of_a_session_belong_together() {
    let events = generator("events", "events");
    let rows = events.block(0..40_000).unwrap();
    let times = times(&rows, "event_time");
    let sessions = rows
        .column_by_name("session_id")
        .unwrap()
        .as_string::<i32>();
    let kinds = rows
        .column_by_name("event_type")
        .unwrap()
        .as_string::<i32>();
    let numbers = rows.column_by_name("event_number").unwrap();
    let numbers = numbers.as_primitive::<Int32Type>();
    let devices = rows.column_by_name("device").unwrap();
    let items = rows.column_by_name("items").unwrap();
    for row in 1..rows.num_rows() {
        if numbers.value(row) == 1 {
            assert_eq!(kinds.value(row), "page_view");
        } else {
            assert_eq!(sessions.value(row), sessions.value(row - 1));
            assert_eq!(
                devices.slice(row, 1).as_ref(),
                devices.slice(row - 1, 1).as_ref()
            );
            assert!(times[row] > times[row - 1]);
        }
        let has_basket = ["add_to_cart", "checkout", "purchase"].contains(&kinds.value(row));
        assert_eq!(items.is_valid(row), has_basket);
    }
    let ids = rows.column_by_name("event_id").unwrap().as_string::<i32>();
    assert!(ids.iter().flatten().is_sorted());
    // Nearly in order: no event is a day behind those before it.
    let mut latest = times[0];
    for time in times {
        assert!(latest - time < 3_600_000_000);
        latest = latest.max(time);
    }
    for (column, least, most) in [
        ("user_id", 0.38, 0.42),
        ("geo", 0.04, 0.06),
        ("properties", 0.68, 0.72),
    ] {
        let share = share(&rows, column);
        assert!((least..most).contains(&share), "{column} {share}");
    }
}

#[test]
fn readings_follow_their_devices() {
    let readings = generator("sensors", "readings");
    let rows = readings.block(0..20_000).unwrap();
    let times = times(&rows, "measured_at");
    let devices = rows.column_by_name("device_id").unwrap().as_string::<i32>();
    let volts = rows.column_by_name("battery_v").unwrap();
    let volts = volts.as_primitive::<Float64Type>();
    let mut counts = BTreeMap::<&str, u32>::new();
    for row in 0..rows.num_rows() {
        *counts.entry(devices.value(row)).or_default() += 1;
        if row % 100 > 0 {
            let minutes = (times[row] - times[row - 1]) as f64 / 60e6;
            assert!((14.9..15.1).contains(&minutes), "{row} {minutes}");
            assert!(volts.value(row) <= volts.value(row - 1));
        }
    }
    assert!(counts.len() == 200 && counts.values().all(|count| *count == 100));
    let quality = rows.column_by_name("quality").unwrap().as_string::<i32>();
    let degrees = rows.column_by_name("temperature_c").unwrap();
    let degrees = degrees.as_primitive::<Float64Type>();
    for row in 0..rows.num_rows() {
        if degrees.is_valid(row) {
            let is_nonsense = [-127.0, 85.0].contains(&degrees.value(row));
            assert_eq!(is_nonsense, quality.value(row) == "suspect", "{row}");
            assert!(is_nonsense || (-2.0..37.0).contains(&degrees.value(row)));
        }
    }
    for (column, least, most) in [("temperature_c", 0.007, 0.015), ("co2_ppm", 0.015, 0.025)] {
        let share = share(&rows, column);
        assert!((least..most).contains(&share), "{column} {share}");
    }
}
