//! Damage on purpose, and its ledger.

use blockgen::{DatasetSpec, Generator};
use expect_test::expect;
use sha2::{Digest as _, Sha256};

use super::digest::hash_values;
use super::golden;

/// Every kind of damage, and every way to malform a text.
const DAMAGE: &str = r#"
[[tables]]
name = "parents"
rows = 1_000_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "uuid", kind = "uuid" },
]

[[tables]]
name = "damaged"
columns = [
    { name = "nulls", kind = "integer" },
    { name = "key", kind = "sequence" },
    { name = "pair", kind = "uuid" },
    { name = "int8", kind = "integer", type = "int8", max = 100 },
    { name = "uint64", kind = "integer", type = "uint64", min = 10, max = 20 },
    { name = "float", kind = "float", min = 1.0, max = 3.0 },
    { name = "float32", kind = "float", type = "float32", min = 1.0, max = 3.0 },
    { name = "decimals", kind = "float", min = 1.0, max = 3.0, decimals = 2 },
    { name = "normal", kind = "float", min = 0.0, distribution = { normal = { mean = 5, std_dev = 1 } } },
    { name = "decimal", kind = "decimal", min = 1, max = 5 },
    { name = "date", kind = "date", from = 2020-01-01, to = 2021-01-01 },
    { name = "timestamp", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    { name = "time", kind = "time", from = "08:00:00", to = "09:00:00" },
    { name = "duration", kind = "duration", min = 0, max = "1h" },
    { name = "truncated", kind = "company" },
    { name = "swapped", kind = "company" },
    { name = "doubled_blank", kind = "company" },
    { name = "leading_blank", kind = "company" },
    { name = "trailing_blank", kind = "company" },
    { name = "wrong_case", kind = "company" },
    { name = "control_character", kind = "company" },
    { name = "mojibake", kind = "country", locale = "fr_fr" },
    { name = "empty", kind = "company" },
    { name = "any", kind = "country", locale = "fr_fr", nulls = 0.1 },
    { name = "id", kind = "reference", to = "parents.id" },
    { name = "uuid", kind = "reference", to = "parents.uuid" },
]
damage = [
    { kind = "null", share = 0.3, columns = ["nulls"] },
    { kind = "duplicate", share = 0.3, columns = ["key", "pair"] },
    { kind = "duplicate", share = 0.1, columns = ["pair"] },
    { kind = "out_of_range", share = 0.3 },
    { kind = "malformed", share = 0.3, how = ["truncated"], columns = ["truncated"] },
    { kind = "malformed", share = 0.3, how = ["swapped"], columns = ["swapped"] },
    { kind = "malformed", share = 0.3, how = ["doubled_blank"], columns = ["doubled_blank"] },
    { kind = "malformed", share = 0.3, how = ["leading_blank"], columns = ["leading_blank"] },
    { kind = "malformed", share = 0.3, how = ["trailing_blank"], columns = ["trailing_blank"] },
    { kind = "malformed", share = 0.3, how = ["wrong_case"], columns = ["wrong_case"] },
    { kind = "malformed", share = 0.3, how = ["control_character"], columns = ["control_character"] },
    { kind = "malformed", share = 0.3, how = ["mojibake"], columns = ["mojibake"] },
    { kind = "malformed", share = 0.3, how = ["empty"], columns = ["empty"] },
    { kind = "malformed", share = 0.3, columns = ["any"] },
    { kind = "wrong_reference", share = 0.3 },
]
"#;

#[test]
fn damage() {
    let spec = DatasetSpec::from_toml(DAMAGE).unwrap();
    let generator = Generator::compile(&spec, "damaged", 42).unwrap();
    // What a ledger says of them is a part of the contract, too.
    let mut hash = Sha256::new();
    for column in generator.ledger(0..10_000).unwrap().columns() {
        hash_values(column, &mut hash);
    }
    let ledger: String = hash.finalize()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let golden = golden(&spec, "damaged");
    expect![[r#"
        algorithm 2
        nulls e4e4052e1ede1f60
        key e066e62ffd7f9018
        pair 8122ae4f5ac33ead
        int8 efb86208bd5ae898
        uint64 d71ed7876a27bccd
        float f8af38ffecb4f31d
        float32 00ed2cb1f690a0fd
        decimals 7da55334862f77cf
        normal e45832adfaea049e
        decimal ba88511de6735cee
        date 392cf4a0ff92552e
        timestamp 9429c9ebb9bfc248
        time adebca2c9202a092
        duration 03b8af3b389465ec
        truncated 32b1c69cfa69e596
        swapped 3f813b41e3a6f086
        doubled_blank 6a7f97385aacb85d
        leading_blank e2c19a626838ca55
        trailing_blank 852269e0dcc6ac06
        wrong_case d08fccb52fb7e478
        control_character 5f42cb19c30ee572
        mojibake 6890205a472fff94
        empty 2ffd9619150a5708
        any 08ff8a504ad09bbb
        id 84301a5d4c44b7f3
        uuid 88d44aeda6c64ce6
        spec 54d00153f55413f2a66d2f423698eabcc30a108ae5bc3a6ebac06409d3083949
        ledger ddf42a74b1aa5a65
    "#]]
    .assert_eq(&format!("{golden}ledger {ledger}\n"));
}
