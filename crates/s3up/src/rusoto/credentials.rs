//! Credentials for rusoto's signer: fetched when needed, kept while they live, failures forgotten.

use std::time::Duration;

use async_trait::async_trait;
use rusoto_credential::{
    AwsCredentials, CredentialsError, ProfileProvider, ProvideAwsCredentials, StaticProvider,
};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use crate::config::ConfigError;
use crate::credentials::Credentials;

/// A profile may name a program that fetches the keys, and a program may hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A source of credentials and what it gave last. rusoto's own cache keeps a failure for ever;
/// this one keeps only successes, and asks again before they expire.
pub(super) struct Keys {
    source: Box<dyn ProvideAwsCredentials + Send + Sync>,
    last: Mutex<Option<AwsCredentials>>,
}

impl Keys {
    pub fn new(credentials: &Credentials) -> Result<Self, ConfigError> {
        let missing = |error: CredentialsError| ConfigError::Profile {
            reason: error.message,
        };
        let source: Box<dyn ProvideAwsCredentials + Send + Sync> = match credentials {
            Credentials::Static(keys) => Box::new(StaticProvider::new(
                keys.access_key_id.clone(),
                keys.secret_access_key.expose_secret().to_owned(),
                keys.session_token
                    .as_ref()
                    .map(|token| token.expose_secret().to_owned()),
                None,
            )),
            Credentials::Profile { name: Some(name) } => {
                Box::new(ProfileProvider::with_default_credentials(name).map_err(missing)?)
            }
            Credentials::Profile { name: None } => {
                Box::new(ProfileProvider::new().map_err(missing)?)
            }
        };
        Ok(Self {
            source,
            last: Mutex::new(None),
        })
    }
}

#[async_trait]
impl ProvideAwsCredentials for Keys {
    async fn credentials(&self) -> Result<AwsCredentials, CredentialsError> {
        let mut last = self.last.lock().await;
        if let Some(keys) = &*last
            && !expires_soon(keys)
        {
            return Ok(keys.clone());
        }
        let fresh = tokio::time::timeout(PATIENCE, self.source.credentials())
            .await
            .map_err(|_| CredentialsError::new("their source did not answer within 30 s"))??;
        *last = Some(fresh.clone());
        Ok(fresh)
    }
}

/// Within a minute, so that a request that is signed now is still valid when it arrives.
fn expires_soon(keys: &AwsCredentials) -> bool {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        });
    keys.expires_at()
        .is_some_and(|at| at.timestamp() < now + 60)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct FailsOnce(AtomicUsize);

    #[async_trait]
    impl ProvideAwsCredentials for FailsOnce {
        async fn credentials(&self) -> Result<AwsCredentials, CredentialsError> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Err(CredentialsError::new("not yet")),
                _ => Ok(AwsCredentials::new("id", "secret", None, None)),
            }
        }
    }

    #[tokio::test]
    async fn a_failed_fetch_is_forgotten_and_a_success_is_kept() {
        let keys = Keys {
            source: Box::new(FailsOnce(AtomicUsize::new(0))),
            last: Mutex::new(None),
        };
        assert!(keys.credentials().await.is_err());
        assert!(keys.credentials().await.is_ok());
        assert!(keys.credentials().await.is_ok());
    }

    #[tokio::test]
    async fn a_missing_profile_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        std::fs::write(
            &file,
            "[other]\naws_access_key_id = a\naws_secret_access_key = b\n",
        )
        .unwrap();
        let source = Box::new(ProfileProvider::with_configuration(file, "absent"));
        let keys = Keys {
            source,
            last: Mutex::new(None),
        };
        assert!(keys.credentials().await.is_err());
    }
}
