//! Where the bytes of the file go: an object, a local file, or standard output.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use blockwrite::AtomicFile;
use bytes::Bytes;
use s3up::{BucketState, Receipt, Upload, UploadProgress, Uploader};

use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::plan::{Numbers, Plan};
use crate::s3_session::{S3Session, s3_failure};
use crate::settings::Settings;

/// An open target. Takes bytes in order; nothing is visible before [`Sink::finish`].
pub enum Sink {
    /// Standard output; here alone a reader sees the bytes as they come.
    Stdout,
    /// A file that appears whole.
    File(AtomicFile),
    /// An object that appears whole.
    S3 {
        /// Holds the server, where it is ours.
        session: S3Session,
        /// The upload under way; taken when it ends.
        upload: Option<Box<Upload>>,
    },
}

/// What stands at the target after a run.
#[derive(Debug)]
pub enum Landed {
    /// The bytes went to standard output.
    Stdout,
    /// A file.
    File(PathBuf),
    /// An object, with the proof of it.
    Object(Box<Receipt>),
}

impl Sink {
    /// Opens the plan's target: what can't be written is refused here, before a row is made.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`], [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(plan: &Plan, settings: &Settings) -> Result<Self, Failure> {
        match &plan.destination {
            Destination::Stdout if io::stdout().is_terminal() => Err(Failure::say(
                ExitCode::Usage,
                "standard output is a terminal, and Parquet is no text",
            )
            .advise("Redirect it, as in `--to - > people.parquet`, or name a file.")),
            Destination::Stdout => Ok(Self::Stdout),
            Destination::File(path) => AtomicFile::create(path)
                .map(Self::File)
                .map_err(|error| Failure::new(ExitCode::LocalWrite, error)),
            Destination::S3 {
                endpoint,
                bucket,
                key,
            } => {
                let options = plan.numbers.upload_options();
                let session = S3Session::open(endpoint, settings, options).await?;
                log::info!("S3 is {endpoint}");
                match begin(session.uploader(), bucket, key, &plan.numbers).await {
                    Ok((new, upload)) => {
                        log::info!(
                            "bucket {bucket} {}",
                            if new { "created" } else { "is there" }
                        );
                        let upload = Some(Box::new(upload));
                        Ok(Self::S3 { session, upload })
                    }
                    Err(failure) => {
                        session.close().await;
                        Err(failure)
                    }
                }
            }
        }
    }

    /// The progress of the upload, if there is one.
    pub fn progress(&self) -> Option<Arc<UploadProgress>> {
        match self {
            Self::S3 { upload, .. } => upload.as_ref().map(|upload| upload.progress()),
            Self::Stdout | Self::File(_) => None,
        }
    }

    /// Takes bytes; returns when the target has room for more.
    ///
    /// # Errors
    ///
    /// The target refuses.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Failure> {
        match self {
            // On a thread of its own: a reader that has stopped reading holds up the write, and
            // must not hold up an interrupt.
            Self::Stdout => tokio::task::spawn_blocking(move || io::stdout().write_all(&bytes))
                .await
                .unwrap_or_else(|error| Err(io::Error::other(error)))
                .map_err(|error| local("could not write to standard output", error)),
            Self::File(file) => {
                tokio::task::block_in_place(|| file.write_all(&bytes)).map_err(|error| {
                    let target = file.target().display();
                    local(
                        &format!("could not write what is to become `{target}`"),
                        error,
                    )
                })
            }
            Self::S3 { upload, .. } => live(upload)?.write(bytes).await.map_err(s3_failure),
        }
    }

    /// Hands over everything that was written; it may take a while, can be interrupted, and makes
    /// nothing visible yet.
    ///
    /// # Errors
    ///
    /// The target refuses.
    pub async fn send_rest(&mut self) -> Result<(), Failure> {
        match self {
            Self::Stdout => tokio::task::spawn_blocking(|| io::stdout().flush())
                .await
                .unwrap_or_else(|error| Err(io::Error::other(error)))
                .map_err(|error| local("could not write to standard output", error)),
            Self::File(_) => Ok(()),
            Self::S3 { upload, .. } => live(upload)?.send_rest().await.map_err(s3_failure),
        }
    }

    /// Makes everything visible, at once.
    ///
    /// # Errors
    ///
    /// The target refuses; [`ExitCode::Unknown`] where that can't be told.
    pub async fn finish(&mut self) -> Result<Landed, Failure> {
        match self {
            Self::Stdout => Ok(Landed::Stdout),
            Self::File(file) => tokio::task::block_in_place(|| file.commit())
                .map(|()| Landed::File(file.target().to_owned()))
                .map_err(|error| Failure::new(ExitCode::LocalWrite, error)),
            Self::S3 { upload, .. } => {
                let upload = upload.take().ok_or_else(ended)?;
                let receipt = upload.finish().await.map_err(s3_failure)?;
                Ok(Landed::Object(Box::new(receipt)))
            }
        }
    }

    /// Takes back what was not finished, waits for what goes on in the background, and stops the
    /// server. A failure to do so is logged: the cause of the end matters more.
    pub async fn close(self) {
        if let Self::S3 { session, upload } = self {
            if let Some(upload) = upload
                && let Err(error) = upload.abort().await
            {
                log::warn!("{}", s3_failure(error));
            }
            session.close().await;
        }
    }
}

/// Makes sure of the bucket and begins an upload; says whether the bucket is new.
async fn begin(
    uploader: &Uploader,
    bucket: &str,
    key: &str,
    numbers: &Numbers,
) -> Result<(bool, Upload), Failure> {
    let state = uploader.ensure_bucket(bucket).await.map_err(s3_failure)?;
    let upload = uploader
        .start(bucket, key, numbers.object_options())
        .await
        .map_err(s3_failure)?;
    Ok((state == BucketState::Created, upload))
}

fn live(upload: &mut Option<Box<Upload>>) -> Result<&mut Upload, Failure> {
    upload.as_deref_mut().ok_or_else(ended)
}

fn ended() -> Failure {
    Failure::say(ExitCode::Internal, "the upload was used after its end")
}

fn local(sentence: &str, error: io::Error) -> Failure {
    Failure::new(
        ExitCode::LocalWrite,
        anyhow::Error::new(error).context(sentence.to_owned()),
    )
}
