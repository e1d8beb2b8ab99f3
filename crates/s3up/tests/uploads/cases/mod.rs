//! What holds for every client. This list is compiled once for each, which it meets as
//! [`Client`]; so none has a case that another has not.

mod broken_replies;
mod buckets;
mod conditions;
mod confirmations;
#[cfg(target_os = "linux")]
mod connections;
mod credentials;
mod endings;
mod faults;
mod files;
mod journal;
mod listings;
mod options;
mod outages;
mod receipts;
mod redirects;
mod resume;
mod round_trip;
mod secrets;
mod stops;
mod sweeps;

use std::sync::Arc;

use embedded_s3::FaultPlan;
use s3up::{ObjectOptions, S3Client, S3Config, Upload, Uploader};

use super::Client;
use crate::scene::{BUCKET, Scene, data, options};

fn client(config: &S3Config) -> Arc<dyn S3Client> {
    Arc::new(Client::new(config).unwrap())
}

fn uploader(config: &S3Config) -> Uploader {
    Uploader::new(client(config), options())
}

async fn set_scene(plan: FaultPlan) -> Scene {
    Scene::with(plan, client).await
}

/// An upload to which so many bytes were written.
async fn start(uploader: &Uploader, len: usize) -> Upload {
    let mut upload = uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(len)).await.unwrap();
    upload
}
