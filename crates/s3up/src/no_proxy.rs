//! Hosts that are reached without the proxy.

use std::net::IpAddr;

/// Which hosts are reached directly although there is a proxy: names parted by commas, as the
/// variable `NO_PROXY` holds them. It is asked for each connection, so one to S3 and one to where
/// credentials come from may go different ways.
///
/// - `example.org`, `.example.org` and `*.example.org` stand for that host and all below it,
/// - `10.1.2.3` and `::1` or `[::1]` for an address,
/// - any of these with `:8443` behind it for that port alone,
/// - `*` for everything.
///
/// ```
/// use s3up::NoProxy;
///
/// let direct = NoProxy::new("localhost, .example.org:9000");
/// assert!(direct.exempts("s3.example.org", 9000));
/// assert!(!direct.exempts("s3.example.org", 443));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// `None` stands for every port.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    Address(IpAddr),
    /// This host and all below it, in lower case.
    Domain(String),
}

impl NoProxy {
    /// Reads the list. What is no host in it stands for none.
    #[must_use]
    pub fn new(names: &str) -> Self {
        let entries = names.split(',').filter_map(Entry::read).collect();
        Self { entries }
    }

    /// Whether the proxy is left out on the way to this host, a name or an address, and port.
    #[must_use]
    pub fn exempts(&self, host: &str, port: u16) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let host = bare.trim_end_matches('.').to_ascii_lowercase();
        self.entries
            .iter()
            .any(|entry| entry.port.is_none_or(|only| only == port) && entry.hosts.hold(&host))
    }
}

impl Entry {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (host, port) = match text.parse::<IpAddr>() {
            // The colons of an address part no port off.
            Ok(_) => (text, None),
            Err(_) => match text.rsplit_once(':') {
                Some((host, port)) => (host, Some(port.parse().ok()?)),
                None => (text, None),
            },
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let hosts = match bare.parse() {
            Ok(address) => Hosts::Address(address),
            Err(_) if host == "*" => Hosts::All,
            Err(_) => {
                let domain = host.strip_prefix('*').unwrap_or(host);
                let domain = domain.trim_start_matches('.').trim_end_matches('.');
                if domain.is_empty() {
                    return None;
                }
                Hosts::Domain(domain.to_ascii_lowercase())
            }
        };
        Some(Self { hosts, port })
    }
}

impl Hosts {
    fn hold(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Address(address) => host.parse().is_ok_and(|host: IpAddr| host == *address),
            Self::Domain(domain) => host
                .strip_suffix(domain.as_str())
                .is_some_and(|front| front.is_empty() || front.ends_with('.')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_exempt_by_name_domain_address_and_port() {
        for (host, port, names, exempt) in [
            ("s3.example.org", 443, "example.org", true),
            ("s3.example.org", 443, ".example.org", true),
            ("s3.example.org", 443, "*.example.org", true),
            ("example.org", 443, "*.example.org", true),
            ("S3.Example.org.", 443, "localhost, s3.example.org", true),
            ("myexample.org", 443, "example.org", false),
            ("myexample.org", 443, "*example.org", false),
            ("example.org", 443, "s3.example.org", false),
            ("s3.example.org", 9000, "example.org:9000", true),
            ("s3.example.org", 443, "example.org:9000", false),
            ("s3.example.org", 443, "*:443", true),
            ("s3.example.org", 443, "*:444", false),
            ("s3.example.org", 443, "example.org:x", false),
            ("[::1]", 9000, "::1", true),
            ("[::1]", 9000, "[::1]:9000", true),
            ("::1", 9001, "[::1]:9000", false),
            ("10.1.2.3", 80, "10.1.2.3", true),
            ("10.1.2.30", 80, "10.1.2.3", false),
            ("110.1.2.3", 80, "10.1.2.3", false),
            ("anything", 443, "*", true),
            ("s3.example.org", 443, "", false),
            ("s3.example.org", 443, " , .,*.", false),
        ] {
            assert_eq!(
                NoProxy::new(names).exempts(host, port),
                exempt,
                "{host}:{port} {names}"
            );
        }
    }
}
