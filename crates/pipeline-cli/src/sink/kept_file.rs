//! The way by a local file: written whole, then uploaded by position, and kept.
//!
//! ```text
//! write ─▶ temporary ─▶ commit: the file is in place ─▶ parts ─▶ commit: so is the object
//!          └─ nothing stands ─┘└─ the file stands ────────────┘└─ both stand
//! ```

use std::borrow::Cow;
use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use s3up::{ErrorKind, FileUpload, ObjectOptions, Outcome};
use serde_json::json;

use super::local_file::LocalFile;
use super::object::Place;
use super::shared_session::SharedSession;
use super::{Landed, Watch, unknown};
use crate::destination::Endpoint;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::plan::{FilePlan, TablePlan};
use crate::settings::Settings;
use crate::shell_word::shell_word;

/// So long an object that is appearing is waited for; a stop takes a second more at most. Together
/// they are the two seconds of [`FINISH_GRACE`](crate::interrupt::FINISH_GRACE).
const STOP_GRACE: Duration = Duration::from_millis(1000);

/// A file on its way, and the place in S3 that is to hold the same bytes.
pub struct KeptFile {
    file: LocalFile,
    place: Place,
    object: ObjectOptions,
    began: Instant,
    /// Whether the file is in its place.
    written: bool,
    /// The flags by which `upload` meets the same S3, as a shell takes them.
    flags_for_upload: String,
}

impl KeptFile {
    /// Begins the file, and makes sure that its bytes can go to S3 later.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`], [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(
        path: &Path,
        plan: &TablePlan,
        kept: &FilePlan,
        s3: &SharedSession<'_>,
    ) -> Result<Self, Failure> {
        let file = LocalFile::open(path).await?;
        log::info!("local file: {}, written first and kept", path.display());
        let place = Place::open(plan, kept, s3).await?;
        place.check_free().await?;
        Ok(Self {
            file,
            flags_for_upload: flags_for_upload(&place.endpoint, s3.settings()),
            object: place.object.clone(),
            place,
            began: Instant::now(),
            written: false,
        })
    }

    /// Takes bytes.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write(bytes)
    }

    /// Forces the file to disk, where it can still be taken back.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub async fn send_rest(&mut self) -> Result<(), Failure> {
        self.file.send_rest().await
    }

    /// Puts the file in its place and uploads it.
    ///
    /// # Errors
    ///
    /// Those of both. From the moment in which the file stands, they say how to go on with it.
    pub async fn finish(
        &mut self,
        interrupt: &Interrupt,
        watch: &Watch<'_>,
    ) -> Result<Landed, Failure> {
        let path = self.file.commit(interrupt).await?;
        self.written = true;
        let written_in = self.began.elapsed();
        if interrupt.heard() {
            return Err(Failure::interrupted(""));
        }
        log::info!(
            "local file {} is in place, uploading it",
            self.file.path().display()
        );
        let mut uploads = self.place.uploader.upload_files([FileUpload {
            object: self.object.clone(),
            ..FileUpload::new(&path, &self.place.bucket, &self.place.key)
        }]);
        let progress = uploads.progress();
        watch(progress.clone(), Some(self.file.bytes()));
        let outcome = tokio::select! {
            biased;
            outcome = uploads.next() => outcome,
            () = interrupt.asked() => match uploads.stop(STOP_GRACE).await.pop() {
                Some(outcome) => Some(outcome),
                None => return Err(Failure::interrupted("")),
            },
        };
        let receipt = match outcome.map(|outcome| outcome.result) {
            Some(Ok(receipt)) => Ok(Box::new(receipt)),
            Some(Err(error)) if error.kind() == ErrorKind::Stopped => match error.outcome() {
                Outcome::Unknown => Err(unknown(&self.place.target())),
                _ => return Err(Failure::interrupted("")),
            },
            Some(Err(error)) => Err(self.place.failure(error)),
            None => Err(Failure::say(
                ExitCode::Internal,
                "the upload of the local file ended without a word",
            )),
        };
        match receipt {
            Ok(receipt) => Ok(Landed::Kept {
                path,
                written_in,
                receipt,
            }),
            Err(failure) => Err(self.with_way_on(failure)),
        }
    }

    /// Adds to a failure of the upload what became of the file.
    fn with_way_on(&self, failure: Failure) -> Failure {
        let path = self.file.path().display();
        // For programs that read events and not sentences.
        let facts = [("local_file".to_owned(), json!(self.file.path()))];
        let failure = failure.with_facts(facts.into_iter().collect());
        match failure.code {
            ExitCode::Unknown => failure.advise(format!("The local file `{path}` is whole.")),
            // The one thing that was whole is not any more.
            _ if is_of_source(&failure) => failure.advise("Run again to make the file anew."),
            _ => failure.advise(format!(
                "The local file `{path}` is whole; go on with `{}`.",
                self.way_on()
            )),
        }
    }

    /// The command that uploads the file.
    fn way_on(&self) -> String {
        format!(
            "pipeline-cli upload {} {}{}",
            shell_word(&no_flag(self.file.path().to_string_lossy())),
            shell_word(&self.place.target()),
            self.flags_for_upload,
        )
    }

    /// The file, once it is in its place.
    pub fn whole(&self) -> Option<&Path> {
        self.written.then(|| self.file.path())
    }

    /// Takes back what is not whole.
    pub async fn take_back(&mut self) {
        self.file.take_back().await;
        // Uploads that were given up are aborted in the background.
        self.place.uploader.close().await;
    }

    /// What stands, in a clause.
    pub async fn stands(&self) -> String {
        if !self.written {
            return format!(
                "{}; {} is as it was",
                self.file.stands(),
                self.place.target()
            );
        }
        format!(
            "{}; the local file `{}` is whole, go on with `{}`",
            self.place.nothing_committed().await,
            self.file.path().display(),
            self.way_on()
        )
    }
}

/// Whether the local file itself is the trouble.
fn is_of_source(failure: &Failure) -> bool {
    let kind = failure.error.downcast_ref().map(s3up::Error::kind);
    matches!(
        kind,
        Some(ErrorKind::SourceChanged | ErrorKind::SourceUnreadable)
    )
}

/// What `.env` and the environment say holds for the next command too; the rest is told to it.
fn flags_for_upload(endpoint: &Endpoint, settings: &Settings) -> String {
    let endpoint = match endpoint {
        // Without a word, `upload` asks AWS unless a lower layer names another.
        Endpoint::Aws if settings.endpoint.is_none() => None,
        Endpoint::Aws => Some("aws".to_owned()),
        Endpoint::Embedded => Some("embedded".to_owned()),
        Endpoint::Url(url) => Some(url.to_string()),
    };
    let endpoint = endpoint.map(|endpoint| ["--endpoint".to_owned(), endpoint]);
    let words = endpoint.iter().flatten().chain(&settings.for_upload);
    words.map(|word| format!(" {}", shell_word(word))).collect()
}

/// A path that no program takes for a flag.
fn no_flag(path: Cow<'_, str>) -> Cow<'_, str> {
    if path.starts_with('-') {
        format!("./{path}").into()
    } else {
        path
    }
}
