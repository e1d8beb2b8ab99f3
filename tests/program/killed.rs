//! kill -9: nothing is visible, and the next run clears what the dead one left.

use std::process::Child;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::expect;

use crate::support::program::{Program, ended, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;
#[cfg(unix)]
use crate::support::serving::Serving;

const ENDLESS: [&str; 5] = ["-v", "--rows", "100_000_000", "--block-size", "4MiB"];

/// Ends a program in the way that it cannot hear.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A server that holds the parts of an object, and the gate at which they wait.
fn holding_parts_of(key: &str) -> (S3, Gate) {
    let gate = Gate::closed();
    let faults = FaultPlan::new().with(
        Rule::on(Operation::UploadPart).key(key),
        Fault::Stall(Stall::Until(gate.clone())),
    );
    (S3::embedded_with(faults), gate)
}

/// The lines on what was cleared.
fn cleared(stderr: &str) -> Vec<&str> {
    let lines = stderr.lines().filter_map(|line| line.split_once("] "));
    lines
        .map(|(_, said)| said)
        // A slow machine has time to tell how long it will take: `11%: …, 10 s left`.
        .filter(|said| said.contains("left") && !said.contains("%: "))
        .collect()
}

#[test]
fn an_upload_is_cleared_by_the_next_run_to_the_bucket() {
    let (s3, gate) = holding_parts_of("people.parquet");
    let program = s3.program();
    let child = program.start(["--rows", "100000"]);
    s3.arrived(&gate, 1);
    kill(child);
    assert!(s3.head("people.parquet").is_none());
    assert_eq!(s3.open_uploads().len(), 1);
    gate.open();

    let ran = program.run(["--rows", "100000"]).ok();
    let expected = format!(
        "cleared what a killed run left: 1 upload to s3://{}/people.parquet",
        s3.bucket
    );
    assert_eq!(cleared(&ran.stderr), [expected]);
    assert!(s3.open_uploads().is_empty());
    assert_same(&read(s3.get("people.parquet")).0, &people(42, 0..100_000));

    let ran = program.run(["--rows", "100"]).ok();
    assert_eq!(cleared(&ran.stderr), [""; 0], "there is nothing any more");
}

/// The server dies with the run, and comes back at another port.
#[test]
fn an_upload_to_the_embedded_s3_is_cleared() {
    let program = Program::new();
    let mut child = program.start(ENDLESS);
    // One of the eight groups may wait in the queue; the others make several parts.
    until(&mut child, "block 8/");
    kill(child);

    let ran = program.run(["--rows", "2000"]).ok();
    expect![[r#"
        [
            "cleared what a killed run left: 1 upload to s3://parquet-data-bucket/people.parquet",
        ]
    "#]]
    .assert_debug_eq(&cleared(&ran.stderr));
    let s3 = S3::over(&program.path("data/s3"), "parquet-data-bucket");
    assert!(s3.open_uploads().is_empty());
    assert_same(&read(s3.get("people.parquet")).0, &people(42, 0..2000));
}

#[test]
fn a_temporary_file_is_cleared_by_the_next_run_to_the_folder() {
    let program = Program::new().with_file("x.parquet", "the old file");
    let endless = || ENDLESS.into_iter().chain(["--to", "x.parquet"]);
    for _ in 0..2 {
        let mut child = program.start(endless());
        until(&mut child, "block 8/");
        kill(child);
        let old = std::fs::read(program.path("x.parquet")).unwrap();
        assert_eq!(old, b"the old file");
    }
    // The second run has cleared what the first one left.
    assert_eq!(program.names().len(), 2, "{:?}", program.names());

    let ran = program.run(["--rows", "2000", "--to", "y.parquet"]).ok();
    let said = cleared(&ran.stderr);
    assert_eq!(said.len(), 1, "{}", ran.stderr);
    let size = said[0]
        .strip_prefix("cleared what a killed run left: 1 temporary file (")
        .and_then(|rest| rest.strip_suffix(" MB) beside y.parquet"));
    assert!(size.is_some(), "{}", said[0]);
    assert_eq!(program.names(), ["x.parquet", "y.parquet"]);
}

#[test]
fn both_are_cleared_where_a_file_is_kept() {
    let (s3, gate) = holding_parts_of("people.parquet");
    let program = s3.program();
    let mut child = program.start(ENDLESS.into_iter().chain(["--keep-local", "k.parquet"]));
    until(&mut child, "block 8/");
    kill(child);
    assert_eq!(program.names().len(), 1, "the temporary file");

    let child = program.start(["--rows", "100000", "--keep-local", "k.parquet"]);
    s3.arrived(&gate, 1);
    kill(child);
    // What was whole stays, and the object is not there.
    let local = std::fs::read(program.path("k.parquet")).unwrap();
    assert_same(&read(local).0, &people(42, 0..100_000));
    assert_eq!(program.names(), ["k.parquet"]);
    assert!(s3.head("people.parquet").is_none());
    assert_eq!(s3.open_uploads().len(), 1);
    gate.open();

    let ran = program
        .run(["--rows", "2000", "--keep-local", "k.parquet"])
        .ok();
    assert_eq!(cleared(&ran.stderr).len(), 1, "{}", ran.stderr);
    assert!(s3.open_uploads().is_empty());
    let local = std::fs::read(program.path("k.parquet")).unwrap();
    assert!(s3.get("people.parquet") == local);
}

/// Another run in the same folder, to the same bucket, with the same notes.
#[test]
fn what_a_living_run_holds_is_left_alone() {
    let (gate, parts) = (Gate::closed(), Gate::closed());
    let faults = FaultPlan::new()
        .with(
            Rule::on(Operation::HeadBucket).nth(1),
            Fault::Stall(Stall::Until(gate.clone())),
        )
        .with(
            Rule::on(Operation::UploadPart).key("living.parquet"),
            Fault::Stall(Stall::Until(parts.clone())),
        );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let target = format!("s3://{}/living.parquet", s3.bucket);
    let living = program.start([
        "--rows",
        "100000",
        "--to",
        &target,
        "--keep-local",
        "k.parquet",
    ]);
    let other = || {
        let ran = program
            .run(["--rows", "500", "--keep-local", "other.parquet"])
            .ok();
        assert_eq!(cleared(&ran.stderr), [""; 0]);
    };
    // First it holds a temporary file …
    s3.arrived(&gate, 1);
    other();
    assert_eq!(program.names().len(), 2, "{:?}", program.names());
    gate.open();
    // … and then an upload.
    s3.arrived(&parts, 1);
    other();
    assert_eq!(s3.open_uploads().len(), 1);
    parts.open();
    ended(living, String::new()).ok();
    assert_same(&read(s3.get("living.parquet")).0, &people(42, 0..100_000));
    assert!(s3.open_uploads().is_empty());
}

/// Without a folder for notes everything goes on as before.
#[test]
fn notes_are_not_needed() {
    let s3 = S3::embedded();
    let program = s3.program().with_file("file", "");
    let ran = program.run(["--rows", "500", "--state-dir", "file/x"]).ok();
    assert!(
        ran.stderr.contains("open uploads are not noted"),
        "{}",
        ran.stderr
    );
    let program = s3.program().with("XDG_STATE_HOME", "").with("HOME", "");
    let ran = program.run(["--rows", "500"]).ok();
    assert!(!ran.stderr.contains("noted"), "{}", ran.stderr);
}

/// A server that is started again has another port, and the program's own has one for each run:
/// the folder is the same.
#[cfg(unix)]
#[test]
fn an_upload_to_a_server_is_cleared_once_it_serves_again() {
    let program = Program::new();
    let dotenv = program.path(".env");
    let kill_one = || {
        let mut serving = Serving::start(&program, [""; 0]);
        std::fs::write(&dotenv, &serving.lines).unwrap();
        let mut child = program.start(ENDLESS);
        until(&mut child, "block 8/");
        kill(child);
        serving.terminate();
        serving.until("stopping");
        serving.terminate();
        serving.end();
    };
    let expected =
        ["cleared what a killed run left: 1 upload to s3://parquet-data-bucket/people.parquet"];

    kill_one();
    let serving = Serving::start(&program, [""; 0]);
    std::fs::write(&dotenv, &serving.lines).unwrap();
    let ran = program.run(["--rows", "2000"]).ok();
    assert_eq!(cleared(&ran.stderr), expected);
    drop(serving);

    kill_one();
    let ran = program
        .run(["--rows", "2000", "--endpoint", "embedded"])
        .ok();
    assert_eq!(cleared(&ran.stderr), expected);
    let s3 = S3::over(&program.path("data/s3"), "parquet-data-bucket");
    assert!(s3.open_uploads().is_empty());
}

#[cfg(unix)]
#[test]
fn a_temporary_file_behind_a_link_is_cleared() {
    let program = Program::new();
    std::fs::create_dir(program.path("far")).unwrap();
    std::fs::write(program.path("far/real.parquet"), "the old file").unwrap();
    std::os::unix::fs::symlink("far/real.parquet", program.path("x.parquet")).unwrap();
    let mut child = program.start(ENDLESS.into_iter().chain(["--to", "x.parquet"]));
    until(&mut child, "block 8/");
    kill(child);
    let names = || std::fs::read_dir(program.path("far")).unwrap().count();
    assert_eq!(names(), 2);
    let ran = program.run(["--rows", "2000", "--to", "x.parquet"]).ok();
    assert_eq!(cleared(&ran.stderr).len(), 1, "{}", ran.stderr);
    assert_eq!(names(), 1);
    assert!(program.path("x.parquet").is_symlink());
}
