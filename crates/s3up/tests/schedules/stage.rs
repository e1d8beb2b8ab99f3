//! Where schedules are played: one embedded S3, one client under test, and one that meets no
//! faults.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use embedded_s3::{EmbeddedS3, Options};
use s3up::{
    Credentials, Endpoint, Integrity, Journal, ListUploads, NewObject, PutObject, RetryPolicy,
    S3Client, S3Config, StaticCredentials, Timeouts, UploadOptions, UploadRef, Uploader,
};
use tempfile::TempDir;

use crate::client::Client;
use crate::draw::Draw;
use crate::schedule::{Before, Schedule};
use crate::weather::Weather;

pub const BUCKET: &str = "lake";
/// S3's smallest part.
pub const PART: u64 = 5 << 20;
/// The name of the store in journals.
const STORE: &str = "the embedded one";
/// How long ago old objects were written: an hour.
const OLD_S: u64 = 60 * 60;

pub struct Stage {
    pub weather: Arc<Weather>,
    tested: Arc<dyn S3Client>,
    /// A client with time, for looking and for other writers.
    pub calm: Arc<dyn S3Client>,
    folder: TempDir,
    /// How old objects are that are written now.
    backdated_s: Arc<AtomicU64>,
    /// From which all objects are cut.
    bytes: Bytes,
    _server: EmbeddedS3,
}

impl Stage {
    pub async fn open(client: Client) -> Self {
        // Where there is a file system in memory, syncing costs nothing.
        let memory = PathBuf::from("/dev/shm");
        let folder = match tempfile::tempdir_in(memory) {
            Ok(folder) => folder,
            Err(_) => tempfile::tempdir().unwrap(),
        };
        let weather = Arc::new(Weather::default());
        let mut options = Options::new(folder.path().join("store"));
        options.faults = Some(weather.clone());
        options.access_key_id = Some("test-key".into());
        options.secret_access_key = Some("test-secret".into());
        let watching = weather.clone();
        options.observer = Some(Arc::new(move |served| watching.served(&served.path)));
        let backdated_s = Arc::clone(&options.backdated_s);
        let server = EmbeddedS3::start(options).await.unwrap();
        let keys = Credentials::Static(StaticCredentials::new("test-key", "test-secret", None));
        let endpoint = Endpoint::Url(server.endpoint().parse().unwrap());
        let mut config = S3Config::new(endpoint, "us-east-1", keys);
        let calm = client.connect(&config);
        // Far above what the loopback takes, and far below what one would wait.
        config.timeouts = Timeouts {
            first_byte: Duration::from_millis(400),
            complete_first_byte: Duration::from_millis(400),
            stall: Duration::from_millis(400),
            exchange: Duration::from_secs(2),
            min_bytes_per_second: 50 << 20,
            ..Timeouts::default()
        };
        let stage = Self {
            weather,
            tested: client.connect(&config),
            calm,
            folder,
            backdated_s,
            bytes: noise(3 * usize::try_from(PART).unwrap()),
            _server: server,
        };
        let uploader = Uploader::new(stage.calm.clone(), UploadOptions::default());
        uploader.ensure_bucket(BUCKET).await.unwrap();
        stage
    }

    /// Puts in place what is to stand there before, as something old. Nobody else may write meanwhile.
    pub async fn prepare(&self, schedules: &[Schedule]) {
        self.backdated_s.store(OLD_S, Relaxed);
        let old = |schedule: &&Schedule| schedule.before == Before::Old;
        for schedule in schedules.iter().filter(old) {
            self.put_calmly(&schedule.key(), self.old(schedule)).await;
        }
        self.backdated_s.store(0, Relaxed);
    }

    /// As another writer does.
    pub async fn put_calmly(&self, key: &str, bytes: Bytes) {
        let request = PutObject {
            object: NewObject {
                bucket: BUCKET.into(),
                key: key.to_owned(),
                ..NewObject::default()
            },
            body: bytes.into(),
            checksum: None,
        };
        self.calm.put_object(request).await.unwrap();
    }

    /// An uploader as the schedule wants it, with a journal of its own.
    pub fn uploader(&self, schedule: &Schedule) -> Uploader {
        let retry = RetryPolicy {
            max_attempts: 4,
            budget: Duration::from_secs(3),
            base_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(4),
            ..RetryPolicy::default()
        };
        let options = UploadOptions {
            part_size: PART,
            single_put_below: schedule.put_below,
            parts_in_flight: schedule.parts_in_flight,
            retry,
            integrity: match schedule.checksums {
                // MD5s, or what the client carries by itself.
                true => Integrity::default(),
                false => Integrity::Off,
            },
            ..UploadOptions::default()
        };
        let journal = Journal::open(self.state(schedule), STORE).unwrap();
        Uploader::new(self.tested.clone(), options).with_journal(journal)
    }

    fn state(&self, schedule: &Schedule) -> PathBuf {
        let number = schedule.number;
        self.folder.path().join(format!("state-{number}"))
    }

    /// The file of a schedule, with its object's bytes.
    pub fn file(&self, schedule: &Schedule) -> PathBuf {
        let number = schedule.number;
        let path = self.folder.path().join(format!("file-{number}"));
        if !path.exists() {
            std::fs::write(&path, self.ours(schedule)).unwrap();
        }
        path
    }

    /// Frees what a schedule took.
    pub async fn clear(&self, schedule: &Schedule) {
        let deleted = self.calm.delete_object(BUCKET, &schedule.key()).await;
        deleted.unwrap();
        let _ = std::fs::remove_file(self.folder.path().join(format!("file-{}", schedule.number)));
        std::fs::remove_dir_all(self.state(schedule)).unwrap();
    }

    /// The bytes that are uploaded.
    pub fn ours(&self, schedule: &Schedule) -> Bytes {
        let mut draw = Draw::of(&[schedule.seed]);
        let spare = (self.bytes.len() - schedule.len) as u64;
        let from = usize::try_from(draw.below(spare)).unwrap();
        self.bytes.slice(from..from + schedule.len)
    }

    /// Those that stand there before.
    pub fn old(&self, schedule: &Schedule) -> Bytes {
        format!("old {}", schedule.number).into()
    }

    /// Those of another writer.
    pub fn intruders(&self, schedule: &Schedule) -> Bytes {
        format!("another's {}", schedule.number).into()
    }

    /// What stands at the key now.
    pub async fn object(&self, key: &str) -> Option<Bytes> {
        self.calm.head_object(BUCKET, key).await.unwrap()?;
        let body = self.calm.get_object(BUCKET, key, None).await.unwrap();
        Some(body.collect().await.unwrap().into())
    }

    /// The uploads that are open at the key.
    pub async fn open_uploads(&self, key: &str) -> Vec<UploadRef> {
        let list = ListUploads {
            bucket: BUCKET.into(),
            prefix: Some(key.to_owned()),
            ..ListUploads::default()
        };
        let page = self.calm.list_multipart_uploads(list).await.unwrap();
        let here = page.uploads.into_iter().filter(|upload| upload.key == key);
        here.map(|upload| UploadRef {
            bucket: BUCKET.into(),
            key: upload.key,
            upload_id: upload.upload_id,
        })
        .collect()
    }
}

/// Bytes of which no two stretches are alike.
fn noise(len: usize) -> Bytes {
    let mut draw = Draw::of(&[7]);
    let words = std::iter::repeat_with(|| draw.below(u64::MAX));
    let bytes = words.flat_map(u64::to_le_bytes).take(len);
    bytes.collect::<Vec<_>>().into()
}
