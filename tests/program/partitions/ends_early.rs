//! A run that ends before its end: what is in place, and what is said of it.

use embedded_s3::{Fault, FaultPlan, Operation, Rule};
#[cfg(unix)]
use embedded_s3::{Gate, Stall};
use expect_test::expect;

use super::files;
#[cfg(unix)]
use crate::support::program::Program;
#[cfg(unix)]
use crate::support::program::{ended, stopped, terminate, until};
use crate::support::s3::S3;

#[test]
fn a_failure_leaves_whole_files_or_none() {
    let puts = Rule::on(Operation::PutObject).key("people/is_active=true/part-00000.parquet");
    let s3 = S3::embedded_with(FaultPlan::new().with(puts, Fault::error(403, "AccessDenied")));
    let program = s3.program();
    let args = ["--rows", "900", "--partition-by", "is_active", "--json"];
    let ran = program.run(args).failed(5);
    let summary = ran.events().pop().unwrap();
    let stands = s3
        .head("people/is_active=false/part-00000.parquet")
        .is_some();
    assert_eq!(summary["files_in_place"], u64::from(stands));
    if stands {
        assert!(ran.error().ends_with(
            "1 file of table `people` is in place; the same command makes all of them again."
        ));
        assert_eq!(summary["outcome"], "partly_committed");
    }
    assert!(
        s3.head("people/is_active=true/part-00000.parquet")
            .is_none()
    );
    assert!(s3.open_uploads().is_empty());

    let parts = Rule::on(Operation::UploadPart);
    let s3 = S3::embedded_with(FaultPlan::new().with(parts, Fault::error(403, "AccessDenied")));
    let args = [
        "--rows",
        "150000",
        "--compression",
        "none",
        "--partition-by",
    ];
    let ran = s3
        .program()
        .run(args.iter().chain(&["is_active"]))
        .failed(5);
    assert!(!ran.error().contains("in place"), "{}", ran.error());
    assert!(
        s3.head("people/is_active=false/part-00000.parquet")
            .is_none()
    );
    assert!(s3.open_uploads().is_empty());
}

/// What became of one object nobody knows; the other one is in place.
#[test]
fn an_object_of_which_nothing_is_known_is_told_beside_those_in_place() {
    let key = "people/is_active=true/part-00000.parquet";
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::PutObject).key(key), Fault::lose_reply())
        .with(
            Rule::on(Operation::HeadObject).key(key),
            Fault::error(403, "AccessDenied"),
        );
    let s3 = S3::embedded_with(faults);
    let args = ["--rows", "900", "--partition-by", "is_active", "--json"];
    let ran = s3.program().run(args).failed(6);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "unknown");
    assert_eq!(summary["exit_code"], 6);
    assert_eq!(summary["files_in_place"], 1);
    assert!(
        ran.error().ends_with(
            "1 file of table `people` is in place; the same command makes all of them again."
        ),
        "{}",
        ran.error()
    );
    assert!(s3.open_uploads().is_empty());
}

/// What was begun is waited for, and no further file is begun.
#[cfg(unix)]
#[test]
fn an_interrupt_while_files_are_put_in_place_leaves_whole_ones() {
    let gate = Gate::closed();
    let stall = Fault::StallReply(Stall::Until(gate.clone()));
    let slow = Rule::on(Operation::PutObject).nth(1);
    let s3 = S3::embedded_with(FaultPlan::new().with(slow, stall));
    let args = ["--rows", "900", "--partition-by", "country", "--json"];
    let mut child = s3.program().start(args);
    s3.arrived(&gate, 1);
    terminate(&child);
    let said = until(&mut child, "stopping");
    gate.open();
    let ran = ended(child, said).failed(130);
    let summary = ran.events().pop().unwrap();
    let in_place = summary["files_in_place"].as_u64().unwrap();
    let verb = if in_place == 1 {
        "1 file of table `people` is"
    } else {
        "files of table `people` are"
    };
    assert!(
        ran.error()
            .starts_with("interrupted: some partitions are in place, and others are not. ")
            && ran.error().contains(verb),
        "{}",
        ran.error()
    );
    assert_eq!(summary["outcome"], "partly_committed");
    let told = ran.events();
    let folders = told.iter().filter(|event| event["event"] == "file");
    let keys: Vec<_> = folders
        .map(|event| {
            format!(
                "people/{}/part-00000.parquet",
                event["partition"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(keys.len() as u64, in_place);
    assert!((1..240).contains(&in_place), "{in_place}");
    assert!(keys.iter().all(|key| s3.head(key).is_some()));
    assert!(s3.open_uploads().is_empty());
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    let program = Program::new();
    let args = ["--rows", "50_000_000", "--partition-by", "country"];
    let mut child = program.start(args.iter().chain(&["--to", "out/"]));
    let said = until(&mut child, "block 9");
    let ran = stopped(child, said, 130);
    expect!["interrupted: no file of table `people` was put in place"].assert_eq(ran.error());
    assert!(program.names().is_empty(), "{:?}", program.names());
}

/// Copies that were put in place before their uploads failed are worth keeping.
#[test]
fn copies_that_are_whole_are_named() {
    let puts = Rule::on(Operation::PutObject);
    let s3 = S3::embedded_with(FaultPlan::new().with(puts, Fault::error(403, "AccessDenied")));
    let program = s3.program();
    let args = ["--rows", "900", "--partition-by", "country", "--json"];
    let ran = program
        .run(args.iter().chain(&["--keep-local", "kept/"]))
        .failed(5);
    let summary = ran.events().pop().unwrap();
    let told: Vec<_> = summary["local_files"].as_array().unwrap().iter().collect();
    let kept = files(&program.path("kept"));
    // So many are uploaded at once.
    assert_eq!((told.len(), kept.len()), (8, 8));
    for path in told {
        let name = path.as_str().unwrap().strip_prefix("kept/").unwrap();
        assert!(kept.contains_key(name), "{name}");
    }
    let (_, said) = ran.error().rsplit_once(". ").unwrap();
    assert!(
        said.starts_with("8 local files are whole and not known to be in S3: `kept/country=")
            && said.ends_with(" and 5 more."),
        "{said}"
    );
}
