//! Where the bytes of the file go.
//!
//! ```text
//! write ─▶ Stdout: as they come                     send_rest ─┐
//!        ├ LocalFile: a temporary beside the target            ├─▶ finish: visible, whole, at once
//!        ├ ObjectSink: parts of a multipart upload             │
//!        └ KeptFile: a LocalFile, uploaded in `finish` ────────┘   take_back: nothing is left
//! ```
//!
//! Each knows what an interrupt means to it: until `finish` everything can be taken back, and what
//! then stands at the target is told in one clause.

mod kept_file;
mod local_file;
mod object;
mod shared_session;

pub use self::shared_session::SharedSession;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use s3up::{Receipt, UploadProgress};

use self::kept_file::KeptFile;
use self::local_file::LocalFile;
use self::object::ObjectSink;
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::plan::{FilePlan, TablePlan};
use crate::thousands::counted;

/// Is called when an upload begins: with its counters and its size in bytes, if one is expected.
pub type Watch<'a> = dyn Fn(Arc<UploadProgress>, Option<u64>) + Send + Sync + 'a;

/// An open target. Takes bytes in order; nothing is visible before [`Sink::finish`].
pub enum Sink {
    /// Standard output; here alone a reader sees the bytes as they come.
    Stdout,
    /// A file that appears whole.
    File(LocalFile),
    /// An object that appears whole.
    Object(Box<ObjectSink>),
    /// A file that appears whole, and then an object of the same bytes.
    Kept(Box<KeptFile>),
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
    /// A file and the object that was made of it.
    Kept {
        /// The file.
        path: PathBuf,
        /// From the first row to the moment in which the file was in place.
        written_in: Duration,
        /// The proof of the object.
        receipt: Box<Receipt>,
    },
    /// Several files or objects.
    Several(Several),
}

/// Files or objects of one table that are in place. Sizes are bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Several {
    /// How many.
    pub files: u64,
    /// In how many partitions, where rows are partitioned.
    pub partitions: Option<u64>,
    /// Size of the smallest.
    pub least_bytes: u64,
    /// Size of the largest.
    pub most_bytes: u64,
    /// Where the first one is.
    pub first: String,
    /// Where the last one is.
    pub last: String,
}

impl Several {
    /// One more.
    pub fn add(&mut self, place: String, bytes: u64) {
        if self.files == 0 {
            self.first.clone_from(&place);
            self.least_bytes = bytes;
        }
        self.last = place;
        self.files += 1;
        self.least_bytes = self.least_bytes.min(bytes);
        self.most_bytes = self.most_bytes.max(bytes);
    }
}

