//! Blocks of a table described here, made in order and then one alone.
//!
//! `cargo run -p blockgen --example generate_blocks [ROWS]`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::num::NonZeroU64;

use arrow::util::pretty::pretty_format_batches;
use blockgen::{DatasetSpec, Generator};

const SPEC: &str = r#"
[[tables]]
name = "employees"
columns = [
    { name = "id", kind = "sequence", start = 1 },
    { name = "name", kind = "person_name" },
    { name = "email", kind = "email", of = "name" },
    { name = "company", kind = "company" },
    { name = "salary", kind = "float", min = 30_000.0, max = 150_000.0, decimals = 2 },
    { name = "age", kind = "integer", type = "int32", min = 18, max = 66 },
]
"#;

/// Rows of a block; the last one may have fewer.
const BLOCK_ROWS: NonZeroU64 = NonZeroU64::new(1_000).expect("it is above zero");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = std::env::args().nth(1).map_or(Ok(2_500), |n| n.parse())?;
    let employees = Generator::compile(&DatasetSpec::from_toml(SPEC)?, "employees", 42)?;

    let mut made = 0;
    for (index, block) in employees.blocks(0..rows, BLOCK_ROWS).enumerate() {
        let block = block?;
        made += block.num_rows();
        println!(
            "block {}: {} rows, {} bytes; {made} of {rows} rows",
            index + 1,
            block.num_rows(),
            block.get_array_memory_size()
        );
    }

    // A row far out costs no more than the first one, and is always the same.
    println!("rows 1,000,000,000 to 1,000,000,002:");
    let few = employees.block(1_000_000_000..1_000_000_003)?;
    println!("{}", pretty_format_batches(&[few])?);
    Ok(())
}
