//! The journal of open uploads, within one process; `tests/killed` has the one with two.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{ErrorKind, Journal, ObjectOptions, Outcome, S3Client, Swept};
use tempfile::TempDir;

use super::{set_scene, start, uploader};
use crate::scene::{BUCKET, PART, Scene, config, data};
use crate::warnings;

pub const STORE: &str = "the embedded one";
/// For what takes milliseconds.
pub const SOON: Duration = Duration::from_secs(60);

/// A scene whose uploader has a journal.
pub async fn scene(plan: FaultPlan) -> (Scene, TempDir) {
    let mut scene = set_scene(plan).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), STORE).unwrap();
    scene.uploader = scene.uploader.with_journal(journal);
    (scene, folder)
}

pub fn entries(folder: &TempDir) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder).unwrap();
    found.map(|found| found.unwrap().path()).collect()
}

/// What a sweep found, in short: aborted, gone, ambiguous, failed.
pub fn counts(swept: &Swept) -> [usize; 4] {
    let Swept {
        aborted,
        gone,
        ambiguous,
        failed,
        ..
    } = swept;
    [aborted.len(), *gone, ambiguous.len(), failed.len()]
}

/// So long ago, as entries have it.
pub fn ago(duration: Duration) -> u64 {
    let then = SystemTime::now() - duration;
    then.duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// An entry as a process of this machine leaves it that was killed at `began`.
pub fn left(folder: &Path, name: &str, store: &str, bucket: &str, began: u64, id: Option<&str>) {
    let journal = Journal::open(folder, store).unwrap();
    let host = journal.host().map(|host| format!(",\"host\":\"{host}\""));
    let host = host.unwrap_or_default();
    let mut text = format!(
        "{{\"event\":\"intent\",\"version\":1,\"store\":\"{store}\",\"bucket\":\"{bucket}\",\
         \"key\":\"k\",\"token\":\"t\",\"began_unix_s\":{began}{host}}}\n"
    );
    if let Some(id) = id {
        text += &format!("{{\"event\":\"created\",\"upload_id\":\"{id}\"}}\n");
    }
    std::fs::write(folder.join(format!("{name}.upload")), text).unwrap();
}

/// An upload that nobody will end.
pub async fn orphan(client: &dyn S3Client, bucket: &str) -> String {
    let object = s3up::NewObject {
        bucket: bucket.into(),
        key: "k".into(),
        ..s3up::NewObject::default()
    };
    client
        .create_multipart_upload(object)
        .await
        .unwrap()
        .upload_id
}

#[tokio::test]
async fn an_upload_is_noted_while_it_is_open() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let small = start(&scene.uploader, 10).await;
    small.finish().await.unwrap();
    assert!(entries(&folder).is_empty(), "a PUT needs no entry");

    let upload = start(&scene.uploader, 2 * PART).await;
    let [path] = &entries(&folder)[..] else {
        panic!("one upload, one entry");
    };
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("\"upload_id\""), "{text}");
    assert!(!text.contains("test-secret"), "{text}");
    // Its owner lives, in this process or in another.
    assert_eq!(
        counts(&scene.uploader.sweep(BUCKET, SOON).await.unwrap()),
        [0; 4]
    );
    upload.finish().await.unwrap();
    assert!(entries(&folder).is_empty());

    let aborted = start(&scene.uploader, PART).await;
    assert_eq!(entries(&folder).len(), 1);
    aborted.abort().await.unwrap();
    assert!(entries(&folder).is_empty());

    let dropped = start(&scene.uploader, PART).await;
    assert_eq!(entries(&folder).len(), 1);
    drop(dropped);
    scene.uploader.close().await;
    assert!(entries(&folder).is_empty());
}

#[tokio::test]
async fn an_upload_that_fails_leaves_no_entry() {
    for operation in [
        Operation::CreateMultipartUpload,
        Operation::UploadPart,
        Operation::CompleteMultipartUpload,
    ] {
        let refuse = Fault::error(403, "AccessDenied");
        let plan = FaultPlan::new().with(Rule::on(operation), refuse);
        let (scene, folder) = scene(plan).await;
        let mut upload = scene
            .uploader
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        let error = match upload.write(data(PART + 1)).await {
            Ok(()) => upload.finish().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::AccessDenied);
        assert!(entries(&folder).is_empty(), "{operation:?}");
    }
}

