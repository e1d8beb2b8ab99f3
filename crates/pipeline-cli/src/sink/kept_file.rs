//! The way by a local file: written whole, then uploaded by position, and kept.
//!
//! ```text
//! write ─▶ temporary ─▶ commit: the file is in place ─▶ parts ─▶ commit: so is the object
//!          └─ nothing stands ─┘└─ the file stands ────────────┘└─ both stand
//! ```

use std::path::Path;
use std::time::Instant;

use futures::StreamExt as _;
use s3up::{FileUpload, FileUploads, ObjectOptions, UploadProgress};
use serde_json::json;

use super::local_file::LocalFile;
use super::object::Place;
use super::{Landed, Watch, unknown};
use crate::destination::Endpoint;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{FINISH_GRACE, Interrupt};
use crate::plan::Plan;
use crate::s3_session::s3_failure;
use crate::settings::Settings;

/// A file on its way, and the place in S3 that is to hold the same bytes.
pub struct KeptFile {
    file: LocalFile,
    place: Place,
    object: ObjectOptions,
    /// A smaller file is sent by one PUT.
    single_put_below: u64,
    began: Instant,
    /// Whether the file is in its place.
    written: bool,
}

impl KeptFile {
    /// Begins the file, and makes sure that its bytes can go to S3 later.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`], [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(path: &Path, plan: &Plan, settings: &Settings) -> Result<Self, Failure> {
        let file = LocalFile::open(path).await?;
        log::info!("local file: {}, written first and kept", path.display());
        Ok(Self {
            file,
            place: Place::open(plan, settings).await?,
            object: plan.numbers.object_options(),
            single_put_below: plan.numbers.upload_options().single_put_below,
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
        let mut uploads = self.place.session.uploader().upload_files([FileUpload {
            object: self.object.clone(),
            ..FileUpload::new(&path, &self.place.bucket, &self.place.key)
        }]);
        let progress = uploads.progress();
        watch(progress.clone(), self.file.bytes());
        let receipt = tokio::select! {
            biased;
            receipt = receipt(&mut uploads) => receipt,
            () = interrupt.asked() => {
                if !self.is_committing(&progress) {
                    return Err(Failure::interrupted(""));
                }
                let receipt = receipt(&mut uploads);
                let timeout = tokio::time::timeout(FINISH_GRACE, receipt).await;
                timeout.unwrap_or_else(|_| Err(unknown(&self.place.target())))
            }
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

    /// Whether the object may be appearing at this moment. Parts are put together once all of them
    /// are confirmed; a single PUT shows nothing before it is done.
    fn is_committing(&self, progress: &UploadProgress) -> bool {
        let bytes = self.file.bytes();
        if bytes < self.single_put_below {
            progress.requests() > 0
        } else {
            progress.bytes_acknowledged() >= bytes
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
        let mut command = format!(
            "pipeline-cli upload {} {}",
            shell_word(&self.file.path().to_string_lossy()),
            shell_word(&self.place.target()),
        );
        match &self.place.endpoint {
            Endpoint::Aws => {}
            Endpoint::Embedded => command += " --endpoint embedded",
            Endpoint::Url(url) => command += &format!(" --endpoint {url}"),
        }
        command
    }

    /// Takes back what is not whole.
    pub async fn take_back(&mut self) {
        self.file.take_back();
        // Uploads that were given up are aborted in the background.
        self.place.session.uploader().close().await;
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

    /// Waits, within bounds, for what goes on in the background, and stops the server.
    pub async fn close(self) {
        self.place.session.close().await;
    }
}

/// The end of the one upload.
async fn receipt<I>(uploads: &mut FileUploads<I>) -> Result<Box<s3up::Receipt>, Failure>
where
    I: Iterator<Item = FileUpload>,
{
    let Some(outcome) = uploads.next().await else {
        return Err(Failure::say(
            ExitCode::Internal,
            "the upload of the local file ended without a word",
        ));
    };
    outcome.result.map(Box::new).map_err(s3_failure)
}

/// Whether the local file itself is the trouble.
fn is_of_source(failure: &Failure) -> bool {
    let kind = failure.error.downcast_ref().map(s3up::Error::kind);
    matches!(
        kind,
        Some(s3up::ErrorKind::SourceChanged | s3up::ErrorKind::SourceUnreadable)
    )
}

/// A word as a shell takes it.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:=+,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted() {
        for (text, word) in [
            ("people.parquet", "people.parquet"),
            ("s3://lake/raw/p.parquet", "s3://lake/raw/p.parquet"),
            ("my file", "'my file'"),
            ("it's", "'it'\\''s'"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
