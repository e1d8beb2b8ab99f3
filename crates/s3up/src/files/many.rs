//! Many files at a time, within one budget.

use std::collections::HashMap;
use std::iter::Fuse;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{FutureExt, Stream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::room::Budget;
use super::{FileOutcome, FileUpload, one};
use crate::error::{Error, ErrorKind, Outcome};
use crate::progress::UploadProgress;
use crate::receipt::Receipt;
use crate::stop::{Asked, Stop};
use crate::uploader::Uploader;

/// Behind the grace of a stop: so long it may take to look at what stands, and to abort.
const AFTER_GRACE: Duration = Duration::from_secs(1);

/// More would be no wait, and far more is more than a clock can hold.
const LONGEST_GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Uploads under way, a [`Stream`] of what became of each file, in the order in which they end.
///
/// Made by [`Uploader::upload_files`]. Nothing happens before it is polled. Dropped, it aborts
/// what is open, which [`Uploader::close`] waits for, and tells nothing; [`stop`](Self::stop) does.
pub struct FileUploads<I> {
    files: Fuse<I>,
    uploader: Uploader,
    budget: Arc<Budget>,
    progress: Arc<UploadProgress>,
    tasks: JoinSet<Result<Receipt, Error>>,
    /// The files that the tasks upload, and how far each is.
    under_way: HashMap<Id, (Arc<FileUpload>, Arc<Stop>)>,
    /// Tells the tasks to stop.
    ask: watch::Sender<Option<Asked>>,
    runtime: Handle,
}

impl<I: Iterator<Item = FileUpload>> FileUploads<I> {
    pub(crate) fn new(uploader: Uploader, files: I) -> Self {
        Self {
            files: files.fuse(),
            budget: Arc::new(Budget::new(uploader.options())),
            uploader,
            progress: Arc::default(),
            tasks: JoinSet::new(),
            under_way: HashMap::new(),
            ask: watch::channel(None).0,
            runtime: Handle::current(),
        }
    }

    fn start(&mut self, file: FileUpload) {
        let file = Arc::new(file);
        let stop = Arc::new(Stop::new(self.ask.subscribe()));
        let task = {
            let (uploader, file) = (self.uploader.clone(), Arc::clone(&file));
            let stop = Arc::clone(&stop);
            let budget = Arc::clone(&self.budget);
            let progress = UploadProgress::part_of(Arc::clone(&self.progress));
            async move { one::upload_within(Some(&budget), &uploader, &file, progress, stop).await }
        };
        let handle = self.tasks.spawn_on(task, &self.runtime);
        self.under_way.insert(handle.id(), (file, stop));
    }
}

impl<I> FileUploads<I> {
    /// Counters of all files together, to watch while they are uploaded.
    #[must_use]
    pub fn progress(&self) -> Arc<UploadProgress> {
        Arc::clone(&self.progress)
    }

    /// Ends the batch now, and tells what became of each file that was under way, or that had
    /// ended and was not yet yielded. No file is begun, and no part sent, any more.
    ///
    /// - A file whose bytes were still being sent is taken back: its parts are aborted, the object
    ///   can't appear ([`ErrorKind::Stopped`], [`Outcome::NotCommitted`]).
    /// - One that was about to appear, its PUT or CompleteMultipartUpload sent, has `grace` to end.
    ///   A reply that is not there by then counts as lost: the object's token decides, and what it
    ///   does not decide is [`Outcome::Unknown`].
    ///
    /// Takes at most `grace` and one second. Aborts that take longer go on in the background, and
    /// [`Uploader::close`] waits for them.
    pub async fn stop(self, grace: Duration) -> Vec<FileOutcome> {
        self.end(grace, false).await
    }

    /// As [`stop`](Self::stop), but what has been sent of a file in parts stays, for an uploader
    /// that [goes on](Uploader::resuming) with it. Where this one is none of those, there is no
    /// difference.
    pub async fn pause(self, grace: Duration) -> Vec<FileOutcome> {
        self.end(grace, true).await
    }

    async fn end(mut self, grace: Duration, keep: bool) -> Vec<FileOutcome> {
        let deadline = Instant::now() + grace.min(LONGEST_GRACE);
        // Without listeners there is nobody to tell.
        let _ = self.ask.send(Some(Asked { deadline, keep }));
        let limit = deadline + AFTER_GRACE;
        let mut outcomes = Vec::with_capacity(self.under_way.len());
        while let Ok(Some(joined)) = timeout_at(limit, self.tasks.join_next_with_id()).await {
            outcomes.extend(self.outcome(joined));
        }
        // What has ended at the last moment has an answer of its own.
        while let Some(Some(joined)) = self.tasks.join_next_with_id().now_or_never() {
            outcomes.extend(self.outcome(joined));
        }
        for (file, stop) in std::mem::take(&mut self.under_way).into_values() {
            let result = Err(self.error(&file, ErrorKind::Stopped, &stop));
            let file = FileUpload::clone(&file);
            outcomes.push(FileOutcome { file, result });
        }
        outcomes
    }

    fn outcome(&mut self, joined: Joined) -> Option<FileOutcome> {
        let (id, result) = match joined {
            Ok((id, result)) => (id, Ok(result)),
            Err(error) => (error.id(), Err(error)),
        };
        let (file, stop) = self.under_way.remove(&id)?;
        let result = result.unwrap_or_else(|error| {
            let failed = self.error(&file, ErrorKind::Internal, &stop);
            Err(failed.with_source(error))
        });
        let file = Arc::unwrap_or_clone(file);
        Some(FileOutcome { file, result })
    }

    /// The failure of a file whose task can't tell it any more.
    fn error(&self, file: &FileUpload, kind: ErrorKind, stop: &Stop) -> Error {
        let target = format!("s3://{}/{}", file.bucket, file.key);
        let outcome = match stop.is_committing() {
            true => Outcome::Unknown,
            false => Outcome::NotCommitted,
        };
        let endpoint = self.uploader.client().endpoint();
        Error::new(kind, "upload", target, endpoint).with_outcome(outcome)
    }
}

/// How a task ended.
type Joined = Result<(Id, Result<Receipt, Error>), JoinError>;

// Nothing in it is pinned: the iterator is only called, the tasks live elsewhere.
impl<I> Unpin for FileUploads<I> {}

impl<I: Iterator<Item = FileUpload>> Stream for FileUploads<I> {
    type Item = FileOutcome;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FileOutcome>> {
        let this = &mut *self;
        loop {
            while this.tasks.len() < this.uploader.options().files_in_flight.max(1) {
                match this.files.next() {
                    Some(file) => this.start(file),
                    None => break,
                }
            }
            match this.tasks.poll_join_next_with_id(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(joined)) => {
                    if let Some(outcome) = this.outcome(joined) {
                        return Poll::Ready(Some(outcome));
                    }
                }
            }
        }
    }
}

impl<I> Drop for FileUploads<I> {
    fn drop(&mut self) {
        let mut tasks = std::mem::take(&mut self.tasks);
        if !tasks.is_empty() {
            // The uploads in them are aborted as the tasks are dropped, and whoever closes the
            // uploader has to wait for that.
            drop(self.uploader.in_background(&self.runtime, async move {
                tasks.shutdown().await;
            }));
        }
    }
}
