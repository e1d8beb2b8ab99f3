//! The contract on values: what version 1 of the algorithm made, every later build with the
//! number 1 makes.
//!
//! When this test fails, values have changed, and files made before can no longer be made again.
//! If that is wanted, raise `ALGORITHM_VERSION` and then let the test write the new hashes
//! (`UPDATE_EXPECT=1`); if it is not, the change is a defect.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fmt::Write;

use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use blockgen::{ALGORITHM_VERSION, DatasetSpec, Generator};
use expect_test::expect;
use sha2::{Digest, Sha256};

/// The start of the table, and rows that need more than 32 bits.
const RANGES: [std::ops::Range<u64>; 2] = [0..10_000, 1_000_000_000_000..1_000_000_001_000];

/// A line a column: its name and the hash of its values.
fn golden(spec: &DatasetSpec, table: &str) -> String {
    let generator = Generator::compile(spec, table, 42).unwrap();
    let blocks = RANGES.map(|rows| generator.block(rows).unwrap());
    let mut golden = format!("algorithm {ALGORITHM_VERSION}\n");
    for (i, field) in generator.schema().fields().iter().enumerate() {
        let mut hash = Sha256::new();
        for block in &blocks {
            hash_values(block.column(i), &mut hash);
        }
        let digest = hash.finalize();
        let start: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
        writeln!(golden, "{} {start}", field.name()).unwrap();
    }
    writeln!(golden, "spec {}", generator.provenance().spec_hash).unwrap();
    golden
}

#[test]
fn people() {
    let golden = golden(&DatasetSpec::builtin("people").unwrap(), "people");
    expect![[r#"
        algorithm 1
        id 624c2710e8bd2cd2
        uuid 366d1b3cfd358d32
        name affbe202ca08f6ae
        email 39a67d1188cadce2
        phone 31c5f237efa5990b
        street edf590e7fa95876c
        city 9a79c0e1ef5b995f
        country f178476b4e403890
        company df4c3a4900a8113d
        job 472051bf1629be32
        salary 157b206d51b8ce31
        age b85371c9d9561ae9
        is_active 53c203b2bdf986b0
        created_at a2df60b1028bc7b8
        notes 567476bc698c5272
        spec dd139c59ddb8afb6442a0f5f458404a42553bcdac418bd06ef435c7761ec6753
    "#]]
    .assert_eq(&golden);
}

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
        algorithm 1
        from_far_below 6fb9279b05a21a36
        from_one 624c2710e8bd2cd2
        person f0bb2f55fdfe8025
        address b5075d7e9e5b2712
        unit 7034d01c98318a4e
        wide 4c4983546767230c
        whole a7110215229bf375
        price dd4df7b3da56e486
        fine 87455a3fe8515975
        int32 415df3cfb5fa35b9
        int64 ebecff974a90af8d
        any_int64 132713a0506bbd24
        one_int64 89c5dd02b3535665
        seldom 251bff1c2913afc9
        even e6204b7ff3f8caa2
        any_time d71ffe5bca5e74a3
        one_day 8dffbc07ffc4d45e
        one_word 9da7d3442da3b3f2
        one_lane ef6266470c3dfcc6
        two_lanes ba9f05500f6b8430
        long 593345205cbd3cb6
        spec c6c3b6b743da3c8c67ef31b8e19176c7af912379857ee45d25c55042b9c84f18
    "#]]
    .assert_eq(&golden);
}

/// Values as little-endian numbers or as length and text, not as buffers: how Arrow lays an
/// array out is no part of the contract.
fn hash_values(column: &ArrayRef, hash: &mut Sha256) {
    use arrow::array::AsArray;
    use arrow::datatypes::{Float64Type, Int64Type};

    match column.data_type() {
        DataType::Utf8 => {
            for text in column.as_string::<i32>().iter().flatten() {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        DataType::Float64 => {
            for value in column.as_primitive::<Float64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        _ => {
            let numbers = cast(column, &DataType::Int64).unwrap();
            for value in numbers.as_primitive::<Int64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
    }
}