#[tokio::test]
async fn an_upload_that_cannot_be_aborted_keeps_its_entry() {
    let refuse = || Fault::error(403, "AccessDenied");
    let plan = FaultPlan::new()
        .with(Rule::on(Operation::CompleteMultipartUpload), refuse())
        .with(Rule::on(Operation::AbortMultipartUpload).nth(1), refuse());
    let (scene, folder) = scene(plan).await;
    let upload = start(&scene.uploader, PART).await;
    upload.finish().await.unwrap_err();
    assert_eq!(entries(&folder).len(), 1);
    // In the same process, too: what has ended is nobody's any more.
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0], "{swept:?}");
    assert!(entries(&folder).is_empty());
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn uploads_that_may_not_be_listed_are_reported_as_such() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let rule = Rule::on(Operation::ListMultipartUploads);
    scene.plan.add(rule, Fault::error(403, "AccessDenied"));
    let hour = ago(Duration::from_secs(3_600));
    left(folder.path(), "a", STORE, BUCKET, hour, None);
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 0, 1, 0], "{swept:?}");
    assert!(swept.ambiguous[0].uploads.is_empty());
    assert_eq!(entries(&folder).len(), 1);
}

#[tokio::test]
async fn only_what_is_ours_and_dead_is_aborted() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let client = scene.uploader.client();
    scene.uploader.ensure_bucket("other").await.unwrap();
    let ours = orphan(&**client, BUCKET).await;
    let [stores, strangers] = [
        orphan(&**client, BUCKET).await,
        orphan(&**client, BUCKET).await,
    ];
    let buckets = orphan(&**client, "other").await;
    let path = folder.path();
    left(path, "ours", STORE, BUCKET, 0, Some(&ours));
    left(path, "store", "another", BUCKET, 0, Some(&stores));
    left(path, "bucket", STORE, "other", 0, Some(&buckets));
    left(path, "gone", STORE, BUCKET, 0, Some("no-such-id"));
    for (name, text) in [
        ("empty.upload", ""),
        ("cut.upload", "{\"event\":\"int"),
        ("unreadable.upload", "what is this\n"),
        ("notes.txt", "buy milk\n"),
    ] {
        std::fs::write(path.join(name), text).unwrap();
    }

    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 1, 0, 0], "{swept:?}");
    assert_eq!(swept.aborted[0].upload_id, ours);
    let mut names: Vec<_> = entries(&folder)
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let kept = [
        "bucket.upload",
        "notes.txt",
        "store.upload",
        "unreadable.upload",
    ];
    assert_eq!(names, kept);
    // That of the other store, and that of nobody.
    assert_eq!(scene.open_uploads().await, 2);
    assert_ne!(stores, strangers);

    let swept = scene.uploader.sweep("other", SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0], "{swept:?}");
}

#[tokio::test]
async fn an_intent_without_an_id_is_reported_until_nothing_is_listed() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let client = scene.uploader.client();
    let hour = ago(Duration::from_secs(3_600));
    left(folder.path(), "old", STORE, BUCKET, hour, None);
    // Our own, which is noted and lives.
    let live = start(&scene.uploader, PART).await;
    let stray = orphan(&**client, BUCKET).await;
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 0, 1, 0], "{swept:?}");
    let [found] = &swept.ambiguous[0].uploads[..] else {
        panic!("{swept:?}");
    };
    assert_eq!(found.upload_id, stray);
    client.abort_multipart_upload(found).await.unwrap();

    // A young one is kept: what was asked for may still come.
    left(
        folder.path(),
        "young",
        STORE,
        BUCKET,
        ago(Duration::ZERO),
        None,
    );
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 1, 0, 0], "{swept:?}");
    assert!(folder.path().join("young.upload").exists());
    assert!(!folder.path().join("old.upload").exists());
    live.finish().await.unwrap();
}

