//! Who may call: key pairs, signatures, clocks.

use std::time::Duration;

use embedded_s3::{EmbeddedS3, Options, StartError};

use crate::{Fixture, files};

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let fixture = Fixture::new().await;
    let mut client = fixture.client.clone();
    client.secret_access_key = "wrong".to_owned();
    client
        .put("bucket/k")
        .body("x")
        .fails(403, "SignatureDoesNotMatch")
        .await;
}

#[tokio::test]
async fn an_unknown_key_id_is_refused() {
    let fixture = Fixture::new().await;
    let mut client = fixture.client.clone();
    client.access_key_id = "NOBODY".to_owned();
    client.get("bucket").fails(403, "InvalidAccessKeyId").await;
}

#[tokio::test]
async fn a_clock_may_be_off_by_fifteen_minutes() {
    let fixture = Fixture::new().await;
    let mut client = fixture.client.clone();
    client.clock_behind = Duration::from_secs(14 * 60);
    client.put("bucket/k").body("x").ok().await;
    client.clock_behind = Duration::from_secs(16 * 60);
    client
        .put("bucket/k")
        .body("x")
        .fails(403, "RequestTimeTooSkewed")
        .await;
}

#[tokio::test]
async fn a_body_may_be_signed_and_is_then_checked() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    client
        .put("bucket/k")
        .body("signed")
        .signed_body()
        .ok()
        .await;
    client
        .put("bucket/k")
        .body("signed")
        .signed_body()
        .body("forged")
        .fails(400, "XAmzContentSHA256Mismatch")
        .await;
    assert_eq!(client.get("bucket/k").ok().await.body, "signed");
}

#[tokio::test]
async fn a_folder_keeps_its_key_id_and_never_a_secret() {
    let fixture = Fixture::new().await;
    let id = fixture.server.access_key_id().to_owned();
    let secret = fixture.server.secret_access_key().to_owned();
    fixture.client.put("bucket/k").body("x").ok().await;
    fixture.client.create_upload("bucket/k").await;
    assert!(!format!("{:?}", fixture.server).contains(&secret));
    fixture.server.shutdown().await;

    for file in files(fixture.folder.path()) {
        let bytes = std::fs::read(fixture.folder.path().join(&file)).unwrap();
        assert!(
            !bytes
                .windows(secret.len())
                .any(|text| text == secret.as_bytes()),
            "{file}"
        );
    }
    let again = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    assert_eq!(again.access_key_id(), id);
    assert_ne!(again.secret_access_key(), secret);
}

#[tokio::test]
async fn a_given_key_pair_is_taken() {
    let fixture = Fixture::with(|options| {
        options.access_key_id = Some("test-key".to_owned());
        options.secret_access_key = Some("test-secret".to_owned());
    })
    .await;
    assert_eq!(fixture.server.access_key_id(), "test-key");
    fixture.client.put("bucket/k").body("x").ok().await;
}

#[tokio::test]
async fn other_machines_are_kept_out_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path());
    options.listen = "0.0.0.0:0".parse().unwrap();
    let refused = EmbeddedS3::start(options.clone()).await;
    assert!(
        matches!(refused, Err(StartError::NotLoopback { .. })),
        "{refused:?}"
    );
    options.allow_remote = true;
    EmbeddedS3::start(options).await.unwrap();
}
