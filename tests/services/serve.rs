//! What was written through `serve`, read by the blocks that it prints to be pasted: each line of
//! them is typed into DuckDB and Python as a person would.

use std::process::Command;

use crate::rows_for_python::write_arrow;
use crate::support::program::Program;
use crate::support::rows::people;
use crate::support::serving::Serving;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/pasted.py"
);

const ROWS: u64 = 20_000;

/// Uploads through `serve`, starts it again to get examples of what is there, and runs one.
fn check(reader: &str, heading: &str, expected: &str) {
    let program = Program::new();
    let serving = Serving::start(&program, [""; 0]);
    std::fs::write(program.path(".env"), &serving.lines).unwrap();
    let to = "s3://lake/raw/people.parquet";
    program.run(["--rows", &ROWS.to_string(), "--to", to]).ok();
    serving.terminate();
    serving.end().ok();
    let serving = Serving::start(&program, [""; 0]);

    write_arrow(&program.path("expected.arrow"), &people(42, 0..ROWS));
    std::fs::write(program.path("block"), block(&serving.text, heading)).unwrap();

    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let output = Command::new(python)
        .args([SCRIPT, reader])
        .arg(program.path("block"))
        .arg(program.path("expected.arrow"))
        // What is pasted must be enough: nothing of whoever runs this helps.
        .env_clear()
        .env("HOME", program.path("."))
        .output()
        .unwrap();
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}{failed}");
    assert_eq!(said.lines().last(), Some(expected), "{said}");
}

/// The lines below a heading, up to the next empty one.
fn block(text: &str, heading: &str) -> String {
    let (_, below) = text.split_once(heading).expect("the heading is there");
    let block = below.trim_start().split("\n\n").next().unwrap_or_default();
    block.trim_end().to_owned() + "\n"
}

#[test]
fn pyarrow_lists_and_reads_by_what_serve_printed() {
    check(
        "pyarrow",
        "Python, with PyArrow:\n",
        "lake/raw/people.parquet: 20000 rows, 15 columns: equal",
    );
}

#[test]
fn duckdb_reads_by_what_serve_printed() {
    check("duckdb", "DuckDB:\n", "10 rows, 15 columns: equal");
}
