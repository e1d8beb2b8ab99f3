//! The entry: one client, one set of options, any number of uploads.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::background::Background;
use crate::bucket::{self, BucketState};
use crate::client::S3Client;
use crate::commit;
use crate::error::{Error, ErrorKind};
use crate::files::{self, FileUpload, FileUploads};
use crate::integrity::Digests;
use crate::journal::{Claimed, Journal, Sweep, Swept};
use crate::names::{check_bucket, check_key};
use crate::options::{ObjectOptions, UploadOptions};
use crate::progress::UploadProgress;
use crate::receipt::Receipt;
use crate::retry::Contact;
use crate::session::Session;
use crate::upload::Upload;

/// Uploads objects through one client. Clones share the client.
#[derive(Clone)]
pub struct Uploader {
    client: Arc<dyn S3Client>,
    options: UploadOptions,
    background: Arc<Background>,
    contact: Arc<Contact>,
    digests: Digests,
    journal: Option<Journal>,
    resuming: bool,
}

impl Uploader {
    /// Takes a client and options; the options are checked when an upload starts.
    #[must_use]
    pub fn new(client: Arc<dyn S3Client>, options: UploadOptions) -> Self {
        Self {
            client,
            options,
            background: Arc::default(),
            contact: Arc::default(),
            digests: Digests::new(),
            journal: None,
            resuming: false,
        }
    }

