//! Ctrl-C and SIGTERM, at every stage: an end within five seconds, everything taken back, and a
//! sentence on what stands.

#![cfg(unix)]

use std::io::Write as _;
use std::time::{Duration, Instant};

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::{Expect, expect};

use crate::support::program::{Program, Ran, ended, send, stopped, terminate, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

/// A server that holds the calls of an operation, and the gate at which they wait.
fn holding(operation: Operation) -> (S3, Gate) {
    let gate = Gate::closed();
    let fault = Fault::Stall(Stall::Until(gate.clone()));
    let faults = FaultPlan::new().with(Rule::on(operation), fault);
    (S3::embedded_with(faults), gate)
}

#[track_caller]
fn check(s3: &S3, ran: &Ran, sentence: Expect) {
    sentence.assert_eq(&s3.plainly(ran.error()));
}

#[test]
fn while_it_plans() {
    let (s3, _gate) = holding(Operation::HeadBucket);
    let program = s3.program();
    // The slowest codec has seconds to do with samples of this size; the signal comes at once.
    let args = ["-v", "--compression", "brotli:11", "--block-size", "64MiB"];
    let mut child = program.start(args);
    let said = until(&mut child, "planning:");
    let ran = stopped(child, said, 130);
    expect!["interrupted: nothing was begun"].assert_eq(ran.error());
    assert!(program.names().is_empty());
}

/// Nobody can say when more comes by standard input: before a first row, or behind many.
#[test]
fn while_it_waits_for_standard_input() {
    let source = ["run", "--from", "-", "--from-format", "csv", "-v"];
    let target = ["--to", "out/", "--block-size", "16KiB"];
    for (rows, signal) in [(0, "INT"), (0, "TERM"), (300_000, "INT"), (300_000, "TERM")] {
        let program = Program::new();
        let mut child = program.start_fed(source.iter().chain(&target));
        let said = until(&mut child, "planning:");
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"id,name\n").unwrap();
        // It takes no more than a pipe holds unless it reads.
        stdin.write_all("1,a\n".repeat(rows).as_bytes()).unwrap();
        let started = Instant::now();
        send(&child, signal);
        let ran = ended(child, said).failed(130);
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(ran.error().starts_with("interrupted: "), "{}", ran.error());
        assert!(program.names().is_empty(), "{:?}", program.names());
        drop(stdin);
    }
}

/// A run with these arguments, while the server holds this call, which comes before any row.
#[track_caller]
fn before_a_row(held: Operation, args: &[&str]) {
    let (s3, gate) = holding(held);
    let program = s3.program();
    let child = program.start(args);
    s3.arrived(&gate, 1);
    let ran = stopped(child, String::new(), 130);
    check(
        &s3,
        &ran,
        expect!["interrupted: no row was made, and nothing was committed"],
    );
    assert!(program.names().is_empty());
}

#[test]
fn while_it_opens_the_target() {
    before_a_row(Operation::HeadBucket, &["--keep-local", "k.parquet"]);
}

/// Whether an object stands there already is no part of what can't be called back.
#[test]
fn while_it_looks_whether_the_object_may_be_created() {
    let create = ["--rows", "100", "--create-only"];
    before_a_row(Operation::HeadObject, &create);
    let kept = [&create[..], &["--keep-local", "k.parquet"]].concat();
    before_a_row(Operation::HeadObject, &kept);
}

/// By Ctrl-C, and with an object that stood there before.
#[test]
fn while_it_uploads() {
    let (s3, gate) = holding(Operation::UploadPart);
    let program = s3.program();
    program.run(["--rows", "300", "--seed", "7"]).ok();
    let child = program.start(["--rows", "100000"]);
    s3.arrived(&gate, 1);
    let started = Instant::now();
    send(&child, "INT");
    let ran = ended(child, String::new()).failed(130);
    assert!(started.elapsed() < Duration::from_secs(5));
    check(
        &s3,
        &ran,
        expect![
            "interrupted: nothing was committed, and the old object stands at s3://BUCKET/people.parquet"
        ],
    );
    assert_same(&read(s3.get("people.parquet")).0, &people(7, 0..300));
    assert!(s3.open_uploads().is_empty());
}

#[test]
fn while_it_uploads_what_has_no_name_yet() {
    let (s3, gate) = holding(Operation::UploadPart);
    let child = s3.program().start(["--rows", "100000", "--json"]);
    s3.arrived(&gate, 1);
    let ran = stopped(child, String::new(), 130);
    check(
        &s3,
        &ran,
        expect!["interrupted: nothing was committed, and there is no s3://BUCKET/people.parquet"],
    );
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "not_committed");
    assert_eq!(summary["exit_code"], 130);
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Nothing can be taken back from a server that does not answer; the end does not wait for it.
#[test]
fn while_the_server_is_silent() {
    let silence = Gate::closed();
    let mut faults = FaultPlan::new();
    for operation in [
        Operation::UploadPart,
        Operation::AbortMultipartUpload,
        Operation::HeadObject,
    ] {
        let fault = Fault::Stall(Stall::Until(silence.clone()));
        faults = faults.with(Rule::on(operation), fault);
    }
    let s3 = S3::embedded_with(faults);
    let child = s3.program().start(["--rows", "100000"]);
    s3.arrived(&silence, 1);
    let ran = stopped(child, String::new(), 130);
    check(
        &s3,
        &ran,
        expect!["interrupted: nothing was committed, and s3://BUCKET/people.parquet is as it was"],
    );
    assert!(
        ran.stderr
            .contains("a later run to the same place clears it"),
        "{}",
        ran.stderr
    );
    silence.open();
}

