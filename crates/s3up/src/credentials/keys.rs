//! The keys of one client, and what a refusal means for them.

use std::sync::Arc;

use super::renewal::Fetched;
use super::{CredentialSource, Credentials, StaticCredentials};
use crate::call_error::{CallError, ServiceError};
use crate::config::{ConfigError, S3Config};

/// S3's codes for keys that were good once.
const EXPIRED: [&str; 3] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "TokenRefreshRequired",
];

/// What signs the requests of one client.
#[derive(Debug)]
pub(crate) enum Keys {
    /// Those that the caller holds.
    Fixed(StaticCredentials),
    /// Those that a source gives.
    Fetched(Fetched),
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
        Self::Fetched(Fetched::new(source))
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
    pub fn judge(&self, used: &StaticCredentials, error: CallError) -> CallError {
        match (self, error) {
            (Self::Fetched(fetched), CallError::Service(refusal)) if is_expiry(&refusal) => {
                fetched.forget(used);
                CallError::ExpiredKeys(refusal)
            }
            (_, error) => error,
        }
    }
}

fn is_expiry(refusal: &ServiceError) -> bool {
    EXPIRED.iter().any(|code| refusal.is(code))
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
    use async_trait::async_trait;

    use super::*;

    #[derive(Debug)]
    struct Always;

    #[async_trait]
    impl CredentialSource for Always {
        async fn fetch(&self) -> Result<StaticCredentials, String> {
            Ok(StaticCredentials::new("id", "secret", None))
        }
    }

    #[tokio::test]
    async fn keys_that_s3_calls_expired_may_be_followed_by_others() {
        let refusal = |code: &str| {
            CallError::Service(ServiceError {
                status: 400,
                code: Some(code.into()),
                ..ServiceError::default()
            })
        };
        let keys = Keys::fetched(Arc::new(Always));
        let used = keys.now().await.unwrap();
        let judged = keys.judge(&used, refusal("ExpiredToken"));
        assert!(judged.is_transient() && !judged.may_have_taken_effect());
        assert_eq!(judged.code(), Some("ExpiredToken"));
        assert!(!keys.judge(&used, refusal("AccessDenied")).is_transient());
        let fixed = Keys::Fixed(used.clone());
        let judged = fixed.judge(&used, refusal("ExpiredToken"));
        assert!(!judged.is_transient());
    }
}
