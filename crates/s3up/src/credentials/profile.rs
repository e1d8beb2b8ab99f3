//! Profiles as rusoto reads them: keys, or a process, in the shared credentials file.

use async_trait::async_trait;
use rusoto_credential::{CredentialsError, ProfileProvider, ProvideAwsCredentials};

use super::{CredentialSource, StaticCredentials};
use crate::config::ConfigError;

/// A profile of the shared credentials file.
#[derive(Debug)]
pub(super) struct Profile {
    source: ProfileProvider,
}

impl Profile {
    pub fn new(name: Option<&str>) -> Result<Self, ConfigError> {
        let source = match name {
            Some(name) => ProfileProvider::with_default_credentials(name),
            None => ProfileProvider::new(),
        };
        let source = source.map_err(|error| ConfigError::Profile {
            reason: error.message,
        })?;
        Ok(Self { source })
    }

    /// Says in our words what rusoto says without the name or without grammar.
    fn explain(&self, error: CredentialsError) -> String {
        let file = self.source.file_path();
        if !file.is_file() {
            let file = file.display();
            return format!("the shared credentials file {file} is not there, or may not be read");
        }
        if error.message == "profile not found" {
            let (name, file) = (self.source.profile(), file.display());
            return format!("there is no profile `{name}` with keys in {file}");
        }
        error.message
    }
}

#[async_trait]
impl CredentialSource for Profile {
    async fn fetch(&self) -> Result<StaticCredentials, String> {
        let keys = self.source.credentials().await;
        let keys = keys.map_err(|error| self.explain(error))?;
        let token = keys.token().clone();
        let held = StaticCredentials::new(
            keys.aws_access_key_id(),
            keys.aws_secret_access_key(),
            token,
        );
        Ok(match keys.expires_at() {
            Some(end) => held.until((*end).into()),
            None => held,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn a_missing_profile_or_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        std::fs::write(
            &file,
            "[other]\naws_access_key_id = a\naws_secret_access_key = b\n",
        )
        .unwrap();
        let reason = async |file: &Path| {
            let source = ProfileProvider::with_configuration(file, "absent");
            Profile { source }.fetch().await.unwrap_err()
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
