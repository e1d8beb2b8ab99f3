//! Keys that are fetched, expire in the middle of an upload, and cannot be had at first.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use s3up::{CredentialSource, Credentials, ErrorKind, ObjectOptions, StaticCredentials, Uploader};

use super::{client, set_scene};
use crate::scene::{BUCKET, PART, Scene, config, data, options};

/// The server's keys, for so many seconds each time; the first fetches fail.
#[derive(Debug)]
struct Source {
    fails: usize,
    lives: u64,
    fetches: AtomicUsize,
}

#[async_trait]
impl CredentialSource for Source {
    async fn fetch(&self) -> Result<StaticCredentials, String> {
        if self.fetches.fetch_add(1, Ordering::SeqCst) < self.fails {
            return Err("the metadata service is not up yet".to_owned());
        }
        let end = SystemTime::now() + Duration::from_secs(self.lives);
        Ok(StaticCredentials::new("test-key", "test-secret", None).until(end))
    }
}

fn source(fails: usize, lives: u64) -> Arc<Source> {
    Arc::new(Source {
        fails,
        lives,
        fetches: AtomicUsize::new(0),
    })
}

fn uploader_of(scene: &Scene, source: &Arc<Source>) -> Uploader {
    let mut config = config(&scene.server.endpoint(), "", "");
    config.credentials = Credentials::Source(Arc::<Source>::clone(source));
    Uploader::new(client(&config), options())
}

async fn upload(uploader: &Uploader, len: usize) -> Result<(), s3up::Error> {
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await?;
    upload.write(data(len)).await?;
    upload.finish().await.map(drop)
}

#[tokio::test]
async fn keys_that_expire_in_the_middle_of_an_upload_are_fetched_again() {
    // Those that S3 calls expired, although their source did not say so.
    let scene = set_scene(FaultPlan::new()).await;
    let expired = Fault::error(400, "ExpiredToken");
    scene
        .plan
        .add(Rule::on(Operation::UploadPart).part(2).first(1), expired);
    let keys = source(0, 3_600);
    upload(&uploader_of(&scene, &keys), 3 * PART).await.unwrap();
    assert!(scene.object("k").await.unwrap() == data(3 * PART));
    assert_eq!(keys.fetches.load(Ordering::SeqCst), 2);
    // Those that end at once are replaced before each request.
    let keys = source(0, 0);
    upload(&uploader_of(&scene, &keys), 2 * PART).await.unwrap();
    assert!(keys.fetches.load(Ordering::SeqCst) >= 4);
}

#[tokio::test]
async fn a_first_fetch_that_fails_is_not_the_last() {
    let scene = set_scene(FaultPlan::new()).await;
    let keys = source(1, 3_600);
    let uploader = uploader_of(&scene, &keys);
    let error = upload(&uploader, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoCredentials, "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        cause,
        "cannot get credentials: the metadata service is not up yet"
    );
    upload(&uploader, 10).await.unwrap();
    upload(&uploader, 10).await.unwrap();
    assert_eq!(keys.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn keys_that_stay_expired_are_told_as_such() {
    let expired = Fault::error(400, "ExpiredToken");
    let scene = set_scene(FaultPlan::new().with(Rule::on(Operation::PutObject), expired)).await;
    let error = upload(&uploader_of(&scene, &source(0, 3_600)), 10)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpiredToken, "{error:?}");
}
