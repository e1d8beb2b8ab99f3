//! Writes only where nothing is: who was first, and what the second is told.

use std::sync::Arc;

use embedded_s3::{Fault, FaultPlan, Operation, Reply, Rule};
use futures::StreamExt;
use s3up::{
    Error, ErrorKind, FileUpload, ObjectOptions, Outcome, Receipt, UploadProgress, Uploader,
};

use super::set_scene;
use crate::scene::{BUCKET, PART, Scene, data};

/// By one PUT, and by parts.
const SIZES: [usize; 2] = [10, 2 * PART + 7];

async fn create(uploader: &Uploader, len: usize) -> Result<Receipt, Error> {
    let object = ObjectOptions {
        create_only: true,
        ..ObjectOptions::default()
    };
    let mut upload = uploader.start(BUCKET, "k", object).await?;
    upload.write(data(len)).await?;
    upload.finish().await
}

#[tokio::test]
async fn what_is_there_stays() {
    for len in SIZES {
        let scene = set_scene(FaultPlan::new()).await;
        create(&scene.uploader, 3).await.unwrap();
        let error = create(&scene.uploader, len).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
        assert_eq!(error.outcome(), Outcome::NotCommitted);
        // By one look for each of the two.
        assert_eq!(scene.plan.calls(Operation::HeadObject), 2);
        assert_eq!(scene.object("k").await.unwrap(), data(3));
        // Known before anything was sent.
        assert_eq!(scene.plan.calls(Operation::PutObject), 1);
        assert_eq!(scene.plan.calls(Operation::CreateMultipartUpload), 0);
        let shown = error
            .to_string()
            .replace(&scene.server.endpoint(), "ENDPOINT");
        expect_test::expect!["cannot upload s3://lake/k at ENDPOINT: an object is there already, and it was to be written only if none was; leave it, or write to another key"].assert_eq(&shown);
    }
}

/// The next look at the key finds nothing, whatever stands there: it has come since.
fn comes_after_the_look(scene: &Scene) {
    let rule = Rule::on(Operation::HeadObject).nth(1);
    scene.plan.add(rule, Fault::error(404, "NoSuchKey"));
}

#[tokio::test]
async fn what_came_meanwhile_stays() {
    for len in SIZES {
        let scene = set_scene(FaultPlan::new()).await;
        create(&scene.uploader, 3).await.unwrap();
        comes_after_the_look(&scene);
        let error = create(&scene.uploader, len).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
        assert_eq!(error.s3_code(), Some("PreconditionFailed"));
        // It may have replaced ours, if a proxy sent our PUT twice. Parts that could be aborted were
        // never put together.
        let outcome = match len {
            10 => Outcome::Unknown,
            _ => Outcome::NotCommitted,
        };
        assert_eq!(error.outcome(), outcome, "{error:?}");
        assert_eq!(scene.object("k").await.unwrap(), data(3));
        assert_eq!(scene.open_uploads().await, 0);
    }
}

#[tokio::test]
async fn a_key_that_may_not_be_looked_at_is_left_to_s3() {
    let hidden = || {
        let rule = Rule::on(Operation::HeadObject);
        FaultPlan::new().with(rule, Fault::error(403, "AccessDenied"))
    };
    for len in SIZES {
        let scene = set_scene(hidden()).await;
        create(&scene.uploader, len).await.unwrap();
        let error = create(&scene.uploader, len).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
        // Who wrote what stands there cannot be seen either.
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(scene.open_uploads().await, 0);
    }
}