impl Sink {
    /// Makes sure that S3 can be reached, where `destination` is in S3.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn reach(destination: &Destination, s3: &SharedSession<'_>) -> Result<(), Failure> {
        match destination {
            Destination::S3 {
                endpoint, bucket, ..
            } => s3.at(endpoint, bucket).await.map(drop),
            Destination::File(_) | Destination::Stdout => Ok(()),
        }
    }

    /// Clears what killed runs left where this one is about to write, and opens the target of a
    /// file of the table: what can't be written is refused here, before a row is made.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`], [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(
        plan: &TablePlan,
        file: &FilePlan,
        s3: &SharedSession<'_>,
        watch: &Watch<'_>,
    ) -> Result<Self, Failure> {
        match (&file.destination, &file.keep_local) {
            (Destination::Stdout, _) if io::stdout().is_terminal() => Err(Failure::say(
                ExitCode::Usage,
                "standard output is a terminal, and Parquet is no text",
            )
            .advise("Redirect it, as in `--to - > people.parquet`, or name a file.")),
            (Destination::Stdout, _) => Ok(Self::Stdout),
            (Destination::File(path), _) => Ok(Self::File(LocalFile::open(path).await?)),
            (Destination::S3 { .. }, Some(path)) => {
                let kept = KeptFile::open(path, plan, file, s3).await?;
                Ok(Self::Kept(Box::new(kept)))
            }
            (Destination::S3 { .. }, None) => {
                let object = ObjectSink::open(plan, file, s3, watch).await?;
                Ok(Self::Object(Box::new(object)))
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
            // On a thread of its own: a reader that has stopped reading holds up the write, and
            // must not hold up an interrupt.
            Self::Stdout => stdout(move |mut out| out.write_all(&bytes)).await,
            Self::File(file) => file.write(&bytes),
            Self::Object(object) => object.write(bytes).await,
            Self::Kept(kept) => kept.write(&bytes),
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
            Self::Stdout => stdout(|mut out| out.flush()).await,
            Self::File(file) => file.send_rest().await,
            Self::Object(object) => object.send_rest().await,
            Self::Kept(kept) => kept.send_rest().await,
        }
    }

    /// Makes everything visible, at once. An interrupt can only shorten the wait, but for the
    /// upload of a kept file, which it ends.
    ///
    /// # Errors
    ///
    /// The target refuses; [`ExitCode::Unknown`] where that can't be told;
    /// [`ExitCode::Interrupted`].
    pub async fn finish(
        &mut self,
        interrupt: &Interrupt,
        watch: &Watch<'_>,
    ) -> Result<Landed, Failure> {
        match self {
            Self::Stdout => Ok(Landed::Stdout),
            Self::File(file) => file.commit(interrupt).await.map(Landed::File),
            Self::Object(object) => {
                let receipt = object.finish(interrupt).await?;
                Ok(Landed::Object(Box::new(receipt)))
            }
            Self::Kept(kept) => kept.finish(interrupt, watch).await,
        }
    }

    /// Takes back what was not finished. A failure to do so is logged: the cause of the end
    /// matters more.
    pub async fn take_back(&mut self) {
        match self {
            Self::Stdout => {}
            Self::File(file) => file.take_back().await,
            Self::Object(object) => object.take_back().await,
            Self::Kept(kept) => kept.take_back().await,
        }
    }

    /// The local copy of what is to go to S3, where it is whole.
    pub fn whole_copy(&self) -> Option<&Path> {
        match self {
            Self::Kept(kept) => kept.whole(),
            Self::Stdout | Self::File(_) | Self::Object(_) => None,
        }
    }

    /// What stands at the target after a run that did not finish, in a clause.
    pub async fn stands(&self) -> String {
        match self {
            Self::Stdout => "what went to standard output is no whole file".to_owned(),
            Self::File(file) => file.stands(),
            Self::Object(object) => object.stands().await,
            Self::Kept(kept) => kept.stands().await,
        }
    }
}

async fn stdout(
    step: impl FnOnce(io::Stdout) -> io::Result<()> + Send + 'static,
) -> Result<(), Failure> {
    tokio::task::spawn_blocking(move || step(io::stdout()))
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(|error| local("could not write to standard output", error))
}

fn local(sentence: &str, error: io::Error) -> Failure {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let advice = match error.kind() {
        StorageFull | QuotaExceeded => Some("Make room, or name a target on another disk."),
        FileTooLarge => {
            Some("Raise the limit on the size of files (`ulimit -f`), or make a smaller file.")
        }
        _ => None,
    };
    let error = anyhow::Error::new(error).context(sentence.to_owned());
    let failure = Failure::new(ExitCode::LocalWrite, error);
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

/// What is being made visible and has taken too long.
fn unknown(target: &str) -> Failure {
    Failure::say(
        ExitCode::Unknown,
        format!("interrupted while {target} was being made visible"),
    )
    .advise("Whether it is in place is unknown: look before you run again.")
}

impl Landed {
    /// What was done, in a clause.
    pub fn done(&self) -> String {
        match self {
            Self::Stdout => "everything went to standard output".to_owned(),
            Self::File(path) => format!("`{}` was written", path.display()),
            Self::Object(receipt) => {
                format!("s3://{}/{} was committed", receipt.bucket, receipt.key)
            }
            Self::Kept { path, receipt, .. } => format!(
                "`{}` was written and s3://{}/{} committed",
                path.display(),
                receipt.bucket,
                receipt.key
            ),
            Self::Several(several) => {
                format!("{} put in place", were(several.files))
            }
        }
    }
}

fn were(files: u64) -> String {
    match files {
        1 => "the one file was".to_owned(),
        files => format!("all {} were", counted(files, "file")),
    }
}
