//! What arrived, fetched by PyArrow's own S3 client and compared value by value.

use std::process::Command;

use crate::rows_for_python::write_arrow;
use crate::support::rows::people;
use crate::support::s3::{S3, localstack};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/services/compare.py"
);

/// Runs the program, and lets PyArrow compare the object with the rows of the generator.
fn check(s3: &S3, args: &[&str], rows: u64) {
    let program = s3.program();
    program.run(args).ok();

    write_arrow(&program.path("expected.arrow"), &people(42, 0..rows));

    let python = std::env::var("PIPELINE_TEST_PYTHON")
        .expect("PIPELINE_TEST_PYTHON is not set: run these tests by `cargo xtask e2e`");
    let output = Command::new(python)
        .arg(SCRIPT)
        .arg(&s3.endpoint)
        .arg(format!("{}/people.parquet", s3.bucket))
        .arg(program.path("expected.arrow"))
        .env("AWS_ACCESS_KEY_ID", &s3.key_id)
        .env("AWS_SECRET_ACCESS_KEY", &s3.secret)
        // PyArrow's client would ask for a machine role first, which takes seconds to fail.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}{failed}");
    assert_eq!(said.trim(), format!("{rows} rows, 15 columns: equal"));
}

#[test]
fn from_the_embedded_s3() {
    check(&S3::embedded(), &["--rows", "20000"], 20_000);
}

#[test]
fn from_localstack() {
    check(
        &localstack(),
        &["--rows", "20000", "--block-size", "512KiB"],
        20_000,
    );
}

#[test]
fn from_localstack_by_multipart() {
    let args = [
        "--rows",
        "150000",
        "--block-size",
        "4MiB",
        "--compression",
        "none",
    ];
    check(&localstack(), &args, 150_000);
}

#[test]
fn in_every_codec() {
    let s3 = S3::embedded();
    for codec in ["none", "snappy", "lz4", "gzip:6", "zstd:3", "brotli:3"] {
        check(&s3, &["--rows", "2000", "--compression", codec], 2000);
    }
}
