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
