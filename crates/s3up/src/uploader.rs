//! The entry: one client, one set of options, any number of uploads.

use std::path::Path;
use std::sync::Arc;

use crate::background::Background;
use crate::bucket::{self, BucketState};
use crate::client::S3Client;
use crate::error::{Error, ErrorKind};
use crate::file;
use crate::names::{check_bucket, check_key};
use crate::options::{ObjectOptions, UploadOptions};
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
        }
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

    /// Starts an upload. Nothing is sent before enough bytes have come for a first part.
    ///
    /// Must be called within a tokio runtime, on which the parts are sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a bucket, key, metadata or option that S3 does not allow.
    pub async fn start(
        &self,
        bucket: &str,
        key: &str,
        object: ObjectOptions,
    ) -> Result<Upload, Error> {
        let checked = check_bucket(bucket)
            .and_then(|()| check_key(key))
            .and_then(|()| object.check())
            .and_then(|()| self.options.check());
        if let Err(why) = checked {
            let target = format!("s3://{}/{}", bucket.escape_debug(), key.escape_debug());
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "upload",
                target,
                self.client.endpoint(),
            )
            .with_detail(why));
        }
        let session = Session::new(
            Arc::clone(&self.client),
            Arc::clone(&self.contact),
            self.options.clone(),
            (bucket, key),
            &object,
        );
        Ok(Upload::new(
            session,
            object.expected_size,
            Arc::clone(&self.background),
        ))
    }

    /// Uploads a file. Its size and time of modification are compared at the end: a file that
    /// was written to in the meantime is not committed.
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
        file::upload(self, path.as_ref(), bucket, key, object).await
    }

    /// Waits until the uploads that were dropped are aborted, for at most 5 s. Call it before the
    /// runtime ends; what is not aborted by then stays in the bucket as parts that cost money.
    pub async fn close(&self) {
        self.background.close().await;
    }
}
