//! Temporary redirects: where they may lead, and for how long.
//!
//! S3 answers 307 while the name of a new bucket is not known everywhere yet, and names a host that
//! knows it. A request that is signed may go there, and is signed for it anew, if that is the same
//! service: whoever else were sent it could use it, and would get the data.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Addressing;
use crate::endpoint::EndpointUrl;

/// How long requests go the other way without asking the endpoint again.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// More buckets than a client has at once; a server may not fill the memory.
const MAX_BUCKETS: usize = 64;

/// Where the requests for one bucket go in place of the endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detour {
    /// Scheme, host and port, the bucket not in it.
    pub server: EndpointUrl,
    pub addressing: Addressing,
}

impl Detour {
    /// The way to `target`, if one may be sent there by `endpoint` with a request for `bucket`.
    fn allowed(endpoint: &EndpointUrl, bucket: &str, target: &EndpointUrl) -> Option<Self> {
        let is_like = target.is_https() == endpoint.is_https()
            && target.port() == endpoint.port()
            && target.has_no_path()
            && endpoint.has_no_path();
        if !is_like {
            return None;
        }
        let without_bucket = target.without_label(bucket);
        let in_host = without_bucket.map(|server| (server, Addressing::VirtualHost));
        let in_path = (target.clone(), Addressing::Path);
        let mut ways = in_host.into_iter().chain([in_path]);
        let (server, addressing) =
            ways.find(|(server, _)| is_same_service(endpoint.host(), server.host()))?;
        Some(Self { server, addressing })
    }
}

/// Whether both hosts are of one service: the same one, one below the endpoint's own, or both S3's.
fn is_same_service(endpoint: &str, host: &str) -> bool {
    let (endpoint, host) = (endpoint.to_ascii_lowercase(), host.to_ascii_lowercase());
    let below = host.strip_suffix(endpoint.as_str());
    let is_name = endpoint.parse::<std::net::IpAddr>().is_err() && !endpoint.starts_with('[');
    if below.is_some_and(|front| front.is_empty() || (is_name && front.ends_with('.'))) {
        return true;
    }
    matches!((aws_domain(&endpoint), aws_domain(&host)), (Some(a), Some(b)) if a == b)
}

/// The domain of AWS that this host of S3 is in. Much below these domains is rented to anybody; S3
/// has the forms `s3`, `s3.REGION`, `s3-REGION` and `s3.dualstack.REGION` to itself
/// (<https://docs.aws.amazon.com/general/latest/gr/s3.html>).
fn aws_domain(host: &str) -> Option<&'static str> {
    let domains = [".amazonaws.com", ".amazonaws.com.cn"];
    let (front, domain) = domains
        .into_iter()
        .find_map(|domain| Some((host.strip_suffix(domain)?, domain)))?;
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let labels: Vec<&str> = front.split('.').collect();
    let is_s3 = match labels[..] {
        ["s3"] => true,
        [one] => one.starts_with("s3-") && is_word(one),
        ["s3", region] | ["s3", "dualstack", region] => !region.is_empty() && is_word(region),
        _ => false,
    };
    is_s3.then_some(domain)
}

/// The detours of one client, by bucket.
pub(crate) struct Detours {
    endpoint: Option<EndpointUrl>,
    ways: Mutex<BTreeMap<String, (Detour, Instant)>>,
}

