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

#[test]
fn people() {
    let spec = DatasetSpec::builtin("people").unwrap();
    let generator = Generator::compile(&spec, "people", 42).unwrap();
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
