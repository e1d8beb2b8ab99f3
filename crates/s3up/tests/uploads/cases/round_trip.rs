//! What goes in comes out, byte for byte, and nothing is left behind.

use embedded_s3::{FaultPlan, Operation};
use s3up::{ErrorKind, ObjectOptions, Outcome};

use super::set_scene;
use crate::scene::{BUCKET, MIB, PART, data};

#[tokio::test(flavor = "multi_thread")]
async fn every_size_arrives() {
    let scene = set_scene(FaultPlan::new()).await;
    for (len, chunk, parts) in [
        (0, 1, 0),
        (1, 1, 0),
        (PART - 1, MIB, 0),
        (PART, MIB, 1),
        (PART + 1, 777_777, 2),
        (3 * PART, 3 * PART, 3),
        (4 * PART + 123, 1_000_003, 5),
    ] {
        let sent = data(len);
        let key = format!("size-{len}");
        let mut upload = scene
            .uploader
            .start(BUCKET, &key, ObjectOptions::default())
            .await
            .unwrap();
        for at in (0..len).step_by(chunk) {
            upload
                .write(sent.slice(at..len.min(at + chunk)))
                .await
                .unwrap();
        }
        let progress = upload.progress();
        let receipt = upload.finish().await.unwrap();
        assert_eq!(receipt.size, len as u64);
        assert_eq!(receipt.parts.len(), parts, "{len}");
        assert_eq!(
            receipt.parts.iter().map(|part| part.size).sum::<u64>(),
            if parts == 0 { 0 } else { len as u64 }
        );
        assert_eq!(progress.bytes_acknowledged(), len as u64);
        assert_eq!(progress.bytes_accepted(), len as u64);
        assert_eq!(progress.retries(), 0);
        assert_eq!(receipt.bytes_sent, len as u64);
        assert!(scene.object(&key).await.unwrap() == sent, "{len}");
    }
    assert_eq!(scene.open_uploads().await, 0);
    scene.server.shutdown().await;
}

#[tokio::test]
async fn keys_arrive_exactly() {
    let scene = set_scene(FaultPlan::new()).await;
    for key in ["a b+c%25", "ü/日本", "deep/er/x", "q?x=1&y#z", "~*'()!"] {
        let mut upload = scene
            .uploader
            .start(BUCKET, key, ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(3)).await.unwrap();
        upload.finish().await.unwrap();
        assert_eq!(scene.object(key).await.unwrap(), data(3), "{key}");
    }
}

#[tokio::test]
async fn metadata_and_token_both_survive() {
    let scene = set_scene(FaultPlan::new()).await;
    for len in [10, PART + 1] {
        let mut object = ObjectOptions {
            content_type: Some("text/plain".into()),
            ..ObjectOptions::default()
        };
        object.metadata.insert("content-id".into(), "a, b=1".into());
        let mut upload = scene.uploader.start(BUCKET, "k", object).await.unwrap();
        upload.write(data(len)).await.unwrap();
        let receipt = upload.finish().await.unwrap();
        let head = scene
            .uploader
            .client()
            .head_object(BUCKET, "k")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(head.metadata["content-id"], "a, b=1");
        assert_eq!(head.metadata["s3up-token"], receipt.token);
        assert_eq!(head.content_type.as_deref(), Some("text/plain"));
        assert_eq!(head.etag.as_deref(), Some(receipt.etag.as_str()));
        let json = serde_json::to_value(&receipt).unwrap();
        assert!(json["elapsed_s"].is_f64() && json["token"] == receipt.token.as_str());
    }
}

#[tokio::test]
async fn a_range_is_read() {
    let scene = set_scene(FaultPlan::new()).await;
    let mut upload = scene
        .uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(1000)).await.unwrap();
    upload.finish().await.unwrap();
    let body = scene
        .uploader
        .client()
        .get_object(BUCKET, "k", Some(10..20))
        .await
        .unwrap();
    assert_eq!(body.len(), 10);
    assert_eq!(body.collect().await.unwrap(), data(1000)[10..20]);
}

#[tokio::test]
async fn an_abort_leaves_nothing() {
    let scene = set_scene(FaultPlan::new()).await;
    let mut upload = scene
        .uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(2 * PART + 7)).await.unwrap();
    upload.abort().await.unwrap();
    assert_eq!(scene.open_uploads().await, 0);
    assert_eq!(scene.object("k").await, None);
}

#[tokio::test]
async fn a_drop_leaves_nothing_once_closed() {
    let scene = set_scene(FaultPlan::new()).await;
    for len in [1, PART, 3 * PART] {
        let mut upload = scene
            .uploader
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(len)).await.unwrap();
        drop(upload);
    }
    scene.uploader.close().await;
    assert_eq!(scene.plan.calls(Operation::AbortMultipartUpload), 2);
    assert_eq!(scene.open_uploads().await, 0);
    assert_eq!(scene.object("k").await, None);
}

#[tokio::test]
async fn names_are_checked_before_anything_is_sent() {
    let scene = set_scene(FaultPlan::new()).await;
    let long = "k".repeat(1025);
    for (bucket, key) in [
        ("Lake", "k"),
        ("lake", ""),
        ("lake", long.as_str()),
        ("lake", "a\nb"),
    ] {
        let error = scene
            .uploader
            .start(bucket, key, ObjectOptions::default())
            .await
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.outcome(), Outcome::NotCommitted);
    }
    assert_eq!(scene.plan.calls(Operation::PutObject), 0);
}
