//! Uploads of files that are interrupted and gone on with; `tests/killed` kills whole processes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use embedded_s3::Operation::{
    AbortMultipartUpload, CompleteMultipartUpload, HeadObject, ListParts, PutObject, UploadPart,
};
use embedded_s3::{Fault, FaultPlan, Gate, Rule, Stall};
use futures::StreamExt;
use s3up::{
    Error, ErrorKind, FileUpload, Integrity, Journal, ObjectOptions, Outcome, Receipt, RetryPolicy,
    UploadOptions, Uploader,
};
use tempfile::TempDir;

use super::journal::{SOON, STORE, ago, counts};
use super::{set_scene, uploader};
use crate::scene::{BUCKET, PART, Scene, config, data, options};

/// Four parts, the last of them small.
const LEN: usize = 3 * PART + 7;

/// A file, and a server to which parts go one after the other.
struct Case {
    scene: Scene,
    state: TempDir,
    _folder: TempDir,
    path: PathBuf,
    /// What travels with each part.
    integrity: Integrity,
}

impl Case {
    async fn new(plan: FaultPlan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, data(LEN)).unwrap();
        Self {
            scene: set_scene(plan).await,
            state: tempfile::tempdir().unwrap(),
            _folder: folder,
            path,
            integrity: Integrity::Auto,
        }
    }

    /// One whose upload was given up behind its second part.
    async fn interrupted() -> Self {
        Self::interrupted_with(Integrity::Auto).await
    }

    async fn interrupted_with(integrity: Integrity) -> Self {
        let away = Rule::on(UploadPart).part(3).first(2);
        let mut case = Self::new(FaultPlan::new().with(away, Fault::slow_down())).await;
        case.integrity = integrity;
        let error = case.upload().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(error.outcome(), Outcome::NotCommitted);
        assert!(error.is_resumable(), "{error}");
        assert!(
            error
                .to_string()
                .ends_with("what was sent is kept, and the same upload goes on with it"),
            "{error}"
        );
        assert_eq!(case.scene.open_uploads().await, 1);
        assert_eq!(case.scene.plan.calls(AbortMultipartUpload), 0);
        case
    }

    fn uploader(&self) -> Uploader {
        let journal = Journal::open(self.state.path(), STORE).unwrap();
        let patience = RetryPolicy {
            max_attempts: 2,
            ..options().retry
        };
        let options = UploadOptions {
            parts_in_flight: 1,
            integrity: self.integrity,
            retry: patience,
            ..options()
        };
        let config = config(&self.scene.server.endpoint(), "test-key", "test-secret");
        uploader(&config)
            .with_options(options)
            .with_journal(journal)
            .resuming()
    }

    async fn upload(&self) -> Result<Receipt, Error> {
        self.upload_as(ObjectOptions::default()).await
    }

    async fn upload_as(&self, object: ObjectOptions) -> Result<Receipt, Error> {
        let uploader = self.uploader();
        uploader.upload_file(&self.path, BUCKET, "k", object).await
    }

    fn entries(&self) -> usize {
        fs::read_dir(self.state.path()).unwrap().count()
    }

    /// The upload succeeds, of which so many bytes were there, and nothing is left of any.
    async fn succeeds(&self, resumed: usize) -> Receipt {
        let receipt = self.upload().await.unwrap();
        self.is_done(&receipt, resumed).await;
        receipt
    }

    async fn is_done(&self, receipt: &Receipt, resumed: usize) {
        assert_eq!(receipt.bytes_resumed, resumed as u64);
        assert_eq!(receipt.bytes_sent, (LEN - resumed) as u64);
        assert_eq!(receipt.size, LEN as u64);
        assert_eq!(receipt.parts.len(), 4);
        let stored = self.scene.object("k").await.unwrap();
        assert!(stored == fs::read(&self.path).unwrap());
        assert_eq!(self.uploader().verify(receipt).await.unwrap(), []);
        assert_eq!(self.scene.open_uploads().await, 0);
        assert_eq!(self.entries(), 0);
    }
}

/// Changes the file and nothing by which the system tells it from what it was.
fn change_unseen(path: &Path, at: usize) {
    let modified = path.metadata().unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(modified).unwrap();
}

