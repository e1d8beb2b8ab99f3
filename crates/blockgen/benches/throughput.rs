//! How fast `people` is made on one core: `cargo bench -p blockgen`, one JSON object a line,
//! first the whole table, then each column alone.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints what it measured"
)]

use std::error::Error;
use std::hint::black_box;
use std::num::NonZeroU64;
use std::time::Instant;

use blockgen::{DatasetSpec, Generator};

/// About what a row group of 16 MiB holds.
const BLOCK_ROWS: u64 = 65_536;
const ROWS: u64 = 16 * BLOCK_ROWS;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let people = DatasetSpec::builtin("people")?;
    measure("people", &people)?;
    for column in &people.table("people")?.columns {
        let mut alone = people.clone();
        // An e-mail needs its column of names, and is reported together with it.
        alone.tables[0].columns.retain(|other| {
            other.name == column.name || column.name == "email" && other.name == "name"
        });
        measure(&column.name, &alone)?;
    }
    Ok(())
}

/// Prints the best of several rounds: the others were disturbed.
fn measure(name: &str, spec: &DatasetSpec) -> Result<(), Box<dyn Error>> {
    let generator = Generator::compile(spec, "people", 42)?;
    let block_rows = NonZeroU64::new(BLOCK_ROWS).ok_or("no rows in a block")?;
    let mut best_s = f64::INFINITY;
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        bytes = 0;
        for block in generator.blocks(0..ROWS, block_rows) {
            bytes += black_box(block?).get_array_memory_size();
        }
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    let line = serde_json::json!({
        "bench": "generate",
        "name": name,
        "rows": ROWS,
        "rows_per_s": (ROWS as f64 / best_s).round(),
        "ns_per_row": (best_s * 1e10 / ROWS as f64).round() / 10.0,
        "arrow_bytes_per_row": bytes as u64 / ROWS,
    });
    println!("{line}");
    Ok(())
}