#[test]
fn a_second_signal_ends_at_once() {
    let silence = Gate::closed();
    let fault = || Fault::Stall(Stall::Until(silence.clone()));
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::UploadPart), fault())
        .with(Rule::on(Operation::AbortMultipartUpload), fault());
    let s3 = S3::embedded_with(faults);
    let mut child = s3.program().start(["--rows", "100000"]);
    s3.arrived(&silence, 1);
    terminate(&child);
    let said = until(&mut child, "stopping; a second signal ends at once");
    terminate(&child);
    let ran = ended(child, said).failed(130);
    assert!(!ran.stderr.contains("interrupted"), "{}", ran.stderr);
    silence.open();
}

/// What the server has begun to put together can't be called back; it is waited for.
#[test]
fn while_the_object_appears() {
    for args in [&["--rows", "100000"][..], &["--rows", "100"]] {
        let gate = Gate::closed();
        let fault = || Fault::StallReply(Stall::Until(gate.clone()));
        let faults = FaultPlan::new()
            .with(Rule::on(Operation::CompleteMultipartUpload), fault())
            .with(Rule::on(Operation::PutObject), fault());
        let s3 = S3::embedded_with(faults);
        let mut child = s3.program().start(args.iter().copied().chain(["--json"]));
        s3.arrived(&gate, 1);
        terminate(&child);
        let said = until(&mut child, "stopping");
        gate.open();
        let ran = ended(child, said).failed(130);
        check(
            &s3,
            &ran,
            expect![
                "interrupted: s3://BUCKET/people.parquet was committed before the interrupt was heard"
            ],
        );
        let summary = ran.events().pop().unwrap();
        assert_eq!(summary["outcome"], "committed");
        assert_eq!(summary["exit_code"], 130);
        assert!(s3.head("people.parquet").is_some());
    }
}

#[test]
fn while_nobody_knows_whether_the_object_appears() {
    let (s3, gate) = holding(Operation::CompleteMultipartUpload);
    let child = s3.program().start(["--rows", "100000"]);
    s3.arrived(&gate, 1);
    let ran = stopped(child, String::new(), 6);
    let said = ran.error();
    assert!(
        said.starts_with("interrupted while s3://")
            && said.ends_with("unknown: look before you run again."),
        "{said}"
    );
    gate.open();
}

/// Of a file that is there to be sent again the upload is ended by proof: the parts are gone, and
/// what the server was told to put together can't appear any more.
#[test]
fn while_the_object_of_a_kept_file_does_not_appear() {
    let (s3, gate) = holding(Operation::CompleteMultipartUpload);
    // Kept: its folder, in which the file is written, is gone with it.
    let program = s3.program();
    let child = program.start(["--rows", "100000", "--keep-local", "k"]);
    s3.arrived(&gate, 1);
    let ran = stopped(child, String::new(), 130);
    let said = ran.error();
    assert!(
        said.contains("nothing was committed") && said.contains("the local file `k` is whole"),
        "{said}"
    );
    gate.open();
    assert!(s3.head("people.parquet").is_none());
}

#[test]
fn while_it_writes_a_local_file() {
    let program = Program::new();
    let rows = ["-v", "--rows", "100_000_000", "--block-size", "4MiB"];
    let args: Vec<_> = rows.into_iter().chain(["--to", "x.parquet"]).collect();
    let mut child = program.start(&args);
    let said = until(&mut child, "block 4/");
    let ran = stopped(child, said, 130);
    expect!["interrupted: nothing was written, and there is no `x.parquet`"].assert_eq(ran.error());
    assert!(program.names().is_empty());

    let program = program.with_file("x.parquet", "the old file");
    let mut child = program.start(&args);
    let said = until(&mut child, "block 4/");
    let ran = stopped(child, said, 130);
    expect!["interrupted: nothing was written, and the old file stands at `x.parquet`"]
        .assert_eq(ran.error());
    assert_eq!(program.names(), ["x.parquet"]);
    let left = std::fs::read(program.path("x.parquet")).unwrap();
    assert_eq!(left, b"the old file");
}

#[test]
fn while_it_writes_the_file_that_is_to_be_uploaded() {
    let s3 = S3::embedded();
    let program = s3.program();
    let rows = ["-v", "--rows", "100_000_000", "--block-size", "4MiB"];
    let mut child = program.start(rows.into_iter().chain(["--keep-local", "k.parquet"]));
    let said = until(&mut child, "block 4/");
    let ran = stopped(child, said, 130);
    check(
        &s3,
        &ran,
        expect![
            "interrupted: nothing was written, and there is no `k.parquet`; s3://BUCKET/people.parquet is as it was"
        ],
    );
    assert!(program.names().is_empty());
    assert!(s3.head("people.parquet").is_none());
}

#[test]
fn while_it_uploads_the_file_that_it_has_written() {
    let (s3, gate) = holding(Operation::UploadPart);
    let program = s3.program();
    let child = program.start(["--rows", "100000", "--keep-local", "k.parquet"]);
    s3.arrived(&gate, 1);
    let ran = stopped(child, String::new(), 130);
    check(
        &s3,
        &ran,
        expect![
            "interrupted: nothing was committed, and there is no s3://BUCKET/people.parquet; the local file `k.parquet` is whole, go on with `pipeline-cli upload k.parquet s3://BUCKET/people.parquet --endpoint ENDPOINT`"
        ],
    );
    let local = std::fs::read(program.path("k.parquet")).unwrap();
    assert_same(&read(local).0, &people(42, 0..100_000));
    assert_eq!(program.names(), ["k.parquet"]);
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}
