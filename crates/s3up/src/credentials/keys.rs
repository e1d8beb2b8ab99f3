//! Credentials at hand: fetched when needed, kept while they live, failures forgotten.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use super::{CredentialSource, Credentials, StaticCredentials};
use crate::call_error::{CallError, ServiceError};
use crate::config::{ConfigError, S3Config};

/// A source may ask a program or a server, and either may hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// New ones are fetched so long before the end, so that a request that is signed now is still
/// valid when it arrives.
const AHEAD: Duration = Duration::from_secs(60);

/// S3's codes for keys that were good once.
const EXPIRED: [&str; 3] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "TokenRefreshRequired",
];

/// What signs the requests of one client.
#[derive(Debug)]
pub(crate) enum Keys {
    Fixed(StaticCredentials),
    Fetched(Fetched),
}

/// A source and what it gave last.
#[derive(Debug)]
pub(crate) struct Fetched {
    source: Arc<dyn CredentialSource>,
    last: Mutex<Option<StaticCredentials>>,
}

impl Keys {
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        Ok(match &config.credentials {
            Credentials::Static(keys) => Self::Fixed(keys.clone()),
            Credentials::Source(source) => Self::fetched(Arc::clone(source)),
            Credentials::Profile { name } => Self::fetched(profile(name.as_deref(), config)?),
            Credentials::Chain => Self::fetched(chain(config)?),
        })
    }

    fn fetched(source: Arc<dyn CredentialSource>) -> Self {
        Self::Fetched(Fetched {
            source,
            last: Mutex::new(None),
        })
    }

    /// Those to sign a request with now.
    pub async fn now(&self) -> Result<StaticCredentials, CallError> {
        match self {
            Self::Fixed(keys) => Ok(keys.clone()),
            Self::Fetched(fetched) => fetched.now().await,
        }
    }

    /// What a refusal means for the keys that the request was signed with: where S3 says that they
    /// have expired, and others can be had, the next attempt is made with others.
    pub async fn judge(&self, used: &StaticCredentials, error: CallError) -> CallError {
        match (self, error) {
            (Self::Fetched(fetched), CallError::Service(refusal)) if is_expiry(&refusal) => {
                fetched.forget(used).await;
                CallError::ExpiredKeys(refusal)
            }
            (_, error) => error,
        }
    }
}

fn is_expiry(refusal: &ServiceError) -> bool {
    EXPIRED.iter().any(|code| refusal.is(code))
}

impl Fetched {
    async fn now(&self) -> Result<StaticCredentials, CallError> {
        // Held while they are fetched: many requests ask once.
        let mut last = self.last.lock().await;
        if let Some(keys) = &*last
            && !keys.ends_within(AHEAD)
        {
            return Ok(keys.clone());
        }
        let fetched = match tokio::time::timeout(PATIENCE, self.source.fetch()).await {
            Ok(fetched) => fetched,
            Err(_) => Err("their source did not answer within 30 s".to_owned()),
        };
        match (fetched, &*last) {
            (Ok(fresh), _) => {
                *last = Some(fresh.clone());
                Ok(fresh)
            }
            (Err(reason), Some(keys)) if !keys.ends_within(Duration::ZERO) => {
                log::warn!("the credentials expire soon, and no others can be had: {reason}");
                Ok(keys.clone())
            }
            (Err(reason), _) => Err(CallError::Credentials { reason }),
        }
    }

    /// Drops these, unless they have been replaced already.
    async fn forget(&self, used: &StaticCredentials) {
        let mut last = self.last.lock().await;
        if last.as_ref().is_some_and(|keys| keys.are(used)) {
            *last = None;
        }
    }
}

impl StaticCredentials {
    fn ends_within(&self, time: Duration) -> bool {
        self.expires_at
            .is_some_and(|end| end < SystemTime::now() + time)
    }

    fn are(&self, others: &Self) -> bool {
        let token = |keys: &Self| {
            let token = keys.session_token.as_ref();
            token.map(|token| token.expose_secret().to_owned())
        };
        self.access_key_id == others.access_key_id && token(self) == token(others)
    }
}

