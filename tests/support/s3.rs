//! An S3 to aim the program at, and a look at what arrived there.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use embedded_s3::{EmbeddedS3, FaultPlan, Gate, Options};
use s3up::{
    CallError, Credentials, Endpoint, ListUploads, ListedUpload, NewObject, ObjectHead, PutObject,
    RusotoClient, S3Client, S3Config, StaticCredentials,
};
use tokio::runtime::Runtime;

use crate::support::program::Program;

/// A server that is up for the time of a test.
pub struct S3 {
    pub endpoint: String,
    pub key_id: String,
    pub secret: String,
    /// A bucket that no other test uses; not created yet.
    pub bucket: String,
    client: RusotoClient,
    runtime: Runtime,
    /// Ours to stop, where we started it.
    _server: Option<(EmbeddedS3, Option<tempfile::TempDir>)>,
}

impl S3 {
    /// An embedded S3 in this process: a real socket, and signatures are checked.
    pub fn embedded() -> Self {
        Self::embedded_with(FaultPlan::new())
    }

    /// The same, with faults.
    pub fn embedded_with(faults: FaultPlan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path());
        options.faults = Some(Arc::new(faults));
        Self::start(options, Some(folder))
    }

    /// An embedded S3 over the folder and bucket that a run of the program has left.
    #[allow(dead_code, reason = "only the tests on this machine look into folders")]
    pub fn over(folder: &Path, bucket: &str) -> Self {
        let mut s3 = Self::start(Options::new(folder), None);
        s3.bucket = bucket.to_owned();
        s3
    }

    fn start(options: Options, folder: Option<tempfile::TempDir>) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(EmbeddedS3::start(options)).unwrap();
        let (endpoint, key_id, secret) = (
            server.endpoint(),
            server.access_key_id().to_owned(),
            server.secret_access_key().to_owned(),
        );
        Self::new(runtime, endpoint, key_id, secret, Some((server, folder)))
    }

    fn new(
        runtime: Runtime,
        endpoint: String,
        key_id: String,
        secret: String,
        server: Option<(EmbeddedS3, Option<tempfile::TempDir>)>,
    ) -> Self {
        static BUCKETS: AtomicU32 = AtomicU32::new(0);
        let number = BUCKETS.fetch_add(1, Ordering::Relaxed);
        let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
        let client = RusotoClient::new(&S3Config::new(
            Endpoint::Url(endpoint.parse().unwrap()),
            "us-east-1",
            Credentials::Static(StaticCredentials::new(
                key_id.as_str(),
                secret.as_str(),
                None,
            )),
        ))
        .unwrap();
        Self {
            bucket: format!("test-{}-{since}-{number}", std::process::id()),
            endpoint,
            key_id,
            secret,
            client,
            runtime,
            _server: server,
        }
    }

    /// The program, configured for this server by the variables of the environment.
    pub fn program(&self) -> Program {
        Program::new()
            .with("S3_ENDPOINT_URL", &self.endpoint)
            .with("AWS_ACCESS_KEY_ID", &self.key_id)
            .with("AWS_SECRET_ACCESS_KEY", &self.secret)
            .with("S3_BUCKET_NAME", &self.bucket)
    }

    /// Waits until so many calls have come to a gate.
    #[allow(dead_code, reason = "only servers of our own have gates")]
    pub fn arrived(&self, gate: &Gate, calls: usize) {
        self.runtime.block_on(gate.arrived(calls));
    }

    /// What the program says, without what differs from run to run.
    #[allow(dead_code, reason = "sentences are compared on this machine only")]
    pub fn plainly(&self, said: &str) -> String {
        let said = said
            .replace(&self.endpoint, "ENDPOINT")
            .replace(&self.bucket, "BUCKET");
        // The number of a request is the server's affair.
        match said.split_once(" (request ") {
            Some((before, after)) => {
                let (_, after) = after.split_once(')').unwrap_or_default();
                format!("{before}{after}")
            }
            None => said,
        }
    }

    /// An object's bytes.
    pub fn get(&self, key: &str) -> Bytes {
        self.runtime.block_on(async {
            let body = self
                .client
                .get_object(&self.bucket, key, None)
                .await
                .unwrap();
            body.collect().await.unwrap().into()
        })
    }

    /// Asks the server to create an object, without a look at what is there.
    pub fn create(&self, key: &str, bytes: &'static [u8]) -> Result<(), CallError> {
        let request = PutObject {
            object: NewObject {
                bucket: self.bucket.clone(),
                key: key.to_owned(),
                create_only: true,
                ..NewObject::default()
            },
            body: Bytes::from_static(bytes).into(),
            ..PutObject::default()
        };
        let put = self.client.put_object(request);
        self.runtime.block_on(put).map(drop)
    }

    /// What stands at a key, if anything does.
    pub fn head(&self, key: &str) -> Option<ObjectHead> {
        self.runtime
            .block_on(self.client.head_object(&self.bucket, key))
            .unwrap()
    }

    /// Whether a run has made its bucket.
    pub fn bucket_exists(&self) -> bool {
        self.runtime
            .block_on(self.client.head_bucket(&self.bucket))
            .unwrap()
    }

    /// Uploads that nobody completed or aborted.
    pub fn open_uploads(&self) -> Vec<ListedUpload> {
        let request = ListUploads {
            bucket: self.bucket.clone(),
            ..ListUploads::default()
        };
        self.runtime
            .block_on(self.client.list_multipart_uploads(request))
            .unwrap()
            .uploads
    }
}

/// The LocalStack that `cargo xtask e2e` provides.
#[allow(
    dead_code,
    reason = "only the test programs that need LocalStack ask for it"
)]
pub fn localstack() -> S3 {
    let variable = |name: &str| {
        std::env::var(name).unwrap_or_else(|_| {
            panic!("{name} is not set: these tests need LocalStack, run them by `cargo xtask e2e`")
        })
    };
    S3::new(
        Runtime::new().unwrap(),
        variable("PIPELINE_TEST_S3_ENDPOINT"),
        variable("PIPELINE_TEST_S3_KEY_ID"),
        variable("PIPELINE_TEST_S3_SECRET"),
        None,
    )
}
