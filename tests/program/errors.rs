//! Refusals of a server and of a disk: what is said, with which exit code, and that nothing is left.

use embedded_s3::{Fault, FaultPlan, Operation, Reply, Rule};
use expect_test::{Expect, expect};

use crate::support::program::Program;
use crate::support::s3::S3;

/// Runs against a server that refuses, and compares the paragraph without what differs from run
/// to run.
#[track_caller]
fn refused(faults: FaultPlan, error: Expect) {
    let s3 = S3::embedded_with(faults);
    for args in [
        &["--rows", "100"][..],
        &["--rows", "100", "--keep-local", "k"],
    ] {
        let program = s3.program();
        let ran = program.run(args).failed(5);
        error.assert_eq(&s3.plainly(ran.error()));
        assert!(!ran.stderr.contains("block 1/"), "{}", ran.stderr);
        assert!(program.names().is_empty());
    }
}

#[test]
fn an_object_that_is_only_to_be_created_leaves_what_is_there() {
    let s3 = S3::embedded();
    let program = s3.program();
    program.run(["--rows", "300", "--create-only"]).ok();
    let before = s3.get("people.parquet");
    for more in [
        &["--rows", "100"][..],
        &["--rows", "100", "--keep-local", "k"],
        // In parts, were it sent.
        &["--rows", "100000"],
    ] {
        let ran = program.run(more.iter().chain(&["--create-only"]));
        let ran = ran.failed(5);
        expect![
            "cannot upload s3://BUCKET/people.parquet at ENDPOINT: an object is there already, and it was to be written only if none was; leave it, or write to another key. To replace it, leave out --create-only."
        ]
        .assert_eq(&s3.plainly(ran.error()));
        assert!(!ran.stderr.contains("block 1/"), "{}", ran.stderr);
        assert!(program.names().is_empty());
    }
    assert!(s3.get("people.parquet") == before);
}

/// Somebody else was faster by a moment: then it is not S3's word alone that tells.
#[test]
fn an_object_that_was_created_meanwhile_is_told_for_what_is_known() {
    for (rows, code, error) in [
        (
            "100",
            6,
            expect![
                "cannot upload s3://BUCKET/people.parquet at ENDPOINT: an object is there already, and it was to be written only if none was; whether the object was stored is unknown, so look at it before uploading again: S3 answered 412 PreconditionFailed: an object is there, and If-None-Match: * asked for none"
            ],
        ),
        (
            "100000",
            5,
            expect![
                "cannot upload s3://BUCKET/people.parquet at ENDPOINT: an object is there already, and it was to be written only if none was; leave it, or write to another key: S3 answered 412 PreconditionFailed: an object is there, and If-None-Match: * asked for none. To replace it, leave out --create-only."
            ],
        ),
    ] {
        let unseen = Fault::error(404, "NoSuchKey");
        let faults = FaultPlan::new().with(Rule::on(Operation::HeadObject).nth(1), unseen);
        let s3 = S3::embedded_with(faults);
        let program = s3.program();
        program.run(["--rows", "300"]).ok();
        let ran = program.run(["--rows", rows, "--create-only"]).failed(code);
        error.assert_eq(&s3.plainly(ran.error()));
        assert!(s3.open_uploads().is_empty());
    }
}

#[test]
fn a_bucket_in_another_region_names_the_region() {
    let malformed = "<Error><Code>AuthorizationHeaderMalformed</Code>\
        <Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>\
        <Region>eu-west-1</Region></Error>";
    let moved = |status, body| {
        let reply = Reply::raw(status, body).header("x-amz-bucket-region", "eu-west-1");
        Fault::Refuse(reply)
    };
    // Replies to HEAD have no body.
    let plan = |status| {
        FaultPlan::new()
            .with(Rule::on(Operation::HeadBucket), moved(status, ""))
            .with(
                Rule::on(Operation::ListMultipartUploads),
                moved(400, malformed),
            )
    };
    refused(
        plan(301),
        expect![
            "cannot use the bucket s3://BUCKET at ENDPOINT: the bucket is in the region eu-west-1; set AWS_REGION to eu-west-1: S3 answered 301. The flag for it is `--region eu-west-1`."
        ],
    );
    refused(
        plan(400),
        expect![
            "cannot use the bucket s3://BUCKET at ENDPOINT: the bucket is in the region eu-west-1; set AWS_REGION to eu-west-1: S3 answered 400. The flag for it is `--region eu-west-1`."
        ],
    );
}

#[test]
fn a_bucket_that_is_not_there_and_may_not_be_made() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::CreateBucket),
        Fault::error(403, "AccessDenied"),
    );
    refused(
        faults,
        expect![
            "cannot create the bucket s3://BUCKET at ENDPOINT: there is no such bucket, and these credentials may not make it; have it made, or name one that exists: S3 answered 403 AccessDenied: a fault played on purpose. Another one is named by `--bucket` or by `--to s3://bucket/key`."
        ],
    );
}

/// What may not be written is refused before a row is made, by its owner's mode or by root's.
#[cfg(unix)]
#[test]
fn a_read_only_file_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::new().with_file("x.parquet", "keep");
    let mode = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(program.path("x.parquet"), mode).unwrap();
    let ran = program.run(["--to", "x.parquet"]).failed(4);
    expect!["can't write to `x.parquet`: the file is read-only; make it writable or name another"]
        .assert_eq(ran.error());
    assert_eq!(std::fs::read(program.path("x.parquet")).unwrap(), b"keep");
    assert_eq!(program.names(), ["x.parquet"]);
}

/// The disk that is full is the quota of the process: no file may grow beyond it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_of_a_file_that_was_to_be_kept() {
    let s3 = S3::embedded();
    let program = s3.program();
    let ran = program
        .run_within(1000, "--rows 100000 --keep-local k.parquet")
        .failed(4);
    expect!["could not write what is to become `k.parquet`: File too large (os error 27). Raise the limit on the size of files (`ulimit -f`), or make a smaller file."].assert_eq(ran.error());
    assert!(program.names().is_empty());
    assert!(s3.head("people.parquet").is_none());
}
