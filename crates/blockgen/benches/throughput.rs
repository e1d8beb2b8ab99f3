//! How fast `people` and `lineitem` are made on one core: `cargo bench -p blockgen`, one JSON
//! object a line, of each first the whole table, then its columns alone.

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
const BLOCKS: u64 = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let people = DatasetSpec::builtin("people")?;
    measure("people", "people", &people)?;
    for column in &people.table("people")?.columns {
        let mut alone = people.clone();
        // An e-mail needs its column of names, and is reported together with it.
        alone.tables[0].columns.retain(|other| {
            other.name == column.name || column.name == "email" && other.name == "name"
        });
        measure(&column.name, "people", &alone)?;
    }
    lineitem()
}

/// The whole table, then each column alone: with the others hidden, what it needs of them is
/// measured with it.
fn lineitem() -> Result<(), Box<dyn Error>> {
    let lineitem = DatasetSpec::builtin("lineitem")?;
    measure("lineitem", "lineitem", &lineitem)?;
    for column in &lineitem.table("lineitem")?.columns {
        let mut alone = lineitem.clone();
        let tables = alone.tables.iter_mut();
        for table in tables.filter(|table| table.name == "lineitem") {
            for other in &mut table.columns {
                other.hidden = other.name != column.name;
            }
        }
        measure(&column.name, "lineitem", &alone)?;
    }
    Ok(())
}

/// Times every block alone: the median is the speed, and the best block shows what it would be
/// on a machine with nothing else to do.
fn measure(name: &str, table: &str, spec: &DatasetSpec) -> Result<(), Box<dyn Error>> {
    let generator = Generator::compile(spec, table, 42)?;
    let block_rows = NonZeroU64::new(BLOCK_ROWS).ok_or("no rows in a block")?;
    let mut bytes = 0;
    let mut times_s = Vec::new();
    for task in generator.tasks(0..BLOCKS * BLOCK_ROWS, block_rows) {
        let start = Instant::now();
        bytes += black_box(task.run()?).get_array_memory_size() as u64;
        times_s.push(start.elapsed().as_secs_f64());
    }
    times_s.sort_by(f64::total_cmp);
    let rows_per_s = |block_s: f64| (BLOCK_ROWS as f64 / block_s).round();
    let line = serde_json::json!({
        "bench": "generate",
        "name": name,
        "block_rows": BLOCK_ROWS,
        "blocks": BLOCKS,
        "rows_per_s": rows_per_s(times_s[times_s.len() / 2]),
        "rows_per_s_best": rows_per_s(times_s[0]),
        "arrow_bytes_per_row": bytes / (BLOCKS * BLOCK_ROWS),
    });
    println!("{line}");
    Ok(())
}
