//! Where the bytes of the file go: an object, a local file, or standard output.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use blockwrite::AtomicFile;
use bytes::Bytes;
use s3up::{Receipt, Upload};

use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::plan::Plan;
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
        /// The upload under way.
        upload: Box<Upload>,
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
                let session = S3Session::open(endpoint, settings, &plan.numbers).await?;
                log::info!("S3 is {endpoint}");
                match session.begin(bucket, key, &plan.numbers).await {
                    Ok((new, upload)) => {
                        log::info!(
                            "bucket {bucket} {}",
                            if new { "created" } else { "is there" }
                        );
                        let upload = Box::new(upload);
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

    /// Takes bytes; returns when the target has room for more.
    ///
    /// # Errors
    ///
    /// The target refuses.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Failure> {
        match self {
            // Blocking calls, but on this task the rest of the program waits for them anyway.
            Self::Stdout => tokio::task::block_in_place(|| io::stdout().write_all(&bytes))
                .map_err(|error| local("could not write to standard output", error)),
            Self::File(file) => {
                tokio::task::block_in_place(|| file.write_all(&bytes)).map_err(|error| {
                    local(
                        &format!(
                            "could not write what is to become `{}`",
                            file.target().display()
                        ),
                        error,
                    )
                })
            }
            Self::S3 { upload, .. } => upload.write(bytes).await.map_err(s3_failure),
        }
    }

    /// Makes everything visible, at once.
    ///
    /// # Errors
    ///
    /// The target refuses; [`ExitCode::Unknown`] where that can't be told.
    pub async fn finish(self) -> Result<Landed, Failure> {
        match self {
            Self::Stdout => io::stdout()
                .flush()
                .map(|()| Landed::Stdout)
                .map_err(|error| local("could not write to standard output", error)),
            Self::File(mut file) => tokio::task::block_in_place(|| file.commit())
                .map(|()| Landed::File(file.target().to_owned()))
                .map_err(|error| Failure::new(ExitCode::LocalWrite, error)),
            Self::S3 { session, upload } => {
                let outcome = upload.finish().await.map_err(s3_failure);
                session.close().await;
                outcome.map(|receipt| Landed::Object(Box::new(receipt)))
            }
        }
    }

    /// Takes everything back. A failure to do so is logged: the cause of the abort matters more.
    pub async fn abort(self) {
        match self {
            Self::Stdout => {}
            Self::File(file) => drop(file),
            Self::S3 { session, upload } => {
                if let Err(error) = upload.abort().await {
                    log::warn!("{}", s3_failure(error));
                }
                session.close().await;
            }
        }
    }
}

fn local(sentence: &str, error: io::Error) -> Failure {
    Failure::new(
        ExitCode::LocalWrite,
        anyhow::Error::new(error).context(sentence.to_owned()),
    )
}
