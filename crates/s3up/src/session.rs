//! What all steps of one upload share.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use crate::call_error::CallError;
use crate::checksum::Checksum;
use crate::client::{NewObject, S3Client, Stored, UploadRef};
use crate::error::{Error, ErrorKind};
use crate::journal::{Journal, Note, OfFile};
use crate::options::{ObjectOptions, TOKEN_KEY, UploadOptions};
use crate::progress::UploadProgress;
use crate::receipt::{self, PartReceipt, Receipt};
use crate::retry::{Answered, Contact, GivenUp, RetryPolicy, with_retries};
use crate::stop::Stop;

pub(crate) struct Session {
    pub client: Arc<dyn S3Client>,
    pub options: UploadOptions,
    /// Where the object goes and what it is, the token among its metadata.
    pub object: NewObject,
    /// 128 random bits in hex: an object that carries them is ours, whatever reply was lost.
    pub token: String,
    pub progress: Arc<UploadProgress>,
    /// Shared by all uploads of one uploader.
    pub contact: Arc<Contact>,
    /// Its place in the journal, from the moment in which it needs one.
    pub note: Note,
    /// What it takes to go on with it, if it is that of a file and may be gone on with.
    pub file: Option<OfFile>,
    /// Where it hears of a stop, if it is one of a batch.
    pub stop: Arc<Stop>,
    began: Instant,
}

impl Session {
    pub fn new(
        client: Arc<dyn S3Client>,
        contact: Arc<Contact>,
        options: UploadOptions,
        journal: Option<Journal>,
        progress: Arc<UploadProgress>,
        (bucket, key): (&str, &str),
        object: &ObjectOptions,
    ) -> Self {
        let token = format!("{:032x}", rand::random::<u128>());
        let mut metadata = object.metadata.clone();
        metadata.insert(TOKEN_KEY.to_owned(), token.clone());
        let object = NewObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            content_type: object.content_type.clone(),
            metadata,
            storage_class: object.storage_class.clone(),
            encryption: object.encryption.clone(),
            tags: object.tags.clone(),
            acl: object.acl.clone(),
            create_only: object.create_only,
            integrity: options.integrity,
        };
        Self {
            client,
            options,
            object,
            token,
            progress,
            contact,
            note: Note::new(journal),
            file: None,
            stop: Arc::default(),
            began: Instant::now(),
        }
    }

    /// Goes on with an upload that was begun under another token.
    pub fn take_over(&mut self, token: &str, note: Note) {
        self.token = token.to_owned();
        let mark = (TOKEN_KEY.to_owned(), self.token.clone());
        self.object.metadata.extend([mark]);
        self.note = note;
    }

    /// Whether the upload is left as it is after an error, for a later one to go on with.
    pub fn keeps_after(&self, kind: ErrorKind) -> bool {
        let passes = match kind {
            ErrorKind::Stopped => self.stop.keeps(),
            kind => kind.may_pass(),
        };
        passes && self.file.is_some() && self.note.is_resumable()
    }

    /// Makes a call of this upload as often as the policy allows.
    pub async fn retrying<T, F>(
        &self,
        policy: RetryPolicy,
        what: &str,
        call: impl FnMut() -> F,
    ) -> Result<Answered<T>, GivenUp>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let what = Request {
            what,
            of: &self.object,
        };
        with_retries(&policy, &self.contact, &self.progress, what, call).await
    }

    pub fn upload(&self, upload_id: String) -> UploadRef {
        UploadRef {
            bucket: self.object.bucket.clone(),
            key: self.object.key.clone(),
            upload_id,
        }
    }

    /// Notes that this upload is about to be created.
    pub async fn note_intent(&self) {
        let NewObject { bucket, key, .. } = &self.object;
        self.note.intend(bucket, key, &self.token).await;
    }

    /// Notes that another upload may have been created, of which nobody knows the id.
    pub async fn note_orphan(&self) {
        let orphan = self.note.beside();
        let NewObject { bucket, key, .. } = &self.object;
        orphan.intend(bucket, key, &self.token).await;
    }

    /// The proof that this upload was committed.
    pub fn receipt(&self, size: u64, stored: Stored, sent: Sent) -> Receipt {
        let (checksum, parts) = match sent {
            Sent::AtOnce(checksum) => (checksum, Vec::new()),
            Sent::InParts(parts) => (receipt::checksum_of(&parts), parts),
        };
        let mut metadata = self.object.metadata.clone();
        metadata.remove(TOKEN_KEY);
        Receipt {
            bucket: self.object.bucket.clone(),
            key: self.object.key.clone(),
            size,
            etag: stored.etag,
            version_id: stored.version_id,
            md5: checksum.and_then(Checksum::md5_in_hex),
            crc64nvme: checksum.and_then(Checksum::crc64nvme_in_hex),
            parts,
            attempts: self.progress.requests(),
            bytes_sent: self.progress.bytes_sent(),
            bytes_resumed: self.progress.bytes_resumed(),
            elapsed: self.began.elapsed(),
            token: self.token.clone(),
            metadata,
        }
    }

    pub fn target(&self) -> String {
        format!("s3://{}/{}", self.object.bucket, self.object.key)
    }

    pub fn fault(&self, error: CallError) -> Error {
        let exists = self.object.create_only && error.code() == Some("PreconditionFailed");
        let error = Error::call("upload", self.target(), self.client.endpoint(), error);
        if exists {
            return error.with_kind(ErrorKind::Exists);
        }
        error
    }

    pub fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, "upload", self.target(), self.client.endpoint())
    }

    /// Throws the upload away; one that is gone already counts as thrown away.
    pub async fn abort(&self, upload: &UploadRef) -> Result<Aborted, CallError> {
        let policy = self.options.retry.brief();
        let call = || self.client.abort_multipart_upload(upload);
        match self.retrying(policy, "AbortMultipartUpload", call).await {
            Ok(_) => Ok(Aborted::Now),
            Err(given_up) if given_up.error.code() == Some("NoSuchUpload") => Ok(Aborted::WasGone),
            Err(given_up) => Err(given_up.error),
        }
    }
}

/// How the bytes of a committed object went out.
pub(crate) enum Sent {
    /// By one PUT, with this checksum if one was wanted.
    AtOnce(Option<Checksum>),
    /// In parts.
    InParts(Vec<PartReceipt>),
}

/// A request as whoever waits for it is told.
struct Request<'a> {
    what: &'a str,
    of: &'a NewObject,
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NewObject { bucket, key, .. } = self.of;
        write!(f, "{} of s3://{bucket}/{key}", self.what)
    }
}

/// How an abort succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aborted {
    /// The server threw the upload away.
    Now,
    /// There was none: aborted before, or completed.
    WasGone,
}
