//! What is said about times, bytes and identities that a spec cannot have, and about rows that a
//! column has no values for.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use blockgen::{DatasetSpec, Generator, MAX_BLOCK_ROWS, MAX_ROWS};
use expect_test::expect;

use support::{generator, spec};

/// All that is said about a table of 10,000 rows with these columns.
fn refused(columns: &[&str]) -> String {
    let spec = spec(columns).replacen("name = \"t\"", "name = \"t\"\nrows = 10_000", 1);
    let spec = DatasetSpec::from_toml(&spec);
    let error = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    error.unwrap_err().to_string() + "\n"
}

/// What is wrong with each of these columns, one a line.
fn each_refused(columns: &[&str]) -> String {
    let columns: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| format!("name = \"c{i}\"; {column}"))
        .collect();
    refused(&columns.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn timestamps() {
    expect![[r#"
        10 things are wrong with the spec:
          line 6: option `to` of column `t.c0` is not given; allowed is a moment after from, unless ordered is given
          line 14: option `to` of column `t.c1` is 2024-01-01T00:00:00.900Z; allowed is late enough for one whole second after from (2024-01-01T00:00:00.100Z)
          line 20: option `from` of column `t.c2` is 1677-01-01T00:00:00Z; allowed is 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854775Z, which is what 64 bits of nanoseconds can count
          line 28: option `to` of column `t.c3` is 2263-01-01T00:00:00Z; allowed is 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854775Z, which is what 64 bits of nanoseconds can count
          line 36: option `timezone` of column `t.c4` is Mars & Venus; allowed is an IANA name such as Europe/Berlin, an offset such as +02:00, or none
          line 43: option `step` of column `t.c5` is 0; allowed is a whole number of microseconds, 1us or more
          line 50: option `step` of column `t.c6` is -1d; allowed is a whole number of microseconds, 1us or more
          line 58: option `step` of column `t.c7` is 1ms1us; allowed is a whole number of milliseconds, 1ms or more
          line 64: option `to` of column `t.c8` is 2024-01-01T00:00:00Z; allowed is later than from (2025-01-01T00:00:00Z)
          line 65: option `timezone` of column `t.c8` is ?; allowed is an IANA name such as Europe/Berlin, an offset such as +02:00, or none
    "#]].assert_eq(&each_refused(&[
        r#"kind = "timestamp"; from = 2024-01-01"#,
        r#"kind = "timestamp"; from = 2024-01-01T00:00:00.1Z; to = 2024-01-01T00:00:00.9Z; unit = "s""#,
        r#"kind = "timestamp"; from = 1677-01-01; to = 2024-01-01; unit = "ns""#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2263-01-01; unit = "ns""#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; timezone = "Mars & Venus""#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; step = 0"#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; step = "-1d""#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; unit = "ms"; step = "1ms1us""#,
        r#"kind = "timestamp"; from = 2025-01-01; to = 2024-01-01; timezone = "?""#,
    ]));
}

#[test]
fn times_in_order() {
    expect![[r#"
        8 things are wrong with the spec:
          line 10: option `ordered.every` of column `t.c0` is 10s; allowed is less: the last row whose time is sure to lie before 2024-01-02T00:00:00Z is 8639, and the table has 10000 rows
          line 16: option `ordered.every` of column `t.c1` is 0s; allowed is more than 0
          line 16: option `ordered.jitter` of column `t.c1` is -1s; allowed is 0 or more
          line 23: option `ordered.jitter` of column `t.c2` is 2d; allowed is less, so that row 0 lies before 2024-01-02T00:00:00Z
          line 30: option `ordered.every` of column `t.c3` is 10d; allowed is less: the last row whose time is sure to lie within what 64 bits of nanoseconds can count is 8702, and the table has 10000 rows
          line 36: option `ordered.every` of column `t.c4` is 1969226660422097589487121d13h41m55s884ms105us727ns; allowed is less: the last row whose time is sure to lie before the year 10000 is 0, and the table has 10000 rows
          line 42: option `ordered.every` of column `t.c5` is 365d; allowed is less: the last row whose time is sure to lie before the year 10000 is 7981, and the table has 10000 rows
          line 48: option `every` of column `t.c6` is 365d; allowed is less: the last row whose time lies before 2554-07-21T23:34:33Z is 534, and the table has 10000 rows
    "#]].assert_eq(&each_refused(&[
        r#"kind = "timestamp"; from = 2024-01-01; to = 2024-01-02; ordered = { every = "10s" }"#,
        r#"kind = "timestamp"; from = 2024-01-01; ordered = { every = "0s", jitter = "-1s" }"#,
        r#"kind = "timestamp"; from = 2024-01-01; to = 2024-01-02; ordered = { every = 1, jitter = "2d" }"#,
        r#"kind = "timestamp"; from = 2024-01-01; unit = "ns"; ordered = { every = "10d" }"#,
        r#"kind = "timestamp"; from = 2024-01-01; ordered = { every = "170141183460469231731687303715884105727ns" }"#,
        r#"kind = "date"; from = 2024-01-01; ordered = { every = "365d" }"#,
        r#"kind = "uuid"; version = 7; every = "365d""#,
    ]));
}

