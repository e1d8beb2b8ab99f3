//! Why a server did not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

/// Why [`EmbeddedS3::start`](crate::EmbeddedS3::start) failed. Nothing is left running.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// Another process serves this folder.
    #[error(
        "the folder {} is served by {}: one process a folder; use the endpoint of that one, \
         end it, or choose another folder",
        root.display(),
        pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
    )]
    Locked {
        /// The folder.
        root: PathBuf,
        /// The process that holds it, if its lock file says.
        pid: Option<u32>,
    },
    /// The address can be reached from other machines, and that was not asked for.
    #[error(
        "refusing to listen on {listen}, which other machines can reach, with plain http: listen \
         on 127.0.0.1, or allow remote clients explicitly"
    )]
    NotLoopback {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: choose a free port, or port 0 for any")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The folder cannot be prepared.
    #[error("cannot {action} {}: check that the folder exists and can be written", path.display())]
    Folder {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key id in the options is not one a signature can carry.
    #[error(
        "the access key id given for the embedded S3 is not usable in a signature: use 1 to 128 \
         letters, digits, '-', '_' or '.'"
    )]
    InvalidAccessKeyId,
}

impl StartError {
    /// Names what was being done to `path`.
    pub(crate) fn folder(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder {
            action,
            path,
            source,
        }
    }
}
