//! Who is asking. Secrets sit in types that do not print.

use std::fmt;

use secrecy::SecretString;

/// Where the keys come from that sign requests.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Keys that the caller holds.
    Static(StaticCredentials),
    /// A profile of the shared credentials file (`AWS_SHARED_CREDENTIALS_FILE`, or
    /// `.aws/credentials` in the home folder). This is the one variant that reads the environment
    /// and a file, and it does so when the first request is signed.
    Profile {
        /// The profile's name; `None` takes `AWS_PROFILE`, else `default`.
        name: Option<String>,
    },
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