#[tokio::test]
async fn what_is_there_is_not_sent_again() {
    for integrity in [Integrity::Md5, Integrity::Crc64Nvme] {
        let case = Case::interrupted_with(integrity).await;
        let sent = case.scene.plan.calls(UploadPart);
        let receipt = case.succeeds(2 * PART).await;
        assert_eq!(case.scene.plan.calls(UploadPart), sent + 2);
        // Those that were there are known as well as those that were sent.
        let mut parts = receipt.parts.iter();
        assert!(parts.all(|part| match integrity {
            Integrity::Md5 => part.md5.is_some(),
            _ => part.crc64nvme.is_some(),
        }));
        // What is done is done: nothing is left to go on with.
        case.succeeds(0).await;
    }
}

#[tokio::test]
async fn a_part_counts_only_if_it_is_of_the_bytes_in_the_file() {
    let case = Case::interrupted().await;
    change_unseen(&case.path, PART + 5);
    case.succeeds(PART).await;
}

#[tokio::test]
async fn a_file_that_has_changed_is_sent_anew() {
    let case = Case::interrupted().await;
    let file = File::options().write(true).open(&case.path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    case.succeeds(0).await;
    assert_eq!(case.scene.plan.calls(AbortMultipartUpload), 1);
}

#[tokio::test]
async fn an_object_that_is_to_be_another_is_sent_anew() {
    let case = Case::interrupted().await;
    let object = ObjectOptions {
        content_type: Some("text/csv".into()),
        ..ObjectOptions::default()
    };
    let receipt = case.upload_as(object).await.unwrap();
    case.is_done(&receipt, 0).await;
}

#[tokio::test]
async fn one_that_is_only_to_create_leaves_what_came_meanwhile() {
    let away = Rule::on(UploadPart).part(3).first(2);
    let case = Case::new(FaultPlan::new().with(away, Fault::slow_down())).await;
    let object = ObjectOptions {
        create_only: true,
        ..ObjectOptions::default()
    };
    let error = case.upload_as(object.clone()).await.unwrap_err();
    assert!(error.is_resumable(), "{error}");
    let sent = case.scene.plan.calls(UploadPart);
    let others = case
        .scene
        .uploader
        .start(BUCKET, "k", ObjectOptions::default());
    others.await.unwrap().finish().await.unwrap();
    let error = case.upload_as(object).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists, "{error}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert!(case.scene.object("k").await.unwrap().is_empty());
    // What was sent is of no use any more.
    assert_eq!(case.scene.plan.calls(UploadPart), sent);
    assert_eq!(case.scene.open_uploads().await, 0);
    assert_eq!(case.entries(), 0);
}

#[tokio::test]
async fn an_upload_that_is_gone_is_begun_anew() {
    let case = Case::interrupted().await;
    let mut notes = fs::read_dir(case.state.path()).unwrap();
    let note = notes.next().unwrap().unwrap().path();
    let bytes = fs::read(&note).unwrap();
    let swept = case.uploader().sweep_all(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0]);
    fs::write(note, bytes).unwrap();
    case.succeeds(0).await;
}

#[tokio::test]
async fn one_that_was_completed_and_could_not_tell_is_found() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let case = Case::new(FaultPlan::new().with(Rule::on(CompleteMultipartUpload), hold)).await;
    let meanwhile = async {
        gate.arrived(1).await;
        let mut notes = fs::read_dir(case.state.path()).unwrap();
        let note = notes.next().unwrap().unwrap().path();
        let bytes = fs::read(&note).unwrap();
        gate.open();
        (note, bytes)
    };
    let (receipt, (note, bytes)) = tokio::join!(case.upload(), meanwhile);
    // As if the process had been killed when the server had put the object in place.
    fs::write(note, bytes).unwrap();
    // As long as nobody can look, it is neither found nor forgotten.
    let busy = Rule::on(HeadObject).first(2);
    case.scene.plan.add(busy, Fault::slow_down());
    let error = case.upload().await.unwrap_err();
    assert!(error.is_resumable(), "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(case.entries(), 1);
    let again = case.upload().await.unwrap();
    assert_eq!((again.bytes_sent, again.bytes_resumed), (0, LEN as u64));
    let first = receipt.unwrap();
    assert_eq!((again.token, again.parts), (first.token, first.parts));
    assert_eq!(case.entries(), 0);
    let calls = [UploadPart, PutObject, CompleteMultipartUpload];
    assert_eq!(calls.map(|call| case.scene.plan.calls(call)), [4, 0, 1]);
}

