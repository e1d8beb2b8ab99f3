//! An upload that is ended before its time.

#![cfg(unix)]

use std::fs;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::expect;

use super::{block_on, files};
use crate::support::program::{Ran, ended, stopped, terminate, until};
use crate::support::s3::S3;

#[test]
fn an_interrupt_says_what_stands() {
    let stuck = Fault::Stall(Stall::Until(Gate::closed()));
    let s3 =
        S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::UploadPart).part(2), stuck));
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    files(&program, &["a.csv", "b.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let args = [
        "upload",
        "a.csv",
        "b.csv",
        "large.bin",
        target.as_str(),
        "--json",
    ];
    let mut child = program.start(args);
    let said = until(&mut child, "file 2/3");
    let ran = stopped(child, said, 130);
    assert!(
        ran.stderr
            .ends_with("error: interrupted: 2 of 3 files are uploaded, 1 is not\n"),
        "{}",
        ran.stderr
    );
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["exit_code"], 130);
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["uploaded_files"], 2);
    assert!(s3.head("k/large.bin").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Parts that are under way are not sent to the end, however little would be left to do.
#[test]
fn an_interrupt_ends_an_upload_that_would_soon_be_done() {
    let gate = Gate::closed();
    let held = Fault::Stall(Stall::Until(gate.clone()));
    let s3 =
        S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::UploadPart).part(2), held));
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/large.bin", s3.bucket);
    let mut child = program.start(["upload", "large.bin", target.as_str()]);
    s3.arrived(&gate, 1);
    terminate(&child);
    let said = until(&mut child, "stopping");
    gate.open();
    let ran = ended(child, said).failed(130);
    expect!["interrupted: the file is not uploaded"].assert_eq(ran.error());
    assert!(s3.head("large.bin").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// What the server has begun to put together is waited for, and the exit code says that an end was
/// asked for.
#[test]
fn an_interrupt_while_the_last_object_appears_says_that_all_is_there() {
    let gate = Gate::closed();
    let held = Fault::StallReply(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(
        FaultPlan::new().with(Rule::on(Operation::CompleteMultipartUpload), held),
    );
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/large.bin", s3.bucket);
    let mut child = program.start(["upload", "large.bin", target.as_str(), "--json"]);
    s3.arrived(&gate, 1);
    terminate(&child);
    let said = until(&mut child, "stopping");
    gate.open();
    let ran = ended(child, said).failed(130);
    expect!["interrupted: the file is uploaded"].assert_eq(ran.error());
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "committed");
    assert_eq!(s3.get("large.bin").len(), 20_000_000);
}

/// A request that was sent and never answered may have been heard.
#[test]
fn an_interrupt_claims_nothing_of_an_unanswered_request() {
    let gate = Gate::closed();
    let stuck = Fault::StallReply(Stall::Until(gate.clone()));
    // Nor can anybody look whether it was.
    let silent = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(
        FaultPlan::new()
            .with(Rule::on(Operation::PutObject).key("k/b.csv"), stuck)
            .with(Rule::on(Operation::HeadObject).key("k/b.csv"), silent),
    );
    let program = s3.program();
    files(&program, &["a.csv", "b.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let mut child = program.start(["upload", "a.csv", "b.csv", target.as_str()]);
    until(&mut child, "file 1/2");
    block_on(gate.arrived(1));
    terminate(&child);
    let ran = Ran::from(child.wait_with_output().unwrap()).failed(130);
    expect!["interrupted: 1 of 2 files is uploaded, 1 may be. What may be there was sent, and the answer not waited for."].assert_eq(ran.error());
    gate.open();
    assert!(s3.head("k/b.csv").is_some());
}
