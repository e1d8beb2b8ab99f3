//! The upload itself: from a selection of files to what became of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

use futures::StreamExt as _;
use s3up::{BucketState, FileOutcome, FileUpload, UploadOptions, UploadProgress, Uploader};

use super::content_type;
use super::selection::{Object, Selection};
use super::tally::{Tally, file_failure};
use super::telling::Telling;
use crate::console::Console;
use crate::destination::Endpoint;
use crate::failure::Failure;
use crate::interrupt::{CLOSE_GRACE, FINISH_GRACE, Interrupt, TAKE_BACK_GRACE};
use crate::leftovers;
use crate::s3_session::{S3Session, s3_failure};
use crate::settings::Settings;

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
}

impl Transfer<'_> {
    /// Makes the bucket if it is not there, and uploads.
    ///
    /// # Errors
    ///
    /// What kept the first file from being begun. What happens to files stands in the tally.
    pub async fn carry_out(&self) -> Result<Tally, Failure> {
        let options = UploadOptions::default();
        let session = tokio::select! {
            session = S3Session::open(self.endpoint, self.settings, options.clone()) => session?,
            () = self.interrupt.asked() => return Err(nothing_done()),
        };
        let session = session.with_journal(self.endpoint, self.settings);
        let outcome = self.send(session.uploader(), &options).await;
        let closed = self.interrupt.within(CLOSE_GRACE, session.close()).await;
        if closed.is_none() {
            log::warn!("what was begun could not be taken back in time");
        }
        outcome
    }

    async fn send(&self, uploader: &Uploader, options: &UploadOptions) -> Result<Tally, Failure> {
        tokio::select! {
            ready = self.prepare(uploader) => ready?,
            () = self.interrupt.asked() => return Err(nothing_done()),
        }
        let selection = self.selection;
        let tally = RefCell::new(Tally::of(selection.len(), selection.bytes()));
        // Sizes of the files that are begun and not ended, by key: as many as are sent at once.
        let under_way = RefCell::new(HashMap::new());
        let files = selection
            .objects()
            .take_while(|_| !self.interrupt.heard() && tally.borrow().may_go_on())
            .map(|object| {
                under_way
                    .borrow_mut()
                    .insert(object.key.clone(), object.size);
                self.file(object)
            });
        let started = Instant::now();
        let mut uploads = uploader.upload_files(files);
        let progress = uploads.progress();
        let telling = Telling::begin(self.console, selection, &progress);
        let all = async {
            while let Some(FileOutcome { file, result }) = uploads.next().await {
                under_way.borrow_mut().remove(&file.key);
                let result = result.map_err(file_failure);
                telling.ended(&file, &result, tally.borrow().ended() + 1)?;
                let mut tally = tally.borrow_mut();
                match result {
                    Ok(receipt) => tally.add_uploaded(file.path, &receipt),
                    Err(failure) => tally.add_failed(file.path, failure),
                }
            }
            Ok::<_, Failure>(())
        };
        // Small files are through before the grace is over, so that few are in doubt.
        let done = self.interrupt.within(FINISH_GRACE, all).await;
        telling.end();
        drop(uploads);
        if done.is_none() {
            // Uploads by parts are aborted now.
            let taken_back = self.interrupt.within(TAKE_BACK_GRACE, uploader.close());
            if taken_back.await.is_none() {
                log::warn!("what was begun could not be taken back in time");
            }
        }
        done.transpose()?;
        let mut tally = tally.into_inner();
        tally.elapsed = started.elapsed();
        tally.requests = progress.requests();
        tally.retries = progress.retries();
        tally.interrupted = self.interrupt.heard() && tally.ended() < tally.files;
        tally.in_doubt = in_doubt(&under_way.into_inner(), &tally, &progress, options);
        Ok(tally)
    }

    /// The bucket is there, and clear of what a killed run left.
    async fn prepare(&self, uploader: &Uploader) -> Result<(), Failure> {
        let bucket = &self.selection.target().bucket;
        log::info!("S3 is {}", self.endpoint);
        match uploader.ensure_bucket(bucket).await.map_err(s3_failure)? {
            BucketState::Created => log::info!("bucket {bucket} created"),
            _ => log::info!("bucket {bucket} is there"),
        }
        leftovers::clear_uploads(uploader, bucket).await;
        Ok(())
    }

    fn file(&self, object: Object) -> FileUpload {
        let content_type = content_type::of(&object.path);
        let bucket = self.selection.target().bucket.as_str();
        let mut file = FileUpload::new(object.path, bucket, object.key);
        file.object.content_type = Some(content_type.to_owned());
        file
    }
}

/// How many of the files that were given up may be there nevertheless: those whose one request, or
/// last request, may have reached the server. Of the others the parts are thrown away.
fn in_doubt(
    under_way: &HashMap<String, u64>,
    tally: &Tally,
    progress: &UploadProgress,
    options: &UploadOptions,
) -> u64 {
    // What is confirmed beyond the uploaded files belongs to the others; a file of which less than
    // all is confirmed was not about to be completed.
    let confirmed = progress
        .bytes_acknowledged()
        .saturating_sub(tally.uploaded_bytes);
    let doubtful = |size: &&u64| **size < options.single_put_below || **size <= confirmed;
    under_way.values().filter(doubtful).count() as u64
}

fn nothing_done() -> Failure {
    Failure::interrupted("no file is uploaded")
}
