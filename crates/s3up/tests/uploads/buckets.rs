//! Buckets, and what a wrong key, secret or address looks like.

use std::time::{Duration, Instant};

use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use s3up::{BucketState, ErrorKind, ObjectOptions};

use crate::scene::{BUCKET, Scene, config, data, uploader};
use crate::scripted_server::{Script, ScriptedServer, empty};

#[tokio::test]
async fn a_bucket_is_made_once() {
    let scene = Scene::new(FaultPlan::new()).await;
    assert_eq!(
        scene.uploader.ensure_bucket("fresh").await.unwrap(),
        BucketState::Created
    );
    assert_eq!(
        scene.uploader.ensure_bucket("fresh").await.unwrap(),
        BucketState::Existed
    );
    assert_eq!(scene.plan.calls(Operation::CreateBucket), 2);
}

#[tokio::test]
async fn a_race_for_a_bucket_is_no_error() {
    let lost = Rule::on(Operation::CreateBucket).bucket("race").nth(1);
    let scene = Scene::new(FaultPlan::new().with(lost, Fault::lose_reply())).await;
    scene.uploader.ensure_bucket("race").await.unwrap();
    let taken = Rule::on(Operation::CreateBucket).bucket("taken");
    scene
        .plan
        .add(taken, Fault::error(409, "BucketAlreadyExists"));
    let error = scene.uploader.ensure_bucket("taken").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BucketTaken);
}

#[tokio::test]
async fn wrong_keys_are_told_apart() {
    let scene = Scene::new(FaultPlan::new()).await;
    for (id, secret, kind, word) in [
        (
            "test-key",
            "CANARY",
            ErrorKind::SignatureMismatch,
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            "CANARY",
            "test-secret",
            ErrorKind::UnknownAccessKey,
            "AWS_ACCESS_KEY_ID",
        ),
    ] {
        let uploader = uploader(&config(&scene.server.endpoint(), id, secret));
        let bucket = uploader.ensure_bucket(BUCKET).await.unwrap_err();
        let mut upload = uploader
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(10)).await.unwrap();
        let object = upload.finish().await.unwrap_err();
        for error in [bucket, object] {
            assert_eq!(error.kind(), kind, "{error:?}");
            let shown = format!("{error} {error:?}");
            assert!(
                shown.contains(word) && shown.contains(&scene.server.endpoint()),
                "{shown}"
            );
            assert!(!shown.contains("CANARY"), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_missing_bucket_and_a_forbidden_one_fail_at_once() {
    let forbidden = Rule::on(Operation::PutObject).key("forbidden");
    let scene =
        Scene::new(FaultPlan::new().with(forbidden, Fault::error(403, "AccessDenied"))).await;
    for (bucket, key, kind) in [
        ("absent", "k", ErrorKind::NoSuchBucket),
        (BUCKET, "forbidden", ErrorKind::AccessDenied),
    ] {
        let mut upload = scene
            .uploader
            .start(bucket, key, ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(10)).await.unwrap();
        let progress = upload.progress();
        let error = upload.finish().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert_eq!(progress.requests(), 1);
    }
}

#[tokio::test]
async fn keys_that_may_only_write_find_the_bucket() {
    // AWS names the region in its refusals, too.
    let region = "x-amz-bucket-region: us-east-1\r\n";
    let server = ScriptedServer::start(move |line, _| match line.starts_with("HEAD") {
        true => empty(403, region),
        false => {
            let body = "<Error><Code>AccessDenied</Code></Error>";
            let len = body.len();
            let reply = format!("HTTP/1.1 403 X\r\n{region}content-length: {len}\r\n\r\n{body}");
            Script::Answer(reply.into_bytes())
        }
    })
    .await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    assert_eq!(
        uploader.ensure_bucket(BUCKET).await.unwrap(),
        BucketState::Existed
    );
}

#[tokio::test]
async fn a_refused_connection_is_an_error_within_ten_seconds() {
    // The port was free a moment ago, and nobody listens on it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let began = Instant::now();
    let error = uploader(&config(&endpoint, "id", "secret"))
        .ensure_bucket(BUCKET)
        .await
        .unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains(&endpoint), "{error}");
}
