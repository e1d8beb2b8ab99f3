//! Every option of the writer, judged by readers that nobody here wrote.
//!
//! ```text
//! cases ─ a file each, by blockwrite ─▶ options.py: PyArrow, DuckDB and Polars read it, and compare values,
//!         its rows as Arrow beside it                statistics, filters and page indices with the rows
//! ```

mod cases;
mod rows;

use std::fs::File;
use std::path::Path;
use std::process::Command;

use arrow::compute::concat_batches;
use blockwrite::{BlockWriter as _, ParquetBlockWriter};
use serde_json::json;

use self::cases::{Case, cases};
use self::rows::{ROWS, blocks};
use crate::rows_for_python::write_arrow;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/options.py"
);

#[test]
fn others_read_what_every_option_makes() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases();
    for case in &cases {
        write(folder.path(), case);
    }
    let described = cases.iter().map(Case::described).collect::<Vec<_>>();
    let list = json!({ "cases": described, "group_rows": ROWS });
    serde_json::to_writer(
        File::create(folder.path().join("cases.json")).unwrap(),
        &list,
    )
    .unwrap();

    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{failed}");
    let counted = format!("{} files, 3 readers, ", cases.len());
    assert!(said.contains(&counted), "{said}");
}

/// The file of a case, and beside it the rows that are in it.
fn write(folder: &Path, case: &Case) {
    let blocks = case.blocks(&blocks());
    let path = folder.join(format!("{}.parquet", case.name));
    let mut writer = ParquetBlockWriter::create(path, case.options.clone()).unwrap();
    for block in &blocks {
        let written = writer.write_block(block);
        written.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    }
    writer.finish().unwrap();
    let rows = concat_batches(blocks[0].schema_ref(), &blocks).unwrap();
    write_arrow(&folder.join(format!("{}.arrow", case.name)), &rows);
}