#[test]
fn dates_times_of_day_and_durations() {
    expect![[r#"
        11 things are wrong with the spec:
          line 6: option `to` of column `t.c0` is not given; allowed is a date after from, unless ordered is given
          line 14: option `to` of column `t.c1` is 2024-01-02; allowed is later than from (2024-01-02)
          line 21: option `step` of column `t.c2` is 1d12h; allowed is a whole number of days, 1d or more
          line 27: option `to` of column `t.c3` is 08:30:00; allowed is later than from (08:30:00)
          line 33: option `to` of column `t.c4` is 08:30:00.9; allowed is late enough for one whole second after from (08:30:00.1)
          line 39: option `step` of column `t.c5` is 1ns; allowed is a whole number of microseconds, 1us or more
          line 45: option `max` of column `t.c6` is 59m; allowed is min (1h) or more
          line 50: option `min` of column `t.c7` is 1us; allowed is a whole number of milliseconds, fewer than 2^63 to either side of 0
          line 51: option `max` of column `t.c7` is 1ms500us; allowed is a whole number of milliseconds, fewer than 2^63 to either side of 0
          line 57: option `min` of column `t.c8` is -9223372036854775808; allowed is a whole number of microseconds, fewer than 2^63 to either side of 0
          line 63: option `min` of column `t.c9` is -300000d; allowed is a whole number of nanoseconds, fewer than 2^63 to either side of 0
    "#]].assert_eq(&each_refused(&[
        r#"kind = "date"; from = 2024-01-01"#,
        r#"kind = "date"; from = 2024-01-02; to = 2024-01-02"#,
        r#"kind = "date"; from = 2024-01-02; to = 2025-01-02; step = "36h""#,
        r#"kind = "time"; from = "08:30"; to = "08:30""#,
        r#"kind = "time"; from = "08:30:00.1"; to = "08:30:00.9"; unit = "s""#,
        r#"kind = "time"; step = "1ns""#,
        r#"kind = "duration"; min = "1h"; max = "59m""#,
        r#"kind = "duration"; min = "1us"; max = "1500us"; unit = "ms""#,
        r#"kind = "duration"; min = -9223372036854775808; max = 0"#,
        r#"kind = "duration"; min = "-300000d"; max = 1; unit = "ns""#,
    ]));
}

#[test]
fn texts_that_are_no_times() {
    for (column, said) in [
        (
            r#"kind = "date"; from = "2023-02-29"; to = 2024-01-01"#,
            "`2023-02-29` is not a date such as 2024-05-01",
        ),
        (
            r#"kind = "date"; from = 2023-02-01T10:00:00; to = 2024-01-01"#,
            "`2023-02-01T10:00:00` is not a date such as 2024-05-01",
        ),
        (
            r#"kind = "time"; from = "8 o'clock""#,
            "`8 o'clock` is not a time of day such as 08:30:00, 00:00 to 24:00",
        ),
        (
            r#"kind = "duration"; min = "1.5h"; max = "2h""#,
            "`1.5h` is not a length of time such as 1h30m, 15m or 250ms (units: w, d, h, m, s, \
             ms, us, ns), or a number of the column's unit",
        ),
        (
            r#"kind = "time"; unit = "minutes""#,
            "`minutes`, which is not one of its words; known: `s`, `ms`, `us`, `ns`",
        ),
    ] {
        let spec = DatasetSpec::from_toml(&spec(&[&format!("name = \"a\"; {column}")]));
        let error = spec.unwrap_err();
        let mut whole = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            whole += &error.to_string();
            cause = error.source();
        }
        assert!(whole.contains(said), "{whole}");
    }
}

