//! Sweeps that can't do all that they want: of time, of other machines, of what stays in doubt.

use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{Doubt, Journal};

use super::journal::{SOON, STORE, ago, counts, entries, left, orphan, scene};
use crate::scene::{BUCKET, Scene};

/// A server that never answers the first abort, and six uploads of dead processes.
async fn one_hangs() -> (Scene, tempfile::TempDir) {
    let never = Fault::Stall(Stall::Until(Gate::closed()));
    let rule = Rule::on(Operation::AbortMultipartUpload).nth(1);
    let (scene, folder) = scene(FaultPlan::new().with(rule, never)).await;
    for name in ["a", "b", "c", "d", "e", "f"] {
        let id = orphan(&**scene.uploader.client(), BUCKET).await;
        left(folder.path(), name, STORE, BUCKET, 0, Some(&id));
    }
    (scene, folder)
}

#[tokio::test]
async fn one_abort_that_hangs_keeps_no_other_waiting() {
    let (scene, folder) = one_hangs().await;
    let within = Duration::from_secs(30);
    let swept = scene.uploader.sweep(BUCKET, within).await.unwrap();
    assert_eq!(counts(&swept), [5, 0, 0, 1], "{swept:?}");
    assert_eq!(swept.left, 0);
    assert_eq!(entries(&folder).len(), 1);
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0], "{swept:?}");
}

#[tokio::test]
async fn a_sweep_that_is_out_of_time_tells_what_it_did() {
    let (scene, folder) = one_hangs().await;
    // Less than one entry may take.
    let within = Duration::from_millis(900);
    let swept = scene.uploader.sweep(BUCKET, within).await.unwrap();
    assert!(!swept.aborted.is_empty() && swept.left >= 1, "{swept:?}");
    assert_eq!(swept.aborted.len() + swept.left, 6);
    assert!(swept.failed.is_empty());
    assert_eq!(entries(&folder).len(), swept.left);
}

#[tokio::test]
async fn what_another_machine_noted_is_reported_and_not_aborted() {
    let (mut scene, folder) = scene(FaultPlan::new()).await;
    let id = orphan(&**scene.uploader.client(), BUCKET).await;
    let hour = ago(Duration::from_secs(3_600));
    left(folder.path(), "open", STORE, BUCKET, hour, Some(&id));
    left(
        folder.path(),
        "done",
        STORE,
        BUCKET,
        hour,
        Some("no-such-id"),
    );
    let here = scene.uploader.clone();
    let journal = Journal::open_on(Some("another".into()), folder.path(), STORE).unwrap();
    scene.uploader = scene.uploader.with_journal(journal);
    let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [0, 1, 1, 0], "{swept:?}");
    let found = &swept.ambiguous[0];
    assert_eq!((found.doubt, found.forgotten), (Doubt::OtherHost, false));
    assert_eq!(found.path, folder.path().join("open.upload"));
    assert_eq!(found.uploads[0].upload_id, id);
    assert_eq!(scene.open_uploads().await, 1);
    assert_eq!(entries(&folder), std::slice::from_ref(&found.path));
    // The machine itself knows that nobody holds it.
    let swept = here.sweep(BUCKET, SOON).await.unwrap();
    assert_eq!(counts(&swept), [1, 0, 0, 0], "{swept:?}");
}

#[tokio::test]
async fn what_stays_in_doubt_is_forgotten_after_a_week() {
    let (scene, folder) = scene(FaultPlan::new()).await;
    let rule = Rule::on(Operation::ListMultipartUploads).first(2);
    scene.plan.add(rule, Fault::error(403, "AccessDenied"));
    let day = Duration::from_secs(24 * 60 * 60);
    for (name, days, forgotten) in [("young", 6, false), ("old", 8, true)] {
        left(folder.path(), name, STORE, BUCKET, ago(day * days), None);
        let swept = scene.uploader.sweep(BUCKET, SOON).await.unwrap();
        let [found] = &swept.ambiguous[..] else {
            panic!("{swept:?}");
        };
        assert_eq!(found.doubt, Doubt::NoId);
        assert_eq!(
            (found.forgotten, found.path.exists()),
            (forgotten, !forgotten)
        );
        let _ = std::fs::remove_file(&found.path);
    }
    assert!(entries(&folder).is_empty());
}
