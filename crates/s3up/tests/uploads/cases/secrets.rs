//! What holds secrets does not show them, not even in a panic.

use std::panic::catch_unwind;
use std::sync::Arc;

use async_trait::async_trait;
use s3up::{CredentialSource, Credentials, ErrorKind, StaticCredentials};

use super::uploader;
use crate::scene::{BUCKET, config};

/// A source whose keys are secret, and which panics over them.
#[derive(Debug)]
struct Panics(StaticCredentials);

#[async_trait]
impl CredentialSource for Panics {
    async fn fetch(&self) -> Result<StaticCredentials, String> {
        panic!("no use for {:?}", self.0)
    }
}

#[tokio::test]
async fn a_panic_shows_no_secret() {
    let keys = StaticCredentials::new("CANARY-ID", "CANARY-SECRET", Some("CANARY-TOKEN".into()));
    let mut config = config("https://s3.example.org", "CANARY-ID", "CANARY-SECRET");
    config.proxy = Some("http://me:CANARY-PASS@127.0.0.1:9".parse().unwrap());
    config.credentials = Credentials::Source(Arc::new(Panics(keys)));
    let held = std::panic::AssertUnwindSafe(&config);
    let panic = catch_unwind(|| panic!("{held:?} {held:#?}")).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("Panics") && !message.contains("CANARY"),
        "{message}"
    );

    // One in the midst of a request fails it, and nothing else.
    config.endpoint = s3up::Endpoint::Url("http://127.0.0.1:9".parse().unwrap());
    let error = uploader(&config).ensure_bucket(BUCKET).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoCredentials, "{error:?}");
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("was cut short") && !shown.contains("CANARY"),
        "{shown}"
    );
}
