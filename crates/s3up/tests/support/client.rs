//! Which client is under test, where a program goes through them by name.

use std::sync::Arc;

use s3up::{RusotoClient, S3Client, S3Config};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Rusoto,
    #[cfg(feature = "aws-sdk")]
    AwsSdk,
}

impl Client {
    /// All that are built in.
    pub const ALL: &[Self] = &[
        Self::Rusoto,
        #[cfg(feature = "aws-sdk")]
        Self::AwsSdk,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Rusoto => "rusoto",
            #[cfg(feature = "aws-sdk")]
            Self::AwsSdk => "aws-sdk",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    pub fn connect(self, config: &S3Config) -> Arc<dyn S3Client> {
        match self {
            Self::Rusoto => Arc::new(RusotoClient::new(config).unwrap()),
            #[cfg(feature = "aws-sdk")]
            Self::AwsSdk => Arc::new(s3up::AwsSdkClient::new(config).unwrap()),
        }
    }
}
