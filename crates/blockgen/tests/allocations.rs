//! Values are written into the buffers of arrays, not allocated one by one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use blockgen::{DatasetSpec, Generator};

#[test]
fn a_block_of_a_hundred_times_the_rows_takes_no_more_allocations() {
    let spec = DatasetSpec::builtin("people").unwrap();
    let generator = Generator::compile(&spec, "people", 42).unwrap();
    let allocations = |rows| {
        let counted = allocation_counter::measure(|| {
            generator.block(0..rows).unwrap();
        });
        counted.count_total
    };
    let few = allocations(1_000);
    // Not one more: the estimate of the bytes of text holds, so that no buffer has to grow.
    assert!(allocations(100_000) <= few, "{few}");
    // Fifteen columns: buffers, their owners and the array of each, and the batch.
    assert!(few < 15 * 8, "{few}");
}

/// What children share with their parents, what is computed and what is chosen by conditions.
#[test]
fn lineitem_takes_as_many_for_a_block_of_any_size() {
    let spec = DatasetSpec::builtin("lineitem").unwrap();
    let generator = Generator::compile(&spec, "lineitem", 42).unwrap();
    let allocations = |rows: u64| {
        // Not the first rows: these begin and end within the children of a block of parents.
        let counted = allocation_counter::measure(|| {
            generator.block(1_000..1_000 + rows).unwrap();
        });
        counted.count_total
    };
    let few = allocations(1_000);
    assert!(allocations(100_000) <= few + 1, "{few}");
    assert!(few < 400, "{few}");
}

#[test]
fn times_bytes_and_uuids_take_as_many_for_a_block_of_any_size() {
    let spec = DatasetSpec::from_toml(
        r#"
        [[tables]]
        name = "t"
        columns = [
            { name = "a", kind = "sequence", step = -3, type = "int32" },
            { name = "b", kind = "timestamp", from = 2020-01-01, ordered = { every = "1s" } },
            { name = "c", kind = "date", from = 2020-01-01, to = 2025-01-01 },
            { name = "d", kind = "time" },
            { name = "e", kind = "duration", min = 0, max = "1h" },
            { name = "f", kind = "binary", max_bytes = 32 },
            { name = "g", kind = "binary", bytes = 20, fixed = true },
            { name = "h", kind = "uuid", version = 7 },
        ]
        "#,
    );
    let generator = Generator::compile(&spec.unwrap(), "t", 42).unwrap();
    let allocations = |rows| {
        let counted = allocation_counter::measure(|| {
            generator.block(0..rows).unwrap();
        });
        counted.count_total
    };
    assert_eq!(allocations(100_000), allocations(1_000));
}