#[cfg(feature = "aws-config")]
fn profile(
    name: Option<&str>,
    config: &S3Config,
) -> Result<Arc<dyn CredentialSource>, ConfigError> {
    Ok(Arc::new(super::chain::Chain::of_profile(name, config)?))
}

#[cfg(all(feature = "rusoto", not(feature = "aws-config")))]
fn profile(name: Option<&str>, _: &S3Config) -> Result<Arc<dyn CredentialSource>, ConfigError> {
    Ok(Arc::new(super::profile::Profile::new(name)?))
}

#[cfg(not(any(feature = "rusoto", feature = "aws-config")))]
fn profile(_: Option<&str>, _: &S3Config) -> Result<Arc<dyn CredentialSource>, ConfigError> {
    Err(not_built("profiles"))
}

#[cfg(feature = "aws-config")]
fn chain(config: &S3Config) -> Result<Arc<dyn CredentialSource>, ConfigError> {
    Ok(Arc::new(super::chain::Chain::new(config)?))
}

#[cfg(not(feature = "aws-config"))]
fn chain(_: &S3Config) -> Result<Arc<dyn CredentialSource>, ConfigError> {
    Err(not_built("AWS's chain of credentials"))
}

#[cfg(not(feature = "aws-config"))]
fn not_built(what: &str) -> ConfigError {
    ConfigError::Credentials {
        reason: format!(
            "{what} cannot be used: this program was built without the feature `aws-config`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Plays what it is told, fetch by fetch: for how many seconds keys live, or that there are
    /// none. Their ids count the fetches.
    #[derive(Debug)]
    struct Played(Vec<Option<u64>>, AtomicUsize);

    #[async_trait]
    impl CredentialSource for Played {
        async fn fetch(&self) -> Result<StaticCredentials, String> {
            let fetch = self.1.fetch_add(1, Ordering::SeqCst);
            match self.0.get(fetch).copied().flatten() {
                None => Err("not yet".to_owned()),
                Some(lifetime) => Ok(StaticCredentials::new(fetch.to_string(), "secret", None)
                    .until(SystemTime::now() + Duration::from_secs(lifetime))),
            }
        }
    }

    async fn ids(played: &[Option<u64>], asked: usize) -> Vec<String> {
        let keys = Keys::fetched(Arc::new(Played(played.to_vec(), AtomicUsize::new(0))));
        let mut ids = Vec::new();
        for _ in 0..asked {
            let keys = keys.now().await;
            ids.push(keys.map_or_else(|error| error.to_string(), |keys| keys.access_key_id));
        }
        ids
    }

    #[tokio::test]
    async fn a_failed_fetch_is_forgotten_and_a_success_is_kept() {
        let seen = ids(&[None, Some(3_600)], 3).await;
        assert_eq!(seen, ["cannot get credentials: not yet", "1", "1"]);
    }

    #[tokio::test]
    async fn new_ones_are_fetched_before_the_old_ones_end() {
        let seen = ids(&[Some(30), Some(3_600)], 3).await;
        assert_eq!(seen, ["0", "1", "1"]);
        // Those that are still valid serve while no others can be had.
        let seen = ids(&[Some(30), None, Some(3_600)], 3).await;
        assert_eq!(seen, ["0", "0", "2"]);
        let seen = ids(&[Some(0), None, Some(3_600)], 3).await;
        assert_eq!(seen, ["0", "cannot get credentials: not yet", "2"]);
    }

    #[tokio::test]
    async fn what_s3_calls_expired_is_replaced_once() {
        let source = Played(vec![Some(3_600); 9], AtomicUsize::new(0));
        let keys = Keys::fetched(Arc::new(source));
        let used = keys.now().await.unwrap();
        let refusal = || {
            CallError::Service(ServiceError {
                status: 400,
                code: Some("ExpiredToken".into()),
                ..ServiceError::default()
            })
        };
        // Two requests that were under way with the same keys.
        for _ in 0..2 {
            let judged = keys.judge(&used, refusal()).await;
            assert!(judged.is_transient() && !judged.may_have_taken_effect());
            assert_eq!(judged.code(), Some("ExpiredToken"));
            assert_eq!(keys.now().await.unwrap().access_key_id, "1");
        }
        let fixed = Keys::Fixed(used.clone());
        assert!(!fixed.judge(&used, refusal()).await.is_transient());
    }
}
