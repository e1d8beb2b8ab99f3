//! An embedded S3 with a bucket and an uploader that points at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use embedded_s3::{EmbeddedS3, FaultPlan, Options};
use s3up::{
    Credentials, Endpoint, ListUploads, NewObject, PutObject, RetryPolicy, RusotoClient, S3Client,
    S3Config, StaticCredentials, UploadOptions, Uploader,
};

pub const BUCKET: &str = "lake";
pub const MIB: usize = 1 << 20;
/// The smallest part there may be, which keeps the tests small.
pub const PART: usize = 5 * MIB;

pub struct Scene {
    pub server: EmbeddedS3,
    pub plan: Arc<FaultPlan>,
    pub uploader: Uploader,
    /// How old objects are that are written now.
    backdated_s: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// With the client that is built in by default.
    pub async fn new(plan: FaultPlan) -> Self {
        Self::with(plan, |config| Arc::new(RusotoClient::new(config).unwrap())).await
    }

    /// With a client of the caller's choice.
    pub async fn with(plan: FaultPlan, client: impl Fn(&S3Config) -> Arc<dyn S3Client>) -> Self {
        Self::with_server(plan, client, |_| {}).await
    }

    /// The same, with a server that is set otherwise.
    pub async fn with_server(
        plan: FaultPlan,
        client: impl Fn(&S3Config) -> Arc<dyn S3Client>,
        set: impl FnOnce(&mut Options),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = Arc::new(plan);
        let mut options = Options::new(folder.path());
        options.faults = Some(plan.clone());
        options.access_key_id = Some("test-key".into());
        options.secret_access_key = Some("test-secret".into());
        let backdated_s = Arc::clone(&options.backdated_s);
        set(&mut options);
        let server = EmbeddedS3::start(options).await.unwrap();
        let config = config(&server.endpoint(), "test-key", "test-secret");
        let uploader = Uploader::new(client(&config), crate::scene::options());
        uploader.ensure_bucket(BUCKET).await.unwrap();
        Self {
            server,
            plan,
            uploader,
            backdated_s,
            _folder: folder,
        }
    }

    /// Puts an object in place that was written an hour ago.
    pub async fn put_long_ago(&self, key: &str, bytes: Bytes) {
        self.backdated_s.store(60 * 60, Relaxed);
        let object = NewObject {
            bucket: BUCKET.into(),
            key: key.into(),
            ..NewObject::default()
        };
        let put = PutObject {
            object,
            body: bytes.into(),
            checksum: None,
        };
        self.uploader.client().put_object(put).await.unwrap();
        self.backdated_s.store(0, Relaxed);
    }

    /// What stands at a key, if anything does.
    pub async fn object(&self, key: &str) -> Option<Vec<u8>> {
        let client = self.uploader.client();
        client.head_object(BUCKET, key).await.unwrap()?;
        Some(
            client
                .get_object(BUCKET, key, None)
                .await
                .unwrap()
                .collect()
                .await
                .unwrap(),
        )
    }

    /// How many uploads are open in the bucket.
    pub async fn open_uploads(&self) -> usize {
        let list = ListUploads {
            bucket: BUCKET.into(),
            ..ListUploads::default()
        };
        self.uploader
            .client()
            .list_multipart_uploads(list)
            .await
            .unwrap()
            .uploads
            .len()
    }
}

pub fn config(endpoint: &str, id: &str, secret: &str) -> S3Config {
    let keys = Credentials::Static(StaticCredentials::new(id, secret, None));
    S3Config::new(Endpoint::Url(endpoint.parse().unwrap()), "us-east-1", keys)
}

/// Small parts and impatient retries.
pub fn options() -> UploadOptions {
    let retry = RetryPolicy {
        base_delay: Duration::from_millis(5),
        budget: Duration::from_secs(20),
        ..RetryPolicy::default()
    };
    UploadOptions {
        part_size: PART as u64,
        retry,
        ..UploadOptions::default()
    }
}

/// Bytes of which no two parts are alike.
pub fn data(len: usize) -> Bytes {
    let mut state = 1u64;
    let words = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 32) as u32
    });
    words
        .flat_map(u32::to_le_bytes)
        .take(len)
        .collect::<Vec<_>>()
        .into()
}
