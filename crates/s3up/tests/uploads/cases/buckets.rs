//! Buckets, and what a wrong key, secret or address looks like.

use std::time::{Duration, Instant};

use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use s3up::{BucketState, ErrorKind, ObjectOptions};

use super::{set_scene, uploader};
use crate::scene::{BUCKET, PART, config, data};
use crate::scripted_server::{Script, ScriptedServer, empty};

#[tokio::test]
async fn a_bucket_is_made_once() {
    let scene = set_scene(FaultPlan::new()).await;
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
    let scene = set_scene(FaultPlan::new().with(lost, Fault::lose_reply())).await;
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
    let scene = set_scene(FaultPlan::new()).await;
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
        set_scene(FaultPlan::new().with(forbidden, Fault::error(403, "AccessDenied"))).await;
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

#[tokio::test]
async fn a_bucket_that_may_not_be_made_is_said_to_be_missing() {
    let rule = Rule::on(Operation::CreateBucket).bucket("absent");
    let scene = set_scene(FaultPlan::new().with(rule, Fault::error(403, "AccessDenied"))).await;
    let error = scene.uploader.ensure_bucket("absent").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSuchBucket);
    assert_eq!(error.s3_code(), Some("AccessDenied"));
    let shown = error
        .to_string()
        .replace(&scene.server.endpoint(), "ENDPOINT");
    expect_test::expect!["cannot create the bucket s3://absent at ENDPOINT: there is no such bucket, and these credentials may not make it; have it made, or name one that exists"].assert_eq(&shown);
}

#[tokio::test]
async fn the_right_region_is_named_whatever_was_asked() {
    let redirect = "<Error><Code>PermanentRedirect</Code><Endpoint>x</Endpoint></Error>";
    let malformed =
        "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>";
    let header = "x-amz-bucket-region: eu-west-3\r\n";
    let mut shown = std::collections::BTreeSet::new();
    for (status, headers, body) in [(301, header, redirect), (400, "", malformed)] {
        let server = ScriptedServer::start(move |line, _| {
            if line.starts_with("HEAD") {
                return empty(status, headers);
            }
            let len = body.len();
            let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {len}\r\n\r\n");
            Script::Answer((head + body).into_bytes())
        })
        .await;
        let uploader = uploader(&config(&server.endpoint, "id", "secret"));
        let bucket = uploader.ensure_bucket(BUCKET).await.unwrap_err();
        let mut errors = vec![bucket];
        // By one PUT, and by parts.
        for len in [10, PART] {
            let mut upload = uploader
                .start(BUCKET, "k", ObjectOptions::default())
                .await
                .unwrap();
            let error = match upload.write(data(len)).await {
                Ok(()) => upload.finish().await.unwrap_err(),
                Err(error) => error,
            };
            errors.push(error);
        }
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::WrongRegion, "{error:?}");
            assert_eq!(error.right_region(), Some("eu-west-3"));
            shown.insert(error.to_string().replace(&server.endpoint, "ENDPOINT"));
        }
    }
    let shown: Vec<_> = shown.into_iter().collect();
    expect_test::expect![[r#"
        cannot upload s3://lake/k at ENDPOINT: the bucket is in the region eu-west-3; set AWS_REGION to eu-west-3
        cannot use the bucket s3://lake at ENDPOINT: the bucket is in the region eu-west-3; set AWS_REGION to eu-west-3"#]].assert_eq(&shown.join("\n"));
}
