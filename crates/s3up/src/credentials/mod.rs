//! Who is asking. Secrets sit in types that do not print.
//!
//! ```text
//! source (keys, profile, chain, or the caller's own) ──fetch──▶ Keys: kept while they live
//!                                                                 │ for every request
//!                                                                 ▼
//!                                                              signature
//! ```

#[cfg(feature = "aws-config")]
mod chain;
#[cfg(feature = "transport")]
mod keys;
#[cfg(all(feature = "rusoto", not(feature = "aws-config")))]
mod profile;
#[cfg(feature = "transport")]
mod renewal;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use secrecy::SecretString;

#[cfg(feature = "transport")]
pub(crate) use keys::Keys;

/// Where the keys come from that sign requests.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Keys that the caller holds.
    Static(StaticCredentials),
    /// A profile of the shared files (`AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`, or
    /// `credentials` and `config` in the folder `.aws` of the home folder). With the feature
    /// `aws-config` it may also be one of SSO, of a role to assume or of a process; without it,
    /// the client of `rusoto` reads keys, or a process, from the credentials file alone.
    ///
    /// This reads the environment and files, when a request is signed.
    Profile {
        /// The profile's name; `None` takes `AWS_PROFILE`, else `default`.
        name: Option<String>,
    },
    /// Wherever AWS's own tools look, in their order: environment variables, the profile, a web
    /// identity token, the container's credentials, the machine's (IMDSv2). Needs the feature
    /// `aws-config`; reads the environment and files, and asks those services, when a request is
    /// signed.
    Chain,
    /// A source of the caller's own.
    Source(Arc<dyn CredentialSource>),
}

/// Fetches credentials when they are needed: at the first request, in the last minute of those that
/// it gave before, and when S3 calls them expired. What it gives is kept meanwhile, a failure is
/// not: keys that hold serve on, and the source is asked again after a pause.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync + 'static {
    /// Fetches them, once for all requests that wait. Given up after 30 seconds.
    ///
    /// # Errors
    ///
    /// What stands in the way, in words that are shown to people and hold no secret.
    async fn fetch(&self) -> Result<StaticCredentials, String>;
}

/// An access key, its secret and perhaps a session token.
#[derive(Clone)]
pub struct StaticCredentials {
    /// The access key id, which travels in clear with each request.
    pub access_key_id: String,
    /// The secret half, which never travels.
    pub secret_access_key: SecretString,
    /// The token of temporary credentials, which travels and is secret nevertheless.
    pub session_token: Option<SecretString>,
    /// Until when they are valid, if there is an end to it.
    pub expires_at: Option<SystemTime>,
}

impl StaticCredentials {
    /// Takes the keys; the secret and the token are wiped from memory when they are dropped.
    #[must_use]
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: SecretString::from(secret_access_key.into()),
            session_token: session_token.map(SecretString::from),
            expires_at: None,
        }
    }

    /// The same, valid until then.
    #[must_use]
    pub fn until(self, expires_at: SystemTime) -> Self {
        Self {
            expires_at: Some(expires_at),
            ..self
        }
    }
}

// The id is left out too: people swap the two when they paste them.
impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaticCredentials(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let keys =
            StaticCredentials::new("CANARY-ID", "CANARY-SECRET", Some("CANARY-TOKEN".into()));
        assert!(!format!("{:?} {:#?}", Credentials::Static(keys.clone()), keys).contains("CANARY"));
    }
}
