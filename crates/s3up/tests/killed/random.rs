//! kill -9 at random moments: the object is absent, the old one or whole; a sweep leaves no upload
//! of ours but those that it reports; and the same upload, made again, succeeds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use embedded_s3::{Call, EmbeddedS3, Fault, Faults, Operation, Options, Stall};
use s3up::{ListUploads, NewObject, PutObject, Uploader};
use tokio::sync::watch;

use crate::arguments::Victim;
use crate::client::Client;
use crate::draw::Draw;
use crate::scene::{BUCKET, PART, data};
use crate::{Other, SOON, journalled, uploader};

/// A step takes so many milliseconds, and then another comes.
const A_STEP_MS: u64 = 20;
/// A request that the dead had sent may reach the server a moment later.
const LOOKS: u32 = 100;

/// Holds each step up for a moment, so that it is as likely to be killed in one as in another.
#[derive(Default)]
struct Slow {
    /// Steps that have come.
    steps: watch::Sender<u64>,
}

impl Faults for Slow {
    fn next(&self, call: &Call<'_>) -> Option<Fault> {
        use Operation::{CompleteMultipartUpload, CreateMultipartUpload, PutObject, UploadPart};

        let moment = || Stall::For(Duration::from_millis(10));
        let held = match call.operation {
            PutObject | UploadPart => Fault::Stall(moment()),
            CreateMultipartUpload | CompleteMultipartUpload => Fault::StallReply(moment()),
            _ => return None,
        };
        self.steps.send_modify(|steps| *steps += 1);
        Some(held)
    }
}

/// Kills so many processes that upload by a client, and prints what was found.
///
/// # Panics
///
/// At anything that must not be.
pub async fn kill(client: Client, kills: u64, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path().join("store"));
    let slow = Arc::new(Slow::default());
    options.faults = Some(slow.clone());
    options.access_key_id = Some("test-key".into());
    options.secret_access_key = Some("test-secret".into());
    let server = EmbeddedS3::start(options).await.unwrap();
    let endpoint = server.endpoint();
    let calm = uploader(client, &endpoint);
    calm.ensure_bucket(BUCKET).await.unwrap();
    let mut found = BTreeMap::new();
    for number in 0..kills {
        let case = Case {
            client,
            endpoint: &endpoint,
            calm: &calm,
            slow: &slow,
            folder: folder.path(),
            draw: Draw::of(&[seed, number]),
            key: format!("k-{number}"),
        };
        let what = case.play().await;
        *found.entry(what).or_insert(0) += 1;
    }
    let found: Vec<_> = found
        .into_iter()
        .map(|(what, times)| format!("{times} {what}"))
        .collect();
    println!(
        "seed {seed}: {kills} kills, {}; 0 violations",
        found.join(", ")
    );
    server.shutdown().await;
}

struct Case<'a> {
    client: Client,
    endpoint: &'a str,
    calm: &'a Uploader,
    slow: &'a Slow,
    folder: &'a Path,
    draw: Draw,
    key: String,
}

impl Case<'_> {
    /// What was found when the process was dead.
    async fn play(mut self) -> &'static str {
        let old = match self.draw.chance(50) {
            true => Some(self.put_old().await),
            false => None,
        };
        let parts = usize::try_from(self.draw.below(3)).unwrap();
        let ours = data(parts * PART + 77);
        let path = self.folder.join("file");
        std::fs::write(&path, &ours).unwrap();
        let victim = Victim {
            client: self.client,
            endpoint: self.endpoint.to_owned(),
            folder: self.folder.join(format!("state-{}", self.key)),
            key: self.key.clone(),
            file: Some(path),
        };
        let mut steps = self.slow.steps.subscribe();
        let before = *steps.borrow_and_update();
        // A PUT is one step; parts come between a beginning and an end.
        let all = if parts == 0 { 1 } else { parts as u64 + 3 };
        let step = self.draw.below(all + 1);
        let killed = Other::start(&victim);
        let come = steps.wait_for(|steps| steps - before >= step);
        tokio::time::timeout(SOON, come).await.unwrap().unwrap();
        let moment = Duration::from_millis(self.draw.below(A_STEP_MS));
        tokio::time::sleep(moment).await;
        killed.kill_if_alive();

        let stood = self.stands(&ours, old.as_ref()).await;
        let open = !self.open().await.is_empty();
        // Either a later run goes on with what is left, or a sweep ends it.
        if self.draw.chance(50) {
            let other = Other::start(&victim);
            let receipt = tokio::task::spawn_blocking(|| other.receipt())
                .await
                .unwrap();
            assert_eq!(receipt.size, ours.len() as u64);
            assert_eq!(self.stands(&ours, None).await, "whole");
        }
        self.sweep(&victim.folder).await;
        self.stands(&ours, old.as_ref()).await;
        match (stood, open) {
            ("whole", _) => "with the object in place",
            (_, true) => "with an upload open",
            _ => "with nothing begun",
        }
    }

    async fn put_old(&self) -> Bytes {
        let bytes = Bytes::from_static(b"the old one");
        let request = PutObject {
            object: NewObject {
                bucket: BUCKET.into(),
                key: self.key.clone(),
                ..NewObject::default()
            },
            body: bytes.clone().into(),
            checksum: None,
        };
        self.calm.client().put_object(request).await.unwrap();
        bytes
    }

    async fn stands(&self, ours: &Bytes, old: Option<&Bytes>) -> &'static str {
        let client = self.calm.client();
        let head = client.head_object(BUCKET, &self.key).await.unwrap();
        if head.is_none() {
            assert!(old.is_none(), "{}: the old object is gone", self.key);
            return "absent";
        }
        let body = client.get_object(BUCKET, &self.key, None).await.unwrap();
        let bytes = body.collect().await.unwrap();
        if bytes == *ours {
            return "whole";
        }
        assert!(
            old.is_some_and(|old| bytes == *old),
            "{}: {} bytes of {}, neither the old object nor the new one",
            self.key,
            bytes.len(),
            ours.len()
        );
        "old"
    }

    /// The ids of the uploads that are open at the key.
    async fn open(&self) -> Vec<String> {
        let list = ListUploads {
            bucket: BUCKET.into(),
            prefix: Some(self.key.clone()),
            ..ListUploads::default()
        };
        let page = self.calm.client().list_multipart_uploads(list).await;
        let uploads = page.unwrap().uploads.into_iter();
        let here = uploads.filter(|upload| upload.key == self.key);
        here.map(|upload| upload.upload_id).collect()
    }

    /// Ends what is left; what it can't end it has to report.
    async fn sweep(&self, state: &Path) {
        let uploader = journalled(self.client, self.endpoint, state);
        for look in 1.. {
            let swept = uploader.sweep_all(BUCKET, SOON).await.unwrap();
            assert!(swept.failed.is_empty() && swept.left == 0, "{swept:?}");
            let reported = swept.ambiguous.iter().flat_map(|doubt| &doubt.uploads);
            let reported: BTreeSet<_> = reported.map(|upload| &upload.upload_id).collect();
            let mut open = self.open().await;
            open.retain(|id| !reported.contains(id));
            if open.is_empty() {
                return;
            }
            assert!(
                look < LOOKS,
                "{}: {open:?} are open, and nobody knows",
                self.key
            );
            tokio::task::yield_now().await;
        }
    }
}
