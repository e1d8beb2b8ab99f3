//! Options that every kind has.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

/// Every kind that has options, at others than those of `people`, and what follows from a name
/// that `people` does not have.
const OPTIONS: &str = r#"
[[tables]]
name = "options"
columns = [
    { name = "from_far_below", kind = "sequence", start = -5_000_000_000 },
    { name = "from_one", kind = "sequence" },
    { name = "person", kind = "person_name" },
    { name = "address", kind = "email", of = "person" },
    { name = "unit", kind = "float", min = 0.0, max = 1.0 },
    { name = "wide", kind = "float", min = -1e300, max = 1e300 },
    { name = "whole", kind = "float", min = -1_000.0, max = 1_000.0, decimals = 0 },
    { name = "price", kind = "float", min = 19.9, max = 19.99, decimals = 2 },
    { name = "fine", kind = "float", min = -1.0, max = 1.0, decimals = 15 },
    { name = "int32", kind = "integer", min = -2147483648, max = 2147483647, type = "int32" },
    { name = "int64", kind = "integer", min = -1_000_000_000_000, max = 7 },
    { name = "any_int64", kind = "integer", min = -9223372036854775808, max = 9223372036854775807 },
    { name = "one_int64", kind = "integer", min = 7, max = 7, type = "int64" },
    { name = "seldom", kind = "bool", probability = 0.1 },
    { name = "even", kind = "bool" },
    { name = "any_time", kind = "timestamp", from = 0000-01-01, to = "9999-12-31T23:59:59.999999Z" },
    { name = "one_day", kind = "timestamp", from = 1969-12-31T12:00:00Z, to = 1970-01-01T12:00:00Z },
    { name = "one_word", kind = "lorem", words = 1 },
    { name = "one_lane", kind = "lorem", words = 5 },
    { name = "two_lanes", kind = "lorem", words = 6 },
    { name = "long", kind = "lorem", words = 100 },
]
"#;

#[test]
fn options() {
    let golden = golden(&DatasetSpec::from_toml(OPTIONS).unwrap(), "options");
    expect![[r#"
        algorithm 2
        from_far_below 3bcc089a282b518a
        from_one e9a43afc68a0d1fd
        person f251a99f21e9c213
        address 429ae15d94afdb15
        unit 79a136b60d7e468d
        wide 7715302674399f00
        whole 14a976b9164e70cc
        price c056ee8319b6f776
        fine 99369962ebc8de77
        int32 0a74b528861663f4
        int64 ee63a34942ec8085
        any_int64 f886e94c7785aa77
        one_int64 ab318a1794b7298e
        seldom caa50903a8169061
        even b1403cd1b833df45
        any_time fb5b17d4507a3212
        one_day 2e02c5cbe738c8f5
        one_word 328d7c81631fa5bd
        one_lane 6273a83070f81a12
        two_lanes 7812d1a4815cda5e
        long ce34c42cab8db190
        spec c6c3b6b743da3c8c67ef31b8e19176c7af912379857ee45d25c55042b9c84f18
    "#]]
    .assert_eq(&golden);
}
