//! Credentials as AWS's own tools find them, by way of `aws-config`, whose requests go through our
//! transport.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{Region, imds};
use aws_credential_types::provider::ProvideCredentials;

use super::{CredentialSource, StaticCredentials};
use crate::config::{ConfigError, S3Config};
use crate::smithy::Carrier;

/// Off EC2 nobody answers at the address of the instance's metadata: it is asked twice, a second
/// each, where `aws-config` would ask four times.
const IMDS_ATTEMPTS: u32 = 2;
const IMDS_LIMIT: Duration = Duration::from_secs(1);

/// The whole chain, or a profile alone.
#[derive(Debug)]
pub(super) struct Chain {
    carrier: Carrier,
    region: String,
    only: Option<Only>,
}

/// A profile, and nothing else.
#[derive(Debug)]
struct Only {
    /// `None` takes `AWS_PROFILE`, else `default`.
    name: Option<String>,
}

impl Chain {
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        Ok(Self {
            carrier: Carrier::of_credentials(config)?,
            region: config.region.clone(),
            only: None,
        })
    }

    pub fn of_profile(name: Option<&str>, config: &S3Config) -> Result<Self, ConfigError> {
        let name = name.map(str::to_owned);
        Ok(Self {
            only: Some(Only { name }),
            ..Self::new(config)?
        })
    }

    /// Made anew for each fetch, as providers remember what they read: files that were mended
    /// since are read again.
    async fn provider(&self) -> Box<dyn ProvideCredentials> {
        let region = Region::new(self.region.clone());
        let settings = ProviderConfig::without_region()
            .with_region(Some(region.clone()))
            .with_http_client(self.carrier.clone());
        match &self.only {
            Some(Only { name }) => {
                let mut builder = ProfileFileCredentialsProvider::builder().configure(&settings);
                if let Some(name) = name {
                    builder = builder.profile_name(name);
                }
                Box::new(builder.build())
            }
            None => {
                let imds = imds::Client::builder()
                    .configure(&settings)
                    .max_attempts(IMDS_ATTEMPTS)
                    .connect_timeout(IMDS_LIMIT)
                    .read_timeout(IMDS_LIMIT)
                    .build();
                let builder = DefaultCredentialsChain::builder()
                    .configure(settings)
                    .region(region)
                    .imds_client(imds);
                Box::new(builder.build().await)
            }
        }
    }
}

#[async_trait]
impl CredentialSource for Chain {
    async fn fetch(&self) -> Result<StaticCredentials, String> {
        let found = self.provider().await.provide_credentials().await;
        let keys = found.map_err(|error| self.explain(&error))?;
        let token = keys.session_token().map(str::to_owned);
        let held = StaticCredentials::new(keys.access_key_id(), keys.secret_access_key(), token);
        Ok(match keys.expiry() {
            Some(end) => held.until(end),
            None => held,
        })
    }
}

impl Chain {
    /// The causes in a row: each layer of `aws-config` says a part of what happened.
    fn explain(&self, error: &dyn std::error::Error) -> String {
        let mut causes: Vec<String> = std::iter::successors(Some(error), |cause| cause.source())
            .map(ToString::to_string)
            .collect();
        causes.dedup();
        let causes = causes.join(": ");
        match &self.only {
            Some(Only { name: Some(name) }) => {
                format!("the profile `{name}` gives none: {causes}")
            }
            Some(Only { name: None }) => format!("the profile gives none: {causes}"),
            None => causes,
        }
    }
}