impl Detours {
    pub fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.parse().ok(),
            ways: Mutex::default(),
        }
    }

    /// The way of this bucket's requests now, if it is not the straight one.
    pub fn of(&self, bucket: &str) -> Option<Detour> {
        let mut ways = self.lock();
        let (detour, until) = ways.get(bucket)?;
        if Instant::now() < *until {
            return Some(detour.clone());
        }
        ways.remove(bucket);
        None
    }

    /// Notes that the server sends this bucket's requests to `target`. Whether they go there.
    pub fn take(&self, bucket: &str, target: &str) -> bool {
        let allowed = self
            .endpoint
            .as_ref()
            .zip(target.parse().ok())
            .and_then(|(endpoint, target)| Detour::allowed(endpoint, bucket, &target));
        let Some(detour) = allowed else {
            return false;
        };
        log::debug!("requests for the bucket {bucket} go to {target} for now");
        let mut ways = self.lock();
        if ways.len() == MAX_BUCKETS {
            ways.clear();
        }
        ways.insert(bucket.to_owned(), (detour, Instant::now() + LIFETIME));
        true
    }

    /// Leads nowhere: the next request asks the endpoint.
    pub fn forget(&self, bucket: &str) {
        self.lock().remove(bucket);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Detour, Instant)>> {
        // Whole at any moment, whatever panicked.
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: &str = "https://s3.eu-west-3.amazonaws.com";

    /// Where a request for the bucket `lake` goes when `endpoint` sends it to `target`.
    fn way(endpoint: &str, target: &str) -> String {
        let detours = Detours::new(endpoint);
        match detours.take("lake", target) {
            false => "refused".to_owned(),
            true => {
                let way = detours.of("lake").unwrap();
                format!("{} {:?}", way.server, way.addressing)
            }
        }
    }

    #[test]
    fn a_redirect_is_followed_within_the_service_alone() {
        for (endpoint, target, expected) in [
            (
                AWS,
                "https://lake.s3-eu-west-3.amazonaws.com",
                "https://s3-eu-west-3.amazonaws.com VirtualHost",
            ),
            (
                AWS,
                "https://s3.amazonaws.com",
                "https://s3.amazonaws.com Path",
            ),
            (
                AWS,
                "https://Lake.S3.dualstack.eu-west-3.amazonaws.com",
                "https://S3.dualstack.eu-west-3.amazonaws.com VirtualHost",
            ),
            (AWS, "http://lake.s3-eu-west-3.amazonaws.com", "refused"),
            (AWS, "https://lake.s3.amazonaws.com:444", "refused"),
            // A bucket of somebody else's, a machine of somebody else's, another partition.
            (AWS, "https://other.s3.amazonaws.com", "refused"),
            (AWS, "https://ec2-1-2-3-4.compute.amazonaws.com", "refused"),
            (AWS, "https://s3.amazonaws.com.example.org", "refused"),
            (AWS, "https://s3.cn-north-1.amazonaws.com.cn", "refused"),
            (AWS, "https://evil.example.org", "refused"),
            (
                "https://s3.example.org:9000",
                "https://lake.eu.s3.example.org:9000",
                "https://eu.s3.example.org:9000 VirtualHost",
            ),
            (
                "https://s3.example.org",
                "https://evils3.example.org",
                "refused",
            ),
            ("https://s3.example.org", "https://example.org", "refused"),
            (
                "https://example.org/store",
                "https://example.org",
                "refused",
            ),
            (
                "http://127.0.0.1:9",
                "http://127.0.0.1:9",
                "http://127.0.0.1:9 Path",
            ),
            ("http://127.0.0.1:9", "http://1.127.0.0.1:9", "refused"),
            ("http://127.0.0.1:9", "http://127.0.0.1:10", "refused"),
            ("http://127.0.0.1:9", "nonsense", "refused"),
        ] {
            assert_eq!(way(endpoint, target), expected, "{endpoint} {target}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_detour_ends() {
        let detours = Detours::new(AWS);
        assert!(detours.take("lake", AWS));
        assert!(detours.of("lake").is_some() && detours.of("other").is_none());
        tokio::time::advance(LIFETIME).await;
        assert_eq!(detours.of("lake"), None);
        assert!(detours.take("lake", AWS));
        detours.forget("lake");
        assert_eq!(detours.of("lake"), None);
        for bucket in 0..1_000 {
            assert!(detours.take(&bucket.to_string(), AWS));
        }
        assert!(detours.lock().len() <= MAX_BUCKETS);
    }
}
