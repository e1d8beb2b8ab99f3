//! The embedded S3 as this program starts it, and what is said when it does not start.

use std::io::ErrorKind;

use embedded_s3::{EmbeddedS3, Options, StartError};

use crate::failure::{ExitCode, Failure};

/// Starts a server. `when_served` is what to do about a folder that another process, of that
/// number, serves already.
///
/// # Errors
///
/// A folder that is served or can't be used, a port that can't be had.
pub async fn start(
    options: Options,
    when_served: impl FnOnce(Option<u32>) -> String,
) -> Result<EmbeddedS3, Failure> {
    let root = options.root.display().to_string();
    EmbeddedS3::start(options)
        .await
        .map_err(|error| match error {
            StartError::Locked { pid, endpoint, .. } => {
                let who = pid.map_or_else(
                    || "another process".to_owned(),
                    |pid| format!("process {pid}"),
                );
                let place = endpoint.map_or_else(String::new, |url| format!(" at {url}"));
                let sentence = format!("the folder `{root}` is served already, by {who}{place}");
                Failure::say(ExitCode::S3, sentence).advise(when_served(pid))
            }
            StartError::Listen { listen, source } => {
                let advice = match source.kind() {
                    ErrorKind::PermissionDenied => "Choose a --port from 1024 up",
                    _ => "Choose another --port",
                };
                let tried = format!("could not listen on {listen}");
                Failure::new(ExitCode::S3, anyhow::Error::new(source).context(tried))
                    .advise(format!("{advice}; without the flag, a free one is taken."))
            }
            // The disk is ours: that S3 runs on it changes nothing for whoever must make room.
            error @ StartError::Folder { .. } => not_started(ExitCode::LocalWrite, &root, error),
            error => not_started(ExitCode::Internal, &root, error),
        })
}

fn not_started(code: ExitCode, root: &str, error: StartError) -> Failure {
    let tried = format!("could not start the embedded S3 over `{root}`");
    Failure::new(code, anyhow::Error::new(error).context(tried))
}