#[tokio::test]
async fn a_look_that_finds_no_server_is_the_last_request() {
    for len in SIZES {
        for (fault, kind) in [
            (Fault::Refuse(Reply::Nothing), ErrorKind::ConnectionLost),
            (Fault::internal_error(), ErrorKind::ServerError),
        ] {
            let rule = Rule::on(Operation::HeadObject);
            let scene = set_scene(FaultPlan::new().with(rule, fault)).await;
            let error = create(&scene.uploader, len).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            assert_eq!(error.outcome(), Outcome::NotCommitted, "{error:?}");
            assert_eq!(scene.plan.calls(Operation::PutObject), 0);
            assert_eq!(scene.plan.calls(Operation::CreateMultipartUpload), 0);
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_told_from_somebody_elses_object() {
    for (len, operation) in SIZES
        .into_iter()
        .zip([Operation::PutObject, Operation::CompleteMultipartUpload])
    {
        // Applied, and the second attempt meets our own object.
        let lost = FaultPlan::new().with(Rule::on(operation).nth(1), Fault::lose_reply());
        let scene = set_scene(lost).await;
        create(&scene.uploader, len).await.unwrap();
        assert!(scene.object("k").await.unwrap() == data(len));
        // The same that was never applied meets somebody else's.
        let scene = set_scene(FaultPlan::new()).await;
        create(&scene.uploader, 3).await.unwrap();
        let nothing = Fault::Refuse(Reply::Nothing);
        scene.plan.add(Rule::on(operation).nth(1), nothing);
        comes_after_the_look(&scene);
        let error = create(&scene.uploader, len).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
        // Parts that could be aborted were not put together. Of a PUT nobody knows whether it was
        // applied, and replaced before the second attempt.
        let outcome = match operation {
            Operation::PutObject => Outcome::Unknown,
            _ => Outcome::NotCommitted,
        };
        assert_eq!(error.outcome(), outcome, "{error:?}");
    }
}

#[tokio::test]
async fn a_put_that_lost_a_race_is_made_again() {
    let race = || Fault::error(409, "ConditionalRequestConflict");
    let rule = Rule::on(Operation::PutObject).first(2);
    let scene = set_scene(FaultPlan::new().with(rule, race())).await;
    create(&scene.uploader, 10).await.unwrap();
    assert_eq!(scene.plan.calls(Operation::PutObject), 3);
}

#[tokio::test]
async fn a_race_with_an_attempt_of_ones_own_is_no_conflict() {
    let rule = |nth| Rule::on(Operation::PutObject).nth(nth);
    let plan = FaultPlan::new()
        .with(rule(1), Fault::lose_reply())
        .with(rule(2), Fault::error(409, "ConditionalRequestConflict"));
    let scene = set_scene(plan).await;
    create(&scene.uploader, 10).await.unwrap();
    assert!(scene.object("k").await.unwrap() == data(10));
}

#[tokio::test]
async fn a_request_that_a_proxy_repeated_is_no_conflict() {
    for (len, operation) in SIZES
        .into_iter()
        .zip([Operation::PutObject, Operation::CompleteMultipartUpload])
    {
        for (status, code) in [
            (412, "PreconditionFailed"),
            (409, "ConditionalRequestConflict"),
        ] {
            let refused = || {
                Fault::ApplyThen(Reply::Error {
                    status,
                    code: code.into(),
                })
            };
            // Once, and whatever is asked.
            for rule in [Rule::on(operation).nth(1), Rule::on(operation)] {
                let scene = set_scene(FaultPlan::new().with(rule, refused())).await;
                create(&scene.uploader, len).await.unwrap();
                assert!(scene.object("k").await.unwrap() == data(len));
                assert_eq!(scene.open_uploads().await, 0);
            }
        }
    }
}

#[tokio::test]
async fn parts_that_lost_a_race_are_not_committed_and_leave_nothing() {
    let race = Fault::error(409, "ConditionalRequestConflict");
    let rule = Rule::on(Operation::CompleteMultipartUpload);
    let scene = set_scene(FaultPlan::new().with(rule, race)).await;
    let error = create(&scene.uploader, SIZES[1]).await.unwrap_err();
    // The stream has gone by: whoever holds it sends it again.
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert_eq!(scene.plan.calls(Operation::CompleteMultipartUpload), 1);
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn a_put_that_may_have_been_the_other_write_is_looked_for() {
    // Stored, and refused as one of two; then refused for another reason.
    let race = Fault::ApplyThen(Reply::Error {
        status: 409,
        code: "ConditionalRequestConflict".into(),
    });
    let plan = FaultPlan::new()
        .with(Rule::on(Operation::PutObject).nth(1), race)
        .with(
            Rule::on(Operation::PutObject).nth(2),
            Fault::error(403, "AccessDenied"),
        );
    let scene = set_scene(plan).await;
    create(&scene.uploader, 10).await.unwrap();
    assert!(scene.object("k").await.unwrap() == data(10));
}

#[tokio::test]
async fn parts_that_lost_a_race_and_whose_abort_was_not_answered_are_not_committed() {
    let race = Fault::error(409, "ConditionalRequestConflict");
    let plan = FaultPlan::new()
        .with(Rule::on(Operation::CompleteMultipartUpload), race)
        .with(
            Rule::on(Operation::AbortMultipartUpload).nth(1),
            Fault::lose_reply(),
        );
    let scene = set_scene(plan).await;
    let error = create(&scene.uploader, SIZES[1]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert_eq!(scene.object("k").await, None);
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn a_file_leaves_what_is_there_too() {
    for len in SIZES {
        let scene = set_scene(FaultPlan::new()).await;
        create(&scene.uploader, 3).await.unwrap();
        let (created, progress) = create_of_file_of(&scene, len).await;
        let error = created.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
        assert_eq!(error.outcome(), Outcome::NotCommitted);
        assert_eq!(progress.bytes_sent(), 0);
        assert_eq!(scene.plan.calls(Operation::PutObject), 1);
        assert_eq!(scene.plan.calls(Operation::CreateMultipartUpload), 0);
    }
}

/// A file of three parts, and an uploader that creates the object of it.
async fn create_of_file(scene: &Scene) -> (Result<Receipt, Error>, Arc<UploadProgress>) {
    create_of_file_of(scene, SIZES[1]).await
}

async fn create_of_file_of(
    scene: &Scene,
    len: usize,
) -> (Result<Receipt, Error>, Arc<UploadProgress>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, &data(len)).unwrap();
    let mut upload = FileUpload::new(file.path(), BUCKET, "k");
    upload.object.create_only = true;
    let mut uploads = scene.uploader.upload_files([upload]);
    let progress = uploads.progress();
    let outcome = uploads.next().await.unwrap();
    (outcome.result, progress)
}

#[tokio::test]
async fn a_file_that_lost_a_race_is_sent_again_as_a_new_upload() {
    let race = || Fault::error(409, "ConditionalRequestConflict");
    let rule = Rule::on(Operation::CompleteMultipartUpload).first(2);
    let scene = set_scene(FaultPlan::new().with(rule, race())).await;
    let (created, progress) = create_of_file(&scene).await;
    let receipt = created.unwrap();
    assert!(scene.object("k").await.unwrap() == data(SIZES[1]));
    assert_eq!(scene.open_uploads().await, 0);
    assert_eq!(scene.plan.calls(Operation::CreateMultipartUpload), 3);
    assert_eq!(scene.plan.calls(Operation::UploadPart), 9);
    // What was thrown away is sent, and not counted as there.
    assert_eq!(receipt.bytes_sent, 3 * SIZES[1] as u64);
    assert_eq!(progress.bytes_acknowledged(), SIZES[1] as u64);
    assert_eq!(progress.bytes_accepted(), SIZES[1] as u64);
    assert_eq!(progress.parts_acknowledged(), 3);
}

#[tokio::test]
async fn a_file_that_loses_every_race_is_not_committed() {
    let race = Fault::error(409, "ConditionalRequestConflict");
    let rule = Rule::on(Operation::CompleteMultipartUpload);
    let scene = set_scene(FaultPlan::new().with(rule, race)).await;
    let error = create_of_file(&scene).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert_eq!(scene.plan.calls(Operation::CompleteMultipartUpload), 4);
    assert_eq!(scene.open_uploads().await, 0);
    assert_eq!(scene.object("k").await, None);
}

#[tokio::test]
async fn whoever_wins_a_race_stays() {
    // Meanwhile the other write has become an object.
    let scene = set_scene(FaultPlan::new()).await;
    create(&scene.uploader, 3).await.unwrap();
    comes_after_the_look(&scene);
    let race = Fault::error(409, "ConditionalRequestConflict");
    let rule = Rule::on(Operation::CompleteMultipartUpload).nth(1);
    scene.plan.add(rule, race);
    let error = create_of_file(&scene).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert_eq!(scene.object("k").await.unwrap(), data(3));
    assert_eq!(scene.open_uploads().await, 0);
}