#[tokio::test]
async fn an_upload_whose_reply_was_lost_is_reported() {
    let lost = Rule::on(Operation::CreateMultipartUpload).nth(1);
    let (scene, folder) = scene(FaultPlan::new().with(lost, Fault::lose_reply())).await;
    let upload = start(&scene.uploader, PART).await;
    upload.finish().await.unwrap();
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 0, 1, 0], "{swept:?}");
    assert_eq!(swept.ambiguous[0].uploads.len(), 1);
    assert_eq!(entries(&folder).len(), 1);
}

#[tokio::test]
async fn a_sweep_leaves_an_object_whose_commit_was_unknown() {
    let plan = FaultPlan::new()
        .with(
            Rule::on(Operation::CompleteMultipartUpload).nth(1),
            Fault::lose_reply(),
        )
        .with(
            Rule::on(Operation::HeadObject).first(1),
            Fault::error(403, "AccessDenied"),
        );
    let (scene, folder) = scene(plan).await;
    let upload = start(&scene.uploader, PART + 1).await;
    let error = upload.finish().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    assert_eq!(entries(&folder).len(), 1);
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 1, 0, 0], "{swept:?}");
    assert!(entries(&folder).is_empty());
    assert!(scene.object("k").await.unwrap() == data(PART + 1));
}

#[tokio::test]
async fn what_cannot_be_aborted_now_is_aborted_later() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let id = orphan(&**scene.uploader.client(), BUCKET).await;
    left(folder.path(), "a", STORE, BUCKET, 0, Some(&id));
    left(folder.path(), "b", STORE, BUCKET, 0, Some("no-such-id"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let journal = Journal::open(folder.path(), STORE).unwrap();
    let lost = uploader(&config(&nowhere, "id", "secret")).with_journal(journal);
    let swept = lost.sweep(BUCKET, SOON).await.unwrap();
    // The other would fare no better.
    assert_eq!(counts(&swept), [0, 0, 0, 1], "{swept:?}");
    assert_eq!(swept.left, 1);
    let (_, error) = &swept.failed[0];
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(entries(&folder).len(), 2);
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 1, 0, 0], "{swept:?}");
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_fails_no_upload_and_says_so_once() {
    warnings::listen();
    let (scene, folder) = scene(FaultPlan::new()).await;
    let path = folder.path().to_owned();
    drop(folder);
    for _ in 0..2 {
        let upload = start(&scene.uploader, PART + 1).await;
        upload.finish().await.unwrap();
    }
    let told = warnings::of(&path);
    let [warning] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(warning.contains("billed"), "{warning}");
    // There is nothing to sweep by, either, and that is an error.
    let error = scene.uploader.sweep(BUCKET, SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
}

#[tokio::test]
async fn an_unreadable_entry_is_told_of_once() {
    warnings::listen();
    let (scene, folder) = scene(FaultPlan::new()).await;
    let newer = "{\"event\":\"intent\",\"version\":2,\"store\":\"s\",\"bucket\":\"lake\",\
                 \"key\":\"k\",\"token\":\"t\",\"began_unix_s\":0}\n";
    std::fs::write(folder.path().join("a.upload"), newer).unwrap();
    for _ in 0..2 {
        let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
        assert_eq!(counts(&swept), [0; 4]);
    }
    let told = warnings::of(folder.path());
    expect_test::expect![[r#"
        [
            "FOLDER/a.upload is left alone: its format 2 is not known here; if nothing else needs it, remove it",
        ]
    "#]]
    .assert_debug_eq(&told);
}

#[tokio::test]
async fn the_intent_is_on_disk_before_the_server_hears_of_it() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let rule = Rule::on(Operation::CreateMultipartUpload);
    let (scene, folder) = scene(FaultPlan::new().with(rule, hold)).await;
    let seen = async {
        gate.arrived(1).await;
        let [path] = &entries(&folder)[..] else {
            panic!("one upload, one entry");
        };
        let text = std::fs::read_to_string(path).unwrap();
        assert!(
            text.ends_with("}\n") && !text.contains("upload_id"),
            "{text}"
        );
        gate.open();
    };
    let (upload, ()) = tokio::join!(start(&scene.uploader, PART), seen);
    upload.finish().await.unwrap();
    assert!(entries(&folder).is_empty());
}
