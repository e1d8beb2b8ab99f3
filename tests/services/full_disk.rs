//! A disk that is really full: a `tmpfs` of 3 MB, mounted for the time of a run in a mount
//! namespace of its own. It is among these tests because a kernel may refuse that to ordinary users
//! (`kernel.apparmor_restrict_unprivileged_userns` does on some distributions): then they fail and
//! say so.

use std::process::Command;

use expect_test::{Expect, expect};

use crate::support::program::{Program, Ran};

/// Runs `pipeline-cli ARGS` on the small disk, where `before` was run by the shell. The second
/// result are the files that were left.
fn on_a_small_disk(before: &str, args: &str) -> (Ran, String) {
    let program = Program::new();
    let script = format!(
        "mount -t tmpfs -o size=3m tmpfs . && cd \"$PWD\" || exit 99
        {before}
        \"$PIPELINE_CLI\" {args}
        code=$?
        find . -type f | sort
        exit $code"
    );
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .current_dir(program.path("."))
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
        .env("HOME", program.path("."))
        .env("PIPELINE_CLI", env!("CARGO_BIN_EXE_pipeline-cli"))
        .output()
        .unwrap();
    let ran = Ran::from(output);
    let mounted = !ran.stderr.contains("unshare: ") && ran.code != 99;
    assert!(
        mounted,
        "this user may not mount a small disk to fill, see the head of this file: {}",
        ran.stderr
    );
    let left = String::from_utf8(ran.stdout.clone()).unwrap();
    (ran, left)
}

fn check(args: &str, error: Expect, files: Expect) {
    let (ran, left) = on_a_small_disk("", args);
    let ran = ran.failed(4);
    let said = between(ran.error(), "http://127.0.0.1:", ": ", "PORT");
    let said = between(&said, "the disk that holds ", " is full", "FOLDER");
    let said = between(&said, " (request ", ")", "ID");
    error.assert_eq(&said);
    files.assert_eq(&left);
}

/// What differs from run to run, put in a word.
fn between(said: &str, start: &str, end: &str, word: &str) -> String {
    let Some((before, rest)) = said.split_once(start) else {
        return said.to_owned();
    };
    let (_, after) = rest.split_once(end).unwrap_or_default();
    format!("{before}{start}{word}{end}{after}")
}

#[test]
fn a_local_file_that_does_not_fit_leaves_nothing() {
    check(
        "--to people.parquet",
        expect![
            "could not write what is to become `people.parquet`: No space left on device (os error 28). Make room, or name a target on another disk."
        ],
        expect![""],
    );
}

#[test]
fn what_stood_there_stands() {
    let (ran, left) = on_a_small_disk(
        "echo old > people.parquet",
        "--to people.parquet || (code=$?; cat people.parquet; exit $code)",
    );
    ran.failed(4);
    assert_eq!(left, "old\n./people.parquet\n");
}

#[test]
fn an_object_that_does_not_fit_leaves_nothing() {
    check(
        "",
        expect![
            "cannot upload s3://parquet-data-bucket/people.parquet at http://127.0.0.1:PORT: the server's disk is full; make room there: S3 answered 507 InsufficientStorage: the disk that holds FOLDER is full: make room on it (request ID)"
        ],
        expect![[r#"
        ./data/s3/.embedded-s3/access-key-id
        ./data/s3/.embedded-s3/buckets/parquet-data-bucket
        ./data/s3/.embedded-s3/lock
    "#]],
    );
}

#[test]
fn a_kept_file_that_does_not_fit_leaves_nothing() {
    check(
        "--keep-local people.parquet",
        expect![
            "could not write what is to become `people.parquet`: No space left on device (os error 28). Make room, or name a target on another disk."
        ],
        expect![[r#"
            ./data/s3/.embedded-s3/access-key-id
            ./data/s3/.embedded-s3/buckets/parquet-data-bucket
            ./data/s3/.embedded-s3/lock
        "#]],
    );
}

/// The file fits and the object beside it does not.
#[test]
fn a_kept_file_whose_upload_does_not_fit_is_whole() {
    check(
        "--rows 10000 --keep-local people.parquet",
        expect![
            "cannot upload s3://parquet-data-bucket/people.parquet at http://127.0.0.1:PORT: the server's disk is full; make room there: S3 answered 507 InsufficientStorage: the disk that holds FOLDER is full: make room on it (request ID). The local file `people.parquet` is whole; go on with `pipeline-cli upload people.parquet s3://parquet-data-bucket/people.parquet --endpoint embedded`."
        ],
        expect![[r#"
            ./data/s3/.embedded-s3/access-key-id
            ./data/s3/.embedded-s3/buckets/parquet-data-bucket
            ./data/s3/.embedded-s3/lock
            ./people.parquet
        "#]],
    );
}
