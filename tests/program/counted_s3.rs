//! An S3 that counts what it is asked for and what it sends.

use std::sync::{Arc, Mutex};

use embedded_s3::{EmbeddedS3, Operation, Options, ServedRequest};
use tokio::runtime::Runtime;

use crate::support::program::Program;

/// A server that is up for the time of a test.
pub struct CountedS3 {
    server: EmbeddedS3,
    served: Arc<Mutex<Vec<ServedRequest>>>,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

/// What a program asked for.
#[derive(Debug)]
pub struct Count {
    pub heads: usize,
    pub gets: usize,
    pub others: usize,
    /// Of all replies together.
    pub sent_bytes: u64,
}

impl CountedS3 {
    pub fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let served = Arc::<Mutex<Vec<ServedRequest>>>::default();
        let mut options = Options::new(folder.path());
        let noted = Arc::clone(&served);
        options.observer = Some(Arc::new(move |request: &ServedRequest| {
            noted.lock().unwrap().push(request.clone());
        }));
        let server = runtime.block_on(EmbeddedS3::start(options)).unwrap();
        Self {
            server,
            served,
            runtime,
            _folder: folder,
        }
    }

    /// The program, configured for this server by the variables of the environment.
    pub fn program(&self) -> Program {
        Program::new()
            .with("S3_ENDPOINT_URL", self.server.endpoint())
            .with("AWS_ACCESS_KEY_ID", self.server.access_key_id())
            .with("AWS_SECRET_ACCESS_KEY", self.server.secret_access_key())
            .with("S3_BUCKET_NAME", "lake")
    }

    /// Forgets what was asked so far.
    pub fn forget(&self) {
        self.served.lock().unwrap().clear();
    }

    /// What was asked since, to the last request: the server is stopped first.
    pub fn count(self) -> Count {
        self.runtime.block_on(self.server.shutdown());
        let served = self.served.lock().unwrap();
        let of = |operation| {
            let same = served
                .iter()
                .filter(|request| request.operation == Some(operation));
            same.count()
        };
        let (heads, gets) = (of(Operation::HeadObject), of(Operation::GetObject));
        // A whole GET is answered by 200, a range by 206.
        assert!(
            served
                .iter()
                .all(|request| request.operation != Some(Operation::GetObject)
                    || request.status == Some(206)),
            "{served:?}"
        );
        Count {
            heads,
            gets,
            others: served.len() - heads - gets,
            sent_bytes: served.iter().map(|request| request.sent_bytes).sum(),
        }
    }
}
