//! Many files at a time, within one budget.

use std::collections::HashMap;
use std::iter::Fuse;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::Stream;
use tokio::runtime::Handle;
use tokio::task::{Id, JoinSet};

use super::room::Budget;
use super::{FileOutcome, FileUpload, one};
use crate::error::{Error, ErrorKind};
use crate::progress::UploadProgress;
use crate::receipt::Receipt;
use crate::uploader::Uploader;

/// Uploads under way, a [`Stream`] of what became of each file, in the order in which they end.
///
/// Made by [`Uploader::upload_files`]. Nothing happens before it is polled. Dropped, it aborts
/// what is open, which [`Uploader::close`] waits for.
pub struct FileUploads<I> {
    files: Fuse<I>,
    uploader: Uploader,
    budget: Arc<Budget>,
    progress: Arc<UploadProgress>,
    tasks: JoinSet<Result<Receipt, Error>>,
    /// The files that the tasks upload.
    under_way: HashMap<Id, Arc<FileUpload>>,
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
            runtime: Handle::current(),
        }
    }

    fn start(&mut self, file: FileUpload) {
        let file = Arc::new(file);
        let task = {
            let (uploader, file) = (self.uploader.clone(), Arc::clone(&file));
            let budget = Arc::clone(&self.budget);
            let progress = UploadProgress::part_of(Arc::clone(&self.progress));
            async move { one::upload_within(Some(&budget), &uploader, &file, progress).await }
        };
        let handle = self.tasks.spawn_on(task, &self.runtime);
        self.under_way.insert(handle.id(), file);
    }
}

impl<I> FileUploads<I> {
    /// Counters of all files together, to watch while they are uploaded.
    #[must_use]
    pub fn progress(&self) -> Arc<UploadProgress> {
        Arc::clone(&self.progress)
    }
}

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
            let (id, result) = match this.tasks.poll_join_next_with_id(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Ok((id, result)))) => (id, Ok(result)),
                Poll::Ready(Some(Err(error))) => (error.id(), Err(error)),
            };
            let Some(file) = this.under_way.remove(&id) else {
                continue;
            };
            let result = result.unwrap_or_else(|error| {
                let target = format!("s3://{}/{}", file.bucket, file.key);
                let endpoint = this.uploader.client().endpoint();
                Err(Error::new(ErrorKind::Internal, "upload", target, endpoint).with_source(error))
            });
            let file = Arc::unwrap_or_clone(file);
            return Poll::Ready(Some(FileOutcome { file, result }));
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
