//! Why a server did not start.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why [`EmbeddedS3::start`](crate::EmbeddedS3::start) failed. Nothing is left running.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// Another process serves this folder.
    #[error(
        "the folder {} is served by {}: one process a folder; {}, end it, or choose another folder",
        root.display(),
        holder(*pid, endpoint.as_deref()),
        match endpoint {
            Some(_) => "use that endpoint with the keys it was started with",
            None => "use the endpoint of that one",
        }
    )]
    Locked {
        /// The folder.
        root: PathBuf,
        /// The process that holds it, if its lock file says.
        pid: Option<u32>,
        /// Where that process listens, such as `http://127.0.0.1:40123`, once it does.
        endpoint: Option<String>,
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
    #[error("cannot listen on {listen}: {}", listen_advice(*listen, source))]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The folder cannot be prepared: it cannot be written, or the disk failed.
    #[error("cannot {action} {}: {}", path.display(), advice(file_in_the_way.as_deref(), source))]
    Folder {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// The file that lies where a folder is needed, if that is why.
        file_in_the_way: Option<PathBuf>,
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
            file_in_the_way: file_in_the_way(&path, &source),
            path,
            source,
        }
    }
}

fn holder(pid: Option<u32>, endpoint: Option<&str>) -> String {
    let who = pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    );
    match endpoint {
        Some(endpoint) => format!("{who} at {endpoint}"),
        None => who,
    }
}

fn listen_advice(listen: SocketAddr, source: &io::Error) -> String {
    let port = listen.port();
    match source.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} is taken: choose another, or port 0 for any that is free")
        }
        ErrorKind::PermissionDenied => {
            format!("port {port} is not for everyone: choose one from 1024 up, or port 0 for any")
        }
        ErrorKind::AddrNotAvailable => {
            format!(
                "{} is not an address of this machine: use 127.0.0.1",
                listen.ip()
            )
        }
        _ => "choose a free port, or port 0 for any".to_owned(),
    }
}

fn file_in_the_way(path: &Path, source: &io::Error) -> Option<PathBuf> {
    if !matches!(
        source.kind(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists
    ) {
        return None;
    }
    let is_file = |path: &&Path| path.metadata().is_ok_and(|found| !found.is_dir());
    path.ancestors().find(is_file).map(Path::to_owned)
}

fn advice(file_in_the_way: Option<&Path>, source: &io::Error) -> String {
    match (file_in_the_way, source.kind()) {
        (Some(file), _) => format!("{} is a file, not a folder", file.display()),
        (None, ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            "make room on its disk".to_owned()
        }
        (None, ErrorKind::ReadOnlyFilesystem) => {
            "its disk is read-only: choose a folder on another".to_owned()
        }
        (None, _) => "create it, or run in a folder you may write to".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_error_says_what_to_do() {
        let text = |kind: ErrorKind| StartError::folder("create", "data/s3")(kind.into());
        assert_eq!(
            text(ErrorKind::PermissionDenied).to_string(),
            "cannot create data/s3: create it, or run in a folder you may write to"
        );
        assert_eq!(
            text(ErrorKind::StorageFull).to_string(),
            "cannot create data/s3: make room on its disk"
        );
        assert_eq!(
            text(ErrorKind::ReadOnlyFilesystem).to_string(),
            "cannot create data/s3: its disk is read-only: choose a folder on another"
        );
    }

    #[test]
    fn the_second_on_a_folder_is_told_what_is_known_of_the_first() {
        let text = |pid, endpoint: Option<&str>| {
            let root = "data/s3".into();
            let endpoint = endpoint.map(str::to_owned);
            StartError::Locked {
                root,
                pid,
                endpoint,
            }
            .to_string()
        };
        assert_eq!(
            text(Some(123), Some("http://127.0.0.1:4321")),
            "the folder data/s3 is served by process 123 at http://127.0.0.1:4321: one process a \
             folder; use that endpoint with the keys it was started with, end it, or choose \
             another folder"
        );
        assert_eq!(
            text(None, None),
            "the folder data/s3 is served by another process: one process a folder; use the \
             endpoint of that one, end it, or choose another folder"
        );
    }

    #[test]
    fn an_address_that_cannot_be_listened_on_is_explained() {
        let text = |listen: &str, kind: ErrorKind| {
            let listen = listen.parse().unwrap();
            let source = kind.into();
            StartError::Listen { listen, source }.to_string()
        };
        assert_eq!(
            text("127.0.0.1:4321", ErrorKind::AddrInUse),
            "cannot listen on 127.0.0.1:4321: port 4321 is taken: choose another, or port 0 for \
             any that is free"
        );
        assert_eq!(
            text("127.0.0.1:80", ErrorKind::PermissionDenied),
            "cannot listen on 127.0.0.1:80: port 80 is not for everyone: choose one from 1024 \
             up, or port 0 for any"
        );
        assert_eq!(
            text("127.1.2.3:0", ErrorKind::AddrNotAvailable),
            "cannot listen on 127.1.2.3:0: 127.1.2.3 is not an address of this machine: use \
             127.0.0.1"
        );
    }
}
