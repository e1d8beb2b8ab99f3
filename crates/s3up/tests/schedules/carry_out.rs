//! An upload as a schedule wants it, and what it said came of it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use s3up::{Error, FileUpload, ObjectOptions, Outcome, Receipt, Uploader};
use tokio::sync::mpsc;

use crate::schedule::{Before, Schedule, Way};
use crate::stage::{BUCKET, Stage};
use crate::weather::Sky;

/// What an upload says of its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    Committed,
    NotCommitted,
    Unknown,
    /// Nothing: its caller did not wait for it.
    Nothing,
}

impl Said {
    pub const ALL: [Self; 4] = [
        Self::Committed,
        Self::NotCommitted,
        Self::Unknown,
        Self::Nothing,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::NotCommitted => "not committed",
            Self::Unknown => "unknown",
            Self::Nothing => "given up",
        }
    }
}

/// What was told, and by whom else something was done.
pub struct Told {
    pub said: Said,
    pub receipt: Option<Receipt>,
    /// In the words that a user reads.
    pub error: Option<String>,
    /// Faults that were played.
    pub faults: u64,
    /// What another writer found there before it wrote; nothing if none did.
    pub intruder_found: Option<Option<Bytes>>,
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.intruder_found.as_ref();
        f.debug_struct("Told")
            .field("said", &self.said)
            .field("receipt", &self.receipt)
            .field("error", &self.error)
            .field("faults", &self.faults)
            .field("intruder_found", &found.map(|found| shown(found.as_ref())))
            .finish()
    }
}

/// An object's size and beginning; the whole would hide all else.
pub fn shown(object: Option<&Bytes>) -> String {
    object.map_or("nothing".to_owned(), |bytes| {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
        format!("an object, {} bytes: {head:?}", bytes.len())
    })
}

/// Plays a schedule to its end.
pub async fn play(stage: &Stage, schedule: &Schedule) -> Told {
    if schedule.before == Before::New {
        stage.put_calmly(&schedule.key(), stage.old(schedule)).await;
    }
    let (sky, intruder) = stage.weather.begin(schedule);
    let uploader = stage.uploader(schedule);
    let ended = async {
        let result = upload(stage, schedule, &uploader).await;
        uploader.close().await;
        // Waits, too, until another writer is through that has been called.
        sky.settles().await;
        result
    };
    let mut intruder_found = None;
    let result = tokio::select! {
        biased;
        () = intrude(stage, schedule, &sky, intruder, &mut intruder_found) => unreachable!(),
        result = ended => result,
    };
    sky.set_calm(true);
    let (said, receipt, error) = match result {
        Some(Ok(receipt)) => (Said::Committed, Some(receipt), None),
        Some(Err(error)) => {
            let said = match error.outcome() {
                Outcome::NotCommitted => Said::NotCommitted,
                _ => Said::Unknown,
            };
            (said, None, Some(error.to_string()))
        }
        None => (Said::Nothing, None, None),
    };
    Told {
        said,
        receipt,
        error,
        faults: sky.played(),
        intruder_found,
    }
}

/// Writes to the same key when it is called.
async fn intrude(
    stage: &Stage,
    schedule: &Schedule,
    sky: &Sky,
    mut calls: mpsc::UnboundedReceiver<embedded_s3::Gate>,
    found: &mut Option<Option<Bytes>>,
) {
    while let Some(gate) = calls.recv().await {
        // The call that waits for us has come to its gate: it has, or has not, been applied.
        gate.arrived(1).await;
        sky.set_calm(true);
        *found = Some(stage.object(&schedule.key()).await);
        let bytes = stage.intruders(schedule);
        stage.put_calmly(&schedule.key(), bytes).await;
        sky.set_calm(false);
        gate.open();
    }
    std::future::pending::<()>().await;
}

/// `None` if nobody waited for the end.
async fn upload(
    stage: &Stage,
    schedule: &Schedule,
    uploader: &Uploader,
) -> Option<Result<Receipt, Error>> {
    match schedule.way {
        Way::Stream => Some(stream(stage, schedule, uploader, true).await?),
        Way::Aborted => stream(stage, schedule, uploader, false).await,
        Way::File => Some(file(stage, schedule, uploader).await),
        Way::Resumed => Some(resumed(stage, schedule, uploader).await),
        Way::Stopped(after_ms, grace_ms) => {
            let path = stage.file(schedule);
            let files = [FileUpload {
                object: object_of(schedule),
                ..FileUpload::new(path, BUCKET, schedule.key())
            }];
            let mut uploads = uploader.upload_files(files);
            let after = Duration::from_millis(after_ms);
            if let Ok(ended) = tokio::time::timeout(after, uploads.next()).await {
                return Some(ended?.result);
            }
            let ended = uploads.stop(Duration::from_millis(grace_ms)).await;
            // A file that was not even begun is not told of.
            ended.into_iter().next().map(|outcome| outcome.result)
        }
        Way::Cancelled(after_ms) => {
            let after = Duration::from_millis(after_ms);
            let upload = stream(stage, schedule, uploader, true);
            tokio::time::timeout(after, upload).await.ok().flatten()
        }
    }
}

fn object_of(schedule: &Schedule) -> ObjectOptions {
    ObjectOptions {
        create_only: schedule.create_only,
        ..ObjectOptions::default()
    }
}

/// In chunks of a third of a part, which no part is a multiple of.
async fn stream(
    stage: &Stage,
    schedule: &Schedule,
    uploader: &Uploader,
    finish: bool,
) -> Option<Result<Receipt, Error>> {
    let key = schedule.key();
    let begun = uploader.start(BUCKET, &key, object_of(schedule));
    let mut upload = match begun.await {
        Ok(upload) => upload,
        Err(error) => return Some(Err(error)),
    };
    let mut bytes = stage.ours(schedule);
    while !bytes.is_empty() {
        let chunk = bytes.split_to(bytes.len().min(1_777_777));
        if let Err(error) = upload.write(chunk).await {
            return Some(Err(error));
        }
    }
    match finish {
        true => Some(upload.finish().await),
        // Nothing is said of the object, and none may appear.
        false => upload.abort().await.err().map(Err),
    }
}

async fn file(stage: &Stage, schedule: &Schedule, uploader: &Uploader) -> Result<Receipt, Error> {
    let (path, key) = (stage.file(schedule), schedule.key());
    let object = object_of(schedule);
    uploader.upload_file(path, BUCKET, &key, object).await
}

/// As somebody does who gives the same command again until it succeeds, or fails for good.
async fn resumed(
    stage: &Stage,
    schedule: &Schedule,
    uploader: &Uploader,
) -> Result<Receipt, Error> {
    let uploader = uploader.clone().resuming();
    for _ in 0..3 {
        match file(stage, schedule, &uploader).await {
            Err(error) if error.is_resumable() => {}
            ended => return ended,
        }
    }
    file(stage, schedule, &uploader).await
}
