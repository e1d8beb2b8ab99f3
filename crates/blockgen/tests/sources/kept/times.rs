//! Dates, times of day and points in time.

use expect_test::expect;

use super::{Given, Inferred, Sample, check};

#[test]
fn dates() {
    check(
        &[
            ("csv", Inferred("2020-01-01"), "2020-01-02"),
            ("csv", Inferred("2020-01-01"), "2020-01-02T10:00:00"),
            ("csv", Inferred("2020-01-01"), "2020-01-02 00:00:00"),
            ("csv", Inferred("2020-01-01"), "2020-01-02T00:00:00Z"),
            ("csv", Given("date"), "2020-01-02T10:00:00"),
            ("csv", Given("date"), "2020-01-02T00:00:00.000"),
            ("csv", Given("date"), "2020-01-02T00:00:00.001"),
            ("csv", Given("date"), "20200102"),
            ("csv", Given("date"), "+12020-01-02"),
            ("csv", Given("date"), "18262"),
            ("csv", Sample, "2020-01-01 | 2020-02-30"),
            ("csv", Sample, "2020-01-01 | 2020-01-02T10:00:00"),
            ("json", Given("date"), "\"2020-01-02\""),
            ("json", Given("date"), "\"2020-01-02T10:00:00\""),
            ("json", Given("date"), "1577836800"),
            ("json", Given("date"), "1.5"),
        ],
        expect![[r#"
            csv, like 2020-01-01: 2020-01-02
                2020-01-02 (Date32)
            csv, like 2020-01-01: 2020-01-02T10:00:00
                `x.csv`, line 3, column `a`: found `2020-01-02T10:00:00`, expected date, as the first 1 row suggests: its time of day would be lost
            csv, like 2020-01-01: 2020-01-02 00:00:00
                2020-01-02 (Date32)
            csv, like 2020-01-01: 2020-01-02T00:00:00Z
                `x.csv`, line 3, column `a`: found `2020-01-02T00:00:00Z`, expected date, as the first 1 row suggests: its zone would be lost
            csv, date: 2020-01-02T10:00:00
                `x.csv`, line 2, column `a`: found `2020-01-02T10:00:00`, expected date: its time of day would be lost
            csv, date: 2020-01-02T00:00:00.000
                2020-01-02 (Date32)
            csv, date: 2020-01-02T00:00:00.001
                `x.csv`, line 2, column `a`: found `2020-01-02T00:00:00.001`, expected date: its time of day would be lost
            csv, date: 20200102
                2020-01-02 (Date32)
            csv, date: +12020-01-02
                +12020-01-02 (Date32)
            csv, date: 18262
                `x.csv`, line 2, column `a`: found `18262`, expected date
            csv, sample: 2020-01-01 | 2020-02-30
                2020-02-30 (Utf8)
            csv, sample: 2020-01-01 | 2020-01-02T10:00:00
                2020-01-02T10:00:00 (Timestamp(µs))
            json, date: "2020-01-02"
                2020-01-02 (Date32)
            json, date: "2020-01-02T10:00:00"
                `x.json`, line 1, column `a`: found `"2020-01-02T10:00:00"`, expected date: its time of day would be lost
            json, date: 1577836800
                `x.json`, line 1, column `a`: found `1577836800`, expected date: a number does not say which unit it counts, and since when
            json, date: 1.5
                `x.json`, line 1, column `a`: found `1.5`, expected date: a number does not say which unit it counts, and since when
        "#]],
    );
}

#[test]
fn times() {
    check(
        &[
            ("csv", Given("time"), "10:00"),
            ("csv", Given("time"), "10:00:00.123456"),
            ("csv", Given("time"), "10:00:00.123456000"),
            ("csv", Given("time"), "10:00:00.1234567"),
            ("csv", Given("time"), "1:00:00.5 PM"),
            ("csv", Given("time"), "23:59:60"),
            ("csv", Given("time"), "123456"),
            ("csv", Given("time"), "24:00"),
            ("json", Given("time"), "\"10:00:00\""),
            ("json", Given("time"), "\"123456\""),
            ("json", Given("time"), "123456"),
        ],
        expect![[r#"
            csv, time: 10:00
                10:00:00 (Time64(µs))
            csv, time: 10:00:00.123456
                10:00:00.123456 (Time64(µs))
            csv, time: 10:00:00.123456000
                10:00:00.123456 (Time64(µs))
            csv, time: 10:00:00.1234567
                `x.csv`, line 2, column `a`: found `10:00:00.1234567`, expected time: it has more digits behind the point than that holds
            csv, time: 1:00:00.5 PM
                13:00:00.500 (Time64(µs))
            csv, time: 23:59:60
                `x.csv`, line 2, column `a`: found `23:59:60`, expected time: no type has a second 60
            csv, time: 123456
                `x.csv`, line 2, column `a`: found `123456`, expected time: a number does not say which unit it counts, and since when
            csv, time: 24:00
                `x.csv`, line 2, column `a`: found `24:00`, expected time
            json, time: "10:00:00"
                10:00:00 (Time64(µs))
            json, time: "123456"
                `x.json`, line 1, column `a`: found `"123456"`, expected time: a number does not say which unit it counts, and since when
            json, time: 123456
                `x.json`, line 1, column `a`: found `123456`, expected time: a number does not say which unit it counts, and since when
        "#]],
    );
}

#[test]
fn timestamps() {
    let first = "2020-01-01T00:00:00.000001";
    check(
        &[
            ("csv", Inferred(first), "2020-01-01 10:00:00"),
            ("csv", Inferred(first), "2020-01-01"),
            ("csv", Inferred(first), "2020-01-01T10:00:00.123456000"),
            ("csv", Inferred(first), "2020-01-01T10:00:00.123456789"),
            ("csv", Inferred(first), "2020-01-01T00:00:00+02:00"),
            ("csv", Inferred(first), "2020-01-01T00:00:00Z"),
            ("csv", Inferred(first), "2016-12-31T23:59:60"),
            ("csv", Inferred(first), "20200101"),
            (
                "csv",
                Inferred("2020-01-01T00:00:00Z"),
                "2020-01-01 10:00:00+0200",
            ),
            (
                "csv",
                Inferred("2020-01-01T00:00:00Z"),
                "2020-01-01 10:00:00",
            ),
            ("csv", Inferred("2020-01-01T00:00:00Z"), "2020-01-01"),
            ("csv", Given("timestamp"), "2020-01-01T00:00:00+02:00"),
            ("csv", Given("timestamp"), "2020-01-01T00:00:00.1234567"),
            ("csv", Given("timestamp_utc"), "2020-01-01T00:00:00"),
            ("csv", Given("timestamp_utc"), "2020-01-01T00:00:00+02:00"),
            (
                "csv",
                Given("timestamp_ns"),
                "2020-01-01T00:00:00.123456789",
            ),
            (
                "csv",
                Given("timestamp_ns"),
                "2020-01-01T00:00:00.1234567891",
            ),
            ("csv", Given("timestamp_ns"), "2500-01-01T00:00:00"),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00 | 2020-01-01T00:00:00.123456789",
            ),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00Z | 2020-01-01T00:00:00+02:00",
            ),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00 | 2020-01-01T00:00:00+02:00",
            ),
            ("csv", Sample, "2020-01-01T00:00:00 Europe/Vienna"),
            (
                "csv",
                Sample,
                "2020-01-01T00:00:00.123456789 | 2500-01-01T00:00:00",
            ),
            (
                "json",
                Given("timestamp"),
                "\"2020-01-01T00:00:00.1234567\"",
            ),
            ("json", Given("timestamp"), "\"2020-01-01T00:00:00+02:00\""),
            ("json", Given("timestamp"), "\"2020-01-01T00:00:00\""),
            ("json", Given("timestamp"), "1577836800.7"),
            ("json", Given("timestamp"), "1577836800"),
            (
                "json",
                Given("timestamp_utc"),
                "\"2020-01-01T00:00:00+02:00\"",
            ),
        ],
        expect![[r#"
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01 10:00:00
                2020-01-01T10:00:00 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01
                2020-01-01T00:00:00 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T10:00:00.123456000
                2020-01-01T10:00:00.123456 (Timestamp(µs))
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T10:00:00.123456789
                `x.csv`, line 3, column `a`: found `2020-01-01T10:00:00.123456789`, expected timestamp, as the first 1 row suggests: it has more digits behind the point than that holds
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T00:00:00+02:00
                `x.csv`, line 3, column `a`: found `2020-01-01T00:00:00+02:00`, expected timestamp, as the first 1 row suggests: its zone would be lost
            csv, like 2020-01-01T00:00:00.000001: 2020-01-01T00:00:00Z
                `x.csv`, line 3, column `a`: found `2020-01-01T00:00:00Z`, expected timestamp, as the first 1 row suggests: its zone would be lost
            csv, like 2020-01-01T00:00:00.000001: 2016-12-31T23:59:60
                `x.csv`, line 3, column `a`: found `2016-12-31T23:59:60`, expected timestamp, as the first 1 row suggests: no type has a second 60
            csv, like 2020-01-01T00:00:00.000001: 20200101
                `x.csv`, line 3, column `a`: found `20200101`, expected timestamp, as the first 1 row suggests
            csv, like 2020-01-01T00:00:00Z: 2020-01-01 10:00:00+0200
                2020-01-01T08:00:00Z (Timestamp(µs, "+00:00"))
            csv, like 2020-01-01T00:00:00Z: 2020-01-01 10:00:00
                `x.csv`, line 3, column `a`: found `2020-01-01 10:00:00`, expected timestamp_utc, as the first 1 row suggests: it has no zone, so which instant it is cannot be known
            csv, like 2020-01-01T00:00:00Z: 2020-01-01
                `x.csv`, line 3, column `a`: found `2020-01-01`, expected timestamp_utc, as the first 1 row suggests: it has no zone, so which instant it is cannot be known
            csv, timestamp: 2020-01-01T00:00:00+02:00
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00+02:00`, expected timestamp: its zone would be lost
            csv, timestamp: 2020-01-01T00:00:00.1234567
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00.1234567`, expected timestamp: it has more digits behind the point than that holds
            csv, timestamp_utc: 2020-01-01T00:00:00
                2020-01-01T00:00:00Z (Timestamp(µs, "+00:00"))
            csv, timestamp_utc: 2020-01-01T00:00:00+02:00
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
            csv, timestamp_ns: 2020-01-01T00:00:00.123456789
                2020-01-01T00:00:00.123456789 (Timestamp(ns))
            csv, timestamp_ns: 2020-01-01T00:00:00.1234567891
                `x.csv`, line 2, column `a`: found `2020-01-01T00:00:00.1234567891`, expected timestamp_ns: it has more digits behind the point than that holds
            csv, timestamp_ns: 2500-01-01T00:00:00
                `x.csv`, line 2, column `a`: found `2500-01-01T00:00:00`, expected timestamp_ns
            csv, sample: 2020-01-01T00:00:00 | 2020-01-01T00:00:00.123456789
                2020-01-01T00:00:00.123456789 (Timestamp(ns))
            csv, sample: 2020-01-01T00:00:00Z | 2020-01-01T00:00:00+02:00
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
            csv, sample: 2020-01-01T00:00:00 | 2020-01-01T00:00:00+02:00
                2020-01-01T00:00:00+02:00 (Utf8)
            csv, sample: 2020-01-01T00:00:00 Europe/Vienna
                2020-01-01T00:00:00 Europe/Vienna (Utf8)
            csv, sample: 2020-01-01T00:00:00.123456789 | 2500-01-01T00:00:00
                2500-01-01T00:00:00 (Utf8)
            json, timestamp: "2020-01-01T00:00:00.1234567"
                `x.json`, line 1, column `a`: found `"2020-01-01T00:00:00.1234567"`, expected timestamp: it has more digits behind the point than that holds
            json, timestamp: "2020-01-01T00:00:00+02:00"
                `x.json`, line 1, column `a`: found `"2020-01-01T00:00:00+02:00"`, expected timestamp: its zone would be lost
            json, timestamp: "2020-01-01T00:00:00"
                2020-01-01T00:00:00 (Timestamp(µs))
            json, timestamp: 1577836800.7
                `x.json`, line 1, column `a`: found `1577836800.7`, expected timestamp: a number does not say which unit it counts, and since when
            json, timestamp: 1577836800
                `x.json`, line 1, column `a`: found `1577836800`, expected timestamp: a number does not say which unit it counts, and since when
            json, timestamp_utc: "2020-01-01T00:00:00+02:00"
                2019-12-31T22:00:00Z (Timestamp(µs, "+00:00"))
        "#]],
    );
}