#[test]
fn bytes_sequences_and_uuids() {
    expect![[r#"
        16 things are wrong with the spec:
          line 9: option `min_bytes` of column `t.c0` is 1; allowed is nothing where bytes is given
          line 10: option `max_bytes` of column `t.c0` is 3000000000; allowed is 0 to 2147483647
          line 10: option `max_bytes` of column `t.c0` is 3000000000; allowed is nothing where bytes is given
          line 13: option `max_bytes` of column `t.c1` is not given; allowed is min_bytes or more
          line 21: option `max_bytes` of column `t.c2` is 8; allowed is min_bytes (9) or more
          line 27: option `fixed` of column `t.c3` is true; allowed is false, unless all values have one length, 1 byte or more
          line 33: option `fixed` of column `t.c4` is true; allowed is false, unless all values have one length, 1 byte or more
          line 38: option `start` of column `t.c5` is -1; allowed is 0 to 18446744073709551615, which is what the type holds
          line 44: option `start` of column `t.c6` is 3000000000; allowed is -2147483648 to 2147483647, which is what the type holds
          line 50: option `step` of column `t.c7` is 0; allowed is any other number
          line 55: option `step` of column `t.c8` is 1000000; allowed is what keeps row 9999, the table's last, within int32
          line 61: option `version` of column `t.c9` is 5; allowed is 4 or 7
          line 66: option `from` of column `t.c10` is 2024-01-01T00:00:00Z; allowed is nothing with version 4
          line 67: option `every` of column `t.c10` is 1s; allowed is nothing with version 4
          line 73: option `from` of column `t.c11` is 1969-12-31T00:00:00Z; allowed is 1970-01-01T00:00:00Z or later, and before 2554-07-21T23:34:33Z
          line 74: option `every` of column `t.c11` is -1s; allowed is 1ns or more, and less than 584 years
    "#]].assert_eq(&each_refused(&[
        r#"kind = "binary"; bytes = 1; min_bytes = 1; max_bytes = 3_000_000_000"#,
        r#"kind = "binary"; min_bytes = 1"#,
        r#"kind = "binary"; min_bytes = 9; max_bytes = 8"#,
        r#"kind = "binary"; max_bytes = 8; fixed = true"#,
        r#"kind = "binary"; bytes = 0; fixed = true"#,
        r#"kind = "sequence"; start = -1; type = "uint64""#,
        r#"kind = "sequence"; start = 3_000_000_000; type = "int32""#,
        r#"kind = "sequence"; step = 0"#,
        r#"kind = "sequence"; step = 1_000_000; type = "int32""#,
        r#"kind = "uuid"; version = 5"#,
        r#"kind = "uuid"; from = 2024-01-01; every = "1s""#,
        r#"kind = "uuid"; version = 7; from = 1969-12-31; every = "-1s""#,
    ]));
}

