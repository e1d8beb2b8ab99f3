//! What a caller decides about a server before it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crate::faults::Faults;
use crate::served::RequestObserver;

/// How to run an [`EmbeddedS3`](crate::EmbeddedS3).
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The folder that holds the buckets; created if it is not there.
    pub root: PathBuf,
    /// Where to listen. Port 0 takes a free port. Default: `127.0.0.1:0`.
    pub listen: SocketAddr,
    /// Listen on an address that other machines can reach. The traffic is plain HTTP: whoever
    /// sees it reads the data. Default: false.
    pub allow_remote: bool,
    /// The key id clients sign with. Default: one is drawn on the first start and kept in the
    /// folder, so that a later run recognises the uploads of an earlier one.
    pub access_key_id: Option<String>,
    /// The secret clients sign with. Default: a fresh random one for every start, never written
    /// to a file.
    pub secret_access_key: Option<String>,
    /// Faults to play, for tests. Default: none.
    pub faults: Option<Arc<dyn Faults>>,
    /// Who is told of each request, for a log. Default: nobody.
    pub observer: Option<RequestObserver>,
    /// Answer a repeated `CompleteMultipartUpload` of an upload that made the object now in
    /// place with success, as AWS mostly does. Default: false, which answers `NoSuchUpload`, as
    /// other stores do and as AWS documents: the harder case for a client.
    pub repeated_complete_succeeds: bool,
    /// So many seconds before now new objects are dated, for tests that want old ones; it may change
    /// while the server runs. Default: 0.
    pub backdated_s: Arc<AtomicU64>,
    /// How long [`shutdown`](crate::EmbeddedS3::shutdown) waits for requests in flight before it
    /// cuts them. Default: 5 s.
    pub shutdown_grace: Duration,
}

impl Options {
    /// The defaults, over the folder `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            access_key_id: None,
            secret_access_key: None,
            faults: None,
            observer: None,
            repeated_complete_succeeds: false,
            backdated_s: Arc::default(),
            shutdown_grace: Duration::from_secs(5),
        }
    }
}

// By hand, because a derived one would print the secret.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("root", &self.root)
            .field("listen", &self.listen)
            .field("access_key_id", &self.access_key_id)
            .field("faults", &self.faults.is_some())
            .field("observer", &self.observer.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_secret() {
        let mut options = Options::new("x");
        options.secret_access_key = Some("canary-7f3a".to_owned());
        assert!(!format!("{options:?}").contains("canary"));
    }
}
