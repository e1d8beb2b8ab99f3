//! Failures of the disk, as S3 errors.

use std::io::{self, ErrorKind};
use std::path::Path;

use hyper::StatusCode;
use s3s::{S3Error, S3ErrorCode};

/// Says in the log what failed on which path, and to the client only that the server failed:
/// where its files lie is none of a client's business.
pub(crate) fn disk_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> S3Error {
    move |error| {
        log::error!("embedded S3: cannot {action} {}: {error}", path.display());
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                let code = S3ErrorCode::Custom("InsufficientStorage".into());
                let mut full = S3Error::with_message(code, "the disk of the server is full");
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
