//! A proxy on the way to an endpoint.

use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;

use crate::endpoint::EndpointUrl;

/// An HTTP proxy through which connections to https endpoints are tunnelled (`CONNECT`), so that it
/// sees neither requests nor keys.
///
/// ```
/// use s3up::ProxyUrl;
///
/// let proxy: ProxyUrl = "http://user:secret@proxy.example.org:3128".parse()?;
/// assert_eq!(proxy.to_string(), "http://proxy.example.org:3128");
/// # Ok::<(), s3up::ProxyError>(())
/// ```
#[derive(Clone)]
pub struct ProxyUrl {
    /// Without user and password.
    address: EndpointUrl,
    /// `user:password`, as they are sent.
    #[cfg_attr(
        not(feature = "transport"),
        allow(dead_code, reason = "for our clients")
    )]
    pub(crate) login: Option<SecretString>,
}

/// Why a text is no proxy. The text is not repeated: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// Not the address of an HTTP proxy.
    #[error(
        "the proxy is no address of one; write http://host:port or http://user:password@host:port"
    )]
    Address,
    /// Another protocol.
    #[error("the proxy is not one for http; write http://host:port")]
    Scheme,
}

impl FromStr for ProxyUrl {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let rest = match text.split_once("://") {
            // Many write only host:port.
            None => text,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err(ProxyError::Scheme),
        };
        let (login, host) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, host)) => {
                let login = decoded(login).ok_or(ProxyError::Address)?;
                (Some(SecretString::from(login)), host)
            }
        };
        let address: EndpointUrl = format!("http://{host}")
            .parse()
            .map_err(|_| ProxyError::Address)?;
        Ok(Self { address, login })
    }
}

/// A text with its percent signs resolved.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_proxy_shows_its_address_alone() {
        for (text, address, login) in [
            ("http://proxy:3128", "http://proxy:3128", None),
            (
                "proxy.example.org:8080",
                "http://proxy.example.org:8080",
                None,
            ),
            ("http://u:p%40ss@proxy:1/", "http://proxy:1", Some("u:p@ss")),
        ] {
            let proxy: ProxyUrl = text.parse().unwrap();
            assert_eq!(proxy.to_string(), address);
            assert_eq!(format!("{proxy:?}"), format!("ProxyUrl({address})"));
            let found = proxy.login.as_ref().map(ExposeSecret::expose_secret);
            assert_eq!(found, login);
        }
        for (text, error) in [
            ("socks5://proxy:1", ProxyError::Scheme),
            ("", ProxyError::Address),
            ("http://u%zz@proxy", ProxyError::Address),
            ("http://pro xy", ProxyError::Address),
        ] {
            assert_eq!(text.parse::<ProxyUrl>().unwrap_err(), error, "{text}");
        }
    }
}
