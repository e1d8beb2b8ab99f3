//! The upload itself: from a selection of files to what became of them.

use std::cell::RefCell;
use std::time::Instant;

use futures::StreamExt as _;
use s3up::{ErrorKind, FileOutcome, FileUpload, Outcome};

use super::selection::{Object, Selection};
use super::tally::{Tally, file_failure};
use super::telling::Telling;
use super::{content_id, content_type};
use crate::console::Console;
use crate::destination::Endpoint;
use crate::failure::Failure;
use crate::interrupt::{CLOSE_GRACE, FINISH_GRACE, Interrupt, NOT_TAKEN_BACK};
use crate::leftovers;
use crate::marks::CONTENT_ID;
use crate::s3_session::S3Session;
use crate::settings::Settings;
use crate::upload_options::upload_options;

/// What is to be uploaded, where, and whom it answers to.
pub struct Transfer<'a> {
    /// The files.
    pub selection: &'a Selection,
    /// Which S3.
    pub endpoint: &'a Endpoint,
    /// Who asks.
    pub settings: &'a Settings,
    /// Told when an end is asked for.
    pub interrupt: &'a Interrupt,
    /// Told how far it is.
    pub console: &'a Console,
    /// Whether nothing that was sent before counts.
    pub fresh: bool,
    /// Whether an interrupt leaves what can be gone on with.
    pub keep_unfinished: bool,
}

impl Transfer<'_> {
    /// Makes the bucket if it is not there, and uploads.
    ///
    /// # Errors
    ///
    /// What kept the first file from being begun. What happens to files stands in the tally.
    pub async fn carry_out(&self) -> Result<Tally, Failure> {
        let options = upload_options(self.settings);
        let session = tokio::select! {
            session = S3Session::open(self.endpoint, self.settings, options) => session?,
            () = self.interrupt.asked() => return Err(nothing_done()),
        };
        let session = session.with_journal(self.settings);
        let mut outcome = self.send(&session).await;
        let closed = self.interrupt.within(CLOSE_GRACE, session.close()).await;
        if closed.is_none() {
            log::warn!("{NOT_TAKEN_BACK}");
        }
        if let Ok(tally) = &mut outcome {
            // Also where all was done by then: whoever asked must not read that nobody did.
            tally.interrupted = self.interrupt.heard();
        }
        outcome
    }

    async fn send(&self, session: &S3Session) -> Result<Tally, Failure> {
        let bucket = &self.selection.target().bucket;
        tokio::select! {
            ready = session.make_ready(self.endpoint, bucket) => ready?,
            () = self.interrupt.asked() => return Err(nothing_done()),
        }
        let uploader = session.uploader().clone();
        let uploader = if self.fresh {
            leftovers::throw_away_uploads(&uploader, bucket).await;
            uploader
        } else {
            uploader.resuming()
        };
        let selection = self.selection;
        let tally = RefCell::new(Tally::of(selection.len(), selection.bytes()));
        let files = selection
            .objects()
            .take_while(|_| !self.interrupt.heard() && tally.borrow().may_go_on())
            .map(|object| self.file(session, object));
        let started = Instant::now();
        let mut uploads = uploader.upload_files(files);
        let progress = uploads.progress();
        let telling = Telling::begin(self.console, selection, &progress);
        let ended = |FileOutcome { file, result }| {
            if let Err(error) = &result
                && error.kind() == ErrorKind::Stopped
                && error.outcome() != Outcome::Unknown
            {
                // It counts as one that was never begun.
                tally.borrow_mut().kept += u64::from(error.is_resumable());
                return Ok(());
            }
            let result = result.map_err(|error| file_failure(self.endpoint, error));
            telling.ended(&file, &result, tally.borrow().ended() + 1)?;
            let mut tally = tally.borrow_mut();
            match result {
                Ok(receipt) => tally.add_uploaded(file.path, &receipt),
                Err(failure) => tally.add_failed(file.path, failure),
            }
            Ok::<_, Failure>(())
        };
        let all = async {
            while let Some(outcome) = uploads.next().await {
                ended(outcome)?;
            }
            Ok::<_, Failure>(())
        };
        let done = tokio::select! {
            biased;
            () = self.interrupt.asked() => None,
            done = all => Some(done),
        };
        let done = match done {
            Some(done) => {
                drop(uploads);
                done
            }
            None => {
                let outcomes = match self.keep_unfinished {
                    true => uploads.pause(FINISH_GRACE).await,
                    false => uploads.stop(FINISH_GRACE).await,
                };
                outcomes.into_iter().try_for_each(ended)
            }
        };
        telling.end();
        done?;
        let mut tally = tally.into_inner();
        tally.elapsed = started.elapsed();
        tally.requests = progress.requests();
        tally.retries = progress.retries();
        tally.resumed_bytes = progress.bytes_resumed();
        Ok(tally)
    }

    fn file(&self, session: &S3Session, object: Object) -> FileUpload {
        let content_type = content_type::of(&object.path);
        // Whoever polls the uploads waits for a disk meanwhile, and not for long.
        let content_id = tokio::task::block_in_place(|| content_id::of(&object.path));
        let bucket = self.selection.target().bucket.as_str();
        let mut file = FileUpload::new(object.path, bucket, object.key);
        file.object.content_type = Some(content_type.to_owned());
        if let Some(id) = content_id {
            file.object.metadata.insert(CONTENT_ID.to_owned(), id);
        }
        file.object = session.object(std::mem::take(&mut file.object));
        file
    }
}

fn nothing_done() -> Failure {
    Failure::interrupted("no file is uploaded")
}
