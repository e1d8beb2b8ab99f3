//! Some files fail, and the others do not.

use std::fs;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::expect;

use super::{block_on, files, said, upload, uploaded};
use crate::support::program::Ran;
use crate::support::s3::S3;

/// A file that can't be read is told, and the others are uploaded.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a.csv", "d/c.csv"]);
    // A file that can be opened and not read, whoever asks.
    std::os::unix::fs::symlink("/proc/self/mem", program.path("d/b.csv")).unwrap();
    let ran = upload(&s3, &program, &["d"], "k/").failed(3);
    let error = said(ran.error(), &s3);
    expect!["2 of 3 files are uploaded, 1 is not: cannot upload s3://BUCKET/k/b.csv at ENDPOINT: d/b.csv cannot be read; check that it is a file, and that you may read it: Input/output error (os error 5)"].assert_eq(&error);
    expect![[r#"
        d/a.csv -> k/a.csv
        d/c.csv -> k/c.csv
    "#]]
    .assert_eq(&uploaded(&ran, &s3));
    let failed = ran
        .events()
        .into_iter()
        .find(|event| event["event"] == "failed")
        .unwrap();
    assert_eq!(failed["path"], "d/b.csv");
    assert_eq!(failed["outcome"], "not_committed");
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["uploaded_files"], 2);
    assert_eq!(summary["failed_files"], 1);
}

#[test]
fn a_file_that_shrinks_on_the_way_is_not_uploaded() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let s3 =
        S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::UploadPart).part(1), hold));
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    files(&program, &["small.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let child = program.start([
        "upload",
        "large.bin",
        "small.csv",
        target.as_str(),
        "--json",
    ]);
    block_on(gate.arrived(1));
    fs::File::options()
        .write(true)
        .open(program.path("large.bin"))
        .unwrap()
        .set_len(10_000_000)
        .unwrap();
    gate.open();
    let ran = Ran::from(child.wait_with_output().unwrap()).failed(3);
    let error = said(ran.error(), &s3);
    expect!["1 of 2 files is uploaded, 1 is not: cannot upload s3://BUCKET/k/large.bin at ENDPOINT: large.bin changed while it was uploaded: it shrank from 20000000 to 10000000 bytes; upload it again when nothing writes to it"].assert_eq(&error);
    assert_eq!(uploaded(&ran, &s3), "small.csv -> k/small.csv\n");
    assert!(s3.head("k/large.bin").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Where S3 refuses, the files that were not begun stay where they are.
#[test]
fn a_refusal_ends_the_upload() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::PutObject).key("k/0000.csv"),
        Fault::error(403, "AccessDenied"),
    );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let names: Vec<_> = (0..2_000)
        .map(|number| format!("d/{number:04}.csv"))
        .collect();
    files(
        &program,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let ran = upload(&s3, &program, &["d"], "k/").failed(5);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["failed_files"], 1);
    assert_eq!(summary["outcome"], "partly_committed");
    let uploaded = summary["uploaded_files"].as_u64().unwrap();
    // Those under way with it, and those that ended before it was answered.
    assert!((1..1_000).contains(&uploaded), "{uploaded} are uploaded");
    let said = format!(
        "{uploaded} of 2,000 files are uploaded, 1,{:03} are not: ",
        1_000 - uploaded
    );
    assert!(ran.error().starts_with(&said), "{}", ran.error());
    assert!(ran.error().contains("AccessDenied"), "{}", ran.error());
}

/// One lost reply that nothing explains weighs more than a source that can't be read.
#[cfg(target_os = "linux")]
#[test]
fn an_unknown_outcome_weighs_most() {
    let key = "k/a.csv";
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::PutObject).key(key), Fault::lose_reply())
        .with(
            Rule::on(Operation::HeadObject).key(key),
            Fault::error(403, "AccessDenied"),
        );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    files(&program, &["d/a.csv"]);
    std::os::unix::fs::symlink("/proc/self/mem", program.path("d/b.csv")).unwrap();
    let ran = upload(&s3, &program, &["d"], "k/").failed(6);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "unknown");
    assert_eq!(summary["failed_files"], 1);
    assert_eq!(summary["in_doubt_files"], 1);
    let said = "0 of 2 files are uploaded, 1 is not, 1 may be: cannot upload ";
    assert!(ran.error().starts_with(said), "{}", ran.error());
    assert!(
        ran.error().contains("is unknown, so look at it"),
        "{}",
        ran.error()
    );
}