    /// Notes multipart uploads in a journal while they are open, so that [`sweep`](Self::sweep) can
    /// abort what a killed process left. A journal that cannot be written fails no upload.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Self {
            journal: Some(journal),
            ..self
        }
    }

    /// Goes on with interrupted uploads of files, and lets its own be gone on with. Takes a journal:
    /// without one there is no difference.
    ///
    /// A file that is sent in parts is noted in the journal with its size, time of modification
    /// and inode, and so is each part that the server has confirmed. Where such an upload ends
    /// without its object, because its process was killed, because the network was gone or the
    /// server failed for longer than the retries lasted ([`Error::is_resumable`]), or by
    /// [`FileUploads::pause`](crate::FileUploads::pause), its parts stay. The next upload of the
    /// same file to the same object, with the same options, goes on with it: a part counts if the
    /// server lists it with the size and the MD5 of the bytes that are in the file now, which are
    /// read for that; all others are sent. A file that has changed is sent anew, and what was sent
    /// of it before is aborted.
    ///
    /// What nobody goes on with is billed until a [`sweep`](Self::sweep) throws it away, which the
    /// first does that runs seven days after the upload began, and [`sweep_all`](Self::sweep_all)
    /// at once.
    #[must_use]
    pub fn resuming(self) -> Self {
        Self {
            resuming: true,
            ..self
        }
    }

    /// The same with other options, for an object that wants parts of another size. Both share
    /// everything else: closing one closes both.
    #[must_use]
    pub fn with_options(self, options: UploadOptions) -> Self {
        Self { options, ..self }
    }

    /// The client, for calls that are no uploads.
    #[must_use]
    pub fn client(&self) -> &Arc<dyn S3Client> {
        &self.client
    }

    /// Makes the bucket if it is not there, in the client's region.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a name that no bucket can have, [`ErrorKind::BucketTaken`]
    /// for somebody else's, and what the network and the server say.
    pub async fn ensure_bucket(&self, bucket: &str) -> Result<BucketState, Error> {
        bucket::ensure(&*self.client, &self.options.retry, &self.contact, bucket).await
    }

    /// Starts an upload. Nothing is sent before enough bytes have come for a first part, but for a
    /// look at the key of an object that is only to be created.
    ///
    /// Must be called within a tokio runtime, on which the parts are sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a bucket, key, metadata or option that S3 does not allow;
    /// [`ErrorKind::Exists`] for an object that is only to be created where one stands, and what the
    /// network and the server say to the look.
    pub async fn start(
        &self,
        bucket: &str,
        key: &str,
        object: ObjectOptions,
    ) -> Result<Upload, Error> {
        let session = self.session(bucket, key, &object, Arc::default())?;
        commit::check_free(&session).await?;
        Ok(self.begin(session, object.expected_size))
    }

    /// Looks whether an object that is only to be created may be: each upload does so when it
    /// begins, and who takes long to make the bytes asks before. Of any other object nothing is asked.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn check_free(
        &self,
        bucket: &str,
        key: &str,
        object: &ObjectOptions,
    ) -> Result<(), Error> {
        let session = self.session(bucket, key, object, Arc::default())?;
        commit::check_free(&session).await
    }

    /// Uploads a file: by one PUT if it is small, else in parts of one size, which are read by
    /// position, each by the task that sends it. At most `parts_in_flight` parts are in memory.
    /// Size, time of modification and, on unix, inode are compared at the end: a file that was
    /// written to or replaced in the meantime is not committed.
    ///
    /// For counters to watch, use [`upload_files`](Self::upload_files), for a single file, too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceUnreadable`] and [`ErrorKind::SourceChanged`] for the file, else as
    /// [`Uploader::start`] and [`Upload::finish`].
    pub async fn upload_file(
        &self,
        path: impl AsRef<Path> + Send,
        bucket: &str,
        key: &str,
        object: ObjectOptions,
    ) -> Result<Receipt, Error> {
        let file = FileUpload {
            object,
            ..FileUpload::new(path.as_ref(), bucket, key)
        };
        files::upload(self, &file).await
    }

    /// Uploads files, several at a time, and yields what became of each as it ends.
    ///
    /// Files are taken from the iterator as there is room for them, and results are not kept:
    /// their number is not limited. At most [`files_in_flight`] are under way, of which
    /// `parts_in_flight` by parts, and all together hold at most `parts_in_flight * part_size`
    /// bytes, or one part of a file so large that its parts are larger than that. A failure ends
    /// its own file only.
    ///
    /// Must be called within a tokio runtime, on which the files are sent.
    ///
    /// ```no_run
    /// # async fn example(uploader: s3up::Uploader) {
    /// use futures::StreamExt;
    /// use s3up::FileUpload;
    ///
    /// let names = (0..1_000).map(|n| format!("part-{n}.csv"));
    /// let files = names.map(|name| FileUpload::new(&name, "lake", format!("raw/{name}")));
    /// let mut uploads = uploader.upload_files(files);
    /// let progress = uploads.progress();
    /// while let Some(outcome) = uploads.next().await {
    ///     match outcome.result {
    ///         Ok(receipt) => println!("{} of {} bytes", receipt.key, receipt.size),
    ///         Err(error) => println!("{error}"),
    ///     }
    /// }
    /// println!("{} bytes confirmed", progress.bytes_acknowledged());
    /// # }
    /// ```
    ///
    /// [`files_in_flight`]: UploadOptions::files_in_flight
    pub fn upload_files<I>(&self, files: I) -> FileUploads<I::IntoIter>
    where
        I: IntoIterator<Item = FileUpload>,
    {
        FileUploads::new(self.clone(), files.into_iter())
    }

    /// Aborts the uploads to `bucket` that dead processes of this machine left in the journal.
    /// Those of living processes, of other machines, buckets and stores are not touched. Without a
    /// journal there is nothing to do.
    ///
    /// Takes no longer than `within`, and tells what was done by then. Entries are taken in random
    /// order, four at a time, none for longer than a third of `within` or one second, whichever is
    /// more: one that hangs keeps the others waiting neither now nor for ever. Where the server
    /// cannot be reached, or refuses all requests, the sweep ends early; what is left stays in the
    /// journal.
    ///
    /// Interrupted uploads of files that can be [gone on](Self::resuming) with are kept for seven
    /// days, and told ([`Swept::resumable`]).
    ///
    /// What can't be decided is reported by each sweep for seven days, and then forgotten
    /// ([`Ambiguous::forgotten`](crate::Ambiguous::forgotten)).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`] if the folder cannot be read. That an upload cannot be aborted is
    /// told in [`Swept::failed`].
    pub async fn sweep(&self, bucket: &str, within: Duration) -> Result<Swept, Error> {
        self.sweep_as(false, bucket, within).await
    }

    /// As [`sweep`](Self::sweep), and throws away what could be gone on with, too.
    ///
    /// # Errors
    ///
    /// As [`sweep`](Self::sweep).
    pub async fn sweep_all(&self, bucket: &str, within: Duration) -> Result<Swept, Error> {
        self.sweep_as(true, bucket, within).await
    }

    async fn sweep_as(&self, all: bool, bucket: &str, within: Duration) -> Result<Swept, Error> {
        let Some(journal) = &self.journal else {
            return Ok(Swept::default());
        };
        let sweep = Sweep {
            client: &*self.client,
            policy: self.options.retry,
            contact: &self.contact,
            journal,
            bucket,
            all,
            claimed: Claimed::default(),
        };
        sweep.run(within).await
    }

    /// Waits until the uploads that were dropped are aborted, for at most 5 s. Call it before the
    /// runtime ends; what is not aborted by then stays in the bucket as parts that cost money.
    pub async fn close(&self) {
        self.background.close().await;
    }

    pub(crate) fn options(&self) -> &UploadOptions {
        &self.options
    }

    pub(crate) fn is_resuming(&self) -> bool {
        self.resuming
    }

    pub(crate) fn contact(&self) -> &Contact {
        &self.contact
    }

    /// Checks what is asked for, and draws a token for it.
    pub(crate) fn session(
        &self,
        bucket: &str,
        key: &str,
        object: &ObjectOptions,
        progress: Arc<UploadProgress>,
    ) -> Result<Session, Error> {
        let checked = check_bucket(bucket)
            .and_then(|()| check_key(key))
            .and_then(|()| object.check())
            .and_then(|()| self.options.check())
            .and_then(|()| self.resolved_options());
        let options = checked.map_err(|why| {
            let target = format!("s3://{}/{}", bucket.escape_debug(), key.escape_debug());
            let endpoint = self.client.endpoint();
            Error::new(ErrorKind::InvalidInput, "upload", target, endpoint).with_detail(why)
        })?;
        Ok(Session::new(
            Arc::clone(&self.client),
            (Arc::clone(&self.contact), self.digests.clone()),
            options,
            self.journal.clone(),
            progress,
            (bucket, key),
            object,
        ))
    }

    /// The options with the checksum that this client sends.
    fn resolved_options(&self) -> Result<UploadOptions, String> {
        let asked = self.options.integrity;
        let integrity = self.client.integrity(asked).ok_or_else(|| {
            format!("this client sends no checksums of the kind {asked:?}; choose another")
        })?;
        Ok(UploadOptions {
            integrity,
            ..self.options.clone()
        })
    }

    pub(crate) fn begin(&self, session: Session, expected_size: Option<u64>) -> Upload {
        Upload::new(session, expected_size, Arc::clone(&self.background))
    }

    /// Runs what has to outlive its caller; [`close`](Self::close) waits for it.
    pub(crate) fn in_background<T: Send + 'static>(
        &self,
        runtime: &Handle,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        self.background.spawn(runtime, work)
    }
}
