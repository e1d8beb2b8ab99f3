//! The contract on values: what one version of the algorithm made, every later build with the same
//! number makes.
//!
//! When this test fails, values have changed, and files made before can no longer be made again.
//! If that is wanted, raise `ALGORITHM_VERSION` and then let the test write the new hashes
//! (`UPDATE_EXPECT=1`); if it is not, the change is a defect.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod built_in;
mod composed;
mod computed;
mod damage;
mod digest;
mod numbers;
mod options;
mod relations;
mod texts;
mod times;

use std::fmt::Write as _;

use blockgen::{ALGORITHM_VERSION, DatasetSpec, Generator};
use sha2::{Digest as _, Sha256};

use digest::hash_values;

/// The start of the table, and rows that need more than 32 bits.
const RANGES: [std::ops::Range<u64>; 2] = [0..10_000, 1_000_000_000_000..1_000_000_001_000];

fn golden(spec: &DatasetSpec, table: &str) -> String {
    golden_of(spec, table, &RANGES)
}

/// A line a column: its name and the hash of its values.
fn golden_of(spec: &DatasetSpec, table: &str, ranges: &[std::ops::Range<u64>]) -> String {
    let generator = Generator::compile(spec, table, 42).unwrap();
    let blocks = ranges
        .iter()
        .map(|rows| generator.block(rows.clone()).unwrap());
    let blocks: Vec<_> = blocks.collect();
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
