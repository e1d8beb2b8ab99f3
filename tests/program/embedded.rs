//! Against the embedded S3: in a process of its own, and inside the program.

use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use expect_test::expect;

#[cfg(unix)]
use crate::support::program::stopped;
use crate::support::program::{Program, terminate, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

crate::s3_cases!(S3::embedded());

#[test]
fn without_any_setting_the_object_lies_in_the_folder() {
    let program = Program::new();
    let ran = program.run(["--rows", "2000"]).ok();
    let path = "data/s3/parquet-data-bucket/people.parquet";
    assert!(ran.stderr.contains(path), "{}", ran.stderr);
    let (found, _) = read(std::fs::read(program.path(path)).unwrap());
    assert_same(&found, &people(42, 0..2000));
    program
        .run([
            "--rows",
            "10",
            "--to",
            "s3://lake/a/b.parquet",
            "--endpoint",
            "embedded",
        ])
        .ok();
    assert!(program.path("data/s3/lake/a/b.parquet").is_file());
}

#[test]
fn a_wrong_secret_is_named_and_nothing_is_made() {
    let s3 = S3::embedded();
    let program = s3.program().with("AWS_SECRET_ACCESS_KEY", "not-the-secret");
    let ran = program.run(["--rows", "10"]).failed(5);
    let said = ran
        .error()
        .replace(&s3.endpoint, "ENDPOINT")
        .replace(&s3.bucket, "BUCKET");
    // The number of the request is the server's affair.
    let said = said.split(" (request").next().unwrap_or_default();
    expect!["cannot use the bucket s3://BUCKET at ENDPOINT: the secret access key does not match the access key id; check AWS_SECRET_ACCESS_KEY: S3 answered 403 SignatureDoesNotMatch"].assert_eq(said);
    assert!(!ran.stderr.contains("not-the-secret"), "{}", ran.stderr);
    assert!(!s3.bucket_exists());
    assert!(program.names().is_empty());
}

/// While parts are under way an interrupt takes everything back, also the last ones.
#[cfg(unix)]
#[test]
fn an_interrupt_while_the_last_parts_are_sent_leaves_no_upload() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::UploadPart),
        Fault::Stall(embedded_s3::Stall::Until(embedded_s3::Gate::closed())),
    );
    let s3 = S3::embedded_with(faults);
    let mut child = s3.program().start(["--rows", "100000"]);
    let said = until(&mut child, "block 18/18");
    stopped(child, said, 130);
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Nobody reads standard output: an interrupt is heard all the same.
#[cfg(unix)]
#[test]
fn an_interrupt_is_heard_while_standard_output_is_stuck() {
    let mut child = Program::new().start(["-v", "--rows", "1000000", "--to", "-"]);
    let said = until(&mut child, "block 2/");
    terminate(&child);
    // Standard output stays open and unread until the program has ended.
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
}

#[test]
fn a_storm_of_503_is_ridden_out() {
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::PutObject).first(2), Fault::slow_down())
        .with(
            Rule::on(Operation::HeadBucket).first(1),
            Fault::internal_error(),
        );
    let s3 = S3::embedded_with(faults);
    s3.program().run(["--rows", "500"]).ok();
    assert_same(&read(s3.get("people.parquet")).0, &people(42, 0..500));
}

#[test]
fn a_lost_reply_that_nothing_explains_is_unknown_and_has_its_own_exit_code() {
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::PutObject), Fault::lose_reply())
        .with(
            Rule::on(Operation::HeadObject),
            Fault::error(403, "AccessDenied"),
        );
    let s3 = S3::embedded_with(faults);
    let ran = s3.program().run(["--rows", "100", "--json"]).failed(6);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["outcome"], "unknown");
    assert_eq!(summary["exit_code"], 6);
}

#[test]
fn a_denied_part_leaves_no_upload_behind() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::UploadPart).part(2),
        Fault::error(403, "AccessDenied"),
    );
    let s3 = S3::embedded_with(faults);
    let ran = s3
        .program()
        .run(["--size", "30MB", "--block-size", "2MiB"])
        .failed(5);
    assert!(ran.error().contains("AccessDenied"), "{}", ran.stderr);
    assert!(s3.open_uploads().is_empty());
    assert!(s3.head("people.parquet").is_none());
}

#[test]
fn two_programs_on_one_folder_do_not_meet() {
    let program = Program::new();
    let folder = program.path("data/s3");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = embedded_s3::Options::new(folder);
    let server = runtime
        .block_on(embedded_s3::EmbeddedS3::start(options))
        .unwrap();
    let ran = program.run(["--rows", "10"]).failed(5);
    assert!(
        ran.error()
            .contains(&format!("process {}", std::process::id())),
        "{}",
        ran.stderr
    );
    runtime.block_on(server.shutdown());
    program.run(["--rows", "10"]).ok();
}
