//! Failures of the disk, as S3 errors.

use std::io::{self, ErrorKind};
use std::path::Path;

use hyper::StatusCode;
use s3s::{S3Error, S3ErrorCode};

/// Says in the log what failed on which path, and to the client that the server failed; where its
/// files lie only if its disk is full, because only then can the client's user do something there.
pub(crate) fn disk_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> S3Error {
    move |error| {
        // A full disk is told to the client in full: in the log it would stand twice.
        let told = matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded
        );
        let level = if told {
            log::Level::Debug
        } else {
            log::Level::Error
        };
        log::log!(
            level,
            "embedded S3: cannot {action} {}: {error}",
            path.display()
        );
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                let code = S3ErrorCode::Custom("InsufficientStorage".into());
                let folder = path.parent().filter(|folder| *folder != Path::new(""));
                let folder = folder.unwrap_or(path).display();
                let mut full = S3Error::with_message(
                    code,
                    format!("the disk that holds {folder} is full: make room on it"),
                );
                full.set_status_code(StatusCode::INSUFFICIENT_STORAGE);
                full
            }
            // The escaped form of a key may exceed what the file system takes.
            ErrorKind::InvalidFilename => S3Error::with_message(
                S3ErrorCode::KeyTooLongError,
                "the key, escaped, is longer than a path of the server's file system may be",
            ),
            _ => {
                let mut failed =
                    S3Error::with_message(S3ErrorCode::InternalError, format!("cannot {action}"));
                failed.set_source(Box::new(error));
                failed
            }
        }
    }
}
