//! Small specs, written in a line a column.

use blockgen::{DatasetSpec, Generator};

/// A spec of one table `t`, from the lines of its columns; `; ` stands for a new line.
pub fn spec(columns: &[&str]) -> String {
    let columns: String = columns
        .iter()
        .map(|options| format!("\n[[tables.columns]]\n{}\n", options.replace("; ", "\n")))
        .collect();
    format!("[[tables]]\nname = \"t\"\n{columns}")
}

/// The generator of that table, with the seed 1.
#[allow(
    dead_code,
    reason = "each test is a crate of its own, and some need no rows"
)]
pub fn generator(columns: &[&str]) -> Generator {
    let spec = DatasetSpec::from_toml(&spec(columns)).unwrap();
    Generator::compile(&spec, "t", 1).unwrap()
}
