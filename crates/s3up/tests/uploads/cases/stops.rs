//! Batches that are stopped: what became of each file is told, and rests on proof.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use futures::StreamExt;
use s3up::{ErrorKind, FileOutcome, FileUpload, FileUploads, Outcome, UploadOptions};
use tempfile::TempDir;

use super::set_scene;
use crate::scene::{BUCKET, PART, data, options};

/// For what takes milliseconds.
const SOON: Duration = Duration::from_secs(60);

/// How long an object that is about to appear is waited for.
#[derive(Clone, Copy)]
enum Grace {
    None,
    /// As long as it takes: the server answers once the batch is stopping.
    Ample,
}

struct Case {
    /// Bytes of the file.
    len: usize,
    /// What the server does with the first of these.
    fault: (Operation, fn(Stall) -> Fault),
    /// Whether the key had an object before.
    old: bool,
    grace: Grace,
}

fn file(len: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, data(len)).unwrap();
    (folder, path)
}

/// Polls a batch until the server holds so many requests of it.
async fn until_held<I>(uploads: &mut FileUploads<I>, gate: &Gate, requests: usize)
where
    I: Iterator<Item = FileUpload>,
{
    tokio::select! {
        _ = uploads.next() => panic!("the server answered what it should not"),
        () = gate.arrived(requests) => {}
    }
}

/// What is told of one file, and whether its object is there in truth.
async fn check(case: Case) -> (&'static str, bool) {
    let Case { len, fault, .. } = case;
    let gate = Gate::closed();
    let scene = set_scene(FaultPlan::new()).await;
    if case.old {
        let (_folder, old) = file(3);
        let object = s3up::ObjectOptions::default();
        let stored = scene.uploader.upload_file(old, BUCKET, "f", object).await;
        stored.unwrap();
    }
    let hold = fault.1(Stall::Until(gate.clone()));
    scene.plan.add(Rule::on(fault.0), hold);
    let (_folder, path) = file(len);
    let mut uploads = scene
        .uploader
        .upload_files([FileUpload::new(path, BUCKET, "f")]);
    until_held(&mut uploads, &gate, 1).await;
    let outcomes = match case.grace {
        Grace::None => uploads.stop(Duration::ZERO).await,
        Grace::Ample => {
            let opened = async { gate.open() };
            tokio::join!(uploads.stop(SOON), opened).0
        }
    };
    let [FileOutcome { result, .. }] = &outcomes[..] else {
        panic!("one file, one outcome: {outcomes:?}");
    };
    let told = match result {
        Ok(receipt) => {
            assert_eq!(receipt.size, len as u64);
            "committed"
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Stopped, "{error:?}");
            match error.outcome() {
                Outcome::NotCommitted => "not committed",
                _ => "unknown",
            }
        }
    };
    let there = scene
        .object("f")
        .await
        .is_some_and(|found| found == data(len));
    if told != "unknown" {
        assert_eq!(scene.open_uploads().await, 0);
    }
    (told, there)
}

#[tokio::test]
async fn what_is_told_of_a_file_is_proven() {
    use Grace::{Ample, None};
    use Operation::{CompleteMultipartUpload, PutObject, UploadPart};
    let (small, large) = (10, PART + 7);
    // The server acts only after the wait, or acts at once and only its reply is held.
    let late: fn(Stall) -> Fault = Fault::Stall;
    let mute: fn(Stall) -> Fault = Fault::StallReply;
    for (len, fault, old, grace, expected) in [
        (
            large,
            (UploadPart, late),
            false,
            None,
            ("not committed", false),
        ),
        (
            large,
            (UploadPart, mute),
            true,
            Ample,
            ("not committed", false),
        ),
        (small, (PutObject, mute), false, Ample, ("committed", true)),
        (small, (PutObject, mute), false, None, ("committed", true)),
        (small, (PutObject, mute), true, None, ("committed", true)),
        (small, (PutObject, late), false, None, ("unknown", false)),
        // That something is there proves nothing.
        (small, (PutObject, late), true, None, ("unknown", false)),
        (
            large,
            (CompleteMultipartUpload, mute),
            false,
            None,
            ("committed", true),
        ),
        (
            large,
            (CompleteMultipartUpload, late),
            false,
            Ample,
            ("committed", true),
        ),
        // Aborted before it was completed: it can't appear.
        (
            large,
            (CompleteMultipartUpload, late),
            false,
            None,
            ("not committed", false),
        ),
    ] {
        let case = Case {
            len,
            fault,
            old,
            grace,
        };
        let told = check(case).await;
        assert_eq!(told, expected, "{len} bytes, {:?}, {old}", fault.0);
    }
}

#[tokio::test]
async fn a_stop_begins_nothing_and_sends_no_part() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let plan = FaultPlan::new().with(Rule::on(Operation::UploadPart), hold);
    let scene = set_scene(plan).await;
    let (_folder, path) = file(3 * PART);
    let files = (0..).map(|number| FileUpload::new(&path, BUCKET, number.to_string()));
    let uploader = scene.uploader.clone().with_options(UploadOptions {
        parts_in_flight: 4,
        files_in_flight: 16,
        ..options()
    });
    let mut uploads = uploader.upload_files(files);
    until_held(&mut uploads, &gate, 4).await;
    let outcomes = uploads.stop(SOON).await;
    // As many as are under way at once, of an endless number.
    assert_eq!(outcomes.len(), 16);
    for FileOutcome { result, .. } in outcomes {
        let error = result.unwrap_err();
        let told = (error.kind(), error.outcome());
        assert_eq!(told, (ErrorKind::Stopped, Outcome::NotCommitted));
    }
    gate.open();
    assert_eq!(scene.plan.calls(Operation::UploadPart), 4);
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn a_stop_is_bounded_where_the_server_is_not() {
    let stuck = || Fault::Stall(Stall::Until(Gate::closed()));
    let gate = Gate::closed();
    let plan = FaultPlan::new()
        .with(
            Rule::on(Operation::PutObject),
            Fault::Stall(Stall::Until(gate.clone())),
        )
        .with(
            Rule::on(Operation::UploadPart),
            Fault::Stall(Stall::Until(gate.clone())),
        )
        .with(Rule::on(Operation::HeadObject), stuck())
        .with(Rule::on(Operation::AbortMultipartUpload), stuck());
    let scene = set_scene(plan).await;
    let ((_a, small), (_b, large)) = (file(10), file(PART));
    let files = [("small", small), ("large", large)];
    let files = files.map(|(key, path)| FileUpload::new(path, BUCKET, key));
    let mut uploads = scene.uploader.upload_files(files);
    until_held(&mut uploads, &gate, 2).await;
    let stopped = uploads.stop(Duration::ZERO);
    let mut told: Vec<_> = tokio::time::timeout(Duration::from_secs(5), stopped)
        .await
        .unwrap()
        .into_iter()
        .map(|ended| (ended.file.key, ended.result.unwrap_err().outcome()))
        .collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("large", Outcome::NotCommitted),
        ("small", Outcome::Unknown),
    ];
    assert_eq!(
        told,
        expected.map(|(key, outcome)| (key.to_owned(), outcome))
    );
}
