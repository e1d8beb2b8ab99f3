//! What a user reads when something is wrong, with the exit code, and that nothing is left.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};

use crate::support::program::Program;

#[track_caller]
fn check(program: &Program, args: &[&str], code: i32, error: Expect) {
    let before = program.names();
    let ran = program.run(args).failed(code);
    error.assert_eq(ran.error());
    assert_eq!(program.names(), before, "something was left behind");
}

#[test]
fn values_that_cannot_be_read_are_named_with_what_would_do() {
    let program = Program::new();
    check(
        &program,
        &["--rows", "many"],
        2,
        expect![
            "--rows: `many` is not a number of rows: write a whole number, for example 1000000 or 1_000_000"
        ],
    );
    check(
        &program,
        &["--size", "50XB"],
        2,
        expect![
            "--size: `50XB` is not a size: write a number and a unit, for example 50MB (10^6 bytes) or 1MiB (2^20 bytes)"
        ],
    );
    check(
        &program,
        &["--block-size", "0"],
        2,
        expect!["--block-size: `0` is not a size to work with: it must be above zero"],
    );
    check(
        &program,
        &["--compression", "zstd:99"],
        2,
        expect![
            "--compression: `zstd:99` is no compression: use none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11], for example zstd:3"
        ],
    );
    check(
        &program,
        &["--threads", "0"],
        2,
        expect!["--threads: `0` is not a number of threads: write a whole number from 1 to 1024"],
    );
    check(
        &program,
        &["--seed", "-1"],
        2,
        expect!["--seed: `-1` is not a seed: write a whole number from 0 to 18446744073709551615"],
    );
    check(
        &program,
        &["--rows", "18446744073709551615"],
        2,
        expect![
            "row 18446744073709551615 is asked for, and a table ends at row 9223372036854775807"
        ],
    );
}

#[test]
fn targets_that_cannot_be_written_are_refused_before_anything_is_made() {
    let program = Program::new();
    std::fs::create_dir(program.path("folder")).unwrap();
    check(
        &program,
        &["--to", "folder"],
        4,
        expect!["can't write to `folder`: it is a folder; name a file in it"],
    );
    check(
        &program,
        &["--to", "no/such/folder/x.parquet"],
        4,
        expect![
            "can't write to `no/such/folder/x.parquet`: the folder it would stand in does not exist; create it first"
        ],
    );
    check(
        &program,
        &["--to", "gs://lake/x.parquet"],
        2,
        expect![
            "`gs://lake/x.parquet`: there is no way to gs://. Write s3://bucket/key, a path, or `-` for standard output."
        ],
    );
    check(
        &program,
        &[
            "--to",
            "s3://Bad_Bucket/x",
            "--endpoint",
            "http://127.0.0.1:9",
        ],
        2,
        expect![
            "cannot use the bucket s3://Bad_Bucket at http://127.0.0.1:9: `Bad_Bucket` is not a bucket name: only lower-case letters, digits, hyphens and dots are allowed"
        ],
    );
}

#[test]
fn endpoints_that_would_leak_are_refused() {
    let program = Program::new()
        .with("AWS_ACCESS_KEY_ID", "key")
        .with("AWS_SECRET_ACCESS_KEY", "canary-4711");
    check(
        &program,
        &["--endpoint", "http://192.0.2.1:9000"],
        2,
        expect![
            "the endpoint http://192.0.2.1:9000 is plain http to another machine, where data and tokens can be read on the way; use https, or allow plain http explicitly. The way to allow it is --allow-http."
        ],
    );
    check(
        &program,
        &["--endpoint", "https://me:canary-4711@s3.example.com"],
        2,
        expect![
            "the endpoint holds a user or a password; take them out and give the credentials apart"
        ],
    );
    check(
        &program,
        &["--endpoint", "localhost:4566"],
        2,
        expect![
            "the endpoint is neither a URL nor a known word. Write http://host:port, https://host, `aws` or `embedded`."
        ],
    );
}

#[test]
fn half_a_pair_of_credentials_is_refused() {
    let program = Program::new().with("AWS_ACCESS_KEY_ID", "key");
    check(
        &program,
        &["--endpoint", "http://127.0.0.1:9"],
        2,
        expect![
            "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not. Set AWS_SECRET_ACCESS_KEY too, or unset AWS_ACCESS_KEY_ID."
        ],
    );
}