#[test]
fn hashes_of_rows() {
    expect![[r#"
        4 things are wrong with the spec:
          line 12: option `of` of column `t.empty` is empty; allowed is at least one other column of the table
          line 17: option `of` of column `t.misspelt` names `aa`, which is no column in this table; known: `a`, `empty`, `misspelt`, `itself`, `one`, `two`
          line 20: column `t.itself` needs itself: `t.itself` needs `t.itself`; take one of these steps out
          line 25: column `t.one` needs itself: `t.one` needs `t.two` needs `t.one`; take one of these steps out
    "#]].assert_eq(&refused(&[
        r#"name = "a"; kind = "uuid""#,
        r#"name = "empty"; kind = "row_hash"; of = []"#,
        r#"name = "misspelt"; kind = "row_hash"; of = ["a", "aa"]"#,
        r#"name = "itself"; kind = "row_hash"; of = ["itself"]"#,
        r#"name = "one"; kind = "row_hash"; of = ["two"]"#,
        r#"name = "two"; kind = "row_hash"; of = ["one"]"#,
    ]));
    expect![[r#"
        line 6: option `of` of column `t.alone` is empty; allowed is at least one other column of the table
    "#]]
    .assert_eq(&refused(&[r#"name = "alone"; kind = "row_hash""#]));
}

#[test]
fn rows_that_a_column_has_no_values_for() {
    let said = |column: &str, rows: u64, room: u64| {
        let column = generator(&[&format!("name = \"a\"; {column}")]);
        assert_eq!(column.block(room - 1..room).unwrap().num_rows(), 1);
        assert_eq!(column.block(room..room).unwrap().num_rows(), 0);
        assert!(column.block(room..room + 1).is_err());
        column.block(rows - 5..rows).unwrap_err().to_string() + "\n"
    };
    let ordered = r#"kind = "timestamp"; from = 2024-01-01; to = 2024-01-02; ordered = { every = "10s", jitter = "20s" }"#;
    expect![[r#"
        cannot make row 8640 of column `t.a`: its times grow with the row, and the last that is sure to lie before 2024-01-02T00:00:00Z is that of row 8638; let them grow more slowly, set a later end or ask for lower rows
    "#]].assert_eq(&said(ordered, 8_641, 8_639));
    let open = r#"kind = "timestamp"; from = 9999-12-31; ordered = { every = "1h" }"#;
    expect![[r#"
        cannot make row 9223372036854775806 of column `t.a`: its times grow with the row, and the last that is sure to lie before the year 10000 is that of row 23; let them grow more slowly, set a later end or ask for lower rows
    "#]].assert_eq(&said(open, MAX_ROWS, 24));
    let days = r#"kind = "date"; from = 9999-12-30; ordered = { every = "12h" }"#;
    expect![[r#"
        cannot make row 9 of column `t.a`: its times grow with the row, and the last that is sure to lie before the year 10000 is that of row 3; let them grow more slowly, set a later end or ask for lower rows
    "#]].assert_eq(&said(days, 10, 4));
    let uuid = r#"kind = "uuid"; version = 7; every = "365d""#;
    expect![[r#"
        cannot make row 999 of column `t.a`: its times grow with the row, and the last that is sure to lie before 2554-07-21T23:34:33Z is that of row 534; let them grow more slowly, set a later end or ask for lower rows
    "#]].assert_eq(&said(uuid, 1_000, 535));
    let falls = r#"kind = "sequence"; start = 20; step = -10; type = "uint64""#;
    expect![[r#"
        cannot make row 7 of column `t.a`: a sequence that starts at 20 leaves the range of uint64 there; start it higher or ask for lower rows
    "#]].assert_eq(&said(falls, 8, 3));
    let steep = r#"kind = "sequence"; start = 0; step = 1_000_000_000; type = "int32""#;
    expect![[r#"
        cannot make row 7 of column `t.a`: a sequence that starts at 0 leaves the range of int32 there; start it lower or ask for lower rows
    "#]].assert_eq(&said(steep, 8, 3));
}

#[test]
fn bytes_that_exceed_an_array() {
    let mega = generator(&[r#"name = "a"; kind = "binary"; bytes = 1_000_000"#]);
    expect![[r#"
        cannot make 2148 rows of column `t.a` in one block: its values exceed the 2147483647 bytes of an Arrow binary array; ask for smaller blocks
    "#]].assert_eq(&(mega.block(0..2_148).unwrap_err().to_string() + "\n"));
    // Found on the way, before anything is made.
    let some = generator(&[r#"name = "a"; kind = "binary"; max_bytes = 2_147_483_647"#]);
    expect![[r#"
        cannot make 16777216 rows of column `t.a` in one block: its values exceed the 2147483647 bytes of an Arrow binary array; ask for smaller blocks
    "#]].assert_eq(&(some.block(0..MAX_BLOCK_ROWS).unwrap_err().to_string() + "\n"));
}

#[test]
fn offsets_are_of_less_than_a_day() {
    let read = |zone: &str| {
        let column = format!(
            r#"name = "a"; kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; timezone = "{zone}""#
        );
        DatasetSpec::from_toml(&spec(&[&column])).unwrap()
    };
    for right in [
        "+02:00",
        "-11:30",
        "+23:59",
        "+0530",
        "-08",
        "Europe/Berlin",
        "none",
    ] {
        read(right).check().unwrap();
    }
    for wrong in [
        "+99:99", "+24:00", "+02:60", "+2", "+02:0", "-", "+2:00", "+ab:cd", "+020000",
    ] {
        let error = read(wrong).check().unwrap_err().to_string();
        assert!(
            error.contains(&format!("`timezone` of column `t.a` is {wrong}; ")),
            "{error}"
        );
    }
}
