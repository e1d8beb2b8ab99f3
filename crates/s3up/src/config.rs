//! What a client is built from, and the check of it.

use std::time::Duration;

use crate::credentials::Credentials;
use crate::endpoint::{Endpoint, EndpointError};
use crate::no_proxy::NoProxy;
use crate::proxy::ProxyUrl;

/// Everything a client needs to know.
#[derive(Clone, Debug)]
pub struct S3Config {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The region that requests are signed for, such as `eu-west-3`.
    pub region: String,
    /// Who signs them.
    pub credentials: Credentials,
    /// How long each step may take.
    pub timeouts: Timeouts,
    /// Lets requests travel unencrypted to another machine. Off by default: whoever listens on
    /// the way reads the data and the session token.
    pub allow_plain_http: bool,
    /// Where the bucket's name stands in addresses. Default: in the path.
    pub addressing: Addressing,
    /// Certificates of authorities, in PEM, that are trusted beside those of the system.
    pub authorities: Option<Vec<u8>>,
    /// What stands between here and https servers: S3, and those that credentials come from.
    /// Default: nothing. Plain http never goes through it.
    pub proxy: Option<ProxyUrl>,
    /// Which of these servers are reached without it. Default: none.
    pub no_proxy: NoProxy,
    /// Agrees to pay for requests to buckets whose owner does not (`requester pays`).
    pub requester_pays: bool,
    /// The account, 12 digits, that buckets have to belong to; others are refused by S3.
    pub expected_bucket_owner: Option<String>,
}

/// Where the bucket's name stands in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Addressing {
    /// `https://endpoint/bucket/key`, which every store understands.
    #[default]
    Path,
    /// `https://bucket.endpoint/key`. A bucket with a dot in its name stays in the path over
    /// https, where no certificate would fit it.
    VirtualHost,
}

impl Addressing {
    /// Whether this bucket's name is part of the host.
    #[cfg_attr(
        not(feature = "rusoto"),
        allow(dead_code, reason = "for the client that builds addresses itself")
    )]
    pub(crate) fn puts_in_host(self, bucket: &str, secure: bool) -> bool {
        self == Self::VirtualHost && !(secure && bucket.contains('.'))
    }
}

impl S3Config {
    /// A configuration with default time-outs, plain http to this machine only.
    #[must_use]
    pub fn new(endpoint: Endpoint, region: impl Into<String>, credentials: Credentials) -> Self {
        Self {
            endpoint,
            region: region.into(),
            credentials,
            timeouts: Timeouts::default(),
            allow_plain_http: false,
            addressing: Addressing::default(),
            authorities: None,
            proxy: None,
            no_proxy: NoProxy::default(),
            requester_pays: false,
            expected_bucket_owner: None,
        }
    }

    /// Looks at the configuration as a whole; clients call it when they are built.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the region is no region, plain http would leave this machine, the
    /// endpoint has no room for a bucket's name in its host, or an account is none.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.region.is_empty() || !self.region.chars().all(valid) {
            return Err(ConfigError::Region {
                region: self.region.clone(),
            });
        }
        if let Some(owner) = &self.expected_bucket_owner
            && !(owner.len() == 12 && owner.bytes().all(|c| c.is_ascii_digit()))
        {
            return Err(ConfigError::Account {
                account: owner.clone(),
            });
        }
        match &self.endpoint {
            Endpoint::Url(url)
                if self.addressing == Addressing::VirtualHost && !url.takes_subdomains() =>
            {
                Err(ConfigError::NoSubdomains {
                    endpoint: url.to_string(),
                })
            }
            Endpoint::Url(url)
                if !url.is_https() && !url.is_loopback() && !self.allow_plain_http =>
            {
                Err(ConfigError::PlainHttp {
                    endpoint: url.to_string(),
                })
            }
            _ => Ok(()),
        }
    }
}

/// How long each step of a request may take. A request that exceeds one fails within a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To find the server's address, connect and agree on keys. Default 5 s.
    pub connect: Duration,
    /// From the last byte sent to the first byte of the reply. What the operating system still
    /// holds of a body, 4 MiB at most, is granted its time by `min_bytes_per_second` on top.
    /// Default 30 s.
    pub first_byte: Duration,
    /// The same for CompleteMultipartUpload, during which a server may put parts together.
    /// Default 120 s.
    pub complete_first_byte: Duration,
    /// Without a byte moving, in either direction, in the middle of a body. Default 20 s.
    pub stall: Duration,
    /// For the whole request, beside what its body is granted by `min_bytes_per_second`.
    /// Default 180 s.
    pub exchange: Duration,
    /// The slowest transfer that is waited for; grants a body its time. Default 64 KiB/s.
    pub min_bytes_per_second: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            complete_first_byte: Duration::from_secs(120),
            stall: Duration::from_secs(20),
            exchange: Duration::from_secs(180),
            min_bytes_per_second: 64 * 1024,
        }
    }
}

/// What the buffers of a connection may hold when the last byte has been handed over: the most
/// that Linux gives one by default. They are not made smaller, as that would slow long ways down.
const BUFFERED: u64 = 4 << 20;

