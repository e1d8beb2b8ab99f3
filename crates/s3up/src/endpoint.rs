//! Where the S3 server is: AWS, or a URL that has been looked at before anything is sent to it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// AWS's own endpoint of the configured region, over TLS.
    Aws,
    /// Any other server that speaks S3.
    Url(EndpointUrl),
}

impl Endpoint {
    /// The URL that requests go to when `region` is the configured one.
    #[must_use]
    pub fn url(&self, region: &str) -> String {
        match self {
            // China is a partition of its own, with its own domain.
            Self::Aws if region.starts_with("cn-") => {
                format!("https://s3.{region}.amazonaws.com.cn")
            }
            Self::Aws => format!("https://s3.{region}.amazonaws.com"),
            Self::Url(url) => url.to_string(),
        }
    }
}

/// The URL of an S3 server: scheme, host, port and perhaps a path in front of the buckets.
///
/// It holds no user, password, query or fragment, so it may be shown and logged.
///
/// ```
/// use s3up::EndpointUrl;
///
/// let url: EndpointUrl = "http://127.0.0.1:4566/".parse()?;
/// assert_eq!(url.to_string(), "http://127.0.0.1:4566");
/// assert!(url.is_loopback());
/// # Ok::<(), s3up::EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    secure: bool,
    authority: String,
    host: String,
    /// Empty, or begins with `/` and does not end with one.
    path: String,
}

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// There is neither `http://` nor `https://` in front.
    #[error(
        "the endpoint does not begin with http:// or https://; write for example http://127.0.0.1:4566"
    )]
    Scheme,
    /// A user or a password stands in it. The URL is not repeated here, because it is a secret.
    #[error(
        "the endpoint holds a user or a password; take them out and give the credentials apart"
    )]
    UserInfo,
    /// A query or a fragment stands in it.
    #[error("the endpoint holds a query or a fragment; it is only scheme, host, port and path")]
    Query,
    /// The host is missing, or something in it cannot stand in a URL.
    #[error("the endpoint has no valid host and port; write for example http://127.0.0.1:4566")]
    Host,
    /// The path in front of the buckets would not be sent as it is written.
    #[error("the path of the endpoint may hold only letters, digits and the characters - . _ ~ /")]
    Path,
}

impl EndpointUrl {
    /// Whether the host is this machine, by its name or address; no name is looked up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.as_str();
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        host.trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether a bucket's name can stand in front of the host.
    pub(crate) fn takes_subdomains(&self) -> bool {
        let address = self.host.starts_with('[') || self.host.parse::<IpAddr>().is_ok();
        !address && self.path.is_empty()
    }

    /// The host, in the letters in which it was written.
    #[cfg_attr(
        not(feature = "transport"),
        allow(dead_code, reason = "for our clients")
    )]
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The port, that of the scheme where none is written.
    #[cfg_attr(
        not(feature = "transport"),
        allow(dead_code, reason = "for our clients")
    )]
    pub(crate) fn port(&self) -> u16 {
        let written = self.authority[self.host.len()..].trim_start_matches(':');
        written
            .parse()
            .unwrap_or(if self.secure { 443 } else { 80 })
    }

    /// Host and port, as they are written.
    #[cfg_attr(
        not(feature = "rusoto"),
        allow(dead_code, reason = "for the client that builds addresses itself")
    )]
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    #[cfg_attr(
        not(feature = "transport"),
        allow(dead_code, reason = "for our clients")
    )]
    pub(crate) fn has_no_path(&self) -> bool {
        self.path.is_empty()
    }

    /// The server behind a host that begins with `label.`; `None` if it does not.
    #[cfg_attr(
        not(feature = "transport"),
        allow(dead_code, reason = "for our clients")
    )]
    pub(crate) fn without_label(&self, label: &str) -> Option<Self> {
        let rest = |text: &str| {
            let (front, rest) = text.split_at_checked(label.len())?;
            let rest = rest.strip_prefix('.')?;
            (front.eq_ignore_ascii_case(label) && !rest.is_empty()).then(|| rest.to_owned())
        };
        Some(Self {
            authority: rest(&self.authority)?,
            host: rest(&self.host)?,
            ..self.clone()
        })
    }

    /// Whether requests travel over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.secure
    }
}

impl FromStr for EndpointUrl {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(EndpointError::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(EndpointError::Scheme),
        };
        // An `@` anywhere is refused: behind a slash it may still be a password that holds one.
        if rest.contains('@') {
            return Err(EndpointError::UserInfo);
        }
        if rest.contains(['?', '#']) {
            return Err(EndpointError::Query);
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let host = host_of(authority).ok_or(EndpointError::Host)?;
        let path = path.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        if !path.chars().all(plain) {
            return Err(EndpointError::Path);
        }
        Ok(Self {
            secure,
            authority: authority.to_owned(),
            host: host.to_owned(),
            path: path.to_owned(),
        })
    }
}

/// The host in `host`, `host:port` or `[v6]:port`, if all of it is valid.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')?;
        authority[1..end].parse::<std::net::Ipv6Addr>().ok()?;
        let (host, rest) = authority.split_at(end + 1);
        (
            host,
            if rest.is_empty() {
                None
            } else {
                Some(rest.strip_prefix(':')?)
            },
        )
    } else {
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)));
        let valid = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if host.is_empty() || !host.chars().all(valid) {
            return None;
        }
        (host, port)
    };
    match port {
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Some(host),
        Some(_) => None,
        None => Some(host),
    }
}

impl TryFrom<&str> for EndpointUrl {
    type Error = EndpointError;

    fn try_from(text: &str) -> Result<Self, EndpointError> {
        text.parse()
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_endpoint_and_what_is_not() {
        let show = |text: &str| match text.parse::<EndpointUrl>() {
            Ok(url) => format!("{url} loopback={}", url.is_loopback()),
            Err(error) => format!("{error:?}"),
        };
        for (text, expected) in [
            (
                "http://127.0.0.1:4566/",
                "http://127.0.0.1:4566 loopback=true",
            ),
            (
                "HTTP://localhost:9000",
                "http://localhost:9000 loopback=true",
            ),
            ("http://[::1]:9000", "http://[::1]:9000 loopback=true"),
            (
                "https://s3.example.org",
                "https://s3.example.org loopback=false",
            ),
            (
                "https://x.example.org/storage/s3//",
                "https://x.example.org/storage/s3 loopback=false",
            ),
            (
                "http://localhost.example.org",
                "http://localhost.example.org loopback=false",
            ),
            ("http://10.0.0.7:80", "http://10.0.0.7:80 loopback=false"),
            ("localhost:4566", "Scheme"),
            ("ftp://localhost", "Scheme"),
            ("http://user:secret@localhost", "UserInfo"),
            ("http://localhost/a@b", "UserInfo"),
            ("http://localhost?x=1", "Query"),
            ("http://localhost/#x", "Query"),
            ("http://", "Host"),
            ("http://localhost:", "Host"),
            ("http://localhost:99999", "Host"),
            ("http://lo cal", "Host"),
            ("http://localhost/%2e%2e", "Path"),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn aws_has_an_endpoint_in_every_region() {
        assert_eq!(
            Endpoint::Aws.url("eu-west-3"),
            "https://s3.eu-west-3.amazonaws.com"
        );
        assert_eq!(
            Endpoint::Aws.url("cn-north-1"),
            "https://s3.cn-north-1.amazonaws.com.cn"
        );
    }
}
