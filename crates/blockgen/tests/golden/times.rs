//! Dates and times.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

/// Times, bytes and what tells rows apart.
const TIMES: &str = r#"
[[tables]]
name = "times"
columns = [
    { name = "by_seven", kind = "sequence", start = 2_000_000_000, step = -7 },
    { name = "unsigned", kind = "sequence", step = 3, type = "uint64" },
    { name = "version_7", kind = "uuid", version = 7 },
    { name = "close_7", kind = "uuid", version = 7, from = 2024-05-01, every = "1us" },
    { name = "seconds", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "s" },
    { name = "millis", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "ms" },
    { name = "nanos", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "ns" },
    { name = "zoned", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, timezone = "Asia/Tokyo" },
    { name = "quarters", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, step = "15m" },
    { name = "line", kind = "timestamp", from = 2020-01-01, ordered = { every = "3ms" } },
    { name = "delayed", kind = "timestamp", from = 2020-01-01, ordered = { every = "3ms", jitter = "2s" } },
    { name = "stepped", kind = "timestamp", from = 2020-01-01, step = "1m", ordered = { every = "1ms", jitter = "1h" } },
    { name = "day", kind = "date", from = 1992-01-01, to = 1998-12-02 },
    { name = "monday", kind = "date", from = 2024-01-01, to = 2034-01-01, step = "1w" },
    { name = "on_and_on", kind = "date", from = 2024-01-01, ordered = { every = "1ms", jitter = "12h" } },
    { name = "time", kind = "time" },
    { name = "opening", kind = "time", from = "08:30", to = "17:00", step = "30m", unit = "s" },
    { name = "fine", kind = "time", unit = "ns" },
    { name = "wait", kind = "duration", min = "-1m", max = "1h30m" },
    { name = "hours", kind = "duration", min = 0, max = "30d", step = "1h", unit = "s" },
    { name = "bytes", kind = "binary", max_bytes = 40 },
    { name = "digest", kind = "binary", bytes = 20, fixed = true },
    { name = "hash", kind = "row_hash", of = ["day", "wait", "zoned", "bytes", "version_7"] },
    { name = "short_hash", kind = "row_hash", algorithm = "sha256_int64" },
]
"#;

#[test]
fn times() {
    let golden = golden(&DatasetSpec::from_toml(TIMES).unwrap(), "times");
    expect![[r#"
        algorithm 2
        by_seven 77c81d189725b162
        unsigned e09b4b4f62dc96c0
        version_7 338e96beb0fb3826
        close_7 f363ef570bc173f6
        seconds 26ecbb8fb4b9c814
        millis a4129a0637b68bbb
        nanos 0011bbe0dde02be4
        zoned bb4df096af88ed26
        quarters 603138bef0a8b922
        line e120e53f5ae82248
        delayed 0dfcdd8db3a646b3
        stepped 46875ed7b672bbdc
        day 807c6ef2986a5f01
        monday ae0d8c4a3591469d
        on_and_on 437d4acc65d7bdb5
        time 4b881ee27f0453c9
        opening 92f69b503df41960
        fine 4cabdf17a2ff1a91
        wait cf9e8eeb91b83be4
        hours f9c29f55b86f7850
        bytes eb4554eaee0d8c83
        digest 1c92095663623485
        hash 039b280278f995d5
        short_hash 5e8613947bbc5405
        spec 36560c24bc5c9d863d63fa8a1746514cc744d4835c63a4d8a4a3a84814538218
    "#]]
    .assert_eq(&golden);
}