#[test]
fn aws_without_credentials_names_the_way_to_try() {
    // Nobody is to be asked whether this machine is one of AWS's.
    let program = Program::new().with("AWS_EC2_METADATA_DISABLED", "true");
    let ran = program.run(["--to", "s3://lake/x.parquet"]).failed(5);
    assert!(
        ran.error().contains("--endpoint embedded"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_server_that_is_not_there_is_told_within_ten_seconds() {
    // A port that was free a moment ago, and that nobody listens on.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let program = Program::new();
    let started = Instant::now();
    let ran = program
        .run(["--endpoint", &format!("http://{address}")])
        .failed(5);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "took {took:?}");
    expect!["cannot use the bucket s3://parquet-data-bucket at http://ADDRESS: the endpoint cannot be reached; check the address, and that a server runs there: cannot connect to http://ADDRESS: Connection refused (os error 111)"].assert_eq(&ran.error().replace(&address, "ADDRESS"));
    assert!(program.names().is_empty());
}

#[test]
fn slips_of_the_pen_are_seen() {
    let program = Program::new();
    let slip = expect![
        "`s3:/lake/x.parquet` is not quite an address in S3. Write s3://bucket/key; for a file of that name, write ./ in front."
    ];
    check(&program, &["--to", "s3:/lake/x.parquet"], 2, slip);
}

#[test]
fn a_long_name_is_refused_before_a_row_is_made() {
    let name = "x".repeat(300);
    let ran = Program::new().run(["--to", &name]).failed(4);
    assert!(!ran.stderr.contains("block 1/"), "{}", ran.stderr);
}

#[test]
fn an_embedded_s3_without_a_folder_is_a_local_failure() {
    let program = Program::new().with_file("data", "a file where a folder is needed");
    let ran = program.run(["--rows", "10"]).failed(4);
    assert!(ran.error().contains("data/s3"), "{}", ran.stderr);
}

#[test]
fn two_ways_to_say_how_much_are_one_too_many() {
    let ran = Program::new()
        .run(["--rows", "1", "--size", "1MB"])
        .failed(2);
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    let ran = Program::new().run(["--json", "--to", "-"]).failed(2);
    assert!(ran.stderr.contains("standard output"), "{}", ran.stderr);
}

/// Runs with standard output or error on `/dev/full`, the disk that is always full.
#[cfg(target_os = "linux")]
fn on_a_full_disk(args: &[&str], stream: &str) -> (Option<i32>, String, Program) {
    let program = Program::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pipeline-cli"));
    command.args(args).current_dir(program.path("")).env_clear();
    match stream {
        "stdout" => command.stdout(full),
        _ => command.stderr(full),
    };
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said, program)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_told() {
    let (code, said, _) = on_a_full_disk(&["--rows", "1000", "--to", "-", "-q"], "stdout");
    assert_eq!(code, Some(4));
    assert!(said.contains("No space left on device"), "{said}");

    let (code, said, _) = on_a_full_disk(&["--rows", "10", "--to", "x", "--json"], "stdout");
    assert_eq!(code, Some(4), "events that were asked for and lost");
    assert!(said.contains("could not write the events"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_changes_nothing() {
    let (code, _, program) = on_a_full_disk(&["--rows", "1000", "--to", "x.parquet"], "stderr");
    assert_eq!(code, Some(0));
    assert!(program.path("x.parquet").is_file());
}

/// The file system that is full is the quota of the process: no file may grow beyond it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_target_as_it_was() {
    let program = Program::new().with_file("x.parquet", "the old file");
    let run = format!(
        "ulimit -f 1000; trap '' XFSZ; exec {} --rows 100000 --to x.parquet -q",
        env!("CARGO_BIN_EXE_pipeline-cli")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &run])
        .current_dir(program.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("could not write what is to become"), "{said}");
    assert_eq!(
        std::fs::read(program.path("x.parquet")).unwrap(),
        b"the old file"
    );
    assert_eq!(program.names(), ["x.parquet"]);
}