#[tokio::test]
async fn a_server_that_lists_no_parts_gets_them_all() {
    let case = Case::interrupted().await;
    let refuse = Fault::error(501, "NotImplemented");
    case.scene.plan.add(Rule::on(ListParts), refuse);
    case.succeeds(0).await;
}

#[tokio::test]
async fn a_server_that_is_still_busy_changes_nothing() {
    let case = Case::interrupted().await;
    let busy = Rule::on(ListParts).first(2);
    case.scene.plan.add(busy, Fault::slow_down());
    let error = case.upload().await.unwrap_err();
    assert!(error.is_resumable(), "{error}");
    assert_eq!(case.entries(), 1);
    case.succeeds(2 * PART).await;
}

#[tokio::test]
async fn a_completion_that_was_refused_is_made_later() {
    let busy = Rule::on(CompleteMultipartUpload).first(2);
    let case = Case::new(FaultPlan::new().with(busy, Fault::slow_down())).await;
    let error = case.upload().await.unwrap_err();
    assert!(error.is_resumable(), "{error}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    case.succeeds(LEN).await;
}

#[tokio::test]
async fn what_will_not_pass_is_aborted() {
    let denied = Fault::error(403, "AccessDenied");
    let case = Case::new(FaultPlan::new().with(Rule::on(UploadPart).part(3), denied)).await;
    let error = case.upload().await.unwrap_err();
    assert!(!error.is_resumable(), "{error}");
    assert_eq!(case.scene.open_uploads().await, 0);
    assert_eq!(case.entries(), 0);
}

#[tokio::test]
async fn a_batch_is_paused_or_stopped() {
    for (pause, open) in [(true, 1), (false, 0)] {
        let gate = Gate::closed();
        let hold = Fault::Stall(Stall::Until(gate.clone()));
        let third = Rule::on(UploadPart).part(3).first(1);
        let case = Case::new(FaultPlan::new().with(third, hold)).await;
        let uploader = case.uploader();
        let mut uploads = uploader.upload_files([FileUpload::new(&case.path, BUCKET, "k")]);
        tokio::select! {
            _ = uploads.next() => panic!("its third part is held"),
            () = gate.arrived(1) => {}
        }
        let outcomes = match pause {
            true => uploads.pause(SOON).await,
            false => uploads.stop(SOON).await,
        };
        let error = outcomes[0].result.as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(error.outcome(), Outcome::NotCommitted);
        assert_eq!(error.is_resumable(), pause);
        uploader.close().await;
        assert_eq!(case.scene.open_uploads().await, open);
        gate.open();
        case.succeeds(2 * PART * open).await;
    }
}

#[tokio::test]
async fn a_sweep_keeps_it_for_a_week_and_one_of_all_does_not() {
    let case = Case::interrupted().await;
    let uploader = case.uploader();
    let swept = uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 0, 0, 0]);
    let [kept] = &swept.resumable[..] else {
        panic!("{swept:?}");
    };
    assert_eq!((&kept.file, kept.size), (&case.path, LEN as u64));
    assert_eq!((&*kept.upload.bucket, &*kept.upload.key), (BUCKET, "k"));
    assert_eq!(case.scene.open_uploads().await, 1);

    let mut notes = fs::read_dir(case.state.path()).unwrap();
    let note = notes.next().unwrap().unwrap().path();
    let text = fs::read_to_string(&note).unwrap();
    let began = text.split("\"began_unix_s\":").nth(1).unwrap();
    let began = began.split(',').next().unwrap();
    let week = std::time::Duration::from_secs(7 * 24 * 60 * 60 + 1);
    fs::write(&note, text.replace(began, &ago(week).to_string())).unwrap();
    let swept = uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0]);
    assert_eq!(case.scene.open_uploads().await, 0);

    let case = Case::interrupted().await;
    let swept = case.uploader().sweep_all(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0]);
    assert_eq!(case.entries(), 0);
}