impl Timeouts {
    /// The time that the buffered end of a body may take to leave.
    #[cfg_attr(
        not(feature = "transport"),
        expect(dead_code, reason = "for our clients")
    )]
    pub(crate) fn draining(&self, body: u64) -> Duration {
        self.granted(body.min(BUFFERED))
    }

    /// The bound of a whole request that moves `bytes` of body.
    #[must_use]
    pub fn whole(&self, bytes: u64) -> Duration {
        self.exchange + self.granted(bytes)
    }

    /// What so many bytes take at the slowest.
    fn granted(&self, bytes: u64) -> Duration {
        Duration::from_millis(bytes.saturating_mul(1_000) / self.min_bytes_per_second.max(1))
    }
}

/// Why no client can be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Plain http to another machine, without the permission for it.
    #[error(
        "the endpoint {endpoint} is plain http to another machine, where data and tokens can be read on the way; use https, or allow plain http explicitly"
    )]
    PlainHttp {
        /// The endpoint.
        endpoint: String,
    },
    /// Buckets were to be part of a host that can have nothing in front.
    #[error(
        "the endpoint {endpoint} is an address or has a path, so that no bucket can stand in front of it; use addresses with the bucket in the path"
    )]
    NoSubdomains {
        /// The endpoint.
        endpoint: String,
    },
    /// Not an account.
    #[error("`{account}` is not an AWS account; write its 12 digits")]
    Account {
        /// What was given.
        account: String,
    },
    /// The client has no way to use these credentials.
    #[error("{reason}")]
    Credentials {
        /// What is missing.
        reason: String,
    },
    /// Not a region's name.
    #[error("`{region}` is not the name of a region; write for example us-east-1")]
    Region {
        /// What was given.
        region: String,
    },
    /// The URL of the endpoint does not parse.
    #[error("the endpoint is not valid")]
    Endpoint(#[from] EndpointError),
    /// TLS could not be set up on this machine.
    #[error("cannot set up TLS: {reason}; check the system's certificates and OpenSSL")]
    Tls {
        /// What the TLS library said.
        reason: String,
    },
    /// The certificates of authorities cannot be read.
    #[error("the certificates of authorities cannot be read: {reason}; they have to be in PEM")]
    Authorities {
        /// What is wrong with them.
        reason: String,
    },
    /// The proxy cannot be used.
    #[error("the proxy cannot be used: {reason}")]
    Proxy {
        /// What stands in the way.
        reason: String,
    },
    /// The place of the shared credentials file is unknown.
    #[error(
        "cannot find the shared credentials file: {reason}; set AWS_SHARED_CREDENTIALS_FILE or give keys"
    )]
    Profile {
        /// What was missing.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::StaticCredentials;

    #[test]
    fn plain_http_stays_on_this_machine_unless_allowed() {
        let keys = Credentials::Static(StaticCredentials::new("id", "secret", None));
        let config = |url: &str| {
            S3Config::new(
                Endpoint::Url(url.parse().unwrap()),
                "us-east-1",
                keys.clone(),
            )
        };
        assert!(config("http://localhost:1").validate().is_ok());
        assert!(config("https://example.org").validate().is_ok());
        let mut remote = config("http://example.org");
        assert!(matches!(
            remote.validate(),
            Err(ConfigError::PlainHttp { .. })
        ));
        remote.allow_plain_http = true;
        assert!(remote.validate().is_ok());
        remote.expected_bucket_owner = Some("1234".into());
        let error = remote.validate().unwrap_err().to_string();
        assert_eq!(error, "`1234` is not an AWS account; write its 12 digits");
        remote.expected_bucket_owner = Some("123456789012".into());
        assert!(remote.validate().is_ok());
        remote.region = "eu west".into();
        assert!(matches!(remote.validate(), Err(ConfigError::Region { .. })));
    }

    #[test]
    fn a_bucket_stands_in_a_host_only_where_there_is_room() {
        let keys = Credentials::Static(StaticCredentials::new("id", "secret", None));
        for (url, fits) in [
            ("https://s3.example.org", true),
            ("http://localhost:9000", true),
            ("http://127.0.0.1:9000", false),
            ("http://[::1]:9000", false),
            ("https://example.org/storage", false),
        ] {
            let endpoint = Endpoint::Url(url.parse().unwrap());
            let mut config = S3Config::new(endpoint, "us-east-1", keys.clone());
            config.addressing = Addressing::VirtualHost;
            assert_eq!(config.validate().is_ok(), fits, "{url}");
        }
        assert!(Addressing::VirtualHost.puts_in_host("a-b", true));
        assert!(Addressing::VirtualHost.puts_in_host("a.b", false));
        assert!(!Addressing::VirtualHost.puts_in_host("a.b", true));
        assert!(!Addressing::Path.puts_in_host("a-b", true));
    }

    #[test]
    fn a_larger_body_is_granted_more_time() {
        let timeouts = Timeouts::default();
        assert_eq!(timeouts.whole(64 << 20).as_secs(), 180 + 1024);
    }
}
