//! Credentials for rusoto's signer: fetched when needed, kept while they live, failures forgotten.

use std::path::PathBuf;
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
    /// Where the source looks, for messages.
    profile: Option<Profile>,
    last: Mutex<Option<AwsCredentials>>,
}

impl Keys {
    pub fn new(credentials: &Credentials) -> Result<Self, ConfigError> {
        let missing = |error: CredentialsError| ConfigError::Profile {
            reason: error.message,
        };
        Ok(match credentials {
            Credentials::Static(keys) => Self::of(StaticProvider::new(
                keys.access_key_id.clone(),
                keys.secret_access_key.expose_secret().to_owned(),
                keys.session_token
                    .as_ref()
                    .map(|token| token.expose_secret().to_owned()),
                None,
            )),
            Credentials::Profile { name: Some(name) } => {
                Self::of_profile(ProfileProvider::with_default_credentials(name).map_err(missing)?)
            }
            Credentials::Profile { name: None } => {
                Self::of_profile(ProfileProvider::new().map_err(missing)?)
            }
        })
    }

    fn of(source: impl ProvideAwsCredentials + Send + Sync + 'static) -> Self {
        Self {
            source: Box::new(source),
            profile: None,
            last: Mutex::new(None),
        }
    }

    fn of_profile(source: ProfileProvider) -> Self {
        let profile = Profile {
            file: source.file_path().to_owned(),
            name: source.profile().to_owned(),
        };
        Self {
            profile: Some(profile),
            ..Self::of(source)
        }
    }

    fn explain(&self, error: CredentialsError) -> CredentialsError {
        match &self.profile {
            Some(profile) => profile.explain(error),
            None => error,
        }
    }
}

/// A profile of the shared credentials file.
struct Profile {
    file: PathBuf,
    name: String,
}

impl Profile {
    /// Says in our words what rusoto says without the name or without grammar.
    fn explain(&self, error: CredentialsError) -> CredentialsError {
        let file = self.file.display();
        if !self.file.is_file() {
            let reason =
                format!("the shared credentials file {file} is not there, or may not be read");
            return CredentialsError::new(reason);
        }
        if error.message == "profile not found" {
            let name = &self.name;
            let reason = format!("there is no profile `{name}` with keys in {file}");
            return CredentialsError::new(reason);
        }
        error
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
            .map_err(|_| CredentialsError::new("their source did not answer within 30 s"))?
            .map_err(|error| self.explain(error))?;
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts how often it is asked.
    struct FailsOnce(Arc<AtomicUsize>);

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
        let fetches = Arc::new(AtomicUsize::new(0));
        let keys = Keys::of(FailsOnce(Arc::clone(&fetches)));
        for (succeeds, fetched) in [(false, 1), (true, 2), (true, 2)] {
            assert_eq!(keys.credentials().await.is_ok(), succeeds);
            assert_eq!(fetches.load(Ordering::SeqCst), fetched);
        }
    }

    #[tokio::test]
    async fn a_missing_profile_or_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        std::fs::write(
            &file,
            "[other]\naws_access_key_id = a\naws_secret_access_key = b\n",
        )
        .unwrap();
        let reason = async |file: &std::path::Path| {
            let source = ProfileProvider::with_configuration(file, "absent");
            let keys = Keys::of_profile(source).credentials().await;
            keys.unwrap_err().message
        };
        assert_eq!(
            reason(&file).await,
            format!(
                "there is no profile `absent` with keys in {}",
                file.display()
            )
        );
        let nowhere = folder.path().join("nowhere");
        assert_eq!(
            reason(&nowhere).await,
            format!(
                "the shared credentials file {} is not there, or may not be read",
                nowhere.display()
            )
        );
    }
}
