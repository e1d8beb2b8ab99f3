//! Folders of partitions, read as a whole and in part by readers that nobody here wrote.

use std::process::Command;

use crate::rows_for_python::write_arrow;
use crate::support::program::Program;
use crate::support::rows::people;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/partitions.py"
);

/// Three readers see all rows in `out`, and those of `value`: PyArrow and DuckDB, which tell, by opening
/// one file.
fn check(program: &Program, value: &str, rows: u64) {
    write_arrow(&program.path("expected.arrow"), &people(42, 0..20_000));
    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(program.path("out"))
        .arg(program.path("expected.arrow"))
        .args(["country", value])
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{found}{failed}");
    let said = ["pyarrow", "duckdb", "polars"]
        .map(|reader| format!("{reader}: 20000 rows, {rows} of one value: equal"));
    assert_eq!(found.lines().collect::<Vec<_>>(), said);
}

/// A name with a space and one that is escaped are among the countries.
#[test]
fn others_read_partitions_and_open_no_more_than_they_need() {
    let program = Program::new();
    let args = ["--rows", "20000", "--partition-by", "country"];
    program.run(args.iter().chain(&["--to", "out/"])).ok();
    check(&program, "Norway", 83);
    check(&program, "Cote d'Ivoire", 76);
}
