//! CSV and JSON that nobody here wrote, read by `run --from`, and every value compared with what
//! Python's own modules read.

use std::process::Command;

use crate::support::program::Program;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/real_files.py"
);

/// The files of the package vega-datasets, with their rows and columns.
const FILES: [(&str, u32, u32); 17] = [
    ("airports.csv", 3376, 7),
    ("iowa-electricity.csv", 51, 3),
    ("la-riots.csv", 63, 11),
    ("seattle-temps.csv", 8759, 2),
    ("seattle-weather.csv", 1461, 6),
    ("sf-temps.csv", 8759, 2),
    ("stocks.csv", 560, 3),
    ("us-employment.csv", 120, 24),
    ("anscombe.json", 44, 3),
    ("barley.json", 120, 4),
    ("burtin.json", 16, 6),
    ("cars.json", 406, 9),
    ("crimea.json", 24, 4),
    ("driving.json", 55, 4),
    ("iris.json", 150, 5),
    ("ohlc.json", 44, 7),
    ("wheat.json", 52, 3),
];

/// What the script prints; it must end well.
fn python(args: &[&str]) -> String {
    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let output = Command::new(python)
        .arg(SCRIPT)
        .args(args)
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {failed}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn values_are_those_that_python_reads() {
    let folder = python(&["where"]);
    for (name, rows, columns) in FILES {
        let program = Program::new();
        let from = format!("{folder}/{name}");
        let run = ["run", "--from", &from, "--to", "found.parquet"];
        program.run(run).ok();
        let found = program.path("found.parquet");
        assert_eq!(
            python(&[name, found.to_str().unwrap()]),
            format!("{rows} rows, {columns} columns: equal"),
            "{name}"
        );
    }
}
