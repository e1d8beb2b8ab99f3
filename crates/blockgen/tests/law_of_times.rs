//! The law, for times, bytes and what tells rows apart: a value is the same in whichever block it
//! is made, and when another table pulls it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use arrow::array::{Array, AsArray};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Int64Type, UInt64Type};
use blockgen::{DatasetSpec, Generator};
use proptest::prelude::*;

const COLUMNS: [&str; 18] = [
    r#"kind = "sequence", start = 9, step = -2"#,
    r#"kind = "sequence", type = "int32""#,
    r#"kind = "uuid""#,
    r#"kind = "uuid", version = 7, every = "1us""#,
    r#"kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "s""#,
    r#"kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "ns", step = "7ms""#,
    r#"kind = "timestamp", from = 2020-01-01, unit = "ms", ordered = { every = "1s", jitter = "1h" }"#,
    r#"kind = "timestamp", from = 2020-01-01, step = "1m", ordered = { every = "1s", jitter = "1h" }"#,
    r#"kind = "date", from = 2020-01-01, to = 2025-01-01, step = "1w""#,
    r#"kind = "date", from = 2020-01-01, ordered = { every = "5m", jitter = "1d" }"#,
    r#"kind = "time", step = "5m""#,
    r#"kind = "time", unit = "ms""#,
    r#"kind = "duration", min = "-1h", max = "1h""#,
    r#"kind = "binary", max_bytes = 30"#,
    r#"kind = "binary", bytes = 7, fixed = true"#,
    r#"kind = "binary", bytes = 9, nulls = 0.3"#,
    r#"kind = "row_hash", of = ["c0", "c7", "c13", "c15"]"#,
    r#"kind = "row_hash", algorithm = "sha256_int64""#,
];

const PARENTS: u64 = 5_000;

/// A table of all columns, and one that pulls each of them from random rows of it.
fn spec() -> DatasetSpec {
    let column = |(i, options): (usize, &&str)| format!("{{ name = \"c{i}\", {options} }},\n");
    let columns: String = COLUMNS.iter().enumerate().map(column).collect();
    let pull =
        |i| format!("{{ name = \"c{i}\", kind = \"pull\", of = \"id\", column = \"c{i}\" }},\n");
    let pulled: String = (0..COLUMNS.len()).map(pull).collect();
    let text = format!(
        "[[tables]]\nname = \"parents\"\nrows = {PARENTS}\n\
         columns = [{{ name = \"id\", kind = \"sequence\", start = 0 }},\n{columns}]\n\
         [[tables]]\nname = \"children\"\n\
         columns = [{{ name = \"id\", kind = \"reference\", to = \"parents.id\" }},\n{pulled}]\n"
    );
    DatasetSpec::from_toml(&text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ranges_compose(
        seed: u64,
        start in prop_oneof![0u64..5_000, 0u64..100_000_000],
        first in 0u64..300,
        second in 0u64..300,
    ) {
        let rows = Generator::compile(&spec(), "parents", seed).unwrap();
        let (middle, end) = (start + first, start + first + second);
        let whole = rows.block(start..end).unwrap();
        let halves = [start..middle, middle..end].map(|range| rows.block(range).unwrap());
        prop_assert_eq!(whole, concat_batches(&rows.schema(), &halves).unwrap());
    }

    #[test]
    fn picked_rows_are_those_of_the_block(seed: u64, start in 0u64..1 << 40, count in 0u64..300) {
        let spec = spec();
        let parents = Generator::compile(&spec, "parents", seed).unwrap().block(0..PARENTS).unwrap();
        let children = Generator::compile(&spec, "children", seed).unwrap();
        let children = children.block(start..start + count).unwrap();
        let ids = children.column(0).as_primitive::<Int64Type>();
        let ids = ids.unary::<_, UInt64Type>(|id| id as u64);
        for column in 1..=COLUMNS.len() {
            let expected = take(parents.column(column), &ids, None).unwrap();
            prop_assert_eq!(children.column(column).to_data(), expected.to_data());
        }
    }
}
